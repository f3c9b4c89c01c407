//! Payers: people who pay from an own wallet.

use serde::{Deserialize, Serialize};

use crate::id::PayerId;

/// Whether a payer may pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayerStatus {
    /// May pay.
    Active,
    /// Frozen by the operator: nothing leaves the wallets, and what merchants refund is held until the payer is free again.
    /// What custody received is booked all the same.
    Frozen,
}

/// One payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// Its number; on the wire the Binance ID.
    pub id: PayerId,
    /// Its name.
    pub name: String,
    /// Whether it may pay.
    pub status: PayerStatus,
}
