//! Money that comes in from outside: the mirror of what custody received.

use countersign_domain::id::TransferId;
use countersign_domain::ledger::{self, Owner, Transfer, TransferKind, Wallet};
use countersign_domain::{Amount, Timestamp};
use countersign_store::queries::{ledger as rows, merchants, payers};
use countersign_store::{StoreError, WriteTx};
use thiserror::Error;

use crate::booking::{self, BookingError};
use crate::platform::{Collides, Platform};

/// Why a deposit was not booked.
#[derive(Debug, Error)]
pub enum DepositError {
    /// Nobody has this number.
    #[error("there is no such account")]
    UnknownOwner,
    /// The amount is not above zero.
    #[error("a deposit must be above zero")]
    NotPositive,
    /// The ledger refused.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

impl From<StoreError> for DepositError {
    fn from(error: StoreError) -> Self {
        Self::Booking(error.into())
    }
}

impl Collides for DepositError {
    fn is_collision(&self) -> bool {
        // A deposit's cause is its own freshly drawn id: already booked means that the id was taken.
        matches!(self, Self::Booking(BookingError::Collision | BookingError::AlreadyBooked))
    }
}

/// Books `amount` into `owner`'s `wallet` and answers what is then free there, in minor units.
pub fn create(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (owner, wallet): (Owner, Wallet),
    amount: Amount,
    now: Timestamp,
) -> Result<i64, DepositError> {
    if !amount.is_positive() {
        return Err(DepositError::NotPositive);
    }
    let known = match owner {
        Owner::Merchant(id) => merchants::get(tx, id)?.is_some(),
        Owner::Payer(id) => payers::name(tx, id)?.is_some(),
    };
    if !known {
        return Err(DepositError::UnknownOwner);
    }
    let id = TransferId::new(platform.ids.next(now));
    let transfer = Transfer::new(id, TransferKind::Deposit, id.get(), now, ledger::deposit(owner, wallet, amount));
    booking::book(tx, platform, &transfer)?;
    let balances = rows::balances(tx, owner, wallet)?;
    let balance = balances.iter().find(|balance| balance.available.currency() == amount.currency());
    Ok(balance.expect("the deposit opened the account").available.minor())
}
