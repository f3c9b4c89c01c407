//! API keys: made, looked up and revoked. A secret is shown once and stored sealed.

use countersign_crypto::doctor::OTHER_SECRETS_MAX;
use countersign_crypto::{Alphabet, RequestKey, alphanumeric};
use countersign_domain::api_key::{API_KEY_LENGTH, API_KEY_NAME_LENGTH_MAX, API_KEYS_MAX, ApiKey, ApiKeyStatus};
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_domain::merchant::is_plain_name;
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_store::queries::api_keys::{self, StoredApiKey};
use countersign_store::queries::merchants;
use countersign_store::{ReadTx, StoreError, WriteTx};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};
use crate::refusals;

/// A fresh pair of key and secret, not yet anybody's.
#[derive(Clone)]
pub struct KeyPair {
    /// What goes over the wire.
    pub key: String,
    /// What signs; shown once.
    pub secret: SecretString,
}

impl KeyPair {
    /// Draws a pair. `prefix` marks keys of a sandbox, so that they are recognised wherever they turn up.
    pub fn draw(platform: &Platform, prefix: &str) -> Self {
        let text = |length| alphanumeric(platform.entropy(), Alphabet::LowerCase, length);
        let key = format!("{prefix}{}", text(API_KEY_LENGTH - prefix.len()));
        Self { key, secret: SecretString::from(text(API_KEY_LENGTH)) }
    }
}

/// What a new key is to be.
#[derive(Clone)]
pub struct NewKey {
    /// Whose.
    pub merchant_id: MerchantId,
    /// Its name.
    pub name: String,
    /// Its access ticks.
    pub scopes: ScopeSet,
    /// From where it may be used.
    pub addresses: AddressList,
    /// Key and secret.
    pub pair: KeyPair,
}

/// Why a key was not made or found.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Nobody has this number.
    #[error("there is no such merchant")]
    UnknownMerchant,
    /// The name is empty, too long, or holds characters that are not seen.
    #[error("a key's name has 1 to {API_KEY_NAME_LENGTH_MAX} characters that can be seen")]
    Name,
    /// The merchant has as many keys as it may have.
    #[error("a merchant may have at most {API_KEYS_MAX} keys; revoke one first")]
    TooMany,
    /// There is no such key in use.
    #[error("there is no such key in use")]
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

impl Collides for KeyError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

fn purpose(id: ApiKeyId) -> String {
    format!("api_key_secret:{id}")
}

/// Makes a key. The answer is its id; the secret is with whoever drew the pair.
pub fn create(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    new: &NewKey,
    (actor, now): (Actor, Timestamp),
) -> Result<ApiKeyId, KeyError> {
    if new.name.chars().count() > API_KEY_NAME_LENGTH_MAX || !is_plain_name(&new.name) {
        return Err(KeyError::Name);
    }
    // The lock keeps two requests from both seeing the last free place.
    merchants::lock(tx, new.merchant_id)?.ok_or(KeyError::UnknownMerchant)?;
    if api_keys::count_active(tx, new.merchant_id)? >= API_KEYS_MAX {
        return Err(KeyError::TooMany);
    }
    let id = ApiKeyId::new(platform.ids.next(now));
    let key = ApiKey {
        id,
        merchant_id: new.merchant_id,
        key: new.pair.key.clone(),
        name: new.name.clone(),
        scopes: new.scopes,
        addresses: new.addresses.clone(),
        status: ApiKeyStatus::Active,
        created_at: now,
    };
    let secret_sealed = platform.seal(&purpose(id), new.pair.secret.expose_secret().as_bytes());
    if !api_keys::insert(tx, &StoredApiKey { key, secret_sealed })? {
        return Err(KeyError::Collision);
    }
    let detail = json!({ "key": id.get(), "name": new.name, "scopes": new.scopes.bits(), "addresses": new.addresses.to_stored() });
    audit::record(tx, new.merchant_id.get(), actor, ("api_key_create", &detail), now)?;
    Ok(id)
}

/// Revokes a key of `merchant` for good; calls that it signs are refused from the next transaction on.
pub fn revoke(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: ApiKeyId,
    (actor, now): (Actor, Timestamp),
) -> Result<(), KeyError> {
    if !api_keys::revoke(tx, id, merchant, now)? {
        return Err(KeyError::UnknownKey);
    }
    refusals::forget(tx, id)?;
    Ok(audit::record(tx, merchant.get(), actor, ("api_key_revoke", &json!({ "key": id.get() })), now)?)
}

/// A key together with what verifies its signatures.
#[derive(Clone)]
pub struct VerifyingKey {
    /// The key.
    pub key: ApiKey,
    /// Verifies signatures made with its secret.
    pub verifier: RequestKey,
}

/// The key whose text this is, ready to verify; `None` for an unknown one.
pub fn find(tx: &mut dyn ReadTx, platform: &Platform, api_key: &str) -> Result<Option<VerifyingKey>, KeyError> {
    let Some(stored) = api_keys::by_key(tx, api_key)? else { return Ok(None) };
    let secret = platform.keys.open(purpose(stored.key.id).as_bytes(), &stored.secret_sealed)?;
    Ok(Some(VerifyingKey { verifier: RequestKey::new(secret.expose_secret()), key: stored.key }))
}

/// Opens the secret of a key in use; `None` where it was revoked. For sealing something for its owner, never for signing.
pub fn open_secret(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    id: ApiKeyId,
) -> Result<Option<SecretSlice<u8>>, KeyError> {
    let Some(stored) = api_keys::active(tx, id)? else { return Ok(None) };
    Ok(Some(platform.keys.open(purpose(id).as_bytes(), &stored.secret_sealed)?))
}

/// The opened secrets that the signature doctor compares with.
pub struct OpenSecrets {
    /// The key that was sent.
    pub key: ApiKey,
    /// Its secret.
    pub own: SecretSlice<u8>,
    /// Those of the same merchant's newest other keys in use, at most [`OTHER_SECRETS_MAX`].
    pub others: Vec<SecretSlice<u8>>,
}

/// Opens the secret of a key in use and those of its merchant's other keys; `None` where the merchant has no such key in use.
/// For explaining a refusal alone, never on the way of an accepted call.
pub fn open_secrets(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    (merchant, id): (MerchantId, ApiKeyId),
) -> Result<Option<OpenSecrets>, KeyError> {
    let stored = api_keys::active_with_secrets(tx, merchant, API_KEYS_MAX)?;
    let open = |stored: &StoredApiKey| platform.keys.open(purpose(stored.key.id).as_bytes(), &stored.secret_sealed);
    let Some(own) = stored.iter().find(|stored| stored.key.id == id) else { return Ok(None) };
    let others = stored.iter().filter(|stored| stored.key.id != id).take(OTHER_SECRETS_MAX);
    let others = others.map(open).collect::<Result<_, _>>()?;
    Ok(Some(OpenSecrets { key: own.key.clone(), own: open(own)?, others }))
}
