//! Parameters of `v2/order` and `v3/order` (money.md 1.3 and 1.4), of which `order` (1.2) has most too.

use super::balance::CURRENCY;
use super::order_parts::{BUYER, CONTRACT, ENV, LOOSE_MAX, MERCHANT, ORDER_TAGS, SHIPPING};
use crate::schema::{Field, Kind};

/// The most characters of a URL in a call (money.md 1.2, partner.md 3.1).
const URL_MAX: usize = 256;
/// The most characters of the string forms of the page.
const SUPPORT_PAY_CURRENCY_MAX: usize = 1024;
const UNIVERSAL_URL_ATTACH_MAX: usize = 120;
const PASS_THROUGH_INFO_MAX: usize = 512;

const URL: Kind = Kind::Url { max: URL_MAX };
pub(super) const MERCHANT_FIELD: Field = Field::optional("merchant", Kind::Object(MERCHANT), "who sells");
pub(super) const ENV_FIELD: Field = Field::required("env", Kind::Object(ENV), "where the payer comes from");
pub(super) const MERCHANT_TRADE_NO: Field =
    Field::required("merchantTradeNo", Kind::MerchantTradeNo, "the merchant's order id, unique for ever");
pub(super) const ORDER_AMOUNT: Field = Field::optional("orderAmount", Kind::Amount, "price, together with currency");
pub(super) const CURRENCY_FIELD: Field = Field::optional("currency", CURRENCY, "currency of orderAmount");
pub(super) const FIAT_AMOUNT: Field =
    Field::optional("fiatAmount", Kind::Amount, "price in fiat, together with fiatCurrency");
pub(super) const FIAT_CURRENCY: Field = Field::optional("fiatCurrency", CURRENCY, "currency of fiatAmount");
pub(super) const SHIPPING_FIELD: Field = Field::optional("shipping", Kind::Object(SHIPPING), "where the goods go");
pub(super) const BUYER_FIELD: Field = Field::optional("buyer", Kind::Object(BUYER), "who buys");
pub(super) const RETURN_URL: Field = Field::optional("returnUrl", URL, "where the payer goes after paying");
pub(super) const CANCEL_URL: Field = Field::optional("cancelUrl", URL, "where the payer goes after giving up");
pub(super) const ORDER_EXPIRE_TIME: Field =
    Field::optional("orderExpireTime", Kind::TimestampMs, "when the order expires; one hour when absent");
pub(super) const SUPPORT_PAY_CURRENCY: Field = Field::optional(
    "supportPayCurrency",
    Kind::CurrencyCodes { max: SUPPORT_PAY_CURRENCY_MAX },
    "currencies the payer may use; all when absent",
);
pub(super) const APP_ID: Field =
    Field::optional("appId", Kind::text(LOOSE_MAX), "the mini program; required when terminalType is MINI_PROGRAM");
pub(super) const UNIVERSAL_URL_ATTACH: Field = Field::optional(
    "universalUrlAttach",
    Kind::text(UNIVERSAL_URL_ATTACH_MAX),
    "query string appended to universalUrl",
);
pub(super) const PASS_THROUGH_INFO: Field =
    Field::optional("passThroughInfo", Kind::text(PASS_THROUGH_INFO_MAX), "echoed by query and webhook");
pub(super) const WEBHOOK_URL: Field = Field::optional("webhookUrl", URL, "where this order's webhooks go");
pub(super) const CONTRACT_FIELD: Field =
    Field::optional("directDebitContract", Kind::Object(CONTRACT), "a contract to sign with the payment");
pub(super) const ORDER_TAGS_FIELD: Field = Field::optional("orderTags", Kind::Object(ORDER_TAGS), "marks on the order");
