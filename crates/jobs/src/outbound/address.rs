//! What kind of address an address is, by the IANA registries of special-purpose addresses (RFC 6890 and its successors).
//!
//! Read against the registries of 2025-10; the tests hold every one of their blocks. What is special and yet reachable from
//! everywhere (anycast services of the Internet's own plumbing) counts as reserved: no receiver is there. Addresses of IPv6
//! that carry an IPv4 address are told apart, because the carried one is where the packets end up (see `carried`).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::carried;

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressClass {
    /// The public internet.
    Public,
    /// RFC 1918, or IPv6 unique local addresses (RFC 4193).
    Private,
    /// This machine.
    Loopback,
    /// Shared by carriers behind NAT (RFC 6598).
    CarrierNat,
    /// For measuring devices (RFC 2544, RFC 5180).
    Benchmark,
    /// For examples in documents.
    Documentation,
    /// This link only; cloud metadata services live here.
    LinkLocal,
    /// Known address of a cloud's metadata service outside the link-local range.
    Metadata,
    /// A group of receivers.
    Multicast,
    /// Everybody on this link.
    Broadcast,
    /// No address, or "this network".
    Unspecified,
    /// IPv4 behind a translator or tunnel: NAT64, 6to4, Teredo, ISATAP, and two forms of notation that nobody uses any more.
    Tunnel,
    /// Everything else that is not handed out to anyone.
    Reserved,
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "a public address",
            Self::Private => "a private address",
            Self::Loopback => "a loopback address",
            Self::CarrierNat => "a carrier NAT address",
            Self::Benchmark => "a benchmark address",
            Self::Documentation => "a documentation address",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "the address of a cloud metadata service",
            Self::Multicast => "a multicast address",
            Self::Broadcast => "the broadcast address",
            Self::Unspecified => "an unspecified address",
            Self::Tunnel => "an address behind a translator or tunnel",
            Self::Reserved => "a reserved address",
        })
    }
}

impl AddressClass {
    /// The class of `address`. One that is IPv4 in IPv6 notation (`::ffff:0:0/96`) has the class of the IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    /// Whether no setting opens addresses of this class.
    pub const fn is_never_allowed(self) -> bool {
        matches!(self, Self::LinkLocal | Self::Metadata | Self::Multicast | Self::Broadcast | Self::Unspecified)
    }
}

/// The first row that holds the address decides, so narrow rows stand above wide ones.
const V4: &[(Ipv4Addr, u8, AddressClass)] = &[
    (Ipv4Addr::new(100, 100, 100, 200), 32, AddressClass::Metadata), // Alibaba Cloud
    (Ipv4Addr::new(168, 63, 129, 16), 32, AddressClass::Metadata),   // Azure's host services, a public number
    (Ipv4Addr::new(192, 0, 0, 192), 32, AddressClass::Metadata),     // Oracle Cloud
    (Ipv4Addr::UNSPECIFIED, 8, AddressClass::Unspecified),
    (Ipv4Addr::new(10, 0, 0, 0), 8, AddressClass::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, AddressClass::CarrierNat),
    (Ipv4Addr::new(127, 0, 0, 0), 8, AddressClass::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, AddressClass::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, AddressClass::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, AddressClass::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, AddressClass::Documentation),
    (Ipv4Addr::new(192, 31, 196, 0), 24, AddressClass::Reserved), // AS112, answers for names that should not be asked for
    (Ipv4Addr::new(192, 52, 193, 0), 24, AddressClass::Reserved), // multicast tunnelling
    (Ipv4Addr::new(192, 88, 99, 0), 24, AddressClass::Tunnel),    // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16, AddressClass::Private),
    (Ipv4Addr::new(192, 175, 48, 0), 24, AddressClass::Reserved), // AS112
    (Ipv4Addr::new(198, 18, 0, 0), 15, AddressClass::Benchmark),
    (Ipv4Addr::new(198, 51, 100, 0), 24, AddressClass::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, AddressClass::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, AddressClass::Multicast),
    (Ipv4Addr::BROADCAST, 32, AddressClass::Broadcast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, AddressClass::Reserved),
];

const V6: &[(Ipv6Addr, u8, AddressClass)] = &[
    (Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0), 32, AddressClass::Metadata), // AWS: metadata, credentials of pods, names, time
    (Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254), 128, AddressClass::Metadata), // Google Cloud
    (Ipv6Addr::new(0xfd00, 0x00c1, 0, 0, 0, 0, 0xa9fe, 0xa9fe), 128, AddressClass::Metadata), // Oracle Cloud
    (Ipv6Addr::new(0xfd00, 0xa9fe, 0xa9fe, 0, 0, 0, 0, 1), 128, AddressClass::Metadata), // Akamai
    (Ipv6Addr::new(0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x0042), 128, AddressClass::Metadata), // Scaleway
    (Ipv6Addr::new(0xfd00, 0x0100, 0, 0, 0, 0, 0x0100, 0x0200), 128, AddressClass::Metadata), // Alibaba Cloud
    (Ipv6Addr::UNSPECIFIED, 128, AddressClass::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, AddressClass::Loopback),
    (Ipv6Addr::UNSPECIFIED, 96, AddressClass::Tunnel), // IPv4-compatible (RFC 4291), deprecated
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, AddressClass::Tunnel), // IPv4-translated (RFC 2765), obsolete
    (Ipv6Addr::new(0x0064, 0xff9b, 0, 0, 0, 0, 0, 0), 96, AddressClass::Tunnel), // NAT64
    (Ipv6Addr::new(0x0064, 0xff9b, 1, 0, 0, 0, 0, 0), 48, AddressClass::Tunnel), // NAT64, local use
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, AddressClass::Tunnel), // Teredo
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, AddressClass::Benchmark),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, AddressClass::Reserved), // protocols, hashes, drones
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32, AddressClass::Documentation),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, AddressClass::Tunnel), // 6to4
    (Ipv6Addr::new(0x2620, 0x004f, 0x8000, 0, 0, 0, 0, 0), 48, AddressClass::Reserved), // AS112
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, AddressClass::Documentation),
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, AddressClass::Public),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, AddressClass::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, AddressClass::LinkLocal),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, AddressClass::Multicast),
];

fn of_v4(address: Ipv4Addr) -> AddressClass {
    let number = u32::from(address);
    V4.iter()
        .find(|(network, prefix, _)| (number ^ u32::from(*network)).leading_zeros() >= u32::from(*prefix))
        .map_or(AddressClass::Public, |(_, _, class)| *class)
}

fn of_v6(address: Ipv6Addr) -> AddressClass {
    let number = u128::from(address);
    let row =
        V6.iter().find(|(network, prefix, _)| (number ^ u128::from(*network)).leading_zeros() >= u32::from(*prefix));
    match row {
        // It may stand behind any site's prefix.
        Some((_, _, AddressClass::Public)) if carried::is_isatap(address) => AddressClass::Tunnel,
        Some((_, _, class)) => *class,
        // Of all else nothing has been handed out yet.
        None => AddressClass::Reserved,
    }
}
