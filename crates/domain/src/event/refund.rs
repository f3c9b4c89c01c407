//! Refunds: made, or found to be impossible.

use serde::{Deserialize, Serialize};

use crate::id::{OrderId, RefundId};
use crate::money::Amount;
use crate::order::Terminal;
use crate::time::Timestamp;

/// A refund came to its end (`partner.md` §3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundEvent {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number for the order.
    pub merchant_trade_no: String,
    /// The type of the order's goods.
    pub product_type: String,
    /// The name of the order's goods.
    pub product_name: String,
    /// Where the payer met the order.
    pub terminal: Terminal,
    /// What the order amounted to.
    pub order_amount: Amount,
    /// What the platform kept of the payment.
    pub commission: Amount,
    /// The payer's id as the merchant sees it.
    pub open_user_id: String,
    /// The refund.
    pub refund_id: RefundId,
    /// The merchant's number for the refund.
    pub request_id: String,
    /// The merchant's own id as the one that pays the refund.
    pub payer_open_id: String,
    /// When the payer got the money, or it was found that the refund cannot be made.
    #[serde(alias = "arrived_at")]
    pub ended_at: Timestamp,
    /// How much.
    pub amount: Amount,
    /// All that has gone back of the order, this refund included where it was made.
    pub refunded: Amount,
    /// How many refunds the order still takes.
    pub attempts_left: u32,
}
