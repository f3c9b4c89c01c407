//! A new password for whoever forgot the old one, by a link that is mailed to the address of the account.
//!
//! Threat model: anybody may ask for any address, so asking tells nothing and mails a person a bounded number of links; the
//! link works once, for [`LINK_LIFETIME_MS`], and its secret is stored as a keyed hash, and sealed where the mail needs it.
//! Using it ends every session and forgets every device of the person. Wall time throughout, as with sessions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_crypto::OpenError;
use countersign_domain::Timestamp;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::event::{AccessChange, AccessEvent, Event};
use countersign_domain::id::UserId;
use countersign_domain::time::HOUR_MS;
use countersign_domain::user::User;
use countersign_store::queries::users::Account;
use countersign_store::queries::{meta, password_resets as rows, sessions, sign_in_devices as devices, users};
use countersign_store::{ReadTx, StoreError, WriteTx};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::accounts;
use crate::audit::{self, Actor};
use crate::outbox;
use crate::platform::Platform;
use crate::sign_in::SignInError;
use crate::sign_in_devices::{self, Visit};

/// How long a link works.
pub const LINK_LIFETIME_MS: i64 = HOUR_MS;
/// The most links that are mailed to one person within [`LINK_LIFETIME_MS`]; whoever asks for more gets the answer of always.
pub const LINKS_MAX: i64 = 3;

/// Where the last request for no account is noted.
const STRANGER: &str = "password_reset_stranger";

/// The keyed hash under which a link is stored.
pub fn link_hash(platform: &Platform, token: &str) -> [u8; 32] {
    platform.keys.lookup_hash(b"password_reset", token)
}

/// What the secret of a link is sealed for.
fn purpose(user: UserId) -> String {
    format!("password_reset:{user}")
}

/// The secret of a link out of its event.
pub fn open_token(platform: &Platform, user: UserId, sealed: &str) -> Result<SecretString, OpenError> {
    let sealed = STANDARD.decode(sealed).map_err(|_| OpenError::Tampered)?;
    let opened = platform.keys.open(purpose(user).as_bytes(), &sealed)?;
    let text = String::from_utf8(opened.expose_secret().to_vec()).map_err(|_| OpenError::Tampered)?;
    Ok(SecretString::from(text))
}

/// Mails `user` a link with the secret `token`, unless enough of them are under way.
pub fn ask(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    user: UserId,
    token: &str,
    (wall_now, now): (Timestamp, Timestamp),
) -> Result<(), SignInError> {
    // The lock keeps requests of one moment from all counting before any is there.
    let Some(account) = users::lock(tx, user)? else { return note_stranger(tx, wall_now) };
    if rows::count(tx, user, wall_now)? >= LINKS_MAX {
        return note_stranger(tx, wall_now);
    }
    let expires_at = wall_now.plus_ms(LINK_LIFETIME_MS);
    rows::insert(tx, &link_hash(platform, token), user, expires_at)?;
    let token_sealed = STANDARD.encode(platform.seal(&purpose(user), token.as_bytes()));
    tell(tx, platform, &account.user, AccessChange::ResetAsked { token_sealed, expires_at }, now)?;
    // Whoever asked has not proved who it is.
    let fact = json!({ "user": user.get() });
    Ok(audit::record(tx, PLATFORM_OWNER, Actor::System, ("password_reset_ask", &fact), now)?)
}

/// Writes something for a request that leads to no mail, so that the time of the commit does not tell who has an account.
pub fn note_stranger(tx: &mut dyn WriteTx, wall_now: Timestamp) -> Result<(), SignInError> {
    Ok(meta::put(tx, STRANGER, &wall_now.ms().to_string())?)
}

/// Whose link this is, while it can be used.
pub fn holder(tx: &mut dyn ReadTx, link_hash: &[u8; 32], wall_now: Timestamp) -> Result<Option<Account>, StoreError> {
    match rows::holder(tx, link_hash, wall_now)? {
        Some(user) => users::get(tx, user),
        None => Ok(None),
    }
}

/// Uses a link up and sets the password whose PHC string is given. Every session and every other link of the person ends, and
/// every device is forgotten but the one on which this happens.
pub fn set_password(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    link_hash: &[u8; 32],
    (password_hash, visit): (&str, &Visit),
    (wall_now, now): (Timestamp, Timestamp),
) -> Result<UserId, SignInError> {
    let user = rows::holder(tx, link_hash, wall_now)?.ok_or(SignInError::LinkDead)?;
    // The person first: two links of one person, used at once, wait for each other here.
    let account = users::lock(tx, user)?.ok_or(SignInError::LinkDead)?;
    rows::use_up(tx, link_hash, wall_now)?.ok_or(SignInError::LinkDead)?;
    users::set_password(tx, &account, password_hash)?;
    users::delete_welcome_links(tx, user)?;
    sessions::delete_of_user(tx, user)?;
    devices::forget_of_user(tx, user)?;
    sign_in_devices::remember(tx, platform, user, (visit, wall_now))?;
    let change = AccessChange::PasswordChanged { whereabouts: visit.whereabouts.clone(), at: wall_now };
    tell(tx, platform, &account.user, change, now)?;
    audit::record(tx, PLATFORM_OWNER, Actor::User(user), ("password_reset", &json!({ "user": user.get() })), now)?;
    Ok(user)
}

fn tell(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    user: &User,
    change: AccessChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    let account = accounts::name_of(tx, user.role)?;
    let event = Event::Access(AccessEvent { user_id: user.id, account, change });
    outbox::mail_person(tx, platform, &event, user, now)
}
