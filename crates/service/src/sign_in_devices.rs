//! Devices on which a person signed in before: whoever signs in on another is told by mail.
//!
//! A device is known by a long-lived random cookie of which only a keyed hash, together with its user, is stored. That tells
//! browsers apart, not people: a stolen cookie passes for the device, as a stolen device would.

use countersign_domain::Timestamp;
use countersign_domain::event::{AccessChange, AccessEvent, Event, Whereabouts};
use countersign_domain::id::UserId;
use countersign_domain::time::HOUR_MS;
use countersign_store::queries::sign_in_devices as rows;
use countersign_store::queries::users::{self, Account};
use countersign_store::{StoreError, WriteTx};

use crate::accounts;
use crate::outbox;
use crate::platform::Platform;

/// How long a browser keeps the cookie by which its device is known: as long as browsers keep any (RFC 6265bis §5.5).
pub const DEVICE_LIFETIME_SECONDS: u32 = 400 * 24 * 3_600;

/// Of so many devices within an hour a person is told, those included that were known and used.
pub const TOLD_PER_HOUR_MAX: i64 = 5;

/// A browser and from where it came. No `Debug`: it holds the secret of a cookie.
#[derive(Clone)]
pub struct Visit {
    /// The secret in the device's cookie.
    pub device: String,
    /// What can be told of it to a person.
    pub whereabouts: Whereabouts,
}

fn device_hash(platform: &Platform, user: UserId, visit: &Visit) -> [u8; 32] {
    platform.keys.lookup_hash(b"sign_in_device", &format!("{user}:{}", visit.device))
}

/// Remembers the device of somebody who has proved to be `user` in a way that a mail tells of already, or that needs none.
pub fn remember(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    user: UserId,
    (visit, wall_now): (&Visit, Timestamp),
) -> Result<(), StoreError> {
    rows::see(tx, user, &device_hash(platform, user, visit), wall_now).map(|_| ())
}

/// The same after a right password: a person on a device that was not known is told.
pub fn notice(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    user: UserId,
    visit: &Visit,
    (wall_now, now): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    if rows::see(tx, user, &device_hash(platform, user, visit), wall_now)? {
        return Ok(());
    }
    // Whoever keeps no cookie is on a new device each time. After so many mails one more says nothing new.
    if rows::count_since(tx, user, wall_now.plus_ms(-HOUR_MS))? > TOLD_PER_HOUR_MAX {
        return Ok(());
    }
    let Some(Account { user, .. }) = users::get(tx, user)? else { return Ok(()) };
    let account = accounts::name_of(tx, user.role)?;
    let change = AccessChange::NewDevice { whereabouts: visit.whereabouts.clone(), at: wall_now };
    let event = Event::Access(AccessEvent { user_id: user.id, account, change });
    outbox::mail_person(tx, platform, &event, &user, now)
}
