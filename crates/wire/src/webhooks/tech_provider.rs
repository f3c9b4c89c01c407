//! The data of `TECH_PROVIDER` (partner.md 3.9).

use serde::{Deserialize, Serialize};

use crate::token::AuthorizationToken;

/// What a provider learns of an authorization. Its bytes carry the token: seal them at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TechProviderData {
    /// The authorization's id, the same as `bizId`.
    pub authorization_id: String,
    /// The token, present on a rejection too.
    pub authorization_token: AuthorizationToken,
    /// The merchant, a number here.
    pub merchant_id: i64,
    /// The merchant's name.
    pub merchant_name: String,
    /// Scope spellings.
    #[serde(default)]
    pub scopes: Vec<String>,
}
