//! Our cookies: host-only, out of reach of scripts.

use axum::http::{HeaderMap, HeaderValue, header};
use countersign_service::sign_in_devices::DEVICE_LIFETIME_SECONDS;

use crate::state::WebState;

/// Digits of the secrets that we put into cookies.
const SECRET_DIGITS: usize = 64;

/// One of our cookies by its plain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookie {
    /// Its name without prefix.
    pub name: &'static str,
    /// For how long a browser keeps it, in seconds; `None` until it is closed.
    pub seconds: Option<u32>,
}

/// The session of a signed-in person.
pub(super) const SESSION: Cookie = Cookie { name: "countersign_session", seconds: None };
/// By which a browser is known as one on which somebody signed in before.
pub(super) const DEVICE: Cookie = Cookie { name: "countersign_device", seconds: Some(DEVICE_LIFETIME_SECONDS) };
/// What ties a sign-in form to the browser that asked for it.
pub(super) const ENTRY: Cookie = Cookie { name: "countersign_entry", seconds: Some(3_600) };

impl Cookie {
    /// The name that goes over the wire.
    fn full_name(self, state: &WebState) -> String {
        full_name(self.name, state.settings().secure_cookies, &state.settings().api_base_url)
    }

    /// The header that sets it. `value` is made of letters, digits and `-_`.
    pub fn set(self, state: &WebState, value: &str) -> HeaderValue {
        let age = self.seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        self.header(state, value, &age)
    }

    /// The header that takes it away.
    pub fn clear(self, state: &WebState) -> HeaderValue {
        self.header(state, "", "; Max-Age=0")
    }

    fn header(self, state: &WebState, value: &str, age: &str) -> HeaderValue {
        let secure = if state.settings().secure_cookies { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.full_name(state));
        HeaderValue::from_str(&text).expect("cookie values are letters and digits")
    }

    /// Its value in a request.
    pub fn value<'h>(self, state: &WebState, headers: &'h HeaderMap) -> Option<&'h str> {
        read(headers, &self.full_name(state))
    }

    /// Its value where it has the form of the secrets that we hand out.
    pub(super) fn secret<'h>(self, state: &WebState, headers: &'h HeaderMap) -> Option<&'h str> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.value(state, headers).filter(|value| value.len() == SECRET_DIGITS && value.bytes().all(is_digit))
    }
}

/// `__Host-` keeps neighbours under one domain from setting a cookie. Without it the port tells servers of one host apart:
/// to a browser all ports are one place.
fn full_name(name: &str, secure: bool, base_url: &str) -> String {
    if secure {
        return format!("__Host-{name}");
    }
    let authority = base_url.split_once("://").map_or(base_url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((_, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{name}_{port}")
        }
        _ => name.to_owned(),
    }
}

/// The value of the cookie with exactly this name.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_one_host_have_cookies_of_their_own() {
        let rows = [
            ("http://127.0.0.1:8420", false, "c_8420"),
            ("http://[::1]:8421/", false, "c_8421"),
            ("http://[::1]", false, "c"),
            ("http://pay.example/a:1", false, "c"),
            ("https://pay.example:8443", true, "__Host-c"),
        ];
        for (base_url, secure, name) in rows {
            assert_eq!(full_name("c", secure, base_url), name, "{base_url}");
        }
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; xb=2;b=3"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=4=5"));
        for (name, value) in [("a", Some("1")), ("b", Some("3")), ("c", Some("4=5")), ("d", None)] {
            assert_eq!(read(&headers, name), value, "{name}");
        }
    }
}
