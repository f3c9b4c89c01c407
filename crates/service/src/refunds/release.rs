//! Refunds that were held for a frozen payer reach the payer once the account is unfrozen.
//!
//! Unfreezing leaves a note where anything is held, in its own transaction, and a job that works off the notes brings one
//! refund after another: that can be many, and none waits for another that cannot be brought. The note stays until nothing is
//! held, so a process that ends in between loses nothing, and of two that work off the same note the later one finds each
//! refund arrived.
//!
//! What was held is brought whatever became of its merchant since: the money was taken when the refund was accepted, and it
//! has been nobody else's from then on. Holding, bringing, freezing and unfreezing each hold the payer's lock: a refund is
//! before a freeze or after it, and none is held unseen by the unfreezing that comes next.

use countersign_domain::Timestamp;
use countersign_domain::id::{PayerId, RefundId, TransferId};
use countersign_domain::ledger::{self, Transfer, TransferKind};
use countersign_domain::payer::{Payer, PayerStatus};
use countersign_domain::time::MINUTE_MS;
use countersign_store::queries::{orders, payers, refund_releases, refunds};
use countersign_store::{Locked, ReadTx, StoreError, WriteTx};
use thiserror::Error;

use super::announce;
use crate::booking::{self, BookingError};
use crate::platform::{Collides, Platform};

/// The most payers, and the most refunds of one of them, that are looked for at a time.
pub const RELEASE_BATCH_MAX: i64 = 100;
/// How long the job leaves a payer alone to whom it could not bring everything.
pub const RELEASE_RETRY_MS: i64 = MINUTE_MS;

/// Why a refund could not be brought. It stays held.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// The ledger refused: the payer's wallet is as full as it can be.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

impl From<StoreError> for ReleaseError {
    fn from(error: StoreError) -> Self {
        Self::Booking(error.into())
    }
}

impl Collides for ReleaseError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Booking(BookingError::Collision | BookingError::AlreadyBooked))
    }
}

/// Whether `payer` is frozen, under the payer's lock: then nothing is credited to it by a merchant.
pub(super) fn is_frozen(tx: &mut dyn WriteTx, payer: PayerId) -> Result<bool, StoreError> {
    Ok(payers::lock(tx, payer)?.is_some_and(|payer| payer.status == PayerStatus::Frozen))
}

/// Notes, of a payer whose account was frozen or unfrozen now, whether the job has anything to bring.
pub(crate) fn note(tx: &mut dyn WriteTx, payer: &Locked<Payer>, now: Timestamp) -> Result<(), StoreError> {
    if payer.status == PayerStatus::Active && refunds::count_held_for_payer(tx, payer.id)? > 0 {
        return refund_releases::put(tx, payer, now);
    }
    refund_releases::delete(tx, payer)
}

/// Payers to whom something is to be brought, the longest unfrozen first, at most [`RELEASE_BATCH_MAX`].
pub fn releases_due(tx: &mut dyn ReadTx, now: Timestamp) -> Result<Vec<PayerId>, StoreError> {
    refund_releases::due(tx, now, RELEASE_BATCH_MAX)
}

/// Refunds above `after` that are held for `payer`, by their ids, at most [`RELEASE_BATCH_MAX`]. Each is brought in a transaction
/// of its own.
pub fn held_for(tx: &mut dyn ReadTx, payer: PayerId, after: RefundId) -> Result<Vec<RefundId>, StoreError> {
    let held = refunds::held_for_payer(tx, payer, after, RELEASE_BATCH_MAX)?;
    Ok(held.into_iter().map(|refund| refund.id).collect())
}

/// Brings a held refund to its payer: the money moves, the order follows and the receivers are told, in one transaction. False
/// where it has arrived meanwhile or the payer is frozen again.
pub fn release(tx: &mut dyn WriteTx, platform: &Platform, id: RefundId, now: Timestamp) -> Result<bool, ReleaseError> {
    let Some(known) = refunds::get(tx, id)? else { return Ok(false) };
    let Some(order) = orders::lock(tx, known.terms.order_id)? else { return Ok(false) };
    let Some(held) = refunds::lock(tx, id)? else { return Ok(false) };
    let transfer_id = TransferId::new(platform.ids.next(now));
    let Ok(refund) = held.try_map(|refund| refund.arrive(transfer_id, now)) else { return Ok(false) };
    if is_frozen(tx, refund.payer_id)? {
        return Ok(false);
    }
    let legs = ledger::order_refund_release(refund.payer_id, refund.merchant_id, refund.figures.amount);
    booking::book(tx, platform, &Transfer::new(transfer_id, TransferKind::OrderRefund, id.get(), now, legs))?;
    refunds::update(tx, &refund)?;
    let order = order.map(|order| order.refund_arrived().expect("an order counts each of its held refunds"));
    orders::update(tx, &order)?;
    announce::arrived(tx, platform, (&refund, &order), now)?;
    Ok(true)
}

/// Takes the note about `payer` back once nothing is held. Where something is that could not be brought (`some_failed`) the job
/// looks again in [`RELEASE_RETRY_MS`]; where it was held since, at once.
pub fn settle_release(
    tx: &mut dyn WriteTx,
    payer: PayerId,
    some_failed: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(payer) = payers::lock(tx, payer)? else { return Ok(()) };
    if payer.status == PayerStatus::Frozen || refunds::count_held_for_payer(tx, payer.id)? == 0 {
        return refund_releases::delete(tx, &payer);
    }
    if some_failed { refund_releases::put(tx, &payer, now.plus_ms(RELEASE_RETRY_MS)) } else { Ok(()) }
}
