//! From which address a caller came.
//!
//! Address lists hang on it, so a forwarded address is believed only as far as each hop towards us is a trusted proxy.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::address::AddressList;

/// The most hops of `X-Forwarded-For` that are looked at.
const HOPS_MAX: usize = 16;

/// The caller's address: the peer's own, or behind trusted proxies the last one that is none of them. `forwarded` are the lines
/// of `X-Forwarded-For` as they came. IPv4 inside IPv6 is unwrapped.
pub fn client_address<'l>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'l str>,
    trusted: &AddressList,
) -> IpAddr {
    let mut address = peer.to_canonical();
    // Nearest first.
    let hops = forwarded.rev().flat_map(|line| line.rsplit(',')).map(str::trim);
    for hop in hops.take(HOPS_MAX) {
        if !is_trusted(trusted, address) {
            break;
        }
        // What a trusted proxy passes on unread is the caller's own invention: stay with the proxy.
        let Some(next) = parse(hop) else { break };
        address = next;
    }
    address
}

/// What one household has: an address of IPv4, half an address of IPv6. What is counted for each caller is counted by this.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// Whether an address is a trusted proxy's. An empty list of proxies trusts nobody, unlike an empty list of callers.
pub fn is_trusted(trusted: &AddressList, address: IpAddr) -> bool {
    !trusted.is_any() && trusted.allows(address)
}

/// An address with or without a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse::<IpAddr>().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_what_one_household_has() {
        let of = |text: &str| network(text.parse().expect("an address")).to_string();
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn only_trusted_hops_are_believed() {
        let rows: &[(&str, &[&str], &str, &str)] = &[
            // peer, X-Forwarded-For lines, trusted, address
            ("203.0.113.5", &["198.51.100.1"], "", "203.0.113.5"),
            ("10.0.0.1", &["198.51.100.1"], "10.0.0.0/8", "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "10.0.0.0/8", "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1", "198.51.100.1, 10.0.0.2"], "10.0.0.0/8", "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1:8080"], "10.0.0.0/8", "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8::1]:80"], "10.0.0.0/8", "2001:db8::1"),
            ("10.0.0.1", &["[2001:db8::1]"], "10.0.0.0/8", "2001:db8::1"),
            ("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.0/8", "10.0.0.1"),
            ("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "10.0.0.0/8", "198.51.100.1"),
            ("::ffff:203.0.113.5", &["198.51.100.1"], "10.0.0.0/8", "203.0.113.5"),
        ];
        for (peer, lines, trusted, expected) in rows {
            let trusted = AddressList::parse([*trusted]).expect("a list");
            let found = client_address(peer.parse().expect("a peer"), lines.iter().copied(), &trusted);
            assert_eq!(found.to_string(), *expected, "{peer} {lines:?}");
        }
    }
}
