//! Admin keys of the operator's own systems: made, looked up, listed and revoked. A secret is shown once and stored sealed.

use countersign_crypto::RequestKey;
use countersign_domain::Timestamp;
use countersign_domain::address::AddressList;
use countersign_domain::admin_key::{
    ADMIN_KEY_NAME_LENGTH_MAX, ADMIN_KEYS_LISTED_MAX, ADMIN_KEYS_MAX, AdminKey, AdminKeyStatus, Capability,
    CapabilitySet, PostingLimits,
};
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::AdminKeyId;
use countersign_domain::merchant::is_plain_name;
use countersign_store::queries::admin_keys::{self, StoredAdminKey};
use countersign_store::{ReadTx, StoreError, WriteTx};
use secrecy::ExposeSecret;
use serde_json::json;
use thiserror::Error;

use crate::api_keys::KeyPair;
use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// What a new admin key is to be.
#[derive(Clone)]
pub struct NewAdminKey {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub capabilities: CapabilitySet,
    /// From where it may be used.
    pub addresses: AddressList,
    /// How much it may post.
    pub limits: PostingLimits,
    /// Key and secret, drawn with [`ADMIN_KEY_PREFIX`](countersign_domain::admin_key::ADMIN_KEY_PREFIX).
    pub pair: KeyPair,
}

/// Why an admin key was not made, found or revoked.
#[derive(Debug, Error)]
pub enum AdminKeyError {
    /// The name is empty, too long, or holds characters that are not seen.
    #[error("a key's name has 1 to {ADMIN_KEY_NAME_LENGTH_MAX} characters that can be seen")]
    Name,
    /// A key that may do nothing.
    #[error("name at least one capability")]
    NoCapability,
    /// Limits for a key that posts nothing.
    #[error("limits are for keys with {}", Capability::LedgerPost.name())]
    NothingToLimit,
    /// There are as many keys as there may be.
    #[error("there may be at most {ADMIN_KEYS_MAX} admin keys in use; revoke one first")]
    TooMany,
    /// There is no such key in use.
    #[error("there is no such admin key in use")]
    UnknownKey,
    /// The drawn id or key is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
    /// The stored secret cannot be opened with this master key.
    #[error("the key's secret cannot be opened: {0}")]
    Sealed(#[from] countersign_crypto::OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for AdminKeyError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

fn purpose(id: AdminKeyId) -> String {
    format!("admin_key_secret:{id}")
}

/// Makes a key. The answer is its id; the secret is with whoever drew the pair.
pub fn create(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    new: &NewAdminKey,
    (actor, now): (Actor, Timestamp),
) -> Result<AdminKeyId, AdminKeyError> {
    if new.name.chars().count() > ADMIN_KEY_NAME_LENGTH_MAX || !is_plain_name(&new.name) {
        return Err(AdminKeyError::Name);
    }
    if new.capabilities.is_empty() {
        return Err(AdminKeyError::NoCapability);
    }
    if !new.limits.is_none() && !new.capabilities.contains(Capability::LedgerPost) {
        return Err(AdminKeyError::NothingToLimit);
    }
    let id = AdminKeyId::new(platform.ids.next(now));
    let names: Vec<&str> = new.capabilities.iter().map(Capability::name).collect();
    let detail = json!({
        "adminKey": id.get(), "name": new.name, "capabilities": names,
        "addresses": new.addresses.to_stored(), "limits": new.limits.to_stored(),
    });
    // First, not last: the lock on the chain keeps two from both seeing the last free place.
    audit::record(tx, PLATFORM_OWNER, actor, ("admin_key_create", &detail), now)?;
    if admin_keys::count_active(tx)? >= ADMIN_KEYS_MAX {
        return Err(AdminKeyError::TooMany);
    }
    let key = AdminKey {
        id,
        key: new.pair.key.clone(),
        name: new.name.clone(),
        capabilities: new.capabilities,
        addresses: new.addresses.clone(),
        limits: new.limits.clone(),
        status: AdminKeyStatus::Active,
        created_at: now,
    };
    let secret_sealed = platform.seal(&purpose(id), new.pair.secret.expose_secret().as_bytes());
    if admin_keys::insert(tx, &StoredAdminKey { key, secret_sealed })? { Ok(id) } else { Err(AdminKeyError::Collision) }
}

/// Keys in use and revoked ones, at most [`ADMIN_KEYS_LISTED_MAX`].
pub fn list(tx: &mut dyn ReadTx) -> Result<Vec<AdminKey>, AdminKeyError> {
    Ok(admin_keys::list(tx, ADMIN_KEYS_LISTED_MAX)?)
}

/// Revokes a key for good; calls that it signs are refused from the next transaction on.
pub fn revoke(tx: &mut dyn WriteTx, id: AdminKeyId, (actor, now): (Actor, Timestamp)) -> Result<(), AdminKeyError> {
    if !admin_keys::revoke(tx, id, now)? {
        return Err(AdminKeyError::UnknownKey);
    }
    Ok(audit::record(tx, PLATFORM_OWNER, actor, ("admin_key_revoke", &json!({ "adminKey": id.get() })), now)?)
}

/// A key together with what verifies its signatures.
#[derive(Clone)]
pub struct VerifyingAdminKey {
    /// The key.
    pub key: AdminKey,
    /// Verifies signatures made with its secret.
    pub verifier: RequestKey,
}

/// The key whose text this is, ready to verify; `None` for an unknown one.
pub fn find(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    admin_key: &str,
) -> Result<Option<VerifyingAdminKey>, AdminKeyError> {
    let Some(stored) = admin_keys::by_key(tx, admin_key)? else { return Ok(None) };
    let secret = platform.keys.open(purpose(stored.key.id).as_bytes(), &stored.secret_sealed)?;
    Ok(Some(VerifyingAdminKey { verifier: RequestKey::new(secret.expose_secret()), key: stored.key }))
}
