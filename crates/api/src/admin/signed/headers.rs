//! The four headers of a signed call, read from their raw values. Only their shape is judged here.

use countersign_domain::admin_key::ADMIN_KEY_LENGTH;
use countersign_wire::headers::{NONCE_MAX, NONCE_MIN, TIMESTAMP_DIGITS_MAX};
use http::HeaderMap;

use super::refused::CallRefused;
use crate::signed::single_header;

/// The admin key.
pub const KEY: &str = "X-Countersign-Key";
/// The sending time in Unix milliseconds.
pub const TIMESTAMP: &str = "X-Countersign-Timestamp";
/// A random text of 16 to 64 visible ASCII characters.
pub const NONCE: &str = "X-Countersign-Nonce";
/// The signature: 128 upper-case hexadecimal digits.
pub const SIGNATURE: &str = "X-Countersign-Signature";

/// The headers of a call, each of the right shape but for the signature, which is judged against the call.
#[derive(Clone, Copy)]
pub(super) struct SignedHeaders<'a> {
    pub(super) key: &'a str,
    pub(super) timestamp_ms: i64,
    /// As sent: this text is what was signed.
    pub(super) timestamp: &'a str,
    pub(super) nonce: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> SignedHeaders<'a> {
    /// Judges the headers in the order key, timestamp, nonce, signature; the first wrong one is refused.
    pub(super) fn read(headers: &'a HeaderMap) -> Result<Self, CallRefused> {
        let digit = |byte: u8| byte.is_ascii_digit();
        let rule = "is missing, there twice, or not of 64 lower-case letters and digits";
        let key = read(headers, (KEY, rule), |text| {
            text.len() == ADMIN_KEY_LENGTH && text.bytes().all(|byte| byte.is_ascii_lowercase() || digit(byte))
        })?;
        let rule = "is missing, there twice, or not Unix milliseconds, digits only";
        let timestamp =
            read(headers, (TIMESTAMP, rule), |text| text.len() <= TIMESTAMP_DIGITS_MAX && text.bytes().all(digit))?;
        let rule = "is missing, there twice, or not 16 to 64 visible ASCII characters";
        let nonce = read(headers, (NONCE, rule), |text| (NONCE_MIN..=NONCE_MAX).contains(&text.len()))?;
        let signature = read(headers, (SIGNATURE, "is missing or there twice"), |_| true)?;
        let timestamp_ms = timestamp.parse().expect("so few digits are a 64-bit number, whatever they are");
        Ok(Self { key, timestamp_ms, timestamp, nonce, signature })
    }
}

/// The text of a header that is there once, visible ASCII, and fits.
fn read<'a>(
    headers: &'a HeaderMap,
    (name, rule): (&'static str, &'static str),
    fits: impl FnOnce(&str) -> bool,
) -> Result<&'a str, CallRefused> {
    let value = single_header(headers, name).and_then(|value| std::str::from_utf8(value).ok());
    let visible = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    value.filter(visible).filter(|text| fits(text)).ok_or(CallRefused::Header { name, rule })
}
