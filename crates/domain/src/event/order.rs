//! Orders: paid, or ended without a payment.

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::id::{OrderId, PayerId, TransferId};
use crate::money::Amount;
use crate::order::Terminal;
use crate::rates::Rate;
use crate::time::Timestamp;

/// An order was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaidEvent {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number for it.
    pub merchant_trade_no: String,
    /// The type of its goods.
    pub product_type: String,
    /// The name of its goods.
    pub product_name: String,
    /// Where the payer met it.
    pub terminal: Terminal,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// What was to be paid.
    pub amount: Amount,
    /// The ledger transfer.
    pub transfer_id: TransferId,
    /// The payer's id as the merchant sees it.
    pub open_user_id: String,
    /// The payer.
    pub payer_id: PayerId,
    /// What the payer gave, in this currency.
    pub paid: Amount,
    /// What one unit of the payer's currency was worth in the order's.
    pub price: Rate,
    /// What the platform kept.
    pub commission: Amount,
    /// Echo of the call.
    pub pass_through_info: Option<String>,
    /// The payer's identity, sealed for the owner of the key that created the order; in that owner's copy alone
    /// (`decisions.md` row 45).
    #[serde(default)]
    pub payer_detail: Option<String>,
}

impl OrderPaidEvent {
    /// The currency of the order.
    pub fn currency(&self) -> Currency {
        self.amount.currency()
    }
}

/// An order ended without a payment: its merchant closed it, nobody paid in time, or the payment could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderClosedEvent {
    /// The order.
    pub order_id: OrderId,
    /// The merchant's number for it.
    pub merchant_trade_no: String,
    /// The type of its goods.
    pub product_type: String,
    /// The name of its goods.
    pub product_name: String,
    /// Where the payer would have met it.
    pub terminal: Terminal,
    /// When it was closed, or its expiry recorded.
    pub closed_at: Timestamp,
    /// What was to be paid.
    pub amount: Amount,
    /// Echo of the call.
    pub pass_through_info: Option<String>,
}
