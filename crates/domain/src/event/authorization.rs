//! Authorizations: decided on, changed, ended.

use serde::{Deserialize, Serialize};

use crate::id::{AuthorizationId, MerchantId};
use crate::scope::ScopeSet;
use crate::time::Timestamp;

/// What the merchant did about an authorization (`partner.md` §3.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuthorizationChange {
    /// Agreed to the request.
    Agreed,
    /// Refused it.
    Rejected,
    /// Changed what was granted.
    Changed,
    /// Withdrew it, or it ended.
    Disabled,
}

/// An authorization was decided on or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationEvent {
    /// What happened.
    pub change: AuthorizationChange,
    /// The record that the message names.
    pub authorization_id: AuthorizationId,
    /// The record whose token the message shows: the grant's where this is about a change request.
    pub token_of: AuthorizationId,
    /// The provider that asked.
    pub provider_id: MerchantId,
    /// Its name.
    pub provider_name: String,
    /// The merchant that decided.
    pub merchant_id: MerchantId,
    /// Its name.
    pub merchant_name: String,
    /// The scopes granted, or asked for where nothing was granted.
    pub scopes: ScopeSet,
    /// Business time of the act.
    pub at: Timestamp,
}
