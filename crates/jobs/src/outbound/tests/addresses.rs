//! Addresses one by one: each range's first and last, its neighbours, and what lies inside.

use std::net::{IpAddr, Ipv4Addr};

use super::serve;
use crate::outbound::address::AddressClass::{
    self, Benchmark, Broadcast, CarrierNat, Documentation, LinkLocal, Loopback, Metadata, Multicast, Private, Public,
    Reserved, Tunnel, Unspecified,
};
use crate::outbound::carried::carried_v4;
use crate::outbound::policy::OutboundPolicy;

/// Who may call an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Anybody.
    Always,
    /// The sandbox; `serve` where the operator opens it.
    Play,
    /// `serve` where the operator opens it.
    Opened,
    /// Nobody, whatever is opened.
    Never,
}

use Reach::{Always, Never, Opened, Play};

/// Address, what it is, and who may call it.
pub(super) const ADDRESSES: &[(&str, AddressClass, Reach)] = &[
    // This network.
    ("0.0.0.0", Unspecified, Never),
    ("0.0.0.1", Unspecified, Never),
    ("0.255.255.255", Unspecified, Never),
    ("1.0.0.0", Public, Always),
    // Private.
    ("9.255.255.255", Public, Always),
    ("10.0.0.0", Private, Play),
    ("10.255.255.255", Private, Play),
    ("11.0.0.0", Public, Always),
    ("172.15.255.255", Public, Always),
    ("172.16.0.0", Private, Play),
    ("172.17.0.1", Private, Play),
    ("172.31.255.255", Private, Play),
    ("172.32.0.0", Public, Always),
    ("192.167.255.255", Public, Always),
    ("192.168.0.0", Private, Play),
    ("192.168.255.255", Private, Play),
    ("192.169.0.0", Public, Always),
    // Shared by carriers.
    ("100.63.255.255", Public, Always),
    ("100.64.0.0", CarrierNat, Opened),
    ("100.100.100.199", CarrierNat, Opened),
    ("100.100.100.200", Metadata, Never),
    ("100.100.100.201", CarrierNat, Opened),
    ("100.127.255.255", CarrierNat, Opened),
    ("100.128.0.0", Public, Always),
    // This machine.
    ("126.255.255.255", Public, Always),
    ("127.0.0.0", Loopback, Play),
    ("127.0.0.1", Loopback, Play),
    ("127.0.0.53", Loopback, Play),
    ("127.255.255.255", Loopback, Play),
    ("128.0.0.0", Public, Always),
    // This link, with the metadata services of most clouds.
    ("169.253.255.255", Public, Always),
    ("169.254.0.0", LinkLocal, Never),
    ("169.254.0.23", LinkLocal, Never),
    ("169.254.42.42", LinkLocal, Never),
    ("169.254.169.123", LinkLocal, Never),
    ("169.254.169.253", LinkLocal, Never),
    ("169.254.169.254", LinkLocal, Never),
    ("169.254.170.2", LinkLocal, Never),
    ("169.254.170.23", LinkLocal, Never),
    ("169.254.255.255", LinkLocal, Never),
    ("169.255.0.0", Public, Always),
    // Host services of a cloud, at a public number.
    ("168.63.129.15", Public, Always),
    ("168.63.129.16", Metadata, Never),
    ("168.63.129.17", Public, Always),
    // Protocol assignments.
    ("191.255.255.255", Public, Always),
    ("192.0.0.0", Reserved, Opened),
    ("192.0.0.8", Reserved, Opened),
    ("192.0.0.9", Reserved, Opened),
    ("192.0.0.10", Reserved, Opened),
    ("192.0.0.170", Reserved, Opened),
    ("192.0.0.171", Reserved, Opened),
    ("192.0.0.191", Reserved, Opened),
    ("192.0.0.192", Metadata, Never),
    ("192.0.0.193", Reserved, Opened),
    ("192.0.0.255", Reserved, Opened),
    ("192.0.1.0", Public, Always),
    // For documents.
    ("192.0.1.255", Public, Always),
    ("192.0.2.0", Documentation, Opened),
    ("192.0.2.255", Documentation, Opened),
    ("192.0.3.0", Public, Always),
    ("198.51.99.255", Public, Always),
    ("198.51.100.0", Documentation, Opened),
    ("198.51.100.255", Documentation, Opened),
    ("198.51.101.0", Public, Always),
    ("203.0.112.255", Public, Always),
    ("203.0.113.0", Documentation, Opened),
    ("203.0.113.255", Documentation, Opened),
    ("203.0.114.0", Public, Always),
    // Anycast services of the Internet's own.
    ("192.31.195.255", Public, Always),
    ("192.31.196.0", Reserved, Opened),
    ("192.31.196.255", Reserved, Opened),
    ("192.31.197.0", Public, Always),
    ("192.52.192.255", Public, Always),
    ("192.52.193.0", Reserved, Opened),
    ("192.52.193.255", Reserved, Opened),
    ("192.52.194.0", Public, Always),
    ("192.88.98.255", Public, Always),
    ("192.88.99.0", Tunnel, Opened),
    ("192.88.99.2", Tunnel, Opened),
    ("192.88.99.255", Tunnel, Opened),
    ("192.88.100.0", Public, Always),
    ("192.175.47.255", Public, Always),
    ("192.175.48.0", Reserved, Opened),
    ("192.175.48.255", Reserved, Opened),
    ("192.175.49.0", Public, Always),
    // For measuring.
    ("198.17.255.255", Public, Always),
    ("198.18.0.0", Benchmark, Opened),
    ("198.19.255.255", Benchmark, Opened),
    ("198.20.0.0", Public, Always),
    // Groups, the future, everybody.
    ("223.255.255.255", Public, Always),
    ("224.0.0.0", Multicast, Never),
    ("224.0.0.251", Multicast, Never),
    ("239.255.255.250", Multicast, Never),
    ("239.255.255.255", Multicast, Never),
    ("240.0.0.0", Reserved, Opened),
    ("255.255.255.254", Reserved, Opened),
    ("255.255.255.255", Broadcast, Never),
    // The public Internet.
    ("8.8.8.8", Public, Always),
    ("93.184.216.34", Public, Always),
    // IPv6: nobody, this machine, and IPv4-compatible addresses.
    ("::", Unspecified, Never),
    ("::1", Loopback, Play),
    ("::2", Tunnel, Never),
    ("::8.8.8.8", Tunnel, Opened),
    ("::10.0.0.1", Tunnel, Opened),
    ("::127.0.0.1", Tunnel, Opened),
    ("::169.254.169.254", Tunnel, Never),
    ("::255.255.255.255", Tunnel, Never),
    ("::1:0:0", Reserved, Opened),
    // IPv4-mapped: what IPv4 says.
    ("::ffff:0.0.0.0", Unspecified, Never),
    ("::ffff:8.8.8.8", Public, Always),
    ("::ffff:10.0.0.1", Private, Play),
    ("::ffff:100.64.0.1", CarrierNat, Opened),
    ("::ffff:100.100.100.200", Metadata, Never),
    ("::ffff:127.0.0.1", Loopback, Play),
    ("::ffff:168.63.129.16", Metadata, Never),
    ("::ffff:169.254.169.254", LinkLocal, Never),
    ("::ffff:192.168.0.1", Private, Play),
    ("::ffff:224.0.0.1", Multicast, Never),
    ("::ffff:255.255.255.255", Broadcast, Never),
    // IPv4-translated.
    ("::ffff:0:8.8.8.8", Tunnel, Opened),
    ("::ffff:0:127.0.0.1", Tunnel, Opened),
    ("::ffff:0:169.254.169.254", Tunnel, Never),
    // NAT64, well-known and of one's own.
    ("64:ff9b::8.8.8.8", Tunnel, Opened),
    ("64:ff9b::10.0.0.1", Tunnel, Opened),
    ("64:ff9b::127.0.0.1", Tunnel, Opened),
    ("64:ff9b::169.254.169.254", Tunnel, Never),
    ("64:ff9b::100.100.100.200", Tunnel, Never),
    ("64:ff9b::168.63.129.16", Tunnel, Never),
    ("64:ff9b::ffff:ffff", Tunnel, Never),
    ("64:ff9b::1:0:0", Reserved, Opened),
    ("64:ff9b:1::8.8.8.8", Tunnel, Opened),
    ("64:ff9b:1::169.254.169.254", Tunnel, Never),
    ("64:ff9b:1:a9fe:a9:fe00::", Tunnel, Never),
    ("64:ff9b:1:aaa9:fe:a9fe::", Tunnel, Never),
    ("64:ff9b:1:0:a9:fea9:fe00:0", Tunnel, Never),
    ("64:ff9b:1:ffff:ffff:ffff:808:808", Tunnel, Opened),
    ("64:ff9b:2::1", Reserved, Opened),
    ("64:ff9a::1", Reserved, Opened),
    // Thrown away on the way.
    ("100::", Reserved, Opened),
    ("100::ffff:ffff:ffff:ffff", Reserved, Opened),
    ("100:0:0:1::", Reserved, Opened),
    ("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved, Opened),
    ("2000::", Public, Always),
    // Teredo, protocols, measuring, hashes, drones.
    ("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Public, Always),
    ("2001::", Tunnel, Never),
    ("2001:0:4136:e378:8000:63bf:f7f7:f7f7", Tunnel, Opened),
    ("2001:0:4136:e378:8000:63bf:5601:5601", Tunnel, Never),
    ("2001:1::1", Reserved, Opened),
    ("2001:1::2", Reserved, Opened),
    ("2001:1::3", Reserved, Opened),
    ("2001:2::", Benchmark, Opened),
    ("2001:2:0:ffff:ffff:ffff:ffff:ffff", Benchmark, Opened),
    ("2001:2:1::", Reserved, Opened),
    ("2001:3::1", Reserved, Opened),
    ("2001:4:112::1", Reserved, Opened),
    ("2001:10::1", Reserved, Opened),
    ("2001:20::1", Reserved, Opened),
    ("2001:30::1", Reserved, Opened),
    ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved, Opened),
    ("2001:200::", Public, Always),
    // For documents.
    ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", Public, Always),
    ("2001:db8::", Documentation, Opened),
    ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", Documentation, Opened),
    ("2001:db9::", Public, Always),
    ("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Public, Always),
    ("3fff::", Documentation, Opened),
    ("3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", Documentation, Opened),
    ("3fff:1000::", Public, Always),
    // 6to4.
    ("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Public, Always),
    ("2002:808:808::1", Tunnel, Opened),
    ("2002:7f00:1::", Tunnel, Opened),
    ("2002:a00:1::1", Tunnel, Opened),
    ("2002:a9fe:a9fe::1", Tunnel, Never),
    ("2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Tunnel, Never),
    ("2003::", Public, Always),
    // ISATAP behind a public prefix.
    ("2606:4700::5efe:8.8.8.8", Tunnel, Opened),
    ("2606:4700::200:5efe:10.0.0.1", Tunnel, Opened),
    ("2606:4700::5efe:169.254.169.254", Tunnel, Never),
    ("2606:4700::100:5efe:10.0.0.1", Public, Always),
    // Anycast services, and the public Internet.
    ("2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", Public, Always),
    ("2620:4f:8000::", Reserved, Opened),
    ("2620:4f:8000:ffff:ffff:ffff:ffff:ffff", Reserved, Opened),
    ("2620:4f:8001::", Public, Always),
    ("2606:4700::1111", Public, Always),
    ("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Public, Always),
    // Not handed out, and segment routing.
    ("4000::", Reserved, Opened),
    ("5f00::1", Reserved, Opened),
    ("8000::1", Reserved, Opened),
    ("fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved, Opened),
    // Unique local, with the services of clouds.
    ("fc00::", Private, Play),
    ("fd00::1", Private, Play),
    ("fd00:42::42", Metadata, Never),
    ("fd00:42::43", Private, Play),
    ("fd00:c1::a9fe:a9fe", Metadata, Never),
    ("fd00:100::100:200", Metadata, Never),
    ("fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff", Private, Play),
    ("fd00:ec2::23", Metadata, Never),
    ("fd00:ec2::123", Metadata, Never),
    ("fd00:ec2::253", Metadata, Never),
    ("fd00:ec2::254", Metadata, Never),
    ("fd00:ec3::", Private, Play),
    ("fd00:a9fe:a9fe::1", Metadata, Never),
    ("fd12:3456:789a::1", Private, Play),
    ("fd20:ce::254", Metadata, Never),
    ("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Private, Play),
    ("fe00::1", Reserved, Opened),
    // This link, this site, groups.
    ("fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved, Opened),
    ("fe80::", LinkLocal, Never),
    ("fe80::a9fe:a9fe", LinkLocal, Never),
    ("fe80::5efe:10.0.0.1", LinkLocal, Never),
    ("febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", LinkLocal, Never),
    ("fec0::1", Reserved, Opened),
    ("feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Reserved, Opened),
    ("ff00::", Multicast, Never),
    ("ff02::1", Multicast, Never),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Multicast, Never),
];

#[test]
fn every_address_is_what_the_table_says_and_reached_by_whom_it_says() {
    let (shut, wide_open) = (serve(&[]), serve(&["0.0.0.0/0", "::/0"]));
    for (text, class, reach) in ADDRESSES {
        let address: IpAddr = text.parse().expect("the table's addresses are well-formed");
        assert_eq!(AddressClass::of(address), *class, "{text}");
        let reached = [&shut, &OutboundPolicy::Sandbox, &wide_open].map(|policy| policy.check_address(address).is_ok());
        let expected = match reach {
            Always => [true, true, true],
            Play => [false, true, true],
            Opened => [false, false, true],
            Never => [false, false, false],
        };
        assert_eq!(reached, expected, "{text} by serve, by the sandbox, by serve with everything open");
    }
}

/// An IPv6 address and the IPv4 addresses that it may lead to.
pub(super) const CARRIED: &[(&str, &[&str])] = &[
    ("8.8.8.8", &[]),
    ("::1", &[]),
    ("2606:4700::1111", &[]),
    ("fd00::a9fe:a9fe", &[]),
    ("::169.254.169.254", &["169.254.169.254"]),
    ("::ffff:0:169.254.169.254", &["169.254.169.254"]),
    ("64:ff9b::a9fe:a9fe", &["169.254.169.254"]),
    ("2002:a9fe:a9fe::1", &["169.254.169.254"]),
    ("2001:0:4136:e378:8000:63bf:5601:5601", &["169.254.169.254"]),
    ("2606:4700::5efe:a9fe:a9fe", &["169.254.169.254"]),
    ("2606:4700::200:5efe:a9fe:a9fe", &["169.254.169.254"]),
    // Prefixes of 48, 56, 64 and 96 bits.
    ("64:ff9b:1:a9fe:a9:fe00::", &["169.254.169.254", "254.169.254.0", "169.254.0.0"]),
    ("64:ff9b:1:aaa9:fe:a9fe::", &["169.254.169.254", "254.169.254.0"]),
    ("64:ff9b:1:0:a9:fea9:fe00:0", &["169.254.169.254", "254.0.0.0"]),
    ("64:ff9b:1::a9fe:a9fe", &["169.254.169.254"]),
];

#[test]
fn carried_addresses_are_found() {
    for (text, carried) in CARRIED {
        let expected: Vec<Ipv4Addr> = carried.iter().map(|text| text.parse().expect("well-formed")).collect();
        assert_eq!(carried_v4(text.parse().expect("well-formed")), expected, "{text}");
    }
}
