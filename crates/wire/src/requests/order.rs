//! `v2/order` and `v3/order` (money.md 1.3 and 1.4). One struct for both: v2 has one `goods`, v3 has `description` and
//! a list `goodsDetails`.

use std::borrow::Cow;

use serde::Serialize;

use super::order_fields::{
    APP_ID, BUYER_FIELD, CANCEL_URL, CONTRACT_FIELD, CURRENCY_FIELD, ENV_FIELD, FIAT_AMOUNT, FIAT_CURRENCY,
    MERCHANT_FIELD, MERCHANT_TRADE_NO, ORDER_AMOUNT, ORDER_EXPIRE_TIME, ORDER_TAGS_FIELD, PASS_THROUGH_INFO,
    RETURN_URL, SHIPPING_FIELD, SUPPORT_PAY_CURRENCY, UNIVERSAL_URL_ATTACH, WEBHOOK_URL,
};
use super::order_parts::{
    Buyer, DirectDebitContract, Env, GOODS_V2, GOODS_V3, Goods, LOOSE_MAX, OrderMerchant, OrderTags, Shipping,
};
use crate::body::{Body, Checked};
use crate::decimal::WireDecimal;
use crate::names::TerminalName;
use crate::refusal::Refusal;
use crate::schema::{Field, Kind, Schema};

/// The most kinds of goods in one v3 order; the page gives no bound.
const GOODS_DETAILS_MAX: usize = 100;

/// The parameters of `v2/order`.
pub static ORDER_V2: Schema = Schema {
    name: "OrderCreateV2",
    source: "money.md 1.3",
    fields: &[
        MERCHANT_FIELD,
        ENV_FIELD,
        MERCHANT_TRADE_NO,
        ORDER_AMOUNT,
        CURRENCY_FIELD,
        FIAT_AMOUNT,
        FIAT_CURRENCY,
        Field::required("goods", Kind::Object(GOODS_V2), "what is sold"),
        SHIPPING_FIELD,
        BUYER_FIELD,
        RETURN_URL,
        CANCEL_URL,
        ORDER_EXPIRE_TIME,
        SUPPORT_PAY_CURRENCY,
        APP_ID,
        UNIVERSAL_URL_ATTACH,
        PASS_THROUGH_INFO,
        WEBHOOK_URL,
        CONTRACT_FIELD,
        ORDER_TAGS_FIELD,
    ],
};

/// The parameters of `v3/order`.
pub static ORDER_V3: Schema = Schema {
    name: "OrderCreateV3",
    source: "money.md 1.4",
    fields: &[
        MERCHANT_FIELD,
        ENV_FIELD,
        MERCHANT_TRADE_NO,
        ORDER_AMOUNT,
        CURRENCY_FIELD,
        FIAT_AMOUNT,
        FIAT_CURRENCY,
        Field::required("description", Kind::text(LOOSE_MAX), "what is sold, shown at checkout"),
        Field::required(
            "goodsDetails",
            Kind::List { of: &Kind::Object(GOODS_V3), min: 1, max: GOODS_DETAILS_MAX, skip_empty: false },
            "what is sold, one element per kind",
        ),
        SHIPPING_FIELD,
        BUYER_FIELD,
        RETURN_URL,
        CANCEL_URL,
        ORDER_EXPIRE_TIME,
        SUPPORT_PAY_CURRENCY,
        APP_ID,
        UNIVERSAL_URL_ATTACH,
        PASS_THROUGH_INFO,
        WEBHOOK_URL,
        CONTRACT_FIELD,
        ORDER_TAGS_FIELD,
        Field::optional("voucherCode", Kind::text(LOOSE_MAX), "a voucher; its meaning is not published"),
        Field::optional("qrCodeReferId", Kind::text(LOOSE_MAX), "referId of the Merchant QR Code webhook"),
    ],
};

/// An order to create, v2 or v3. Read from a body it has a complete price and the goods of its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreate<'a> {
    /// Who sells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant: Option<OrderMerchant<'a>>,
    /// Where the payer comes from.
    pub env: Env<'a>,
    /// The merchant's order id: 1 to 32 letters and digits.
    pub merchant_trade_no: Cow<'a, str>,
    /// Price in `currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_amount: Option<WireDecimal<'a>>,
    /// Currency of `order_amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Cow<'a, str>>,
    /// Price in `fiat_currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fiat_amount: Option<WireDecimal<'a>>,
    /// Currency of `fiat_amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fiat_currency: Option<Cow<'a, str>>,
    /// What is sold, on v2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods<'a>>,
    /// What is sold in words, on v3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    /// What is sold, on v3; empty on v2.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goods_details: Vec<Goods<'a>>,
    /// Where the goods go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Shipping<'a>>,
    /// Who buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer<'a>>,
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
    /// The mini program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<Cow<'a, str>>,
    /// Query string appended to `universalUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub universal_url_attach: Option<Cow<'a, str>>,
    /// Echoed by query and webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<Cow<'a, str>>,
    /// Where this order's webhooks go; the outbound policy is judged elsewhere (decisions.md row 56).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Cow<'a, str>>,
    /// A contract to sign with the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_debit_contract: Option<DirectDebitContract<'a>>,
    /// Marks on the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_tags: Option<OrderTags>,
    /// A voucher, v3 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voucher_code: Option<Cow<'a, str>>,
    /// The scan this order answers, v3 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qr_code_refer_id: Option<Cow<'a, str>>,
}

