//! From which address a call came, as its headers and its connection tell.

use std::net::{IpAddr, SocketAddr};

use countersign_domain::{AddressList, client_address as domain};
use http::HeaderMap;

/// The caller's address ([`domain::client_address`]).
pub(crate) fn client_address(peer: SocketAddr, headers: &HeaderMap, trusted: &AddressList) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    domain::client_address(peer.ip(), forwarded, trusted)
}
