//! Pages of the log.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OutboxId, WebhookEndpointId};
use countersign_store::queries::outbox::{self, Listed, LogFilter, Parked};
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

/// The page on the other side, in one merchant's log: messages above `after`, those nearest to it, newest first all the same;
/// [`Listed::next`] says above which id newer ones follow.
pub fn list_newer(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    filter: &LogFilter,
    (after, limit): (OutboxId, i64),
) -> Result<Listed, StoreError> {
    outbox::list_newer(tx, merchant, filter, (after, limit.clamp(1, PAGE_MAX)))
}

/// How many messages of a merchant [`recover`](super::recover()) would look at: what is parked and was caused at `since` or
/// later, for one endpoint where given.
pub fn count_failed(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    endpoint: Option<WebhookEndpointId>,
    since: Timestamp,
) -> Result<Parked, StoreError> {
    outbox::count_parked(tx, merchant, endpoint, since)
}
