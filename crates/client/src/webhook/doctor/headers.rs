//! The headers of a captured delivery: looked up in any case, and missed.

use countersign_wire::headers::{CERTIFICATE_SN, NONCE, SIGNATURE, TIMESTAMP};

use super::fault::DeliveryFault;
use super::search::Suspect;

/// The four headers, where they are there.
pub(super) struct Fields<'a> {
    serial: Option<&'a str>,
    pub(super) timestamp: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    signature: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// The headers and what is wrong with them. Of one that is there more than once the first counts.
    pub(super) fn of(headers: &'a [(String, String)]) -> (Self, Vec<DeliveryFault>) {
        let mut faults = Vec::new();
        let mut take = |name| {
            let (value, fault) = find(headers, name);
            faults.extend(fault);
            value
        };
        let fields = Self {
            serial: take(CERTIFICATE_SN),
            timestamp: take(TIMESTAMP),
            nonce: take(NONCE),
            signature: take(SIGNATURE),
        };
        (fields, faults)
    }

    /// What can be checked, once all four are there.
    pub(super) fn suspect(&self, body: &'a [u8]) -> Option<Suspect<'a>> {
        Some(Suspect {
            serial: self.serial?,
            timestamp: self.timestamp?,
            nonce: self.nonce?,
            signature: self.signature?,
            body,
        })
    }
}

/// The header's value, and what is wrong with how it is there. None of the four holds a comma: where there is one, a server
/// has run repeated headers together.
fn find<'a>(headers: &'a [(String, String)], name: &'static str) -> (Option<&'a str>, Option<DeliveryFault>) {
    let named = headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
    let values: Vec<&str> = named.flat_map(|(_, value)| value.split(',')).map(str::trim).collect();
    if let Some(first) = values.first() {
        let count = values.len();
        return (Some(first), (count > 1).then_some(DeliveryFault::HeaderRepeated { name, count }));
    }
    match headers.iter().find(|(found, _)| is_renamed(found, name)) {
        Some((found, value)) => (Some(value), Some(DeliveryFault::HeaderRenamed { name, found: found.clone() })),
        None => (None, Some(DeliveryFault::HeaderMissing { name })),
    }
}

/// Whether `found` is `name` as CGI, WSGI and PHP call it: `HTTP_BINANCEPAY_NONCE`.
fn is_renamed(found: &str, name: &str) -> bool {
    let bare = found.to_ascii_lowercase().replace('_', "-");
    bare.trim_start_matches("http-") == name.to_ascii_lowercase()
}

/// How long the body was when it came, if that is told.
pub(super) fn content_length(headers: &[(String, String)]) -> Option<u64> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.parse().ok()
}
