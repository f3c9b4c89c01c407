//! The headers every page carries.
//!
//! The policy admits our own files only: no inline script or style exists in any template, so injected markup cannot run even if
//! escaping failed somewhere.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing but our own files; forms go to us; nobody frames us (OWASP Secure Headers).
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
/// The same for browsers that do not know `frame-ancestors`.
pub const X_FRAME_OPTIONS: &str = "DENY";
/// Review and checkout links carry ids; they stay with us.
pub const REFERRER_POLICY: &str = "same-origin";
/// Nothing but what stands in the document itself, for the HTML part of a mail: no script, no form, no request. Our own pages may
/// frame it; its links open in tabs of their own.
pub const MAIL_PART_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
/// Types are as we say.
pub const X_CONTENT_TYPE_OPTIONS: &str = "nosniff";
/// Pages hold balances, tokens and forms: no cache keeps them.
pub const CACHE_CONTROL_PAGE: &str = "no-store";
/// Assets carry their fingerprint in the name, so they never change.
pub const CACHE_CONTROL_ASSET: &str = "public, max-age=31536000, immutable";
/// No page needs a device.
pub const PERMISSIONS_POLICY: &str = "camera=(), geolocation=(), microphone=(), payment=()";

const PERMISSIONS_POLICY_NAME: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY_NAME: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Sets what belongs on the HTML part of a mail: the same, but for whoever wrote it and for the page that frames it.
pub fn secure_mail_part(headers: &mut HeaderMap) {
    secure(headers);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_PART_POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
}

/// Sets what belongs on every answer of this crate, assets included.
pub fn secure(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_FRAME_OPTIONS, X_FRAME_OPTIONS),
        (header::REFERRER_POLICY, REFERRER_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, X_CONTENT_TYPE_OPTIONS),
        (PERMISSIONS_POLICY_NAME, PERMISSIONS_POLICY),
        (OPENER_POLICY_NAME, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
