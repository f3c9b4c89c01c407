//! Posting what custody received or paid out.
//!
//! A reference is claimed before anything else is looked at: whoever comes second with it waits for the first and is answered
//! with the first's outcome. Limits are rows that a posting locks. Lock order: reference → the key's day → ledger account →
//! audit chain.

use countersign_domain::admin_key::{AdminKey, Capability, OverLimit};
use countersign_domain::external_posting::{ExternalPosting, ExternalReference, PostingKind, PostingTerms};
use countersign_domain::id::TransferId;
use countersign_domain::ledger::{AccountRef, Transfer};
use countersign_domain::{Amount, Currency, Timestamp};
use countersign_store::queries::admin_keys::{self, KeyDay};
use countersign_store::queries::{external_postings, ledger};
use countersign_store::{Locked, StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::account::{audit_chain, standing};
use super::authority::{Caller, Denied, authorize};
use super::set_status::AccountStatus;
use crate::audit;
use crate::booking::{self, BookingError};
use crate::platform::{Collides, Platform};

/// A posting to make.
#[derive(Debug, Clone)]
pub struct NewPosting {
    /// What the operator's system calls it.
    pub reference: ExternalReference,
    /// What it says.
    pub terms: PostingTerms,
}

/// A posting that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The posting; the first one, where it was told again.
    pub posting: ExternalPosting,
    /// Whether it stood before this call.
    pub repeated: bool,
}

/// Why money was not posted. The refusal is in the audit chain, and the reference is as free as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum PostRefused {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The amount is not above zero.
    #[error("the amount of a posting is above zero")]
    NotPositive,
    /// The reference stands for another posting.
    #[error("the reference was used before, for another posting")]
    ReferenceUsed,
    /// Nobody has this number.
    #[error("there is no such account")]
    UnknownAccount,
    /// Nothing is withdrawn from a frozen account.
    #[error("the account is frozen: nothing is withdrawn from it")]
    AccountFrozen,
    /// More than the key may post.
    #[error(transparent)]
    Over(#[from] OverLimit),
    /// The wallet holds less than is to be withdrawn.
    #[error("not enough {0} in the wallet")]
    InsufficientFunds(Currency),
    /// The wallet's balance would leave 64 bits.
    #[error("the wallet's balance would leave its range")]
    OutOfRange,
}

