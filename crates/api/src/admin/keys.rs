//! API keys made by the operator.

use std::sync::Arc;

use countersign_domain::id::MerchantId;
use countersign_domain::{AddressList, ScopeSet};
use countersign_service::Platform;
use countersign_service::api_keys::{self, KeyError, KeyPair, NewKey};
use countersign_service::audit::Actor;
use countersign_wire::ScopeName;
use secrecy::{ExposeSecret as _, SecretString};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::error::AdminError;
use crate::convert;

/// A key to make.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewApiKey {
    /// Whose calls it signs.
    pub merchant_id: String,
    /// What its owner calls it.
    pub name: String,
    /// Its access ticks; all ten where nothing is said.
    pub scopes: Option<Vec<String>>,
    /// Addresses and ranges from which it may be used; from any where nothing is said.
    pub addresses: Option<Vec<String>>,
}

/// A key that was made. It has no `Debug` and serialises for the one answer that shows the secret.
#[derive(Clone)]
pub struct ApiKeyCreated {
    /// What goes over the wire.
    pub api_key: String,
    /// What signs; it cannot be shown again.
    pub api_secret: SecretString,
}

impl Serialize for ApiKeyCreated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ApiKeyCreated", 2)?;
        fields.serialize_field("apiKey", &self.api_key)?;
        fields.serialize_field("apiSecret", self.api_secret.expose_secret())?;
        fields.end()
    }
}

/// Makes a key of `serve`, without the prefix of sandbox keys.
pub async fn create_key(platform: &Arc<Platform>, request: NewApiKey) -> Result<ApiKeyCreated, AdminError> {
    let pair = KeyPair::draw(platform, "");
    let new = NewKey {
        merchant_id: merchant_id(&request.merchant_id)?,
        name: request.name,
        scopes: request.scopes.as_deref().map_or(Ok(ScopeSet::ALL), scopes)?,
        addresses: AddressList::parse(request.addresses.iter().flatten().map(String::as_str))?,
        pair: pair.clone(),
    };
    let now = platform.business_now();
    let made = platform.write("admin_api_key_create", move |tx, platform| -> Result<_, KeyError> {
        api_keys::create(tx, platform, &new, (Actor::Operator, now))
    });
    made.await?;
    Ok(ApiKeyCreated { api_key: pair.key, api_secret: pair.secret })
}

/// The scopes with these names.
pub(super) fn scopes(names: &[String]) -> Result<ScopeSet, AdminError> {
    let scope =
        |name: &String| ScopeName::from_wire(name).map(convert::scope).ok_or_else(|| AdminError::Scope(name.clone()));
    names.iter().map(scope).collect()
}

/// The merchant with this number.
pub(super) fn merchant_id(text: &str) -> Result<MerchantId, AdminError> {
    text.parse().map_err(|_| AdminError::Account(text.to_owned()))
}
