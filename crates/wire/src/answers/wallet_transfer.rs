//! The answers of `wallet/transfer` and `wallet/transfer/query` (money.md 4, clients.md A9): ids and amounts are strings.

use serde::{Deserialize, Serialize};

/// A transfer between wallets as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletTransferMade {
    /// The request's `requestId`.
    pub tran_id: String,
    /// `SUCCESS`; the page knows `FAILURE` and `PROCESS` too.
    pub status: String,
    /// The currency.
    pub currency: String,
    /// How much, as it was sent.
    pub amount: String,
    /// `TO_MAIN` or `TO_PAY`.
    pub transfer_type: String,
}

/// What became of a transfer. The newest page has the first two alone, the page of 2021 the other two as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletTransferResult {
    /// The transfer's `requestId`.
    pub tran_id: String,
    /// `SUCCESS`; the page knows `FAILURE` and `PROCESS` too.
    pub status: String,
    /// The currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How much, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
}
