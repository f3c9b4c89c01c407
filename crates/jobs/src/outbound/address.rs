//! What kind of address an address is, by the IANA registries of special-purpose addresses (RFC 6890 and its successors).
//!
//! Addresses of IPv6 that carry an IPv4 address are told apart, because the carried one is where the packets end up.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
    /// No address, or "this network".
    Unspecified,
    /// IPv4 behind a translator or tunnel: NAT64, 6to4, Teredo.
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
        matches!(self, Self::LinkLocal | Self::Metadata | Self::Multicast | Self::Unspecified)
    }
}

/// The IPv4 address that a translated or tunnelled one leads to, where that can be told.
pub(super) fn carried_v4(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let bytes = address.octets();
    let tail = |at: usize| Ipv4Addr::new(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
    match address.segments() {
        [0x0064, 0xff9b, 0, 0, 0, 0, ..] => Some(tail(12)),
        [0x2002, ..] => Some(tail(2)),
        // Teredo keeps the client's address with its bits turned round (RFC 4380).
        [0x2001, 0, ..] => Some(Ipv4Addr::from((!u32::from(tail(12))).to_be_bytes())),
        [0, 0, 0, 0, 0, 0, ..] if u128::from(address) > 1 => Some(tail(12)),
        _ => None,
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
    (Ipv4Addr::new(192, 88, 99, 0), 24, AddressClass::Tunnel),
    (Ipv4Addr::new(192, 168, 0, 0), 16, AddressClass::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, AddressClass::Benchmark),
    (Ipv4Addr::new(198, 51, 100, 0), 24, AddressClass::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, AddressClass::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, AddressClass::Multicast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, AddressClass::Reserved),
];

const V6: &[(Ipv6Addr, u8, AddressClass)] = &[
    (Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254), 128, AddressClass::Metadata), // AWS
    (Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254), 128, AddressClass::Metadata), // Google Cloud
    (Ipv6Addr::UNSPECIFIED, 128, AddressClass::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, AddressClass::Loopback),
    (Ipv6Addr::UNSPECIFIED, 96, AddressClass::Tunnel), // IPv4-compatible, deprecated
    (Ipv6Addr::new(0x0064, 0xff9b, 0, 0, 0, 0, 0, 0), 96, AddressClass::Tunnel), // NAT64
    (Ipv6Addr::new(0x0064, 0xff9b, 1, 0, 0, 0, 0, 0), 48, AddressClass::Tunnel), // NAT64, local use
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, AddressClass::Tunnel), // Teredo
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, AddressClass::Benchmark),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, AddressClass::Reserved),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32, AddressClass::Documentation),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, AddressClass::Tunnel), // 6to4
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
    V6.iter()
        .find(|(network, prefix, _)| (number ^ u128::from(*network)).leading_zeros() >= u32::from(*prefix))
        .map_or(AddressClass::Reserved, |(_, _, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_begins_and_ends_where_the_registry_says() {
        use AddressClass::{
            Benchmark, CarrierNat, Documentation, LinkLocal, Loopback, Metadata, Multicast, Private, Public, Reserved,
            Tunnel, Unspecified,
        };
        let rows = [
            ("0.0.0.0", Unspecified),
            ("0.255.255.255", Unspecified),
            ("1.0.0.0", Public),
            ("9.255.255.255", Public),
            ("10.0.0.0", Private),
            ("10.255.255.255", Private),
            ("11.0.0.0", Public),
            ("100.63.255.255", Public),
            ("100.64.0.0", CarrierNat),
            ("100.100.100.200", Metadata),
            ("100.127.255.255", CarrierNat),
            ("100.128.0.0", Public),
            ("126.255.255.255", Public),
            ("127.0.0.1", Loopback),
            ("127.255.255.255", Loopback),
            ("128.0.0.0", Public),
            ("168.63.129.16", Metadata),
            ("169.253.255.255", Public),
            ("169.254.0.0", LinkLocal),
            ("169.254.169.254", LinkLocal),
            ("169.254.255.255", LinkLocal),
            ("169.255.0.0", Public),
            ("172.15.255.255", Public),
            ("172.16.0.0", Private),
            ("172.31.255.255", Private),
            ("172.32.0.0", Public),
            ("192.0.0.0", Reserved),
            ("192.0.0.192", Metadata),
            ("192.0.1.0", Public),
            ("192.0.2.1", Documentation),
            ("192.88.99.1", Tunnel),
            ("192.167.255.255", Public),
            ("192.168.0.0", Private),
            ("192.168.255.255", Private),
            ("192.169.0.0", Public),
            ("198.17.255.255", Public),
            ("198.18.0.0", Benchmark),
            ("198.19.255.255", Benchmark),
            ("198.20.0.0", Public),
            ("198.51.100.1", Documentation),
            ("203.0.113.1", Documentation),
            ("223.255.255.255", Public),
            ("224.0.0.0", Multicast),
            ("239.255.255.255", Multicast),
            ("240.0.0.0", Reserved),
            ("255.255.255.255", Reserved),
            ("::", Unspecified),
            ("::1", Loopback),
            ("::2", Tunnel),
            ("::127.0.0.1", Tunnel),
            ("::ffff:127.0.0.1", Loopback),
            ("::ffff:10.0.0.1", Private),
            ("::ffff:169.254.169.254", LinkLocal),
            ("::ffff:100.64.0.1", CarrierNat),
            ("::ffff:8.8.8.8", Public),
            ("64:ff9b::7f00:1", Tunnel),
            ("64:ff9b:1::1", Tunnel),
            ("100::1", Reserved),
            ("2001::1", Tunnel),
            ("2001:2::1", Benchmark),
            ("2001:10::1", Reserved),
            ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved),
            ("2001:200::1", Public),
            ("2001:db8::1", Documentation),
            ("2002:7f00:1::", Tunnel),
            ("2606:4700::1111", Public),
            ("3fff::1", Documentation),
            ("3fff:1000::1", Public),
            ("4000::1", Reserved),
            ("5f00::1", Reserved),
            ("fc00::1", Private),
            ("fd00:ec2::254", Metadata),
            ("fd20:ce::254", Metadata),
            ("fdff:ffff::1", Private),
            ("fe80::1", LinkLocal),
            ("febf::1", LinkLocal),
            ("fec0::1", Reserved),
            ("ff02::1", Multicast),
        ];
        for (text, class) in rows {
            assert_eq!(AddressClass::of(text.parse().unwrap()), class, "{text}");
        }
    }

    #[test]
    fn carried_addresses_are_found() {
        let rows = [
            ("64:ff9b::a9fe:a9fe", Some("169.254.169.254")),
            ("2002:a9fe:a9fe::1", Some("169.254.169.254")),
            ("2001:0:4136:e378:8000:63bf:5601:5601", Some("169.254.169.254")),
            ("::169.254.169.254", Some("169.254.169.254")),
            ("::1", None),
            ("2606:4700::1111", None),
            ("8.8.8.8", None),
        ];
        for (text, carried) in rows {
            assert_eq!(carried_v4(text.parse().unwrap()), carried.map(|text| text.parse().unwrap()), "{text}");
        }
    }
}
