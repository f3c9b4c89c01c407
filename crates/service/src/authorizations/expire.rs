//! What ends because time passed. Reading already counts it as ended; this records it and tells the provider.

use countersign_domain::authorization::{Authorization, ExpiryReason, Step};
use countersign_domain::event::AuthorizationChange;
use countersign_domain::id::MerchantId;
use countersign_domain::{ScopeSet, Timestamp};
use countersign_store::queries::authorizations;
use countersign_store::{Locked, WriteTx};
use serde_json::json;

use super::{DecideError, announce};
use crate::audit::{self, Actor};
use crate::platform::Platform;

/// The most records that one call ends.
pub const DUE_BATCH_MAX: i64 = 100;

/// Ends at most [`DUE_BATCH_MAX`] records whose time is over and tells how many it ended. A grant that ends sends
/// `Disabled` (`decisions.md` row 19); a request that nobody decided on sends nothing.
pub fn expire_due(tx: &mut dyn WriteTx, platform: &Platform, now: Timestamp) -> Result<i64, DecideError> {
    let mut ended = 0;
    for id in authorizations::overdue(tx, now, DUE_BATCH_MAX)? {
        let Some(record) = authorizations::lock(tx, id)? else { continue };
        let Some(reason) = record.overdue(now) else { continue };
        end(tx, platform, record, reason, now)?;
        ended += 1;
    }
    Ok(ended)
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
        let detail = json!({ "authorization": after.id.get(), "provider": after.provider_id.get() });
        audit::record(tx, after.merchant_id.get(), Actor::System, ("authorization_end", &detail), now)?;
        announce(tx, platform, &after, (AuthorizationChange::Disabled, after.id, scopes), now)?;
    }
    Ok(())
}
