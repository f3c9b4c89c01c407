//! Pages of the log.

use countersign_domain::id::OutboxId;
use countersign_store::queries::outbox::{self, Listed, LogFilter};
use countersign_store::{ReadTx, StoreError};

/// The most messages of one page.
pub const PAGE_MAX: i64 = 200;

/// Webhook messages that the filter lets through, newest first: the first page, or the one below `before`, which is where the
/// page before it said that the list goes on. At most `limit` messages, and never more than [`PAGE_MAX`].
///
/// A merchant sees its own log, so its filter names it; only the operator's names nobody.
pub fn list(
    tx: &mut dyn ReadTx,
    filter: &LogFilter,
    before: Option<OutboxId>,
    limit: i64,
) -> Result<Listed, StoreError> {
    outbox::list(tx, filter, before.unwrap_or(OutboxId::new(i64::MAX)), limit.clamp(1, PAGE_MAX))
}
