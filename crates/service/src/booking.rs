//! Books transfers on the ledger.
//!
//! A balance is moved by one statement that locks it, judges it and adds to it; accounts are touched in the order of their ids,
//! so that two transfers cannot wait for each other. Platform accounts keep no balance row to fight over.

use countersign_domain::id::LedgerAccountId;
use countersign_domain::ledger::{AccountRef, Part, Posting, Transfer};
use countersign_domain::{Currency, Timestamp};
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

/// What accounts hold, each under its lock.
pub struct Balances(Vec<(AccountRef, Currency, i64)>);

impl Balances {
    /// The free part of one of the accounts that were locked, in minor units.
    pub fn available(&self, account: AccountRef, currency: Currency) -> i64 {
        let found = self.0.iter().find(|(of, in_, _)| (*of, *in_) == (account, currency));
        found.expect("only what was locked is asked for").2
    }
}

/// Locks `accounts` in the order of their ids, for a transfer whose legs depend on what they hold. Those that do not exist are
/// opened. Accounts without a balance of their own are passed over.
pub fn lock(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    accounts: &[(AccountRef, Currency)],
    now: Timestamp,
) -> Result<Balances, BookingError> {
    let mut opened = Vec::with_capacity(accounts.len());
    for (account, currency) in accounts.iter().filter(|(account, _)| account.normal_side().is_some()) {
        opened.push((open(tx, platform, (*account, *currency), now)?, *account, *currency));
    }
    opened.sort_by_key(|(id, ..)| *id);
    let mut balances = Vec::with_capacity(opened.len());
    for (id, account, currency) in opened {
        balances.push((account, currency, ledger::lock(tx, id)?.available_minor));
    }
    Ok(Balances(balances))
}

fn open(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (account, currency): (AccountRef, Currency),
    now: Timestamp,
) -> Result<LedgerAccountId, BookingError> {
    let new_id = || LedgerAccountId::new(platform.ids.next(now));
    ledger::open(tx, account, currency, new_id, now)?.ok_or(BookingError::Collision)
}

fn resolve(tx: &mut dyn WriteTx, platform: &Platform, transfer: &Transfer) -> Result<Vec<Leg>, BookingError> {
    let leg = |posting: &Posting| {
        let account = open(tx, platform, (posting.account, posting.amount.currency()), transfer.at())?;
        Ok(Leg { account, posting: *posting })
    };
    transfer.postings().iter().map(leg).collect()
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
        if !ledger::add(tx, change.account, (change.available, change.frozen), transfer.at())? {
            return Err(refused(tx, &change)?);
        }
    }
    Ok(())
}

/// Why an account does not take a change: it cannot hold as much more, else it holds less than is taken. Another transfer may have
/// moved the balance since it was judged; what is taken of it was not there then.
fn refused(tx: &mut dyn WriteTx, change: &Change) -> Result<BookingError, StoreError> {
    let balance = ledger::lock(tx, change.account)?;
    let is_over = |held: i64, change: i64| held.checked_add(change).is_none();
    let is_full = is_over(balance.available_minor, change.available) || is_over(balance.frozen_minor, change.frozen);
    let takes = change.available < 0 || change.frozen < 0;
    Ok(if takes && !is_full { BookingError::InsufficientFunds(change.currency) } else { BookingError::OutOfRange })
}

fn sum_by_account(legs: &[Leg]) -> Result<Vec<Change>, BookingError> {
    let mut changes: Vec<Change> = Vec::new();
    for leg in legs {
        let Some(side) = leg.posting.account.normal_side() else { continue };
        let minor = side.balance(leg.posting.amount.minor()).ok_or(BookingError::OutOfRange)?;
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
