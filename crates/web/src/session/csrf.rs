//! Form tokens.

use std::fmt::Write as _;

use countersign_crypto::constant_time_eq;
use countersign_service::Platform;

/// The token of the forms that belong to the cookie with this value. It tells nothing about the cookie.
pub fn token(platform: &Platform, cookie: &str) -> String {
    let hash = platform.keys.lookup_hash(b"csrf", cookie);
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

/// Whether a form that came with this cookie was made for it.
pub fn matches(platform: &Platform, cookie: &str, sent: &str) -> bool {
    constant_time_eq(token(platform, cookie).as_bytes(), sent.as_bytes())
}
