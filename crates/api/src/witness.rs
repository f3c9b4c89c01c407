//! What is kept of a call while it is judged, so that its refusal can be explained.
//!
//! Everything here is a handle on bytes that are in memory anyway: an accepted call pays for no copy.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::extract::{ConnectInfo, Request};
use bytes::Bytes;
use countersign_domain::Timestamp;
use countersign_wire::headers::lower;
use http::{HeaderValue, Uri};

use crate::client_address::client_address;
use crate::state::Shared;

/// Where the extractor leaves the body once it was read.
#[derive(Clone, Default)]
pub(crate) struct BodySlot(Arc<OnceLock<Bytes>>);

impl BodySlot {
    /// Leaves the body; a body that is there already stays.
    pub(crate) fn put(&self, body: &Bytes) {
        // One call has one body: there is nothing to do where it was left before.
        let _ = self.0.set(body.clone());
    }
}

/// A call as it came.
pub(crate) struct Witness {
    uri: Uri,
    api_key: Option<HeaderValue>,
    timestamp: Option<HeaderValue>,
    nonce: Option<HeaderValue>,
    signature: Option<HeaderValue>,
    body: BodySlot,
    /// From where it came; `None` where the listener does not tell.
    pub(crate) address: Option<IpAddr>,
    /// When its headers were there, by the wall clock.
    pub(crate) received_at: Timestamp,
}

fn text(value: Option<&HeaderValue>) -> Option<String> {
    value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

impl Witness {
    /// Looks at a call before it is judged; `None` where nobody would ask.
    pub(crate) fn of(state: &Shared, request: &mut Request) -> Option<Self> {
        if !state.settings.explain && state.refusals.get().is_none() {
            return None;
        }
        let body = BodySlot::default();
        request.extensions_mut().insert(body.clone());
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let address = peer.map(|peer| client_address(peer.0, request.headers(), &state.settings.trusted_proxies));
        let header = |name| request.headers().get(name).cloned();
        Some(Self {
            uri: request.uri().clone(),
            api_key: header(lower::CERTIFICATE_SN),
            timestamp: header(lower::TIMESTAMP),
            nonce: header(lower::NONCE),
            signature: header(lower::SIGNATURE),
            body,
            address,
            received_at: state.platform.wall_now(),
        })
    }

    /// The text that names the API key, if it is text.
    pub(crate) fn api_key(&self) -> Option<&str> {
        self.api_key.as_ref()?.to_str().ok()
    }

    /// The timestamp's text; what is no UTF-8 in it is replaced, here and below.
    pub(crate) fn timestamp(&self) -> Option<String> {
        text(self.timestamp.as_ref())
    }

    /// The nonce's text.
    pub(crate) fn nonce(&self) -> Option<String> {
        text(self.nonce.as_ref())
    }

    /// The signature's text.
    pub(crate) fn signature(&self) -> Option<String> {
        text(self.signature.as_ref())
    }

    /// The body, if the call got so far that it was read.
    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.body.0.get()
    }

    /// The path without its query.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The path with its query.
    pub(crate) fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str)
    }
}
