//! Signing in: passwords are checked outside any transaction, by whoever bounds how many run at once; here is what is
//! read before and written after.
//!
//! Wall time throughout. A session is an opaque 256-bit cookie of which only the keyed hash is stored.

use countersign_domain::Timestamp;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::UserId;
use countersign_domain::time::{DAY_MS, MINUTE_MS};
use countersign_domain::user::{PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, User, normalize_email};
use countersign_store::queries::users::Account;
use countersign_store::queries::{meta, sessions, users};
use countersign_store::{ReadTx, StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// How long a session lasts.
pub const SESSION_LIFETIME_MS: i64 = DAY_MS;
/// Wrong passwords in a row after which an account is locked.
pub const FAILURES_MAX: i64 = 5;
/// For how long it is locked then; every further failure locks it again.
pub const LOCKOUT_MS: i64 = 15 * MINUTE_MS;

/// Why a person was not let in, or a password not set.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Unknown address or wrong password: one answer for both.
    #[error("this e-mail address and password do not belong together")]
    Refused,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; try again later")]
    Locked,
    /// The one-time link was used or is too old.
    #[error("this link was used already or is too old")]
    LinkDead,
    /// The password is too short or too long.
    #[error("a password has at least {PASSWORD_LENGTH_MIN} characters and at most {PASSWORD_LENGTH_MAX} bytes")]
    PasswordLength,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for SignInError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// The keyed hash under which a session is stored.
pub fn session_hash(platform: &Platform, token: &str) -> [u8; 32] {
    platform.keys.lookup_hash(b"session", token)
}

/// The keyed hash under which a one-time link is stored.
pub fn welcome_hash(platform: &Platform, token: &str) -> [u8; 32] {
    platform.keys.lookup_hash(b"welcome_link", token)
}

/// The account that signs in with this address, if any.
pub fn account(tx: &mut dyn ReadTx, email: &str) -> Result<Option<Account>, StoreError> {
    match normalize_email(email) {
        Some(email) => users::by_email(tx, &email),
        None => Ok(None),
    }
}

/// Whether no password is tried for this account at present.
pub fn is_locked(account: &Account, wall_now: Timestamp) -> bool {
    account.locked_until.is_some_and(|until| until > wall_now)
}

/// Records a wrong password and locks the account after too many.
pub fn record_failure(tx: &mut dyn WriteTx, user: UserId, wall_now: Timestamp) -> Result<(), SignInError> {
    let account = users::lock(tx, user)?.ok_or(SignInError::Refused)?;
    let failures = account.failed_sign_ins.saturating_add(1);
    let locked_until = (failures >= FAILURES_MAX).then(|| wall_now.plus_ms(LOCKOUT_MS));
    Ok(users::set_failures(tx, &account, failures, locked_until)?)
}

/// Where the last try at no open account is noted.
const STRANGER: &str = "sign_in_stranger";

/// Writes as much for a try at no open account as [`record_failure`] does for a wrong password, so that the time of the
/// commit does not tell who has an account.
pub fn record_stranger(tx: &mut dyn WriteTx, wall_now: Timestamp) -> Result<(), SignInError> {
    Ok(meta::put(tx, STRANGER, &wall_now.ms().to_string())?)
}

/// Begins a session for somebody who has proved to be `user`. An account that was locked meanwhile stays closed.
pub fn begin_session(
    tx: &mut dyn WriteTx,
    user: UserId,
    token_hash: &[u8; 32],
    wall_now: Timestamp,
) -> Result<(), SignInError> {
    let account = users::lock(tx, user)?.ok_or(SignInError::Refused)?;
    if is_locked(&account, wall_now) {
        return Err(SignInError::Locked);
    }
    users::set_failures(tx, &account, 0, None)?;
    Ok(sessions::insert(tx, token_hash, user, wall_now, wall_now.plus_ms(SESSION_LIFETIME_MS))?)
}

/// Who is signed in with the session of this hash.
pub fn session_user(
    tx: &mut dyn ReadTx,
    token_hash: &[u8; 32],
    wall_now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let Some(id) = sessions::user(tx, token_hash, wall_now)? else { return Ok(None) };
    Ok(users::get(tx, id)?.map(|account| account.user))
}

/// Ends a session.
pub fn end_session(tx: &mut dyn WriteTx, token_hash: &[u8; 32]) -> Result<(), SignInError> {
    Ok(sessions::delete(tx, token_hash)?)
}

/// Whether a password that a person chose is acceptable in length; its content is theirs.
pub fn check_password_length(password: &str) -> Result<(), SignInError> {
    let long_enough = password.chars().count() >= PASSWORD_LENGTH_MIN;
    if long_enough && password.len() <= PASSWORD_LENGTH_MAX { Ok(()) } else { Err(SignInError::PasswordLength) }
}

/// Uses a one-time link up and sets the password whose PHC string is given; every session of the person ends.
pub fn set_first_password(
    tx: &mut dyn WriteTx,
    link_hash: &[u8; 32],
    password_hash: &str,
    (wall_now, now): (Timestamp, Timestamp),
) -> Result<UserId, SignInError> {
    let user = users::use_welcome_link(tx, link_hash, wall_now)?.ok_or(SignInError::LinkDead)?;
    let account = users::lock(tx, user)?.ok_or(SignInError::LinkDead)?;
    users::set_password(tx, &account, password_hash)?;
    sessions::delete_of_user(tx, user)?;
    audit::record(tx, PLATFORM_OWNER, Actor::User(user), ("first_password_set", &json!({ "user": user.get() })), now)?;
    Ok(user)
}
