//! Books transfers on the ledger.
//!
//! Debited balances are locked and checked; accounts are touched in the order of their ids, so that two transfers cannot
//! wait for each other. Platform accounts keep no balance row to fight over.

use countersign_domain::Currency;
use countersign_domain::id::LedgerAccountId;
use countersign_domain::ledger::{AccountRef, Part, Posting, Transfer};
use countersign_store::queries::ledger;
use countersign_store::{StoreError, WriteTx};
use thiserror::Error;

use crate::platform::Platform;

/// Why a transfer was not booked. Nothing of it was written.
#[derive(Debug, Error)]
pub enum BookingError {
    /// A wallet holds less than is to be taken from it.
    #[error("not enough {0} in a wallet")]
    InsufficientFunds(Currency),
    /// A balance would leave 64 bits.
    #[error("a balance would leave its range")]
    OutOfRange,
    /// The same cause has moved money before, or the transfer's id is taken.
    #[error("this cause has been booked already")]
    AlreadyBooked,
    /// A new account's id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Leg {
    account: LedgerAccountId,
    posting: Posting,
}

/// Books `transfer`: its head, its postings and the balances that they move.
pub fn book(tx: &mut dyn WriteTx, platform: &Platform, transfer: &Transfer) -> Result<(), BookingError> {
    if !ledger::insert_transfer(tx, transfer)? {
        return Err(BookingError::AlreadyBooked);
    }
    let legs = resolve(tx, platform, transfer)?;
    move_balances(tx, &legs, transfer)?;
    for (sequence, leg) in (1_i64..).zip(&legs) {
        ledger::insert_posting(tx, transfer.id(), sequence, leg.account, leg.posting.part, leg.posting.amount.minor())?;
    }
    Ok(())
}

fn resolve(tx: &mut dyn WriteTx, platform: &Platform, transfer: &Transfer) -> Result<Vec<Leg>, BookingError> {
    transfer
        .postings()
        .iter()
        .map(|posting| {
            let new_id = LedgerAccountId::new(platform.ids.next(transfer.at()));
            let account = ledger::open(tx, posting.account, posting.amount.currency(), new_id, transfer.at())?;
            Ok(Leg { account: account.ok_or(BookingError::Collision)?, posting: *posting })
        })
        .collect()
}

/// What one account gains or loses over all legs.
struct Change {
    account: LedgerAccountId,
    currency: Currency,
    available: i64,
    frozen: i64,
}

fn move_balances(tx: &mut dyn WriteTx, legs: &[Leg], transfer: &Transfer) -> Result<(), BookingError> {
    let mut changes = sum_by_account(legs)?;
    changes.sort_by_key(|change| change.account);
    for change in changes {
        // A credit needs no look at the balance unless it could overflow; the lock is taken all the same, by the update.
        let balance = ledger::lock(tx, change.account)?;
        let available = balance.available_minor.checked_add(change.available).ok_or(BookingError::OutOfRange)?;
        let frozen = balance.frozen_minor.checked_add(change.frozen).ok_or(BookingError::OutOfRange)?;
        if available < 0 || frozen < 0 {
            return Err(BookingError::InsufficientFunds(change.currency));
        }
        ledger::add(tx, change.account, change.available, change.frozen, transfer.at())?;
    }
    Ok(())
}

fn sum_by_account(legs: &[Leg]) -> Result<Vec<Change>, BookingError> {
    let mut changes: Vec<Change> = Vec::new();
    for leg in legs {
        let AccountRef::Wallet(..) = leg.posting.account else { continue };
        let minor = leg.posting.amount.minor();
        let (available, frozen) = match leg.posting.part {
            Part::Available => (minor, 0),
            Part::Frozen => (0, minor),
        };
        match changes.iter_mut().find(|change| change.account == leg.account) {
            Some(change) => {
                change.available = change.available.checked_add(available).ok_or(BookingError::OutOfRange)?;
                change.frozen = change.frozen.checked_add(frozen).ok_or(BookingError::OutOfRange)?;
            }
            None => changes.push(Change {
                account: leg.account,
                currency: leg.posting.amount.currency(),
                available,
                frozen,
            }),
        }
    }
    Ok(changes)
}
