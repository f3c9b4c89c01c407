//! Who may make this call: the first statement of every use case that the merchant API reaches. What people may do in the
//! portal as well asks [`By`].
//!
//! Without a token the caller acts for itself, within its key's access ticks. With a token it acts for the merchant that
//! granted it, within key, grant and what the operator allows the provider. Everything is read in the transaction that
//! acts, so a withdrawal that was answered holds for whatever starts after it.
//!
//! Order of refusals: what the caller's own key lacks, then the token itself (`decisions.md` rows 11 and 12), then the
//! address (row 14), then the scope (row 13).

mod by;

use std::net::IpAddr;

use countersign_domain::api_key::ApiKeyStatus;
use countersign_domain::authorization::{Grant, OrderLimits, StateName};
use countersign_domain::id::{ApiKeyId, AuthorizationId, MerchantId};
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::order::OnBehalf;
use countersign_domain::{Amount, Scope, ScopeSet, Timestamp};
use countersign_store::queries::{api_keys, authorizations};
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

pub use by::By;

/// The machine that signed the call.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its key.
    pub key_id: ApiKeyId,
    /// Whose key it is.
    pub merchant_id: MerchantId,
    /// The key's access ticks.
    pub scopes: ScopeSet,
    /// From where the call came.
    pub address: IpAddr,
}

/// For whom the call wants to act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActFor {
    /// The caller itself.
    Own,
    /// The merchant behind the token with one of these hashes (one per master key, the active one first).
    Token(Vec<[u8; 32]>),
    /// Something stood in the token field that can be no token.
    NotAToken,
}

/// One call as authority sees it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who signed it.
    pub caller: Caller,
    /// For whom.
    pub act_for: ActFor,
    /// Business time.
    pub now: Timestamp,
}

/// What an endpoint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Every one of these scopes.
    All(ScopeSet),
    /// At least one of these scopes.
    Any(ScopeSet),
}

impl Need {
    /// Exactly this scope.
    pub fn scope(scope: Scope) -> Self {
        Self::All([scope].into_iter().collect())
    }

    fn met_by(self, held: ScopeSet) -> bool {
        match self {
            Self::All(needed) => needed.is_subset_of(held),
            Self::Any(needed) => !needed.intersection(held).is_empty(),
        }
    }
}

/// Whose account a call settles into, as decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The merchant for whom the call acts.
    pub merchant_id: MerchantId,
    /// Set where a provider acts for it.
    pub on_behalf: Option<OnBehalf>,
    /// Whether it is a channel partner.
    pub is_partner: bool,
    /// The limits per order that the merchant set.
    pub limits: OrderLimits,
}

/// Why a call may not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Denied {
    /// The key was revoked.
    #[error("the key was revoked")]
    KeyRevoked,
    /// The key is not ticked for this family of calls.
    #[error("the key's access ticks do not include {0:?}")]
    KeyLacksScope(Need),
    /// The caller's own account may not act.
    #[error("the caller's account is frozen")]
    CallerFrozen,
    /// The token is none of this provider's.
    #[error("the token is not one of this provider's")]
    UnknownToken,
    /// The token's authorization is not in force.
    #[error("the authorization is {0:?}, not Authorized")]
    NotInForce(StateName),
    /// The merchant behind the token may not act.
    #[error("the merchant's account is frozen")]
    MerchantFrozen,
    /// The call came from an address that the authorization does not list.
    #[error("the authorization's address list does not hold {0}")]
    AddressNotListed(IpAddr),
    /// The merchant did not grant this scope.
    #[error("the merchant did not grant {0:?}")]
    ScopeNotGranted(Need),
    /// The operator took this scope from the provider.
    #[error("the provider is no longer allowed {0:?}")]
    ScopeWithdrawn(Need),
    /// The order is over what the merchant allows per order.
    #[error("the merchant limits what one order may amount to")]
    OverLimit,
}

/// Authority could not be decided on, or was denied.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// Denied.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Decides whether `call` may do what needs `need`, and for whom.
pub fn authorize(tx: &mut dyn ReadTx, call: &Call, need: Need) -> Result<Acting, AuthorityError> {
    if !need.met_by(call.caller.scopes) {
        return Err(Denied::KeyLacksScope(need).into());
    }
    match &call.act_for {
        ActFor::Own => own(tx, &call.caller),
        ActFor::NotAToken => Err(Denied::UnknownToken.into()),
        ActFor::Token(hashes) => on_behalf(tx, call, hashes, need),
    }
}

