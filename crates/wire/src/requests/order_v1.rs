//! `order`, the first and deprecated form (money.md 1.2): flat, one product that need not be named, a price in crypto alone.
//!
//! The page of 2021 asked for `merchantId` too and later ones dropped it; clients still send it, as a number or a string
//! (clients.md R13). It says nothing that the key does not, so it is passed over like any unknown key.

use std::borrow::Cow;

use serde::Serialize;

use super::balance::CURRENCY;
use super::order_fields::{
    CANCEL_URL, MERCHANT_TRADE_NO, ORDER_EXPIRE_TIME, PASS_THROUGH_INFO, RETURN_URL, SUPPORT_PAY_CURRENCY,
    UNIVERSAL_URL_ATTACH, WEBHOOK_URL,
};
use super::order_parts::{SUB_MERCHANT_ID_MAX, TERMINAL_TYPES};
use crate::body::Body;
use crate::decimal::WireDecimal;
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};

/// The most characters of `productType`.
const PRODUCT_TYPE_MAX: usize = 16;
/// The most characters of `productName` and of `productDetail`.
const PRODUCT_TEXT_MAX: usize = 256;
/// What a client sends for no sub-merchant at all (clients.md R13).
const NO_SUB_MERCHANT: &str = "0";

/// The parameters of `order`.
pub static ORDER_V1: Schema = Schema {
    name: "OrderCreateV1",
    source: "money.md 1.2",
    fields: &[
        Field::optional(
            "subMerchantId",
            Kind::Identifier { max: SUB_MERCHANT_ID_MAX, charset: Charset::Digits },
            "the sub-merchant that sells; 0 for none",
        ),
        MERCHANT_TRADE_NO,
        Field::required("tradeType", Kind::Enum(TERMINAL_TYPES), "where the payer comes from"),
        Field::required("totalFee", Kind::Amount, "price"),
        Field::required("currency", CURRENCY, "currency of totalFee"),
        Field::optional("productType", Kind::text(PRODUCT_TYPE_MAX), "kind of goods, in any words"),
        Field::optional("productName", Kind::text(PRODUCT_TEXT_MAX), "what is sold"),
        Field::optional("productDetail", Kind::text(PRODUCT_TEXT_MAX), "more about it"),
        RETURN_URL,
        CANCEL_URL,
        ORDER_EXPIRE_TIME,
        SUPPORT_PAY_CURRENCY,
        UNIVERSAL_URL_ATTACH,
        PASS_THROUGH_INFO,
        WEBHOOK_URL,
    ],
};

/// An order to create over `order`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreateV1<'a> {
    /// The sub-merchant's id, digits; none where the body said `0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<Cow<'a, str>>,
    /// The merchant's order id: 1 to 32 letters and digits.
    pub merchant_trade_no: Cow<'a, str>,
    /// One of [`TERMINAL_TYPES`].
    pub trade_type: Cow<'a, str>,
    /// The price.
    pub total_fee: WireDecimal<'a>,
    /// Its currency.
    pub currency: Cow<'a, str>,
    /// The kind of goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<Cow<'a, str>>,
    /// What is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_name: Option<Cow<'a, str>>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_detail: Option<Cow<'a, str>>,
    /// Where the payer goes after paying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_url: Option<Cow<'a, str>>,
    /// Where the payer goes after giving up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<Cow<'a, str>>,
    /// When the order expires, absolute Unix ms; its range is judged where the clock is (decisions.md row 29).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_expire_time: Option<i64>,
    /// Currencies the payer may use, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_pay_currency: Option<Cow<'a, str>>,
    /// Query string appended to `universalUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub universal_url_attach: Option<Cow<'a, str>>,
    /// Echoed by query and webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<Cow<'a, str>>,
    /// Where this order's webhooks go; the outbound policy is judged elsewhere (decisions.md row 56).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Cow<'a, str>>,
}

impl<'a> OrderCreateV1<'a> {
    /// Reads and judges a body of `order`.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let checked = &mut body.check(&ORDER_V1)?;
        Ok(Self {
            sub_merchant_id: checked.take_text("subMerchantId").filter(|id| id != NO_SUB_MERCHANT),
            merchant_trade_no: checked.take_required_text("merchantTradeNo"),
            trade_type: checked.take_required_text("tradeType"),
            total_fee: checked.take_decimal("totalFee").expect("the schema requires totalFee"),
            currency: checked.take_required_text("currency"),
            product_type: checked.take_text("productType"),
            product_name: checked.take_text("productName"),
            product_detail: checked.take_text("productDetail"),
            return_url: checked.take_text("returnUrl"),
            cancel_url: checked.take_text("cancelUrl"),
            order_expire_time: checked.integer("orderExpireTime"),
            support_pay_currency: checked.take_text("supportPayCurrency"),
            universal_url_attach: checked.take_text("universalUrlAttach"),
            pass_through_info: checked.take_text("passThroughInfo"),
            webhook_url: checked.take_text("webhookUrl"),
        })
    }
}
