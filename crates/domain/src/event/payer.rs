//! What payers do beyond paying: scanning a merchant's own code, sharing their account id.

use serde::{Deserialize, Serialize};

use crate::id::{AccountShareId, PayerId, QrCodeScanId};
use crate::money::Amount;

/// Who says how much a scanned code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScannedAmount {
    /// The merchant, who knows it from the code.
    Fixed,
    /// The payer, who typed this in.
    Typed(Amount),
}

/// A payer scanned a merchant's own code (`partner.md` §3.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCodeScannedEvent {
    /// The scan: an order may name it, once.
    pub scan_id: QrCodeScanId,
    /// The text of the code.
    pub content: String,
    /// How much.
    pub amount: ScannedAmount,
}

/// A payer agreed that a merchant may know the account id (`partner.md` §3.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSharedEvent {
    /// The request that the payer agreed to.
    pub share_id: AccountShareId,
    /// The merchant's own id for it.
    pub request_id: String,
    /// The payer.
    pub payer_id: PayerId,
    /// What the payer wants to be called.
    pub nickname: Option<String>,
}