/// Decides whether the caller may act for itself where no family of calls applies.
pub fn authorize_own(tx: &mut dyn ReadTx, caller: &Caller) -> Result<Acting, AuthorityError> {
    own(tx, caller)
}

fn own(tx: &mut dyn ReadTx, caller: &Caller) -> Result<Acting, AuthorityError> {
    let standing = api_keys::standing(tx, caller.key_id)?.ok_or(Denied::KeyRevoked)?;
    active_key(standing.key_status)?;
    if standing.merchant_status == MerchantStatus::Frozen {
        return Err(Denied::CallerFrozen.into());
    }
    Ok(Acting {
        merchant_id: caller.merchant_id,
        on_behalf: None,
        is_partner: standing.merchant_is_partner,
        limits: OrderLimits::none(),
    })
}

fn active_key(status: ApiKeyStatus) -> Result<(), Denied> {
    match status {
        ApiKeyStatus::Active => Ok(()),
        ApiKeyStatus::Revoked { .. } => Err(Denied::KeyRevoked),
    }
}

fn on_behalf(tx: &mut dyn ReadTx, call: &Call, hashes: &[[u8; 32]], need: Need) -> Result<Acting, AuthorityError> {
    let mut found = None;
    for hash in hashes {
        found = authorizations::authority(tx, hash, call.caller.key_id)?;
        if found.is_some() {
            break;
        }
    }
    let authority = found.ok_or(Denied::UnknownToken)?;
    active_key(authority.key_status)?;
    if authority.provider_status == MerchantStatus::Frozen {
        return Err(Denied::CallerFrozen.into());
    }
    let grant = in_force(authority.state, authority.grant, call.now)?;
    if authority.merchant_status == MerchantStatus::Frozen {
        return Err(Denied::MerchantFrozen.into());
    }
    within(&grant, authority.provider_allowed, call, need)?;
    let on_behalf = OnBehalf { provider_id: call.caller.merchant_id, authorization_id: authority.authorization_id };
    Ok(Acting {
        merchant_id: authority.merchant_id,
        on_behalf: Some(on_behalf),
        is_partner: authority.merchant_is_partner,
        limits: grant.limits,
    })
}

fn in_force(state: StateName, grant: Option<Grant>, now: Timestamp) -> Result<Grant, Denied> {
    match (state, grant) {
        (StateName::Authorized, Some(grant)) if grant.ends_at.is_some_and(|end| end <= now) => {
            Err(Denied::NotInForce(StateName::Expired))
        }
        (StateName::Authorized, Some(grant)) => Ok(grant),
        (state, _) => Err(Denied::NotInForce(state)),
    }
}

fn within(grant: &Grant, allowed: ScopeSet, call: &Call, need: Need) -> Result<(), Denied> {
    if !grant.addresses.allows(call.caller.address) {
        return Err(Denied::AddressNotListed(call.caller.address));
    }
    if !need.met_by(grant.scopes) {
        return Err(Denied::ScopeNotGranted(need));
    }
    if !need.met_by(grant.scopes.intersection(allowed)) {
        return Err(Denied::ScopeWithdrawn(need));
    }
    // Where one scope of several is enough, key and grant must have the same one.
    let common = grant.scopes.intersection(allowed).intersection(call.caller.scopes);
    if need.met_by(common) { Ok(()) } else { Err(Denied::KeyLacksScope(need)) }
}

impl Acting {
    /// Whether an order of `amount` is within what the merchant allows.
    pub fn within_limits(&self, amount: Amount) -> Result<(), Denied> {
        if self.limits.allow(amount) { Ok(()) } else { Err(Denied::OverLimit) }
    }

    /// The authorization under which the call acts.
    pub fn authorization_id(&self) -> Option<AuthorizationId> {
        self.on_behalf.map(|on_behalf| on_behalf.authorization_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_met_as_they_say() {
        let set = |scopes: &[Scope]| scopes.iter().copied().collect::<ScopeSet>();
        let both = set(&[Scope::Refund, Scope::Checkout]);
        assert!(Need::Any(both).met_by(set(&[Scope::Refund])));
        assert!(!Need::All(both).met_by(set(&[Scope::Refund])));
        assert!(Need::All(both).met_by(ScopeSet::ALL));
        assert!(!Need::Any(both).met_by(set(&[Scope::Payout])));
        assert!(!Need::scope(Scope::Balance).met_by(ScopeSet::EMPTY));
    }
}
