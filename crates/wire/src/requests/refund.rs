//! `order/refund` and `order/refund/query` (money.md 3).

use std::borrow::Cow;

use serde::Serialize;

use crate::body::Body;
use crate::decimal::WireDecimal;
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};

/// The most characters of a `refundRequestId` (money.md 3.1).
const REFUND_REQUEST_ID_MAX: usize = 64;
const PREPAY_ID_MAX: usize = 19;
const REFUND_REASON_MAX: usize = 256;
const WEBHOOK_URL_MAX: usize = 256;

const REFUND_REQUEST_ID: Field = Field::required(
    "refundRequestId",
    Kind::text(REFUND_REQUEST_ID_MAX),
    "the merchant's own id of the refund; the same for every try of one refund",
);

/// The parameters of `order/refund`.
pub static ORDER_REFUND: Schema = Schema {
    name: "OrderRefund",
    source: "money.md 3.1",
    fields: &[
        REFUND_REQUEST_ID,
        Field::required(
            "prepayId",
            Kind::Identifier { max: PREPAY_ID_MAX, charset: Charset::Alphanumeric },
            "the id of the paid order",
        ),
        Field::required(
            "refundAmount",
            Kind::Amount,
            "how much goes back, in the order's currency; the last of ten refunds returns all that is left instead",
        ),
        Field::optional("refundReason", Kind::text(REFUND_REASON_MAX), "why"),
        Field::optional(
            "webhookUrl",
            Kind::Url { max: WEBHOOK_URL_MAX },
            "where this refund's webhook goes instead of the order's",
        ),
    ],
};

/// The parameters of `order/refund/query`.
pub static ORDER_REFUND_QUERY: Schema =
    Schema { name: "OrderRefundQuery", source: "money.md 3.2", fields: &[REFUND_REQUEST_ID] };

/// What is to be refunded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRefund<'a> {
    /// The merchant's id of the refund, at most 64 characters.
    pub refund_request_id: Cow<'a, str>,
    /// Our id of the order.
    pub prepay_id: Cow<'a, str>,
    /// How much, in the order's currency.
    pub refund_amount: WireDecimal<'a>,
    /// Why, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<Cow<'a, str>>,
    /// Where the webhook goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Cow<'a, str>>,
}

impl<'a> OrderRefund<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&ORDER_REFUND)?;
        Ok(Self {
            refund_request_id: checked.take_required_text("refundRequestId"),
            prepay_id: checked.take_required_text("prepayId"),
            refund_amount: checked.take_decimal("refundAmount").expect("the schema requires refundAmount"),
            refund_reason: checked.take_text("refundReason"),
            webhook_url: checked.take_text("webhookUrl"),
        })
    }
}

/// Which refund is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderRefundQuery<'a> {
    /// The merchant's id of the refund.
    pub refund_request_id: Cow<'a, str>,
}

impl<'a> OrderRefundQuery<'a> {
    /// Reads and judges the body.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&ORDER_REFUND_QUERY)?;
        Ok(Self { refund_request_id: checked.take_required_text("refundRequestId") })
    }
}
