//! A merchant changes its mind about a grant: narrows it, pauses it, withdraws it; or will not be asked again.

use countersign_domain::authorization::{Authorization, Grant, Step};
use countersign_domain::event::AuthorizationChange;
use countersign_domain::id::{AuthorizationId, MerchantId, UserId};
use countersign_domain::{ScopeSet, Timestamp};
use countersign_store::queries::{authorizations, merchants};
use countersign_store::{Locked, WriteTx};
use serde_json::json;

use super::{DecideError, announce, close_change_request, lock_provider};
use crate::audit::{self, Actor};
use crate::platform::Platform;

/// Who changes which grant of which merchant.
type Subject = (MerchantId, AuthorizationId, UserId);

fn lock(tx: &mut dyn WriteTx, merchant: MerchantId, id: AuthorizationId) -> Result<Locked<Authorization>, DecideError> {
    let record = authorizations::get(tx, id)?.filter(|record| record.merchant_id == merchant);
    lock_provider(tx, record.ok_or(DecideError::Unknown)?.provider_id)?;
    authorizations::lock(tx, id)?.ok_or(DecideError::Unknown)
}

fn step(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (subject, grant): (Subject, Locked<Authorization>),
    (step, action, change): (Step, &str, AuthorizationChange),
    now: Timestamp,
) -> Result<(), DecideError> {
    let (merchant, id, by) = subject;
    let after = grant.try_map(|grant| grant.apply(step, now))?;
    authorizations::update(tx, &after)?;
    let scopes = after.state.grant().map_or(ScopeSet::EMPTY, |grant| grant.scopes);
    let detail = json!({ "authorization": id.get(), "provider": after.provider_id.get(), "scopes": scopes.bits() });
    audit::record(tx, merchant.get(), Actor::User(by), (action, &detail), now)?;
    Ok(announce(tx, platform, &after, (change, after.id, scopes), now)?)
}

/// Replaces what is granted by something that gives no new scope; more scopes need a request of the provider.
pub fn regrant(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    subject: Subject,
    new: &Grant,
    now: Timestamp,
) -> Result<(), DecideError> {
    let record = lock(tx, subject.0, subject.1)?;
    let held = record.state.grant().map_or(ScopeSet::EMPTY, |grant| grant.scopes);
    if new.scopes.is_empty() {
        return Err(DecideError::NoScope);
    }
    if !new.scopes.is_subset_of(held) {
        return Err(DecideError::BeyondRequest);
    }
    if new.ends_at.is_some_and(|end| end <= now) {
        return Err(DecideError::EndInThePast);
    }
    step(
        tx,
        platform,
        (subject, record),
        (Step::Regrant(new.clone()), "authorization_change", AuthorizationChange::Changed),
        now,
    )
}

/// Pauses a grant; on the wire it reads DISABLED until it is resumed.
pub fn freeze(tx: &mut dyn WriteTx, platform: &Platform, subject: Subject, now: Timestamp) -> Result<(), DecideError> {
    let record = lock(tx, subject.0, subject.1)?;
    step(tx, platform, (subject, record), (Step::Freeze, "authorization_freeze", AuthorizationChange::Disabled), now)
}

/// Resumes a paused grant.
pub fn unfreeze(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    subject: Subject,
    now: Timestamp,
) -> Result<(), DecideError> {
    let record = lock(tx, subject.0, subject.1)?;
    step(tx, platform, (subject, record), (Step::Unfreeze, "authorization_unfreeze", AuthorizationChange::Changed), now)
}

/// Withdraws a grant for good. A request to change it dies with it. Work accepted before completes; nothing new starts.
pub fn disable(tx: &mut dyn WriteTx, platform: &Platform, subject: Subject, now: Timestamp) -> Result<(), DecideError> {
    let record = lock(tx, subject.0, subject.1)?;
    let grant = Authorization::clone(&record);
    let end = (Step::Disable, "authorization_disable", AuthorizationChange::Disabled);
    step(tx, platform, (subject, record), end, now)?;
    close_change_request(tx, &grant, now)
}

/// The merchant will not be asked by this provider again.
pub fn block_provider(
    tx: &mut dyn WriteTx,
    (merchant, provider, by): (MerchantId, MerchantId, UserId),
    now: Timestamp,
) -> Result<(), DecideError> {
    merchants::get(tx, provider)?.ok_or(DecideError::Unknown)?;
    merchants::block_provider(tx, merchant, provider, now)?;
    Ok(audit::record(
        tx,
        merchant.get(),
        Actor::User(by),
        ("provider_block", &json!({ "provider": provider.get() })),
        now,
    )?)
}

/// The merchant may be asked again.
pub fn unblock_provider(
    tx: &mut dyn WriteTx,
    (merchant, provider, by): (MerchantId, MerchantId, UserId),
    now: Timestamp,
) -> Result<(), DecideError> {
    if !merchants::unblock_provider(tx, merchant, provider)? {
        return Err(DecideError::Unknown);
    }
    Ok(audit::record(
        tx,
        merchant.get(),
        Actor::User(by),
        ("provider_unblock", &json!({ "provider": provider.get() })),
        now,
    )?)
}
