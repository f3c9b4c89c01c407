//! The data of `PAY_REFUND` (partner.md 3.4, clients.md W5): keys in the recorded order.

use serde::{Deserialize, Serialize};

use crate::decimal::WireNumber;

/// A refund of an order reached its payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundData {
    /// The merchant's order id.
    pub merchant_trade_no: String,
    /// The order's amount with eight decimals: [`WireNumber::padded`].
    pub total_fee: WireNumber,
    /// When the payer got the money, Unix ms.
    #[serde(default)]
    pub transact_time: i64,
    /// The refund.
    pub refund_info: RefundInfo,
    /// The order's currency.
    pub currency: String,
    /// The fee on the payment: [`WireNumber::commission`].
    #[serde(default = "no_commission")]
    pub commission: WireNumber,
    /// The payer's id, scoped to the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_user_id: Option<String>,
    /// The order's goodsType.
    pub product_type: String,
    /// The order's goodsName.
    pub product_name: String,
    /// The order's terminalType.
    pub trade_type: String,
}

fn no_commission() -> WireNumber {
    WireNumber::commission(0, 0)
}

/// The refund inside the data: an object, amounts strings with eight decimals (clients.md H6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundInfo {
    /// The order's amount.
    pub order_amount: String,
    /// `N`: a repeat of a call tells nobody again.
    pub duplicate_request: String,
    /// The id of the one that pays the refund, which is the merchant; the recorded one differs from `openUserId`.
    pub payer_open_id: String,
    /// The order's id.
    pub prepay_id: String,
    /// The merchant's id of the refund.
    pub refund_request_id: String,
    /// All that has gone back of the order, this refund included.
    pub refunded_amount: String,
    /// How many refunds the order still takes.
    pub remaining_attempts: u32,
    /// What went back with this refund.
    pub refund_amount: String,
}
