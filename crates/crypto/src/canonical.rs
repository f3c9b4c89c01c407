//! The signed text of both directions: `timestamp LF nonce LF body LF` (partner.md §1.3 and §3.1).
//!
//! It is handed out in pieces, so that signing never copies a body. Timestamp and nonce come from HTTP headers or from
//! ourselves, and neither can hold an LF: the pieces cannot run into each other.

const LINE_FEED: &[u8] = b"\n";

pub(crate) fn pieces<'a>(timestamp: &'a str, nonce: &'a str, body: &'a [u8]) -> [&'a [u8]; 6] {
    [timestamp.as_bytes(), LINE_FEED, nonce.as_bytes(), LINE_FEED, body, LINE_FEED]
}
