//! Who calls, before it is known who it is: the browser, in a few words, and its network address.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use countersign_domain::client_address::client_address;
use countersign_domain::event::Whereabouts;
use countersign_service::Platform;
use countersign_service::sign_in_devices::Visit;

use super::cookie::DEVICE;
use crate::describe::device;
use crate::state::WebState;

/// The browser of a request. No `Debug`: it holds the secret of a cookie.
pub(crate) struct Client {
    /// Where it is, as far as it can be told.
    whereabouts: Whereabouts,
    /// The secret in its device cookie, where it has one.
    device: Option<String>,
}

impl Client {
    /// The network address; `None` where the connection told none.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.whereabouts.address
    }

    /// The visit of this browser, with a fresh secret for its cookie where it has none.
    pub(crate) fn visit(&self, platform: &Platform) -> Visit {
        let device = self.device.clone().unwrap_or_else(|| platform.draw_secret());
        Visit { device, whereabouts: self.whereabouts.clone() }
    }
}

impl FromRequestParts<WebState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let address = peer.map(|peer| client_address(peer, forwarded, &state.settings().trusted_proxies));
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let whereabouts = Whereabouts { device: device::words(agent), address };
        Ok(Self { whereabouts, device: DEVICE.secret(state, &parts.headers).map(str::to_owned) })
    }
}
