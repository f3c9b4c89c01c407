//! Who may see keys and passwords: the browser in which the one-time link was opened.

use std::sync::atomic::Ordering;

use axum::http::{HeaderMap, HeaderValue};
use countersign_crypto::{constant_time_eq, to_hex};
use countersign_web::session::Cookie;
use secrecy::ExposeSecret;

use super::Console;

const CONSOLE: Cookie = Cookie { name: "countersign_console", seconds: None };

/// What the cookie holds: it follows from the link's secret, but the link does not tell it.
fn pass(console: &Console) -> String {
    let parts = &console.parts;
    to_hex(&parts.platform.keys.lookup_hash(b"console", parts.console_token.expose_secret()))
}

/// The console cookie of this request, where it is the right one.
pub(super) fn opened<'h>(console: &Console, headers: &'h HeaderMap) -> Option<&'h str> {
    let cookie = CONSOLE.value(&console.parts.web, headers)?;
    constant_time_eq(cookie.as_bytes(), pass(console).as_bytes()).then_some(cookie)
}

/// Uses the link up: the first browser that brings the right token gets the cookie.
pub(super) fn open(console: &Console, token: &str) -> Option<HeaderValue> {
    let is_right = constant_time_eq(token.as_bytes(), console.parts.console_token.expose_secret().as_bytes());
    let is_first = is_right && !console.link_used.swap(true, Ordering::SeqCst);
    is_first.then(|| CONSOLE.set(&console.parts.web, &pass(console)))
}
