//! The answer of `order/refund` and of `order/refund/query` (money.md 3, clients.md A7): amounts are strings.

use serde::{Deserialize, Serialize};

/// A refund. What the pages brought later is absent in older answers of the real service; here all of it is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundState {
    /// The refund's id, a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<i64>,
    /// The merchant's id of the refund.
    pub refund_request_id: String,
    /// The order's id.
    pub prepay_id: String,
    /// The order's amount, with eight decimals: [`padded`](crate::decimal::padded), as every amount here.
    pub order_amount: String,
    /// All that has gone back of the order, this refund included.
    pub refunded_amount: String,
    /// What goes back with this refund.
    pub refund_amount: String,
    /// How many refunds the order still takes; at 1 the next one returns all that is left.
    pub remaining_attempts: u32,
    /// The id of the one that pays the refund, which is the merchant.
    pub payer_open_id: String,
    /// Whether the same was asked before, `Y` or `N`; the query does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_request: Option<String>,
    /// `REFUND_SUCCESS`, or `REFUND_PENDING` while the payer's account is frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_status: Option<String>,
    /// What the merchant gets back of the commission with this refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_commission: Option<String>,
    /// All that the merchant has got back of the commission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded_commission: Option<String>,
}
