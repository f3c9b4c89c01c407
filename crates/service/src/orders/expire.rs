//! Orders that nobody paid in time. Reading already counts them as expired; this records it and tells their merchants.

use countersign_domain::Timestamp;
use countersign_domain::id::OrderId;
use countersign_store::queries::orders;
use countersign_store::{ReadTx, StoreError, WriteTx};

use super::ended::announce;
use crate::platform::Platform;

/// The most orders that are looked for at a time.
pub const DUE_BATCH_MAX: i64 = 100;

/// Orders whose time is over and whose expiry is not recorded, the longest overdue first, at most [`DUE_BATCH_MAX`]. Each
/// is ended in a transaction of its own: one that cannot be ended holds up no other.
pub fn overdue(tx: &mut dyn ReadTx, now: Timestamp) -> Result<Vec<OrderId>, StoreError> {
    orders::overdue(tx, now, DUE_BATCH_MAX)
}

/// Records that an order's time is over and tells its receivers, as a close does (`decisions.md` row 31); false where it was
/// paid, closed or recorded meanwhile.
pub fn expire(tx: &mut dyn WriteTx, platform: &Platform, id: OrderId, now: Timestamp) -> Result<bool, StoreError> {
    let Some(order) = orders::lock(tx, id)? else { return Ok(false) };
    let Some(expired) = order.try_map(|order| order.expire(now).ok_or(())).ok() else { return Ok(false) };
    orders::update(tx, &expired)?;
    announce(tx, platform, &expired, now)?;
    Ok(true)
}
