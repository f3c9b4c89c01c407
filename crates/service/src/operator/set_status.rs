//! Freezing and unfreezing an account.
//!
//! A frozen merchant's calls are refused, nobody acts or pays for it, and nothing is withdrawn; a frozen payer pays nothing,
//! nothing is withdrawn, and what merchants refund is held until the payer is unfrozen. What custody received is booked either
//! way: it is there.

use countersign_domain::Timestamp;
use countersign_domain::admin_key::Capability;
use countersign_domain::external_posting::Remark;
use countersign_domain::ledger::Owner;
use countersign_domain::merchant::{Merchant, MerchantStatus};
use countersign_domain::payer::{Payer, PayerStatus};
use countersign_store::queries::{merchants, payers};
use countersign_store::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::account::audit_chain;
use super::authority::{Caller, Denied, authorize};
use crate::platform::Collides;
use crate::{audit, refunds};

/// How an account stands, a merchant's or a payer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountStatus {
    /// May act.
    Active,
    /// Frozen by the operator.
    Frozen,
}

impl AccountStatus {
    const fn of_merchant(self) -> MerchantStatus {
        match self {
            Self::Active => MerchantStatus::Active,
            Self::Frozen => MerchantStatus::Frozen,
        }
    }

    const fn of_payer(self) -> PayerStatus {
        match self {
            Self::Active => PayerStatus::Active,
            Self::Frozen => PayerStatus::Frozen,
        }
    }
}

impl From<MerchantStatus> for AccountStatus {
    fn from(status: MerchantStatus) -> Self {
        match status {
            MerchantStatus::Active => Self::Active,
            MerchantStatus::Frozen => Self::Frozen,
        }
    }
}

impl From<PayerStatus> for AccountStatus {
    fn from(status: PayerStatus) -> Self {
        match status {
            PayerStatus::Active => Self::Active,
            PayerStatus::Frozen => Self::Frozen,
        }
    }
}

/// A change of an account's standing.
#[derive(Debug, Clone)]
pub struct StatusChange {
    /// Whose account.
    pub owner: Owner,
    /// How it is to stand.
    pub status: AccountStatus,
    /// Why.
    pub reason: Remark,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusSet {
    /// How the account stands now.
    pub status: AccountStatus,
    /// Whether it stood otherwise before.
    pub changed: bool,
}

/// Why an account's standing was not changed. The refusal is in the audit chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum StatusRefused {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nobody has this number.
    #[error("there is no such account")]
    UnknownAccount,
}

/// Why the transaction of a change does not stand, or what it refused.
#[derive(Debug, Error)]
pub enum StatusError {
    /// The change was refused.
    #[error(transparent)]
    Refused(#[from] StatusRefused),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denied> for StatusError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl Collides for StatusError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Sets how an account stands. Setting what is so already changes nothing and is recorded all the same.
pub fn set_status(
    tx: &mut dyn WriteTx,
    caller: Caller,
    change: &StatusChange,
    now: Timestamp,
) -> Result<Result<StatusSet, StatusRefused>, StatusError> {
    let outcome = match carry_out(tx, caller, change, now) {
        Ok(set) => Ok(set),
        Err(StatusError::Refused(refused)) => Err(refused),
        Err(failed) => return Err(failed),
    };
    let told = match outcome {
        Ok(set) => json!({ "changed": set.changed }),
        Err(refused) => json!({ "refused": refused.to_string() }),
    };
    let detail = json!({ "account": change.owner.number(), "reason": change.reason.as_str(), "outcome": told });
    let action = match change.status {
        AccountStatus::Active => "account_unfreeze",
        AccountStatus::Frozen => "account_freeze",
    };
    let chain = audit_chain(tx, change.owner)?;
    audit::record(tx, chain, caller.actor(), (action, &detail), now)?;
    Ok(outcome)
}

fn carry_out(
    tx: &mut dyn WriteTx,
    caller: Caller,
    change: &StatusChange,
    now: Timestamp,
) -> Result<StatusSet, StatusError> {
    authorize::<StatusError>(tx, caller, Capability::AccountFreeze)?;
    let before = match change.owner {
        Owner::Merchant(id) => {
            let merchant = merchants::lock(tx, id)?.ok_or(StatusRefused::UnknownAccount)?;
            let (before, status) = (merchant.status, change.status.of_merchant());
            merchants::update(tx, &merchant.map(|merchant| Merchant { status, ..merchant }))?;
            before.into()
        }
        Owner::Payer(id) => {
            let payer = payers::lock(tx, id)?.ok_or(StatusRefused::UnknownAccount)?;
            let (before, status) = (payer.status, change.status.of_payer());
            let payer = payer.map(|payer| Payer { status, ..payer });
            payers::update(tx, &payer)?;
            if before != status {
                refunds::note_release(tx, &payer, now)?;
            }
            before.into()
        }
    };
    Ok(StatusSet { status: change.status, changed: change.status != before })
}