/// Why the transaction of a posting does not stand, or what it refused.
#[derive(Debug, Error)]
pub enum PostError {
    /// The posting was refused.
    #[error(transparent)]
    Refused(#[from] PostRefused),
    /// The ledger refused what had been judged bookable, or the database failed.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

impl From<Denied> for PostError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl From<StoreError> for PostError {
    fn from(error: StoreError) -> Self {
        Self::Booking(error.into())
    }
}

impl Collides for PostError {
    fn is_collision(&self) -> bool {
        // A transfer's cause is its own freshly drawn id: already booked means that the id was taken.
        matches!(self, Self::Booking(BookingError::Collision | BookingError::AlreadyBooked))
    }
}

/// Posts `new`, once: told again with the same terms it answers the first posting.
pub fn post(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    caller: Caller,
    new: &NewPosting,
    now: Timestamp,
) -> Result<Result<Posted, PostRefused>, PostError> {
    let outcome = match claim(tx, platform, caller, new, now) {
        Ok(posted) => Ok(posted),
        Err(PostError::Refused(refused)) => Err(refused),
        Err(failed) => return Err(failed),
    };
    record(tx, caller, new, &outcome, now)?;
    Ok(outcome)
}

fn claim(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    caller: Caller,
    new: &NewPosting,
    now: Timestamp,
) -> Result<Posted, PostError> {
    let key = authorize::<PostError>(tx, caller, Capability::LedgerPost)?;
    if !new.terms.amount.is_positive() {
        return Err(PostRefused::NotPositive.into());
    }
    let mut posting = ExternalPosting {
        transfer_id: TransferId::new(platform.ids.next(now)),
        reference: new.reference.clone(),
        terms: new.terms.clone(),
        admin_key_id: key.as_ref().map(|key| key.id),
        available: Amount::zero(new.terms.amount.currency()),
        posted_at: now,
    };
    if !external_postings::claim(tx, &posting)? {
        // Neither the reference nor anything else: then it was the id.
        let first = external_postings::by_reference(tx, &new.reference)?.ok_or(BookingError::Collision)?;
        let same = first.terms == new.terms;
        return if same {
            Ok(Posted { posting: first, repeated: true })
        } else {
            Err(PostRefused::ReferenceUsed.into())
        };
    }
    match book(tx, platform, &posting, key.as_ref()) {
        Ok(available) => {
            external_postings::settle(tx, posting.transfer_id, available)?;
            posting.available = available;
            Ok(Posted { posting, repeated: false })
        }
        Err(refused @ PostError::Refused(_)) => {
            external_postings::release(tx, posting.transfer_id)?;
            Err(refused)
        }
        Err(failed) => Err(failed),
    }
}

/// Judges a claimed posting, and only then moves anything: a refusal commits. Answers what is then free in the wallet.
fn book(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    posting: &ExternalPosting,
    key: Option<&AdminKey>,
) -> Result<Amount, PostError> {
    let terms = &posting.terms;
    let (_, status) = standing(tx, terms.owner)?.ok_or(PostRefused::UnknownAccount)?;
    if status == AccountStatus::Frozen && terms.kind == PostingKind::Withdrawal {
        return Err(PostRefused::AccountFrozen.into());
    }
    let day = key.map(|key| count(tx, key, posting)).transpose()?.flatten();
    check_balance(tx, terms)?;
    if let Some(day) = day {
        admin_keys::set_day(tx, &day)?;
    }
    let (id, kind) = (posting.transfer_id, terms.kind.transfer_kind());
    booking::book(tx, platform, &Transfer::new(id, kind, id.get(), posting.posted_at, terms.legs()))?;
    let available = lock_available(tx, terms)?.expect("a booked posting opened its account");
    Ok(Amount::from_minor(available, terms.amount.currency()))
}

/// The key's day with the posting counted in; `None` where the key has no limits.
fn count(tx: &mut dyn WriteTx, key: &AdminKey, posting: &ExternalPosting) -> Result<Option<Locked<KeyDay>>, PostError> {
    if key.limits.is_none() {
        return Ok(None);
    }
    let amount = posting.terms.amount;
    let day = admin_keys::lock_day(tx, key.id, amount.currency(), posting.posted_at.day())?;
    let counted = key.limits.judge(amount, day.posted.minor()).map_err(PostRefused::from)?;
    Ok(counted.map(|minor| {
        let posted = Amount::from_minor(minor, amount.currency());
        day.map(|day| KeyDay { posted, ..day })
    }))
}

/// Whether the wallet can give or take the amount. Under the lock, which the booking takes anyway.
fn check_balance(tx: &mut dyn WriteTx, terms: &PostingTerms) -> Result<(), PostError> {
    let (available, minor) = (lock_available(tx, terms)?.unwrap_or(0), terms.amount.minor());
    let refused = match terms.kind {
        PostingKind::Deposit => available.checked_add(minor).is_none().then_some(PostRefused::OutOfRange),
        PostingKind::Withdrawal => {
            (available < minor).then_some(PostRefused::InsufficientFunds(terms.amount.currency()))
        }
    };
    refused.map_or(Ok(()), |refused| Err(refused.into()))
}

/// What is free in the wallet, locked; `None` where the currency was never in it.
fn lock_available(tx: &mut dyn WriteTx, terms: &PostingTerms) -> Result<Option<i64>, StoreError> {
    let account = AccountRef::Wallet(terms.owner, terms.wallet);
    let Some(id) = ledger::find(tx, account, terms.amount.currency())? else { return Ok(None) };
    Ok(Some(ledger::lock(tx, id)?.available_minor))
}

fn record(
    tx: &mut dyn WriteTx,
    caller: Caller,
    new: &NewPosting,
    outcome: &Result<Posted, PostRefused>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let terms = &new.terms;
    let told = match outcome {
        Ok(posted) => json!({ "transfer": posted.posting.transfer_id.get(), "repeated": posted.repeated }),
        Err(refused) => json!({ "refused": refused.to_string() }),
    };
    let detail = json!({
        "reference": new.reference.as_str(), "account": terms.owner.number(), "wallet": ledger::wallet_name(terms.wallet),
        "currency": terms.amount.currency(), "amount": terms.amount.to_string(), "outcome": told,
    });
    let action = match terms.kind {
        PostingKind::Deposit => "deposit_post",
        PostingKind::Withdrawal => "withdrawal_post",
    };
    let chain = audit_chain(tx, terms.owner)?;
    audit::record(tx, chain, caller.actor(), (action, &detail), now)
}
