//! Method, content type and the four headers.

use axum::body::{Body as Stream, HttpBody as _};
use countersign_wire::endpoint::BodyRule;
use countersign_wire::headers::{RawHeaders, lower};
use countersign_wire::{Endpoint, Refusal, ResultCode};
use http::{HeaderMap, Method, header};

/// Every endpoint is a POST (`decisions.md` row 3).
pub(super) fn check_method(method: &Method) -> Result<(), Refusal> {
    if method == Method::POST {
        return Ok(());
    }
    let rule = format!("every call is a POST; {method} came");
    Err(Refusal::new(ResultCode::BadHttpMethod, rule, "decisions.md row 3"))
}

/// `application/json` with any parameters; a call without a body needs none where the endpoint has no parameters
/// (`decisions.md` rows 3 and 8).
pub(super) fn check_content_type(headers: &HeaderMap, stream: &Stream, endpoint: &Endpoint) -> Result<(), Refusal> {
    let body_less = stream.is_end_stream();
    if body_less && endpoint.body != BodyRule::Required {
        return Ok(());
    }
    let refuse = |rule| Refusal::new(ResultCode::MediaTypeNotSupported, rule, "decisions.md row 8");
    if !headers.contains_key(header::CONTENT_TYPE) {
        return Err(refuse("the Content-Type header is missing; send application/json"));
    }
    if is_json(headers) {
        return Ok(());
    }
    Err(refuse("the Content-Type must be application/json, with any parameters"))
}

/// Whether the headers say `application/json`, with any parameters.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// The raw value of a header. One that was sent twice counts as malformed: a proxy before us might believe the other value.
pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.as_bytes();
    Some(if values.next().is_none() { first } else { b"" })
}

/// The raw values of the four headers.
pub(super) fn raw(headers: &HeaderMap) -> RawHeaders<'_> {
    let value = |name| single(headers, name);
    RawHeaders {
        certificate_sn: value(lower::CERTIFICATE_SN),
        timestamp: value(lower::TIMESTAMP),
        nonce: value(lower::NONCE),
        signature: value(lower::SIGNATURE),
    }
}
