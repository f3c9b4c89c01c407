//! Form tokens.

use countersign_crypto::{constant_time_eq, to_hex};
use countersign_service::Platform;

/// The token of the forms that belong to the cookie with this value. It tells nothing about the cookie.
pub fn token(platform: &Platform, cookie: &str) -> String {
    to_hex(&platform.keys.lookup_hash(b"csrf", cookie))
}

/// Whether a form that came with this cookie was made for it.
pub fn matches(platform: &Platform, cookie: &str, sent: &str) -> bool {
    constant_time_eq(token(platform, cookie).as_bytes(), sent.as_bytes())
}
