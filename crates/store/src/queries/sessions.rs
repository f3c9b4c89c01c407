//! Sessions of signed-in people. Only the hash of a cookie is stored.

use countersign_domain::Timestamp;
use countersign_domain::id::UserId;

use crate::{ReadTx, StoreError, WriteTx};

statements! {
    INSERT = "session_insert": "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    USER = "session_user": "SELECT user_id FROM sessions WHERE token_hash = $1 AND expires_at > $2";
    DELETE = "session_delete": "DELETE FROM sessions WHERE token_hash = $1";
    DELETE_OF_USER = "session_delete_of_user": "DELETE FROM sessions WHERE user_id = $1";
    DELETE_OLD = "session_delete_old":
        "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    KEEP_NEWEST = "session_keep_newest":
        "DELETE FROM sessions WHERE user_id = $1 AND token_hash NOT IN
         (SELECT token_hash FROM sessions WHERE user_id = $2 ORDER BY created_at DESC, token_hash LIMIT $3)";
}

/// The most sessions of one person; signing in once more ends the oldest.
pub const SESSIONS_MAX: i64 = 20;

/// Stores a session and ends the oldest beyond [`SESSIONS_MAX`].
pub fn insert(
    tx: &mut dyn WriteTx,
    token_hash: &[u8; 32],
    user: UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(&INSERT, &[token_hash.into(), user.get().into(), now.ms().into(), expires_at.ms().into()])?;
    tx.execute(&KEEP_NEWEST, &[user.get().into(), user.get().into(), SESSIONS_MAX.into()]).map(|_| ())
}

/// Whose session this is, while it lasts.
pub fn user(tx: &mut dyn ReadTx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<UserId>, StoreError> {
    tx.query_opt(&USER, &[token_hash.into(), now.ms().into()])?.map(|row| row.int(0).map(UserId::new)).transpose()
}

/// Ends a session; ending one that is not there is fine.
pub fn delete(tx: &mut dyn WriteTx, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    tx.execute(&DELETE, &[token_hash.into()]).map(|_| ())
}

/// Ends every session of a person.
pub fn delete_of_user(tx: &mut dyn WriteTx, user: UserId) -> Result<u64, StoreError> {
    tx.execute(&DELETE_OF_USER, &[user.get().into()])
}

/// Deletes at most `limit` sessions that ended before `now`.
pub fn delete_expired(tx: &mut dyn WriteTx, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(&DELETE_OLD, &[now.ms().into(), limit.into()])
}
