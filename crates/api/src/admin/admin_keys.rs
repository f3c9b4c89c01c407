//! Admin keys: for the operator's own systems, which call over the network.

use std::sync::Arc;

use countersign_domain::AddressList;
use countersign_domain::admin_key::{
    ADMIN_KEY_PREFIX, AdminKey, AdminKeyStatus, Capability, CapabilitySet, PostingLimits,
};
use countersign_domain::id::AdminKeyId;
use countersign_service::Platform;
use countersign_service::admin_keys::{self, AdminKeyError, NewAdminKey};
use countersign_service::api_keys::KeyPair;
use countersign_service::audit::Actor;
use secrecy::{ExposeSecret as _, SecretString};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::error::AdminError;

/// An admin key to make.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdminKeyRequest {
    /// What the operator calls it.
    pub name: String,
    /// What it may do: `ledger.post` and so on.
    pub capabilities: Vec<String>,
    /// Addresses and ranges from which it may be used; from any where nothing is said.
    pub addresses: Option<Vec<String>>,
    /// How much it may post, `CURRENCY:PER_POSTING/PER_DAY` each; any amount where nothing is said.
    pub limits: Option<Vec<String>>,
}

/// A key that was made. It has no `Debug` and serialises for the one answer that shows the secret.
#[derive(Clone)]
pub struct AdminKeyCreated {
    /// The record's id, by which it is revoked.
    pub id: AdminKeyId,
    /// What goes over the wire.
    pub admin_key: String,
    /// What signs; it cannot be shown again.
    pub admin_secret: SecretString,
}

impl Serialize for AdminKeyCreated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("AdminKeyCreated", 3)?;
        fields.serialize_field("id", &self.id.to_string())?;
        fields.serialize_field("adminKey", &self.admin_key)?;
        fields.serialize_field("adminSecret", self.admin_secret.expose_secret())?;
        fields.end()
    }
}

/// There is nothing to say.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminKeysRequest {}

/// Keys in use, then revoked ones, each newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminKeysAnswer {
    /// The keys.
    pub admin_keys: Vec<AdminKeyView>,
}

/// One key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminKeyView {
    /// The record's id.
    pub id: String,
    /// What goes over the wire.
    pub admin_key: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub capabilities: Vec<&'static str>,
    /// From where it may be used; empty for anywhere.
    pub addresses: Vec<String>,
    /// How much it may post; empty for any amount.
    pub limits: Vec<String>,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When it was revoked, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
}

impl From<AdminKey> for AdminKeyView {
    fn from(key: AdminKey) -> Self {
        Self {
            id: key.id.to_string(),
            capabilities: key.capabilities.iter().map(Capability::name).collect(),
            addresses: key.addresses.ranges().iter().map(ToString::to_string).collect(),
            limits: key.limits.entries().collect(),
            created_at: key.created_at.ms(),
            revoked_at: match key.status {
                AdminKeyStatus::Active => None,
                AdminKeyStatus::Revoked { at } => Some(at.ms()),
            },
            admin_key: key.key,
            name: key.name,
        }
    }
}

/// An admin key to revoke.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdminKeyRevocation {
    /// The record's id.
    pub id: String,
}

/// Nothing but success: `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AdminKeyRevoked {}

fn capabilities(names: &[String]) -> Result<CapabilitySet, AdminError> {
    let named = |name: &String| Capability::from_name(name).ok_or_else(|| AdminError::Capability(name.clone()));
    names.iter().map(named).collect()
}

/// Makes an admin key.
pub async fn create_admin_key(
    platform: &Arc<Platform>,
    request: AdminKeyRequest,
) -> Result<AdminKeyCreated, AdminError> {
    let pair = KeyPair::draw(platform, ADMIN_KEY_PREFIX);
    let new = NewAdminKey {
        name: request.name,
        capabilities: capabilities(&request.capabilities)?,
        addresses: AddressList::parse(request.addresses.iter().flatten().map(String::as_str))?,
        limits: PostingLimits::parse(request.limits.iter().flatten().map(String::as_str))?,
        pair: pair.clone(),
    };
    let now = platform.business_now();
    let made = platform.write("admin_key_create", move |tx, platform| -> Result<_, AdminKeyError> {
        admin_keys::create(tx, platform, &new, (Actor::Operator, now))
    });
    Ok(AdminKeyCreated { id: made.await?, admin_key: pair.key, admin_secret: pair.secret })
}

/// Lists admin keys.
pub async fn list_admin_keys(platform: &Arc<Platform>, _: AdminKeysRequest) -> Result<AdminKeysAnswer, AdminError> {
    let keys = platform.read("admin_keys_list", |tx, _| admin_keys::list(tx)).await?;
    Ok(AdminKeysAnswer { admin_keys: keys.into_iter().map(AdminKeyView::from).collect() })
}

/// Revokes an admin key.
pub async fn revoke_admin_key(
    platform: &Arc<Platform>,
    request: AdminKeyRevocation,
) -> Result<AdminKeyRevoked, AdminError> {
    let id: AdminKeyId = request.id.parse().map_err(|_| AdminKeyError::UnknownKey)?;
    let now = platform.business_now();
    platform.write("admin_key_revoke", move |tx, _| admin_keys::revoke(tx, id, (Actor::Operator, now))).await?;
    Ok(AdminKeyRevoked {})
}
