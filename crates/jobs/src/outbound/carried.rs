//! IPv4 addresses inside IPv6 ones: where a translator or a tunnel sends the packets on to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The IPv4 addresses that `address` may lead to: none for most, one where its form says which, and each that it can be
/// read as for a translator of this network's own, whose prefix may have several lengths (RFC 8215, RFC 6052). A translator
/// behind a prefix of the public range cannot be told by the address.
pub(super) fn carried_v4(address: IpAddr) -> Vec<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return Vec::new() };
    let bytes = address.octets();
    let four = |places: [usize; 4]| Ipv4Addr::from(places.map(|place| bytes[place]));
    let last = four([12, 13, 14, 15]);
    match address.segments() {
        [0x0064, 0xff9b, 0, 0, 0, 0, ..] => vec![last],
        [0x0064, 0xff9b, 1, ..] => {
            let readings = [(11, [6, 7, 9, 10]), (12, [7, 9, 10, 11]), (13, [9, 10, 11, 12])];
            // What follows the address is zero; where the last four bytes are not, they are it.
            let fitting = readings.into_iter().filter(|(end, _)| bytes[*end..].iter().all(|byte| *byte == 0));
            let whole = (!last.is_unspecified()).then_some(last);
            fitting.map(|(_, places)| four(places)).chain(whole).collect()
        }
        [0x2002, ..] => vec![four([2, 3, 4, 5])],
        // Teredo keeps the client's address with its bits turned round (RFC 4380).
        [0x2001, 0, ..] => vec![Ipv4Addr::from((!u32::from(last)).to_be_bytes())],
        [0, 0, 0, 0, 0, 0, ..] if u128::from(address) > 1 => vec![last],
        [0, 0, 0, 0, 0xffff, 0, ..] => vec![last],
        _ if is_isatap(address) => vec![last],
        _ => Vec::new(),
    }
}

/// Whether the lower half is that of ISATAP (RFC 5214): a site's own IPv4 address behind any prefix.
pub(super) fn is_isatap(address: Ipv6Addr) -> bool {
    matches!(address.segments(), [_, _, _, _, 0 | 0x0200, 0x5efe, ..])
}
