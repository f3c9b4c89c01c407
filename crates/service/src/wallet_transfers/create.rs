//! Moving money between wallets, once for each of the merchant's own ids.

use countersign_domain::id::{TransferId, WalletTransferId};
use countersign_domain::ledger::{Transfer, TransferKind};
use countersign_domain::wallet_transfer::{Direction, WalletTransfer};
use countersign_domain::{Amount, Currency, Scope};
use countersign_store::queries::wallet_transfers;
use countersign_store::{StoreError, WriteTx};
use thiserror::Error;

use crate::authority::{self, AuthorityError, Call, Need};
use crate::booking::{self, BookingError};
use crate::platform::{Collides, Platform};

/// What is to be moved.
#[derive(Debug, Clone)]
pub struct NewTransfer {
    /// The merchant's own id for it.
    pub request_id: String,
    /// From which wallet into which.
    pub direction: Direction,
    /// How much.
    pub amount: Amount,
    /// The amount's digits as they were sent.
    pub amount_sent: String,
}

/// A transfer as answered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Transferred {
    /// The amount's digits as they were sent the first time.
    pub amount_sent: String,
    /// Whether it was made by an earlier call with the same parameters; then nothing moved now.
    pub repeated: bool,
}

/// Why nothing was moved.
#[derive(Debug, Error)]
pub enum TransferError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The amount is not above zero.
    #[error("a transfer must move more than nothing")]
    NotPositive,
    /// The merchant has used this id for another transfer.
    #[error("the merchant has used this id for another transfer")]
    OtherParameters,
    /// The wallet holds less than that.
    #[error("not enough {0} in the wallet")]
    InsufficientFunds(Currency),
    /// The other wallet cannot hold as much.
    #[error("a balance would leave its range")]
    OutOfRange,
    /// A drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
}

impl From<StoreError> for TransferError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

impl From<BookingError> for TransferError {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::InsufficientFunds(currency) => Self::InsufficientFunds(currency),
            BookingError::OutOfRange => Self::OutOfRange,
            // The cause is a freshly drawn id: booked already means that an id was taken.
            BookingError::AlreadyBooked | BookingError::Collision => Self::Collision,
            BookingError::Store(error) => error.into(),
        }
    }
}

impl Collides for TransferError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// Moves the money of the merchant for whom the call acts, or finds that the same call moved it before.
///
/// A refused call leaves nothing, so its id can be used again.
pub fn create(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    call: &Call,
    new: &NewTransfer,
) -> Result<Transferred, TransferError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::InternalTransfer))?;
    if !new.amount.is_positive() {
        return Err(TransferError::NotPositive);
    }
    let transfer = WalletTransfer {
        id: WalletTransferId::new(platform.ids.next(call.now)),
        merchant_id: acting.merchant_id,
        request_id: new.request_id.clone(),
        api_key_id: call.caller.key_id,
        authorization_id: acting.authorization_id(),
        direction: new.direction,
        amount: new.amount,
        amount_sent: new.amount_sent.clone(),
        created_at: call.now,
    };
    if !wallet_transfers::insert(tx, &transfer)? {
        return repeat(tx, &transfer);
    }
    let id = TransferId::new(platform.ids.next(call.now));
    let cause = (TransferKind::WalletTransfer, transfer.id.get());
    booking::book(tx, platform, &Transfer::new(id, cause.0, cause.1, call.now, transfer.postings()))?;
    Ok(Transferred { amount_sent: transfer.amount_sent, repeated: false })
}

/// The insert gave way to a row that is there: the merchant's own id, or one that was drawn.
fn repeat(tx: &mut dyn WriteTx, asked: &WalletTransfer) -> Result<Transferred, TransferError> {
    let first = wallet_transfers::by_request(tx, asked.merchant_id, &asked.request_id)?;
    let first = first.ok_or(TransferError::Collision)?;
    if !first.is_asked_by(asked.direction, asked.amount) {
        return Err(TransferError::OtherParameters);
    }
    Ok(Transferred { amount_sent: first.amount_sent, repeated: true })
}
