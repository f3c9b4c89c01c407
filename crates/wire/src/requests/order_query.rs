//! `v2/order/query` (money.md 1.7).

use std::borrow::Cow;

use serde::Serialize;

use crate::body::Body;
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};

/// The most characters of a `prepayId` (money.md 1.6).
const PREPAY_ID_MAX: usize = 19;

/// The parameters of `v2/order/query`: one of the two, and `prepayId` wins.
pub static ORDER_QUERY_V2: Schema = Schema {
    name: "OrderQueryV2",
    source: "money.md 1.7",
    fields: &[
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
    ],
};

/// Which order is asked for. Read from a body exactly one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderQueryV2<'a> {
    /// Our id of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepay_id: Option<Cow<'a, str>>,
    /// The merchant's id of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_trade_no: Option<Cow<'a, str>>,
}

impl<'a> OrderQueryV2<'a> {
    /// Reads and judges the body; 400100 when neither id is there.
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&ORDER_QUERY_V2)?;
        Ok(Self { prepay_id: checked.take_text("prepayId"), merchant_trade_no: checked.take_text("merchantTradeNo") })
    }
}
