//! The data of `PAYOUT` (partner.md 3.5, clients.md W6) and `PAYOUT_NON_BN` (partner.md 3.6).

use serde::{Deserialize, Serialize};

use crate::decimal::WireNumber;

/// How far a batch of payouts has come: keys in the recorded order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayoutData {
    /// The same as `bizStatus`.
    pub batch_status: String,
    /// The currency of the whole batch.
    pub currency: String,
    /// Whose batch it is, a number here.
    pub merchant_id: i64,
    /// The merchant's id of the batch.
    pub request_id: String,
    /// The sum with eight decimals: [`WireNumber::padded`].
    pub total_amount: WireNumber,
    /// How many payouts it has.
    pub total_number: u32,
}

/// What became of one payout to an e-mail address: keys in the order of the page and its sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailPayoutData {
    /// The merchant's id of this payout.
    pub merchant_send_id: String,
    /// Our id of this payout.
    pub order_id: String,
    /// Our id of its batch.
    pub batch_id: String,
    /// The same as `bizStatus`.
    pub status: String,
    /// The currency.
    pub currency: String,
    /// A string without trailing zeros, as in the page's sample (partner.md 10, row 14).
    pub amount: String,
    /// [`EmailPayoutData::EMAIL`].
    pub receive_type: String,
    /// The e-mail address.
    pub receiver: String,
}

impl EmailPayoutData {
    /// The only `receiveType` of this notification.
    pub const EMAIL: &'static str = "EMAIL";
}
