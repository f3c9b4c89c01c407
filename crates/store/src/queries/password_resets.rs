//! Links to set a new password. Only the hash of a link's secret is stored.
//!
//! A row stays until its time is over, used or not, so that the rows of a person tell how many links were asked for of late.

use countersign_domain::Timestamp;
use countersign_domain::id::UserId;

use crate::{ReadTx, StoreError, WriteTx};

statements! {
    INSERT = "password_reset_insert": "INSERT INTO password_resets (token_hash, user_id, expires_at, used_at) VALUES ($1, $2, $3, NULL)";
    COUNT = "password_reset_count": "SELECT COUNT(*) FROM password_resets WHERE user_id = $1 AND expires_at > $2";
    HOLDER = "password_reset_holder":
        "SELECT user_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2 AND used_at IS NULL";
    USE = "password_reset_use":
        "UPDATE password_resets SET used_at = $1 WHERE token_hash = $2 AND expires_at > $3 AND used_at IS NULL RETURNING user_id";
    USE_ALL = "password_reset_use_all": "UPDATE password_resets SET used_at = $1 WHERE user_id = $2 AND used_at IS NULL";
    DELETE_OLD = "password_reset_delete_old":
        "DELETE FROM password_resets WHERE token_hash IN
         (SELECT token_hash FROM password_resets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// Stores a link by the hash of its secret.
pub fn insert(
    tx: &mut dyn WriteTx,
    token_hash: &[u8; 32],
    user: UserId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(&INSERT, &[token_hash.into(), user.get().into(), expires_at.ms().into()])
}

/// How many links were made for a person whose time is not over, used or not.
pub fn count(tx: &mut dyn ReadTx, user: UserId, now: Timestamp) -> Result<i64, StoreError> {
    tx.query_one(&COUNT, &[user.get().into(), now.ms().into()])?.int(0)
}

/// Whose link this is, while it can be used.
pub fn holder(tx: &mut dyn ReadTx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<UserId>, StoreError> {
    tx.query_opt(&HOLDER, &[token_hash.into(), now.ms().into()])?.map(|row| row.int(0).map(UserId::new)).transpose()
}

/// Uses a link up, and with it every other of its person; `None` where it was used or its time is over.
pub fn use_up(tx: &mut dyn WriteTx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<UserId>, StoreError> {
    let row = tx.query_opt(&USE, &[now.ms().into(), token_hash.into(), now.ms().into()])?;
    let Some(row) = row else { return Ok(None) };
    let user = UserId::new(row.int(0)?);
    tx.execute(&USE_ALL, &[now.ms().into(), user.get().into()])?;
    Ok(Some(user))
}

/// Deletes at most `limit` links whose time was over at `now`.
pub fn delete_expired(tx: &mut dyn WriteTx, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(&DELETE_OLD, &[now.ms().into(), limit.into()])
}
