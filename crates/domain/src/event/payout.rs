//! Payouts: a batch on its way, and one payout to somebody who had no account.

use serde::{Deserialize, Serialize};

use crate::id::{MerchantId, PayoutId, PayoutItemId};
use crate::money::Amount;

/// How far a batch of payouts has come (`partner.md` §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PayoutProgress {
    /// Taken, its sum frozen.
    Accepted,
    /// Being paid.
    Processing,
    /// Every payout has arrived.
    Succeeded,
    /// Some have arrived; others failed, went back, or wait for their receivers.
    PartlySucceeded,
    /// None has arrived.
    Failed,
    /// Given up for a fault of the platform.
    Canceled,
}

/// A batch of payouts came a step further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutEvent {
    /// The batch.
    pub payout_id: PayoutId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// The merchant's own id for it.
    pub request_id: String,
    /// How far it has come.
    pub progress: PayoutProgress,
    /// What its payouts come to.
    pub total: Amount,
    /// How many they are.
    pub count: u32,
}

/// What became of a payout to an e-mail address that had no account (`partner.md` §3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EmailPayoutOutcome {
    /// Its receiver has yet to register.
    AwaitingReceipt,
    /// Its receiver registered in time and has the money.
    Received,
    /// It could not be made.
    Failed,
    /// Its receiver did not register in time, and the merchant has the money back.
    Refunded,
}

/// Something became of a payout to an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailPayoutEvent {
    /// The payout.
    pub item_id: PayoutItemId,
    /// The batch that it belongs to.
    pub payout_id: PayoutId,
    /// The merchant's own id for the payout.
    pub send_id: String,
    /// What became of it.
    pub outcome: EmailPayoutOutcome,
    /// How much.
    pub amount: Amount,
    /// To whom.
    pub email: String,
}
