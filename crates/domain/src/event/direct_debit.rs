//! Direct-debit contracts: signed, ended.

use serde::{Deserialize, Serialize};

use crate::id::DirectDebitContractId;
use crate::money::Amount;
use crate::time::Timestamp;

/// Who ended a contract before its time. A merchant that does so by a call is told nothing (`partner.md` §3.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContractEndedBy {
    /// The payer.
    Payer,
    /// The people who run the platform.
    Operator,
}

/// What happened to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContractChange {
    /// The payer signed it.
    Signed,
    /// Somebody ended it.
    Terminated {
        /// Who.
        by: ContractEndedBy,
        /// When.
        at: Timestamp,
    },
    /// It ended by its own date.
    Expired,
}

/// A direct-debit contract was signed or ended (`partner.md` §3.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectDebitContractEvent {
    /// The contract.
    pub contract_id: DirectDebitContractId,
    /// The merchant's own id for it.
    pub contract_code: String,
    /// What it is for.
    pub service_name: String,
    /// The payer's id as the merchant sees it.
    pub open_user_id: String,
    /// The payer's account with the merchant, where the merchant named one.
    pub merchant_account: Option<String>,
    /// The most that one debit may take.
    pub limit: Amount,
    /// What happened.
    pub change: ContractChange,
}
