//! The judgement of one call.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use bytes::Bytes;
use countersign_crypto::{AdminRequest, RequestTag};
use countersign_domain::Timestamp;
use countersign_domain::admin_key::AdminKeyStatus;
use countersign_service::admin_keys::VerifyingAdminKey;
use countersign_service::operator::Caller;
use http::Method;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::endpoint::AdminEndpoint;
use super::headers::SignedHeaders;
use super::refused::CallRefused;
use super::serve::Shared;
use super::trace;
use crate::admin::error::AdminError;
use crate::admin::json;
use crate::client_address::client_address;
use crate::signed::{Entered, is_json, outside_window, read_body};

/// A call whose signature held, whose key may be used from where it came, and which was not sent before.
pub(super) struct SignedCall {
    pub(super) endpoint: &'static AdminEndpoint,
    pub(super) caller: Caller,
    body: Bytes,
}

impl SignedCall {
    /// Judges the call; `known` takes in what came to be known of its caller meanwhile.
    pub(super) async fn judge(
        shared: &Shared,
        request: Request,
        known: &mut trace::Caller,
    ) -> Result<Self, AdminError> {
        let (parts, stream) = request.into_parts();
        known.address = caller_address(shared, &parts);
        let head = check_head(&parts);
        // The body is taken in before any refusal: a client that sends head and body apart would find its kept connection
        // closed when we answered without reading.
        let body = read_body(&parts.headers, stream, shared.settings.body_timeout).await;
        let endpoint = head?;
        let body = body.map_err(CallRefused::from)?;
        if !(body.is_empty() || is_json(&parts.headers)) {
            return Err(CallRefused::MediaType.into());
        }
        let headers = SignedHeaders::read(&parts.headers)?;
        let arrived = shared.platform.wall_now();
        let key = shared.find_key(headers.key).await?.ok_or(CallRefused::UnknownKey)?;
        known.key = Some(key.key.id);
        if key.key.status != AdminKeyStatus::Active {
            return Err(CallRefused::RevokedKey.into());
        }
        let now = check_time(shared, &headers, arrived)?;
        let tag = verify(&key, &headers, (&parts, &body))?;
        let sent_at = Timestamp::from_ms(headers.timestamp_ms);
        match shared.replays.enter((key.key.id, tag.replay_digest()), sent_at, now) {
            Entered::Fresh => {}
            Entered::Repeated => return Err(CallRefused::Replayed.into()),
            Entered::Full => return Err(CallRefused::TooManyCalls.into()),
        }
        check_address(known.address, &key)?;
        Ok(Self { endpoint, caller: Caller::System(key.key.id), body })
    }

    /// Reads the body; an empty one is an empty object.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, AdminError> {
        json::read(if self.body.is_empty() { b"{}" } else { &self.body })
    }
}

/// Path, method and query.
fn check_head(parts: &Parts) -> Result<&'static AdminEndpoint, CallRefused> {
    let endpoint = AdminEndpoint::find(parts.uri.path()).ok_or(CallRefused::UnknownPath)?;
    if !endpoint.methods.contains(&parts.method) {
        return Err(CallRefused::Method(endpoint.methods));
    }
    if parts.uri.query().is_some() { Err(CallRefused::Query) } else { Ok(endpoint) }
}

/// Judges the caller's clock by the arrival, not by how long a busy database let the call wait; answers what time it is now.
fn check_time(shared: &Shared, headers: &SignedHeaders<'_>, arrived: Timestamp) -> Result<Timestamp, CallRefused> {
    let window_ms = shared.settings.timestamp_window_ms;
    if let Some(behind_ms) = outside_window(headers.timestamp_ms, arrived, window_ms) {
        return Err(CallRefused::Window { behind_ms, window_ms });
    }
    let now = shared.platform.wall_now();
    if now.ms_since(arrived) > window_ms { Err(CallRefused::Waited) } else { Ok(now) }
}

/// The tag, once it held over the raw bytes.
fn verify(
    key: &VerifyingAdminKey,
    headers: &SignedHeaders<'_>,
    (parts, body): (&Parts, &Bytes),
) -> Result<RequestTag, CallRefused> {
    let tag =
        RequestTag::from_upper_hex(headers.signature).map_err(|error| CallRefused::Signature(error.to_string()))?;
    let request = AdminRequest {
        timestamp: headers.timestamp,
        nonce: headers.nonce,
        method: Method::as_str(&parts.method),
        path: parts.uri.path(),
        body,
    };
    match request.verify(&key.verifier, &tag) {
        Ok(()) => Ok(tag),
        Err(_) => Err(CallRefused::Signature(WRONG_SIGNATURE.to_owned())),
    }
}

const WRONG_SIGNATURE: &str = "the signature does not match: take HMAC-SHA512 with the key's secret over timestamp LF nonce LF \
    METHOD LF path LF body LF, the body byte for byte as sent, and write it as 128 upper-case hex digits";

/// From where the call came, as far as proxies are believed; `None` where the listener does not tell.
fn caller_address(shared: &Shared, parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0;
    Some(client_address(peer, &parts.headers, &shared.settings.trusted_proxies))
}

/// The machine that calls must be in the key's own address list.
fn check_address(address: Option<IpAddr>, key: &VerifyingAdminKey) -> Result<(), CallRefused> {
    let address = address.ok_or(CallRefused::Failed("the listener does not tell the peer's address"))?;
    if key.key.addresses.allows(address) { Ok(()) } else { Err(CallRefused::AddressNotListed(address)) }
}
