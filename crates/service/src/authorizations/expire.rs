//! What ends because time passed. Reading already counts it as ended; this records it and tells the provider.

use countersign_domain::authorization::{Authorization, ExpiryReason, Step};
use countersign_domain::event::AuthorizationChange;
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_domain::{ScopeSet, Timestamp};
use countersign_store::queries::authorizations;
use countersign_store::{Locked, ReadTx, StoreError, WriteTx};
use serde_json::json;

use super::{DecideError, announce, close_change_request, lock_provider};
use crate::audit::{self, Actor};
use crate::platform::Platform;

/// The most records that are looked for at a time.
pub const DUE_BATCH_MAX: i64 = 100;

/// Records whose time is over, at most [`DUE_BATCH_MAX`]. Each is ended in a transaction of its own: one that cannot be ended
/// holds up no other, and no transaction holds the locks of two pairs.
pub fn overdue(tx: &mut dyn ReadTx, now: Timestamp) -> Result<Vec<AuthorizationId>, StoreError> {
    authorizations::overdue(tx, now, DUE_BATCH_MAX)
}

/// Ends a record if its time is over and tells whether it did. A grant that ends sends `Disabled` (`decisions.md` row 19)
/// and takes the request to change it along; a request that nobody decided on sends nothing.
pub fn expire(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    id: AuthorizationId,
    now: Timestamp,
) -> Result<bool, DecideError> {
    let Some(record) = authorizations::get(tx, id)? else { return Ok(false) };
    lock_provider(tx, record.provider_id)?;
    let Some(record) = authorizations::lock(tx, id)? else { return Ok(false) };
    let Some(reason) = record.overdue(now) else { return Ok(false) };
    end(tx, platform, record, reason, now)?;
    Ok(true)
}

/// Ends a grant of the pair whose time is over and that no job has come to yet, so that a new one can take its place.
pub(super) fn end_overdue_grant(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (provider, merchant): (MerchantId, MerchantId),
    now: Timestamp,
) -> Result<(), DecideError> {
    let Some(grant) = authorizations::lock_grant(tx, provider, merchant)? else { return Ok(()) };
    let Some(reason) = grant.overdue(now) else { return Ok(()) };
    end(tx, platform, grant, reason, now)
}

fn end(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    record: Locked<Authorization>,
    reason: ExpiryReason,
    now: Timestamp,
) -> Result<(), DecideError> {
    let scopes = record.state.grant().map_or(ScopeSet::EMPTY, |grant| grant.scopes);
    let after = record.try_map(|record| record.apply(Step::Expire(reason), now))?;
    authorizations::update(tx, &after)?;
    if reason == ExpiryReason::GrantEnded {
        close_change_request(tx, &after, now)?;
        let detail = json!({ "authorization": after.id.get(), "provider": after.provider_id.get() });
        audit::record(tx, after.merchant_id.get(), Actor::System, ("authorization_end", &detail), now)?;
        announce(tx, platform, &after, (AuthorizationChange::Disabled, after.id, scopes), now)?;
    }
    Ok(())
}
