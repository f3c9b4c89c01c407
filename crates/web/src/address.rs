//! Whether an address can be one of ours, judged once around every handler: nothing odd in it gets as far as a database.
//!
//! Handlers may take it that what a path or a query holds is text of a bounded length that every database can keep. Forms are
//! judged where they are read ([`crate::session::read_fields`]).

use axum::http::{StatusCode, Uri};

use crate::failure::Failure;
use crate::pages::ErrorKind;

/// More than any path of ours has, in bytes as sent.
const PATH_BYTES_MAX: usize = 1_024;
/// More than any query of ours has, in bytes as sent: the sign-in page's may hold another address, encoded once more.
const QUERY_BYTES_MAX: usize = 8_192;

/// Refuses an address that no page has: an odd path is one that is not there, an odd query makes no sense.
pub(crate) fn judge(uri: &Uri) -> Result<(), Failure> {
    if uri.path().len() > PATH_BYTES_MAX || !is_text(uri.path()) {
        return Err(Failure::page(ErrorKind::NotFound));
    }
    let query = uri.query().unwrap_or_default();
    if query.len() > QUERY_BYTES_MAX {
        return Err(Failure::Page { kind: ErrorKind::BadRequest, status: StatusCode::URI_TOO_LONG });
    }
    if is_text(query) { Ok(()) } else { Err(Failure::page(ErrorKind::BadRequest)) }
}

/// Whether this, percent-decoded, is text that a database holds: UTF-8 without NUL.
fn is_text(encoded: &str) -> bool {
    let bytes = decoded(encoded.as_bytes());
    !bytes.contains(&0) && std::str::from_utf8(&bytes).is_ok()
}

/// What handlers will see; a `%` without two digits behind it stands for itself, as it does for them.
fn decoded(encoded: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut bytes, mut rest) = (Vec::with_capacity(encoded.len()), encoded);
    while let Some((&first, after)) = rest.split_first() {
        let pair = match (first, after) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        let (byte, next) = match pair {
            Some((high, low)) => (high << 4 | low, &after[2..]),
            None => (first, after),
        };
        bytes.push(byte);
        rest = next;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_let_through() {
        let judged = |address: &str| judge(&address.parse().expect("an address")).is_ok();
        for good in ["/", "/a%20b?q=%C3%A4+%zz%4", "/%E2%82%AC", "/100%", "/%2500", "/a?q=%2500&q"] {
            assert!(judged(good), "{good}");
        }
        for odd in ["/%00", "/a%00", "/%ff", "/%C3", "/%C3/%A4", "/a?%00", "/a?q=%fF"] {
            assert!(!judged(odd), "{odd}");
        }
        let (path, query) = ("/a".repeat(PATH_BYTES_MAX / 2), "q".repeat(QUERY_BYTES_MAX));
        assert!(judged(&path) && judged(&format!("/?{query}")));
        assert!(!judged(&format!("{path}/")) && !judged(&format!("/?{query}q")));
    }
}