/// What an order costs (decisions.md row 30).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Price<'o> {
    /// `currency` and `orderAmount`, which win when both pairs are complete.
    Crypto {
        /// The currency's code.
        currency: &'o str,
        /// The amount.
        amount: &'o WireDecimal<'o>,
    },
    /// `fiatCurrency` and `fiatAmount`: the order becomes one in USDT.
    Fiat {
        /// The currency's code.
        currency: &'o str,
        /// The amount.
        amount: &'o WireDecimal<'o>,
    },
}

impl<'a> OrderCreate<'a> {
    /// Reads and judges a body of `v2/order`.
    pub fn from_v2(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&ORDER_V2)?;
        let goods = checked.take_object("goods").map(Goods::take);
        let order = Self { goods, ..Self::common(checked) };
        order.prove(&ORDER_V2)
    }

    /// Reads and judges a body of `v3/order`.
    pub fn from_v3(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&ORDER_V3)?;
        let order = Self {
            description: checked.take_text("description"),
            goods_details: checked.take_objects("goodsDetails").into_iter().map(Goods::take).collect(),
            voucher_code: checked.take_text("voucherCode"),
            qr_code_refer_id: checked.take_text("qrCodeReferId"),
            ..Self::common(checked)
        };
        order.prove(&ORDER_V3)
    }

    /// The members that both versions have.
    fn common(mut checked: Checked<'a>) -> Self {
        let checked = &mut checked;
        let env = checked.take_object("env").expect("the schema requires env");
        Self {
            merchant: checked.take_object("merchant").map(OrderMerchant::take),
            env: Env::take(env),
            merchant_trade_no: checked.take_required_text("merchantTradeNo"),
            order_amount: checked.take_decimal("orderAmount"),
            currency: checked.take_text("currency"),
            fiat_amount: checked.take_decimal("fiatAmount"),
            fiat_currency: checked.take_text("fiatCurrency"),
            goods: None,
            description: None,
            goods_details: Vec::new(),
            shipping: checked.take_object("shipping").map(Shipping::take),
            buyer: checked.take_object("buyer").map(Buyer::take),
            return_url: checked.take_text("returnUrl"),
            cancel_url: checked.take_text("cancelUrl"),
            order_expire_time: checked.integer("orderExpireTime"),
            support_pay_currency: checked.take_text("supportPayCurrency"),
            app_id: checked.take_text("appId"),
            universal_url_attach: checked.take_text("universalUrlAttach"),
            pass_through_info: checked.take_text("passThroughInfo"),
            webhook_url: checked.take_text("webhookUrl"),
            direct_debit_contract: checked.take_object("directDebitContract").map(DirectDebitContract::take),
            order_tags: checked.object("orderTags").map(OrderTags::read),
            voucher_code: None,
            qr_code_refer_id: None,
        }
    }

    /// The rules that join several fields.
    fn prove(self, schema: &'static Schema) -> Result<Self, Refusal> {
        self.price()?;
        if self.env.terminal_type == TerminalName::MiniProgram.as_str() && self.app_id.is_none() {
            let rule = "appId is required when env.terminalType is MINI_PROGRAM";
            return Err(Refusal::missing("appId", rule, schema.source));
        }
        Ok(self)
    }

    /// What the order costs; 400100 when neither pair is complete (decisions.md row 30).
    pub fn price(&self) -> Result<Price<'_>, Refusal> {
        let crypto = (self.currency.as_deref(), self.order_amount.as_ref());
        let fiat = (self.fiat_currency.as_deref(), self.fiat_amount.as_ref());
        let absent = match (crypto, fiat) {
            ((Some(currency), Some(amount)), _) => return Ok(Price::Crypto { currency, amount }),
            (_, (Some(currency), Some(amount))) => return Ok(Price::Fiat { currency, amount }),
            ((None, Some(_)), _) => "currency",
            ((Some(_), None), _) => "orderAmount",
            (_, (Some(_), None)) => "fiatAmount",
            (_, (None, Some(_))) => "fiatCurrency",
            ((None, None), (None, None)) => "orderAmount",
        };
        let rule = "the price is incomplete: send currency with orderAmount, or fiatCurrency with fiatAmount";
        Err(Refusal::missing(absent, rule, "decisions.md row 30"))
    }
}
