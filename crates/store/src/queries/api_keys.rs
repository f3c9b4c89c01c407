//! API keys. The secret is stored sealed and handed out only to whoever verifies a signature.

use countersign_domain::Timestamp;
use countersign_domain::api_key::{ApiKey, ApiKeyStatus};
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_domain::merchant::MerchantStatus;

use super::{decode, merchants};
use crate::{ReadTx, Row, StoreError, WriteTx};

statements! {
    INSERT = "api_key_insert":
        "INSERT INTO api_keys (id, merchant_id, api_key, name, secret_sealed, scopes, addresses, created_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) ON CONFLICT DO NOTHING";
    BY_KEY = "api_key_by_key":
        "SELECT id, merchant_id, api_key, name, scopes, addresses, created_at, revoked_at, secret_sealed FROM api_keys WHERE api_key = $1";
    ACTIVE_OF_MERCHANT = "api_keys_active_of_merchant":
        "SELECT id, merchant_id, api_key, name, scopes, addresses, created_at, revoked_at, secret_sealed FROM api_keys
         WHERE merchant_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT $2";
    ACTIVE = "api_key_active":
        "SELECT id, merchant_id, api_key, name, scopes, addresses, created_at, revoked_at, secret_sealed FROM api_keys
         WHERE id = $1 AND revoked_at IS NULL";
    COUNT_ACTIVE = "api_key_count_active": "SELECT COUNT(*) FROM api_keys WHERE merchant_id = $1 AND revoked_at IS NULL";
    REVOKE = "api_key_revoke": "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND merchant_id = $3 AND revoked_at IS NULL";
    NAMED = "api_key_named": "SELECT merchant_id, name FROM api_keys WHERE id = $1";
    STANDING = "api_key_standing":
        "SELECT k.revoked_at, m.status, m.kind FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.id = $1";
}

/// A key with its sealed secret.
#[derive(Clone)]
pub struct StoredApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its secret, sealed under the master key.
    pub secret_sealed: Vec<u8>,
}

/// A key and its merchant at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether the key may still be used.
    pub key_status: ApiKeyStatus,
    /// Whether its merchant may act.
    pub merchant_status: MerchantStatus,
    /// Whether its merchant is a channel partner.
    pub merchant_is_partner: bool,
}

fn status(row: &Row, column: usize) -> Result<ApiKeyStatus, StoreError> {
    Ok(decode::opt_timestamp(row, column)?.map_or(ApiKeyStatus::Active, |at| ApiKeyStatus::Revoked { at }))
}

fn decode(row: &Row) -> Result<StoredApiKey, StoreError> {
    let key = ApiKey {
        id: ApiKeyId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        key: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        scopes: decode::scopes(row, 4)?,
        addresses: decode::addresses(row, 5)?,
        created_at: decode::timestamp(row, 6)?,
        status: status(row, 7)?,
    };
    Ok(StoredApiKey { key, secret_sealed: row.blob(8)?.to_vec() })
}

/// Inserts a key; false where its id or text is taken.
pub fn insert(tx: &mut dyn WriteTx, stored: &StoredApiKey) -> Result<bool, StoreError> {
    let key = &stored.key;
    let addresses = key.addresses.to_stored();
    let changed = tx.execute(
        &INSERT,
        &[
            key.id.get().into(),
            key.merchant_id.get().into(),
            key.key.as_str().into(),
            key.name.as_str().into(),
            stored.secret_sealed.as_slice().into(),
            key.scopes.bits().into(),
            addresses.as_str().into(),
            key.created_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The key whose text this is.
pub fn by_key(tx: &mut dyn ReadTx, api_key: &str) -> Result<Option<StoredApiKey>, StoreError> {
    tx.query_opt(&BY_KEY, &[api_key.into()])?.as_ref().map(decode).transpose()
}

/// The key with this id and its sealed secret, if it is in use.
pub fn active(tx: &mut dyn ReadTx, id: ApiKeyId) -> Result<Option<StoredApiKey>, StoreError> {
    tx.query_opt(&ACTIVE, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The keys of a merchant that are in use, newest first, at most `limit`.
pub fn active_of_merchant(tx: &mut dyn ReadTx, merchant: MerchantId, limit: i64) -> Result<Vec<ApiKey>, StoreError> {
    tx.query(&ACTIVE_OF_MERCHANT, &[merchant.get().into(), limit.into()])?
        .iter()
        .map(|row| decode(row).map(|stored| stored.key))
        .collect()
}

/// The same keys with their sealed secrets, newest first, at most `limit`.
pub fn active_with_secrets(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    limit: i64,
) -> Result<Vec<StoredApiKey>, StoreError> {
    tx.query(&ACTIVE_OF_MERCHANT, &[merchant.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// How many keys of a merchant are in use.
pub fn count_active(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_ACTIVE, &[merchant.get().into()])?.int(0)
}

/// Revokes a key of `merchant`; false where it has no such key in use.
pub fn revoke(tx: &mut dyn WriteTx, id: ApiKeyId, merchant: MerchantId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&REVOKE, &[now.ms().into(), id.get().into(), merchant.get().into()])? == 1)
}

/// Whose a key is and what its owner calls it, whether it is in use or was revoked.
pub fn named(tx: &mut dyn ReadTx, id: ApiKeyId) -> Result<Option<(MerchantId, String)>, StoreError> {
    let row = tx.query_opt(&NAMED, &[id.get().into()])?;
    row.map(|row| Ok((MerchantId::new(row.int(0)?), row.text(1)?.to_owned()))).transpose()
}

/// What decides in the transaction whether a key may still act.
pub fn standing(tx: &mut dyn ReadTx, id: ApiKeyId) -> Result<Option<Standing>, StoreError> {
    let Some(row) = tx.query_opt(&STANDING, &[id.get().into()])? else { return Ok(None) };
    Ok(Some(Standing {
        key_status: status(&row, 0)?,
        merchant_status: decode::named(&row, 1, merchants::STATUSES)?,
        merchant_is_partner: merchants::is_partner(&row, 2)?,
    }))
}
