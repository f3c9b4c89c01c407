//! Lists of network addresses from which calls may come: single addresses and CIDR ranges, v4 and v6.
//!
//! An empty list restricts nothing (`decisions.md` row 14); pages say so loudly.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

/// The most entries one list may hold.
pub const ADDRESSES_MAX: usize = 100;

/// Why a text is no address list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Not an address and not a range; holds the text.
    #[error("'{0}' is not an IP address or CIDR range")]
    Malformed(String),
    /// Bits below the prefix are set, so the author's intent is unclear.
    #[error("'{0}' has address bits below its prefix; write {1}")]
    HostBits(String, AddressRange),
    /// More than [`ADDRESSES_MAX`] entries.
    #[error("at most {ADDRESSES_MAX} addresses")]
    TooMany,
}

/// A network: an address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange {
    network: IpAddr,
    prefix: u8,
}

impl AddressRange {
    /// Whether the range holds `address`. IPv4-mapped IPv6 addresses count as the IPv4 address that they carry.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = mask_v4(self.prefix);
                u32::from(address) & mask == u32::from(network)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = mask_v6(self.prefix);
                u128::from(address) & mask == u128::from(network)
            }
            _ => false,
        }
    }

    fn is_single(&self) -> bool {
        self.prefix == if self.network.is_ipv4() { 32 } else { 128 }
    }
}

fn mask_v4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

fn mask_v6(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

impl FromStr for AddressRange {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed(text.chars().take(64).collect());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                // `+8` and `08` parse as numbers but are no prefix lengths.
                let plain =
                    prefix.bytes().all(|byte| byte.is_ascii_digit()) && (prefix.len() == 1 || !prefix.starts_with('0'));
                (address, Some(prefix.parse::<u8>().ok().filter(|_| plain).ok_or_else(malformed)?))
            }
            None => (text, None),
        };
        let given: IpAddr = address.parse().map_err(|_| malformed())?;
        let canonical = given.to_canonical();
        let bits = if canonical.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            // A prefix on a mapped address counts its 96 leading bits as well.
            Some(prefix) if given.is_ipv6() && canonical.is_ipv4() => prefix.checked_sub(96).ok_or_else(malformed)?,
            Some(prefix) => prefix,
        };
        if prefix > bits {
            return Err(malformed());
        }
        let network = match canonical {
            IpAddr::V4(address) => IpAddr::from((u32::from(address) & mask_v4(prefix)).to_be_bytes()),
            IpAddr::V6(address) => IpAddr::from((u128::from(address) & mask_v6(prefix)).to_be_bytes()),
        };
        let range = Self { network, prefix };
        if network == canonical { Ok(range) } else { Err(AddressError::HostBits(text.to_owned(), range)) }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() { write!(f, "{}", self.network) } else { write!(f, "{}/{}", self.network, self.prefix) }
    }
}

/// A bounded list of ranges. Empty means: from any address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressList(Vec<AddressRange>);

impl AddressList {
    /// The list that restricts nothing.
    pub const fn any() -> Self {
        Self(Vec::new())
    }

    /// Reads entries; blank ones are left out (`decisions.md` row 51), repeated ones are kept once.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, AddressError> {
        let mut ranges = Vec::new();
        for entry in entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty()) {
            let range: AddressRange = entry.parse()?;
            if !ranges.contains(&range) {
                ranges.push(range);
            }
            if ranges.len() > ADDRESSES_MAX {
                return Err(AddressError::TooMany);
            }
        }
        Ok(Self(ranges))
    }

    /// Whether a call from `address` passes.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|range| range.contains(address))
    }

    /// Whether the list restricts nothing.
    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, in the order given.
    pub fn ranges(&self) -> &[AddressRange] {
        &self.0
    }

    /// The stored form: entries joined by commas, empty for any address.
    pub fn to_stored(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Result<Self, AddressError> {
        Self::parse(text.split(','))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        let cases = [
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.8", false),
            ("203.0.113.7", "::ffff:203.0.113.7", true),
            ("::ffff:203.0.113.7", "203.0.113.7", true),
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "::1", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true),
        ];
        for (range, address, expected) in cases {
            let range: AddressRange = range.parse().expect(range);
            assert_eq!(range.contains(address.parse().expect(address)), expected, "{range} and {address}");
        }
    }

    #[test]
    fn malformed_entries_are_refused() {
        for text in [
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.4/33",
            "1.2.3.4/",
            "::1/129",
            "host",
            "1.2.3.4/+8",
            "1.2.3.4/08",
            "::ffff:1.2.3.4/90",
            "01.2.3.4",
            "1.2.3.4 5",
        ] {
            assert!(matches!(text.parse::<AddressRange>(), Err(AddressError::Malformed(_))), "{text}");
        }
        let error = "10.0.0.1/8".parse::<AddressRange>().expect_err("host bits");
        assert_eq!(error.to_string(), "'10.0.0.1/8' has address bits below its prefix; write 10.0.0.0/8");
    }

    #[test]
    fn lists_leave_blanks_out_and_are_bounded() {
        let list = AddressList::parse(["", " 203.0.113.7 ", "203.0.113.7", "2001:db8::/32"]).expect("valid");
        assert_eq!(list.to_stored(), "203.0.113.7,2001:db8::/32");
        assert_eq!(AddressList::from_stored(&list.to_stored()), Ok(list));
        assert!(AddressList::from_stored("").expect("empty").is_any());
        let many: Vec<String> = (0..=ADDRESSES_MAX).map(|n| format!("10.0.{}.{}", n / 256, n % 256)).collect();
        assert_eq!(AddressList::parse(many.iter().map(String::as_str)), Err(AddressError::TooMany));
        assert!(AddressList::parse(many[1..].iter().map(String::as_str)).is_ok());
    }
}
