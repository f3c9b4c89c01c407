//! People who sign in, and the one-time links by which they set their first password.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, PayerId, UserId};
use countersign_domain::user::{Role, User};

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

statements! {
    INSERT = "user_insert":
        "INSERT INTO users (id, email, password_hash, role, merchant_id, payer_id, failed_sign_ins, locked_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, NULL, $7) ON CONFLICT DO NOTHING";
    GET = "user_get":
        "SELECT id, email, role, merchant_id, payer_id, password_hash, failed_sign_ins, locked_until FROM users WHERE id = $1";
    BY_EMAIL = "user_by_email":
        "SELECT id, email, role, merchant_id, payer_id, password_hash, failed_sign_ins, locked_until FROM users WHERE email = $1";
    LOCK = "user_lock":
        "SELECT id, email, role, merchant_id, payer_id, password_hash, failed_sign_ins, locked_until FROM users WHERE id = $1 {for_update}";
    OWNERS = "user_owners":
        "SELECT id, email, role, merchant_id, payer_id, password_hash, failed_sign_ins, locked_until FROM users
         WHERE merchant_id = $1 ORDER BY id LIMIT $2";
    SET_PASSWORD = "user_set_password":
        "UPDATE users SET password_hash = $1, failed_sign_ins = 0, locked_until = NULL WHERE id = $2";
    SET_FAILURES = "user_set_failures": "UPDATE users SET failed_sign_ins = $1, locked_until = $2 WHERE id = $3";
    LINK_INSERT = "welcome_link_insert": "INSERT INTO welcome_links (token_hash, user_id, expires_at, used_at) VALUES ($1, $2, $3, NULL)";
    LINK_GET = "welcome_link_get": "SELECT user_id FROM welcome_links WHERE token_hash = $1 AND expires_at > $2 AND used_at IS NULL";
    LINK_USE = "welcome_link_use":
        "UPDATE welcome_links SET used_at = $1 WHERE token_hash = $2 AND expires_at > $3 AND used_at IS NULL RETURNING user_id";
    LINK_DELETE_OF_USER = "welcome_link_delete_of_user": "DELETE FROM welcome_links WHERE user_id = $1";
    LINK_DELETE_OLD = "welcome_link_delete_old":
        "DELETE FROM welcome_links WHERE token_hash IN
         (SELECT token_hash FROM welcome_links WHERE expires_at <= $1 OR used_at IS NOT NULL ORDER BY token_hash LIMIT $2)";
}

/// The most people who are told of one thing that concerns their merchant.
pub const OWNERS_MAX: i64 = 50;

/// A person with what sign-in needs.
#[derive(Clone)]
pub struct Account {
    /// The person.
    pub user: User,
    /// The Argon2id PHC string; `None` until the first password is set.
    pub password_hash: Option<String>,
    /// Wrong passwords since the last right one.
    pub failed_sign_ins: i64,
    /// Until when no password is tried.
    pub locked_until: Option<Timestamp>,
}

fn decode(row: &Row) -> Result<Account, StoreError> {
    let role = match (row.text(2)?, row.opt_int(3)?, row.opt_int(4)?) {
        ("OWNER", Some(merchant), None) => Role::Owner(MerchantId::new(merchant)),
        ("PAYER", None, Some(payer)) => Role::Payer(PayerId::new(payer)),
        ("OPERATOR", None, None) => Role::Operator,
        _ => return Err(row.corrupt(2, "a role with its account", "another combination")),
    };
    Ok(Account {
        user: User { id: UserId::new(row.int(0)?), email: row.text(1)?.to_owned(), role },
        password_hash: row.opt_text(5)?.map(str::to_owned),
        failed_sign_ins: row.int(6)?,
        locked_until: decode::opt_timestamp(row, 7)?,
    })
}

/// Inserts a person; false where the id or the address is taken.
pub fn insert(
    tx: &mut dyn WriteTx,
    user: &User,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (role, merchant, payer) = match user.role {
        Role::Owner(merchant) => ("OWNER", Some(merchant.get()), None),
        Role::Payer(payer) => ("PAYER", None, Some(payer.get())),
        Role::Operator => ("OPERATOR", None, None),
    };
    let changed = tx.execute(
        &INSERT,
        &[
            user.id.get().into(),
            user.email.as_str().into(),
            password_hash.into(),
            role.into(),
            merchant.into(),
            payer.into(),
            now.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The person with this id.
pub fn get(tx: &mut dyn ReadTx, id: UserId) -> Result<Option<Account>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The person with this normalized address.
pub fn by_email(tx: &mut dyn ReadTx, email: &str) -> Result<Option<Account>, StoreError> {
    tx.query_opt(&BY_EMAIL, &[email.into()])?.as_ref().map(decode).transpose()
}

/// The person with this id, locked.
pub fn lock(tx: &mut dyn WriteTx, id: UserId) -> Result<Option<Locked<Account>>, StoreError> {
    tx.query_opt(&LOCK, &[id.get().into()])?.as_ref().map(|row| decode(row).map(Locked::new)).transpose()
}

/// The people who act for `merchant`, at most [`OWNERS_MAX`].
pub fn owners(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<User>, StoreError> {
    tx.query(&OWNERS, &[merchant.get().into(), OWNERS_MAX.into()])?
        .iter()
        .map(|row| decode(row).map(|account| account.user))
        .collect()
}

/// Sets a password and lifts any lock.
pub fn set_password(tx: &mut dyn WriteTx, account: &Locked<Account>, password_hash: &str) -> Result<(), StoreError> {
    tx.execute_one(&SET_PASSWORD, &[password_hash.into(), account.user.id.get().into()])
}

/// Records how many wrong passwords there were and until when none is tried.
pub fn set_failures(
    tx: &mut dyn WriteTx,
    account: &Locked<Account>,
    failures: i64,
    locked_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let locked_until = locked_until.map(Timestamp::ms);
    tx.execute_one(&SET_FAILURES, &[failures.into(), locked_until.into(), account.user.id.get().into()])
}

/// Stores a one-time link by the hash of its token.
pub fn insert_welcome_link(
    tx: &mut dyn WriteTx,
    token_hash: &[u8; 32],
    user: UserId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_one(&LINK_INSERT, &[token_hash.into(), user.get().into(), expires_at.ms().into()])
}

/// Whose link this is, while it can be used.
pub fn welcome_link(tx: &mut dyn ReadTx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<UserId>, StoreError> {
    tx.query_opt(&LINK_GET, &[token_hash.into(), now.ms().into()])?.map(|row| row.int(0).map(UserId::new)).transpose()
}

/// Uses the link up; `None` where it was used or its time is over.
pub fn use_welcome_link(
    tx: &mut dyn WriteTx,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<UserId>, StoreError> {
    let row = tx.query_opt(&LINK_USE, &[now.ms().into(), token_hash.into(), now.ms().into()])?;
    row.map(|row| row.int(0).map(UserId::new)).transpose()
}

/// Deletes every link of a person.
pub fn delete_welcome_links(tx: &mut dyn WriteTx, user: UserId) -> Result<u64, StoreError> {
    tx.execute(&LINK_DELETE_OF_USER, &[user.get().into()])
}

/// Deletes at most `limit` links that were used or whose time was over at `now`.
pub fn delete_dead_welcome_links(tx: &mut dyn WriteTx, now: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(&LINK_DELETE_OLD, &[now.ms().into(), limit.into()])
}
