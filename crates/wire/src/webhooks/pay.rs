//! The data of `PAY` (partner.md 3.3, clients.md W1 to W3): keys in the recorded order, amounts numbers.

use serde::{Deserialize, Serialize};

use crate::decimal::WireNumber;

/// What happened to an order. A closed one has neither `transactionId`, `openUserId` nor `paymentInfo` (clients.md W2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayData {
    /// The merchant's order id.
    pub merchant_trade_no: String,
    /// The order's goodsType.
    pub product_type: String,
    /// The order's goodsName.
    pub product_name: String,
    /// When it was paid or closed, Unix ms.
    #[serde(default)]
    pub transact_time: i64,
    /// The order's terminalType.
    pub trade_type: String,
    /// The amount with eight decimals: [`WireNumber::padded`].
    pub total_fee: WireNumber,
    /// The order's currency.
    pub currency: String,
    /// The payment's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// The payer's id, scoped to the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_user_id: Option<String>,
    /// As the order was created with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass_through_info: Option<String>,
    /// The fee: [`WireNumber::commission`]. The oldest bodies have none.
    #[serde(default = "no_commission")]
    pub commission: WireNumber,
    /// How it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_info: Option<PaymentInfo>,
}

fn no_commission() -> WireNumber {
    WireNumber::commission(0, 0)
}

/// How an order was paid: ids and amounts are numbers here, strings in the query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentInfo {
    /// The payer; the newest page has dropped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_id: Option<i64>,
    /// The wallet used: `funding` or `spot`.
    pub pay_method: String,
    /// What was taken.
    pub payment_instructions: Vec<PaymentInstruction>,
    /// `DEFAULT` in what was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Not seen filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_channel: Option<String>,
    /// The payer's identity, sealed for the key that created the order (decisions.md row 45).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_detail: Option<String>,
}

/// One currency that was taken from the payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentInstruction {
    /// The currency.
    pub currency: String,
    /// How much of it: [`WireNumber::padded`].
    pub amount: WireNumber,
    /// Its rate against the order's currency: a bare `1` for the same one ([`WireNumber::plain`]), else eight decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<WireNumber>,
}
