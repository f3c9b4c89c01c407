//! What was probably done wrong when a signature does not match.
//!
//! Each guess is a signature over something else than what came; the caller proved by it that it holds the secret. No
//! expected signature is shown. In the sandbox only: a guess costs another pass over the body.

use countersign_crypto::{RequestKey, RequestTag};
use countersign_wire::RequestHeaders;

/// What is said when nothing more exact is known.
pub(super) const GENERAL: &str = "the signature does not match: take HMAC-SHA512 with the API secret over timestamp LF nonce LF \
    body LF, the body byte for byte as sent, and write it as 128 upper-case hex digits";

/// The likeliest mistake.
pub(super) fn diagnose(key: &RequestKey, headers: &RequestHeaders<'_>, body: &[u8], tag: &RequestTag) -> &'static str {
    let (timestamp, nonce) = (headers.timestamp, headers.nonce);
    let matches = |timestamp: &str, nonce: &str, body: &[u8]| key.verify(timestamp, nonce, body, tag).is_ok();
    if matches(nonce, timestamp, body) {
        return "the signature was taken over nonce LF timestamp LF body LF; the timestamp comes first";
    }
    if !body.is_empty() && matches(timestamp, nonce, b"") {
        return "the signature was taken over an empty body, but a body came; sign the bytes that are sent";
    }
    if body.is_empty() && matches(timestamp, nonce, b"{}") {
        return "the signature was taken over the body {}, but none came; send the bytes that were signed";
    }
    if body.trim_ascii().len() != body.len() && matches(timestamp, nonce, body.trim_ascii()) {
        return "the signature was taken over the body without the white space around it; sign the bytes that are sent";
    }
    if matches(timestamp, nonce, &[body, b"\n"].concat()) {
        return "one line feed too many was signed behind the body; the payload ends in exactly one";
    }
    GENERAL
}
