//! Signatures of the operator's admin calls: upper-case hex of HMAC-SHA512 over `timestamp LF nonce LF METHOD LF path LF body LF`
//! (`docs/OPERATOR-API.md`).
//!
//! Unlike a call of the merchant API, method and path are covered: one admin key opens acts of very different weight, and what
//! was signed as a look must not be sent as a posting. Nothing but the body can hold an LF, and it comes last, so that the
//! pieces cannot run into each other.

use crate::request_signature::{RequestKey, RequestTag, SignatureMismatch};

const LINE_FEED: &[u8] = b"\n";

/// An admin call as it is signed.
#[derive(Clone, Copy)]
pub struct AdminRequest<'a> {
    /// The timestamp header's text, Unix milliseconds.
    pub timestamp: &'a str,
    /// The nonce header's text.
    pub nonce: &'a str,
    /// The HTTP method in upper case.
    pub method: &'a str,
    /// The path, without scheme, host and query.
    pub path: &'a str,
    /// The raw bytes as sent, empty where there is no body.
    pub body: &'a [u8],
}

impl AdminRequest<'_> {
    fn tag(&self, key: &RequestKey) -> RequestTag {
        let texts = [self.timestamp, self.nonce, self.method, self.path].map(str::as_bytes);
        let [timestamp, nonce, method, path] = texts;
        key.tag_of(&[timestamp, LINE_FEED, nonce, LINE_FEED, method, LINE_FEED, path, LINE_FEED, self.body, LINE_FEED])
    }

    /// The signature header: 128 upper-case hexadecimal digits.
    pub fn sign(&self, key: &RequestKey) -> String {
        self.tag(key).to_upper_hex()
    }

    /// Checks a tag in constant time; only [`SignatureMismatch::Different`] can come out.
    pub fn verify(&self, key: &RequestKey, tag: &RequestTag) -> Result<(), SignatureMismatch> {
        self.tag(key).compare(tag)
    }
}
