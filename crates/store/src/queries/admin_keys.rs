//! Admin keys, and what each has posted per day. The secret is stored sealed and handed out only to whoever verifies a signature.

use countersign_domain::admin_key::{AdminKey, AdminKeyStatus, CapabilitySet, PostingLimits};
use countersign_domain::id::AdminKeyId;
use countersign_domain::{Amount, Currency, Timestamp};

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, admin_key, name, capabilities, addresses, limits, created_at, revoked_at, secret_sealed FROM admin_keys ",
            $rest
        )
    };
}

statements! {
    INSERT = "admin_key_insert":
        "INSERT INTO admin_keys (id, admin_key, name, secret_sealed, capabilities, addresses, limits, created_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) ON CONFLICT DO NOTHING";
    GET = "admin_key_get": select!("WHERE id = $1");
    BY_KEY = "admin_key_by_key": select!("WHERE admin_key = $1");
    LIST = "admin_keys_list": select!("ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $1");
    COUNT_ACTIVE = "admin_key_count_active": "SELECT COUNT(*) FROM admin_keys WHERE revoked_at IS NULL";
    REVOKE = "admin_key_revoke": "UPDATE admin_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";
    OPEN_DAY = "admin_key_day_open":
        "INSERT INTO admin_key_days (admin_key_id, currency, day, posted_minor) VALUES ($1, $2, $3, 0)
         ON CONFLICT (admin_key_id, currency, day) DO NOTHING";
    LOCK_DAY = "admin_key_day_lock":
        "SELECT posted_minor FROM admin_key_days WHERE admin_key_id = $1 AND currency = $2 AND day = $3 {for_update}";
    SET_DAY = "admin_key_day_set":
        "UPDATE admin_key_days SET posted_minor = $1 WHERE admin_key_id = $2 AND currency = $3 AND day = $4";
    DAYS_PAGE = "admin_key_days_page":
        "SELECT d.admin_key_id, d.currency, d.day, d.posted_minor,
         COALESCE((SELECT CAST(SUM(e.amount_minor) AS BIGINT) FROM external_postings e
          WHERE e.admin_key_id = d.admin_key_id AND e.currency = d.currency
          AND e.posted_at >= d.day * 86400000 AND e.posted_at < (d.day + 1) * 86400000), 0)
         FROM admin_key_days d WHERE (d.admin_key_id, d.currency, d.day) > ($1, $2, $3)
         ORDER BY d.admin_key_id, d.currency, d.day LIMIT $4";
}

/// A key with its sealed secret.
#[derive(Clone)]
pub struct StoredAdminKey {
    /// The key.
    pub key: AdminKey,
    /// Its secret, sealed under the master key.
    pub secret_sealed: Vec<u8>,
}

fn decode(row: &Row) -> Result<StoredAdminKey, StoreError> {
    let capabilities = CapabilitySet::from_bits(row.int(3)?);
    let limits = PostingLimits::from_stored(row.text(5)?);
    let key = AdminKey {
        id: AdminKeyId::new(row.int(0)?),
        key: row.text(1)?.to_owned(),
        name: row.text(2)?.to_owned(),
        capabilities: capabilities.ok_or_else(|| row.corrupt(3, "a set of known capabilities", "unknown bits"))?,
        addresses: decode::addresses(row, 4)?,
        limits: limits.map_err(|_| row.corrupt(5, "limits of postings", "other text"))?,
        created_at: decode::timestamp(row, 6)?,
        status: decode::opt_timestamp(row, 7)?.map_or(AdminKeyStatus::Active, |at| AdminKeyStatus::Revoked { at }),
    };
    Ok(StoredAdminKey { key, secret_sealed: row.blob(8)?.to_vec() })
}

/// Inserts a key; false where its id or text is taken.
pub fn insert(tx: &mut dyn WriteTx, stored: &StoredAdminKey) -> Result<bool, StoreError> {
    let key = &stored.key;
    let (addresses, limits) = (key.addresses.to_stored(), key.limits.to_stored());
    let changed = tx.execute(
        &INSERT,
        &[
            key.id.get().into(),
            key.key.as_str().into(),
            key.name.as_str().into(),
            stored.secret_sealed.as_slice().into(),
            key.capabilities.bits().into(),
            addresses.as_str().into(),
            limits.as_str().into(),
            key.created_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The key with this id, revoked ones included.
pub fn get(tx: &mut dyn ReadTx, id: AdminKeyId) -> Result<Option<AdminKey>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(|row| decode(row).map(|stored| stored.key)).transpose()
}

/// The key whose text this is.
pub fn by_key(tx: &mut dyn ReadTx, admin_key: &str) -> Result<Option<StoredAdminKey>, StoreError> {
    tx.query_opt(&BY_KEY, &[admin_key.into()])?.as_ref().map(decode).transpose()
}

/// Keys in use, then revoked ones, each newest first, at most `limit`.
pub fn list(tx: &mut dyn ReadTx, limit: i64) -> Result<Vec<AdminKey>, StoreError> {
    tx.query(&LIST, &[limit.into()])?.iter().map(|row| decode(row).map(|stored| stored.key)).collect()
}

/// How many keys are in use.
pub fn count_active(tx: &mut dyn ReadTx) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_ACTIVE, &[])?.int(0)
}

/// Revokes a key; false where there is no such key in use.
pub fn revoke(tx: &mut dyn WriteTx, id: AdminKeyId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&REVOKE, &[now.ms().into(), id.get().into()])? == 1)
}

/// What a key with limits has posted in one currency on one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDay {
    /// The key.
    pub admin_key_id: AdminKeyId,
    /// The day, counted from 1970-01-01.
    pub day: i64,
    /// How much, deposits and withdrawals together.
    pub posted: Amount,
}

/// The day's row, locked; it is begun at nothing where there is none.
pub fn lock_day(
    tx: &mut dyn WriteTx,
    id: AdminKeyId,
    currency: Currency,
    day: i64,
) -> Result<Locked<KeyDay>, StoreError> {
    let key = [id.get().into(), currency.code().into(), day.into()];
    tx.execute(&OPEN_DAY, &key)?;
    let posted = tx.query_one(&LOCK_DAY, &key)?.int(0)?;
    Ok(Locked::new(KeyDay { admin_key_id: id, day, posted: Amount::from_minor(posted, currency) }))
}

/// Writes what the day has come to.
pub fn set_day(tx: &mut dyn WriteTx, day: &Locked<KeyDay>) -> Result<(), StoreError> {
    tx.execute_one(
        &SET_DAY,
        &[
            day.posted.minor().into(),
            day.admin_key_id.get().into(),
            day.posted.currency().code().into(),
            day.day.into(),
        ],
    )
}

/// Where a page of days ends: key, currency code, day.
pub type DayKey = (i64, String, i64);

/// Days after `after` with what the key's postings of that day sum to, for proofs.
pub fn days_page(tx: &mut dyn ReadTx, after: &DayKey, limit: i64) -> Result<Vec<(KeyDay, i64)>, StoreError> {
    let (key, currency, day) = after;
    let rows = tx.query(&DAYS_PAGE, &[(*key).into(), currency.into(), (*day).into(), limit.into()])?;
    rows.iter()
        .map(|row| {
            let posted = decode::amount(row, 1, 3)?;
            Ok((KeyDay { admin_key_id: AdminKeyId::new(row.int(0)?), day: row.int(2)?, posted }, row.int(4)?))
        })
        .collect()
}
