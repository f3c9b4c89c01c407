//! A merchant decides on a request: once, in time, and on what it was shown.

use countersign_crypto::{sha256, to_hex};
use countersign_domain::authorization::{
    Authorization, AuthorizationState, Grant, InvalidTransition, OrderLimits, Step,
};
use countersign_domain::event::AuthorizationChange;
use countersign_domain::id::{AuthorizationId, MerchantId, UserId};
use countersign_domain::{ScopeSet, Timestamp};
use countersign_store::queries::{authorizations, merchants};
use countersign_store::{Locked, StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use super::expire::end_overdue_grant;
use super::{announce, lock_provider};
use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// The most characters of the reason that a merchant gives for refusing.
pub const REASON_LENGTH_MAX: usize = 200;

/// Why a decision was not taken.
#[derive(Debug, Error)]
pub enum DecideError {
    /// No such record of this merchant: unknown and foreign are one answer.
    #[error("there is no such authorization")]
    Unknown,
    /// Decided already, expired, or not in a state that allows this.
    #[error(transparent)]
    NotPossible(#[from] InvalidTransition),
    /// The request, or the grant that it would change, is no longer what was shown.
    #[error("what was shown has changed meanwhile")]
    ChangedMeanwhile,
    /// No scope was left.
    #[error("at least one scope must be granted")]
    NoScope,
    /// Scopes beyond what was asked for or what the provider is allowed.
    #[error("scopes beyond what was asked for cannot be granted")]
    BeyondRequest,
    /// The reason is too long.
    #[error("a reason has at most {REASON_LENGTH_MAX} characters")]
    ReasonLength,
    /// The end lies in the past.
    #[error("the end must lie in the future")]
    EndInThePast,
    /// A drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for DecideError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// What a merchant agrees to.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The merchant.
    pub merchant_id: MerchantId,
    /// The request.
    pub id: AuthorizationId,
    /// Who decides for the merchant.
    pub by: UserId,
    /// The scopes that are granted: those asked for, less what was unticked.
    pub scopes: ScopeSet,
    /// The most per order.
    pub limits: OrderLimits,
    /// When the grant ends by itself.
    pub ends_at: Option<Timestamp>,
    /// The digest of what was shown; `None` where nobody was shown anything, in the sandbox's control API.
    pub shown: Option<String>,
}

/// A digest of what a review page shows: request, and the grant that it would change.
pub fn digest(request: &Authorization, grant: Option<&Authorization>) -> String {
    let part = |record: &Authorization| format!("{}:{}:{:?}", record.id, record.revision, record.state.name());
    let text = format!("{}|{}", part(request), grant.map(part).unwrap_or_default());
    to_hex(&sha256(text.as_bytes())[..16])
}

/// The request and the grant that it would change, both locked.
type Pair = (Locked<Authorization>, Option<Locked<Authorization>>);

fn lock(
    tx: &mut dyn WriteTx,
    id: AuthorizationId,
    merchant: MerchantId,
    shown: Option<&str>,
) -> Result<Pair, DecideError> {
    let request = authorizations::get(tx, id)?.filter(|record| record.merchant_id == merchant);
    lock_provider(tx, request.ok_or(DecideError::Unknown)?.provider_id)?;
    let request = authorizations::lock(tx, id)?.ok_or(DecideError::Unknown)?;
    let grant = match request.changes {
        None => None,
        Some(changed) => authorizations::lock(tx, changed)?,
    };
    // A decision that came first is told as such, not as a change.
    let open = request.state == AuthorizationState::Pending;
    if open && shown.is_some_and(|shown| shown != digest(&request, grant.as_deref())) {
        return Err(DecideError::ChangedMeanwhile);
    }
    Ok((request, grant))
}

fn granted(
    tx: &mut dyn WriteTx,
    request: &Authorization,
    approval: &Approval,
    now: Timestamp,
) -> Result<Grant, DecideError> {
    if approval.scopes.is_empty() {
        return Err(DecideError::NoScope);
    }
    let allowed =
        merchants::get(tx, request.provider_id)?.map_or(ScopeSet::EMPTY, |provider| provider.allowed_scopes());
    if !approval.scopes.is_subset_of(request.request.scopes.intersection(allowed)) {
        return Err(DecideError::BeyondRequest);
    }
    if approval.ends_at.is_some_and(|end| end <= now) {
        return Err(DecideError::EndInThePast);
    }
    Ok(Grant {
        scopes: approval.scopes,
        addresses: request.request.addresses.clone(),
        limits: approval.limits.clone(),
        ends_at: approval.ends_at,
    })
}

/// Agrees. A first request becomes the grant; a change request replaces the grant that it names, whose token stays.
pub fn approve(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    approval: &Approval,
    now: Timestamp,
) -> Result<(), DecideError> {
    let (request, changed) = lock(tx, approval.id, approval.merchant_id, approval.shown.as_deref())?;
    let from = request.state_at(now);
    let approved = request.try_map(|request| {
        let grant = granted(tx, &request, approval, now)?;
        Ok::<_, DecideError>(request.apply(Step::Approve(grant, approval.by), now)?)
    });
    // Whether it can be decided at all comes before what was decided: a dead link is told as dead.
    let approved = match approved {
        Err(DecideError::NoScope | DecideError::BeyondRequest | DecideError::EndInThePast)
            if from != countersign_domain::authorization::StateName::Pending =>
        {
            return Err(InvalidTransition { from, step: "be approved" }.into());
        }
        approved => approved?,
    };
    let scopes = approval.scopes;
    let detail = json!({ "authorization": approved.id.get(), "provider": approved.provider_id.get(), "scopes": scopes.bits(),
                         "limits": approval.limits.to_stored(), "endsAt": approval.ends_at.map(Timestamp::ms) });
    if changed.is_none() {
        // A grant whose date has passed may still stand in the place that this one takes.
        end_overdue_grant(tx, platform, (approved.provider_id, approved.merchant_id), now)?;
    }
    authorizations::update(tx, &approved)?;
    audit::record(tx, approval.merchant_id.get(), Actor::User(approval.by), ("authorization_approve", &detail), now)?;
    match changed {
        None => announce(tx, platform, &approved, (AuthorizationChange::Agreed, approved.id, scopes), now)?,
        Some(changed) => {
            let grant = granted(tx, &approved, approval, now)?;
            let regranted = changed.try_map(|changed| changed.apply(Step::Regrant(grant), now))?;
            authorizations::update(tx, &regranted)?;
            announce(tx, platform, &regranted, (AuthorizationChange::Changed, regranted.id, scopes), now)?;
        }
    }
    Ok(())
}

/// Refuses. The provider is told with the request's id; a grant that was to be changed stays as it is. The reason is kept in
/// the merchant's own audit chain; the provider is not told it.
pub fn reject(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (merchant, id, by): (MerchantId, AuthorizationId, UserId),
    (shown, reason): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<(), DecideError> {
    if reason.is_some_and(|reason| reason.chars().count() > REASON_LENGTH_MAX) {
        return Err(DecideError::ReasonLength);
    }
    let (request, _) = lock(tx, id, merchant, shown)?;
    let rejected = request.try_map(|request| request.apply(Step::Reject(by), now))?;
    authorizations::update(tx, &rejected)?;
    let mut detail = json!({ "authorization": id.get(), "provider": rejected.provider_id.get() });
    if let Some(reason) = reason {
        detail["reason"] = reason.into();
    }
    audit::record(tx, merchant.get(), Actor::User(by), ("authorization_reject", &detail), now)?;
    let token_of = rejected.changes.unwrap_or(rejected.id);
    let scopes = rejected.request.scopes;
    Ok(announce(tx, platform, &rejected, (AuthorizationChange::Rejected, token_of, scopes), now)?)
}
