//! The registries of special-purpose addresses, block by block: none of them is public.
//!
//! IANA IPv4 and IPv6 Special-Purpose Address Registries as of 2025-10-09, every row; multicast, which has registries of its
//! own; and what has been special before.

use std::net::IpAddr;

use countersign_domain::AddressRange;

use crate::outbound::address::AddressClass;

/// A block and what it is for.
pub(super) const BLOCKS: &[(&str, &str)] = &[
    ("0.0.0.0/8", "this network"),
    ("0.0.0.0/32", "this host on this network"),
    ("10.0.0.0/8", "private use"),
    ("100.64.0.0/10", "shared address space"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link local"),
    ("172.16.0.0/12", "private use"),
    ("192.0.0.0/24", "IETF protocol assignments"),
    ("192.0.0.0/29", "IPv4 service continuity prefix"),
    ("192.0.0.8/32", "IPv4 dummy address"),
    ("192.0.0.9/32", "port control protocol anycast"),
    ("192.0.0.10/32", "traversal using relays around NAT anycast"),
    ("192.0.0.170/32", "NAT64/DNS64 discovery"),
    ("192.0.0.171/32", "NAT64/DNS64 discovery"),
    ("192.0.2.0/24", "documentation (TEST-NET-1)"),
    ("192.31.196.0/24", "AS112-v4"),
    ("192.52.193.0/24", "AMT"),
    ("192.88.99.0/24", "deprecated: 6to4 relay anycast"),
    ("192.88.99.2/32", "6a44 relay anycast"),
    ("192.168.0.0/16", "private use"),
    ("192.175.48.0/24", "direct delegation AS112 service"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation (TEST-NET-2)"),
    ("203.0.113.0/24", "documentation (TEST-NET-3)"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("255.255.255.255/32", "limited broadcast"),
    ("::1/128", "loopback address"),
    ("::/128", "unspecified address"),
    ("::/96", "deprecated: IPv4-compatible addresses"),
    ("64:ff9b::/96", "IPv4-IPv6 translation"),
    ("64:ff9b:1::/48", "IPv4-IPv6 translation, local use"),
    ("::ffff:0:0:0/96", "obsolete: IPv4-translated addresses"),
    ("100::/64", "discard-only"),
    ("100:0:0:1::/64", "dummy IPv6 prefix"),
    ("2001::/23", "IETF protocol assignments"),
    ("2001::/32", "Teredo"),
    ("2001:1::1/128", "port control protocol anycast"),
    ("2001:1::2/128", "traversal using relays around NAT anycast"),
    ("2001:1::3/128", "DNS-SD service registration protocol anycast"),
    ("2001:2::/48", "benchmarking"),
    ("2001:3::/32", "AMT"),
    ("2001:4:112::/48", "AS112-v6"),
    ("2001:10::/28", "deprecated: ORCHID"),
    ("2001:20::/28", "ORCHIDv2"),
    ("2001:30::/28", "drone remote id"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "direct delegation AS112 service"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing (SRv6) SIDs"),
    ("fc00::/7", "unique local"),
    ("fe80::/10", "link-local unicast"),
    ("fec0::/10", "deprecated: site-local unicast"),
    ("ff00::/8", "multicast"),
];

/// The first and the last address of a block, and one between them.
fn inside(block: &str) -> [IpAddr; 3] {
    let (network, prefix) = block.split_once('/').expect("a block has a prefix");
    let (network, prefix): (IpAddr, u32) = (network.parse().expect("a network"), prefix.parse().expect("a length"));
    match network {
        IpAddr::V4(network) => {
            let span = u32::MAX.checked_shr(prefix).unwrap_or(0);
            [0, span / 2, span].map(|offset| IpAddr::from((u32::from(network) + offset).to_be_bytes()))
        }
        IpAddr::V6(network) => {
            let span = u128::MAX.checked_shr(prefix).unwrap_or(0);
            [0, span / 2, span].map(|offset| IpAddr::from((u128::from(network) + offset).to_be_bytes()))
        }
    }
}

#[test]
fn no_block_of_the_registries_is_public() {
    for (block, what) in BLOCKS {
        let range: AddressRange = block.parse().expect("a block is a range");
        for address in inside(block) {
            assert!(range.contains(address), "{address} lies in {block}");
            assert_ne!(AddressClass::of(address), AddressClass::Public, "{address} of {block}, {what}");
        }
    }
}

/// Mapped addresses have no class of their own: each is what its IPv4 address is, the public ones included.
#[test]
fn a_mapped_address_is_its_ipv4_address() {
    for (block, _) in BLOCKS.iter().filter(|(block, _)| !block.contains(':')) {
        for address in inside(block) {
            let mapped = format!("::ffff:{address}").parse().expect("a mapped address");
            assert_eq!(AddressClass::of(mapped), AddressClass::of(address), "{mapped}");
        }
    }
}
