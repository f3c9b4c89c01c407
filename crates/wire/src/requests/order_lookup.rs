//! Calls that name an order and nothing else: `order/query` (money.md 1.6), `v2/order/query` (1.7) and `order/close` (1.8).

use std::borrow::Cow;

use serde::Serialize;

use crate::body::Body;
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};

/// The most characters of a `prepayId` (money.md 1.6).
const PREPAY_ID_MAX: usize = 19;

/// One of the two, and `prepayId` wins: said of v2 alone (money.md 1.7), and what every version does.
static EITHER_ID: &[Field] = &[
    Field::optional(
        "prepayId",
        Kind::Identifier { max: PREPAY_ID_MAX, charset: Charset::Alphanumeric },
        "the order's id as the create answer gave it",
    ),
    Field::alternative(
        "merchantTradeNo",
        "prepayId",
        Kind::MerchantTradeNo,
        "the merchant's own order id; ignored when prepayId is there",
    ),
];

/// The parameters of `order/query`.
pub static ORDER_QUERY_V1: Schema = Schema { name: "OrderQueryV1", source: "money.md 1.6", fields: EITHER_ID };

/// The parameters of `v2/order/query`.
pub static ORDER_QUERY_V2: Schema = Schema { name: "OrderQueryV2", source: "money.md 1.7", fields: EITHER_ID };

/// The parameters of `order/close`.
pub static ORDER_CLOSE: Schema = Schema { name: "OrderClose", source: "money.md 1.8", fields: EITHER_ID };

/// Which order a call is about. Read from a body exactly one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLookup<'a> {
    /// Our id of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepay_id: Option<Cow<'a, str>>,
    /// The merchant's id of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_trade_no: Option<Cow<'a, str>>,
}

impl<'a> OrderLookup<'a> {
    /// Reads and judges a body of `order/query`; 400100 when neither id is there.
    pub fn from_query_v1(body: &Body<'a>) -> Result<Self, Refusal> {
        Self::read(body, &ORDER_QUERY_V1)
    }

    /// Reads and judges a body of `v2/order/query`; 400100 when neither id is there.
    pub fn from_query_v2(body: &Body<'a>) -> Result<Self, Refusal> {
        Self::read(body, &ORDER_QUERY_V2)
    }

    /// Reads and judges a body of `order/close`; 400100 when neither id is there.
    pub fn from_close(body: &Body<'a>) -> Result<Self, Refusal> {
        Self::read(body, &ORDER_CLOSE)
    }

    fn read(body: &Body<'a>, schema: &'static Schema) -> Result<Self, Refusal> {
        let mut checked = body.check(schema)?;
        Ok(Self { prepay_id: checked.take_text("prepayId"), merchant_trade_no: checked.take_text("merchantTradeNo") })
    }
}
