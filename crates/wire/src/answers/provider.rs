//! Answers of `service/provider/*` (partner.md 4.3 to 4.6).

use serde::{Deserialize, Serialize};

use crate::token::AuthorizationToken;

/// What a provider may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderConfig {
    /// Whether the provider's share of commissions is above zero (decisions.md row 21).
    #[serde(default)]
    pub allow_fee_share: bool,
    /// Spellings of the allowed scopes.
    pub allow_scopes: Vec<String>,
}

/// An authorization, as `create`, `record/get` and `record` show it. The merchant id is a string here and a number in
/// the webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// The id of this request or grant.
    pub authorization_id: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// The token, inert while PENDING.
    pub authorization_token: AuthorizationToken,
    /// The merchant.
    pub merchant_id: String,
    /// `PENDING`, `AUTHORIZED`, `REJECTED`, `DISABLED` or `EXPIRED` (decisions.md row 19).
    pub status: String,
    /// Where the merchant decides; only in the answer to `create`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Scope spellings.
    pub scopes: Vec<String>,
    /// Addresses and ranges; empty means from any.
    pub ip_whitelist: Vec<String>,
}

/// A page of authorizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationPage {
    /// How many records there are on all pages.
    pub total: i64,
    /// This page's records.
    pub rows: Vec<Authorization>,
}
