//! Which receivers may be called at all.

use std::net::{IpAddr, Ipv4Addr};

use countersign_domain::AddressList;
use countersign_domain::merchant::is_plain_char;
use countersign_service::webhook_endpoints::UrlPolicy;
use reqwest::Url;
use thiserror::Error;

use super::address::AddressClass;
use super::carried::carried_v4;

/// Ports of services that take text for commands: the list that browsers refuse (WHATWG Fetch, "bad ports"), Redis and
/// memcached.
const PORTS_REFUSED: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
];

/// What the outbound client may reach (design §7).
#[derive(Debug, Clone)]
pub enum OutboundPolicy {
    /// Public addresses over https.
    Serve {
        /// Whether http is allowed too.
        allow_http: bool,
        /// Addresses beyond the public ones that the operator opens. Here an empty list opens nothing.
        allow: AddressList,
    },
    /// For play: http too, this machine and private networks too.
    Sandbox,
}

/// Why a URL was refused, in words for its owner.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlRefused {
    /// No absolute URL, or one with characters that parsers read differently.
    #[error("this is not an absolute URL")]
    Malformed,
    /// Neither https nor, where allowed, http.
    #[error("the URL must begin with {0}")]
    Scheme(&'static str),
    /// A name or password stands in it.
    #[error("the URL must not hold a user name or password")]
    Credentials,
    /// A port that other protocols own.
    #[error("port {0} cannot be used")]
    Port(u16),
    /// It names this machine.
    #[error("the host {0} names this machine")]
    LocalName(String),
    /// It leads to an address that may not be called.
    #[error("{0} is {1}, which may not be called")]
    Address(IpAddr, AddressClass),
    /// Its name leads to one. Which one is no business of whoever named it: it would map a network's names.
    #[error("its name leads to {0}, which may not be called")]
    NameOf(AddressClass),
}

impl OutboundPolicy {
    /// Judges a URL by its text. Names are not resolved here: their addresses are judged at each connection.
    pub fn check_url(&self, url: &str) -> Result<(), UrlRefused> {
        self.parse(url).map(drop)
    }

    /// Judges a URL and hands out what was judged, so that the very same reading is used for connecting.
    pub(super) fn parse(&self, text: &str) -> Result<Url, UrlRefused> {
        // The parser drops tabs and newlines and turns backslashes round; other readers do not. And people read it in lists.
        let is_odd = |character: char| !is_plain_char(character) || character.is_whitespace() || character == '\\';
        if text.chars().any(is_odd) {
            return Err(UrlRefused::Malformed);
        }
        let url = Url::parse(text).map_err(|_| UrlRefused::Malformed)?;
        match (url.scheme(), self.allows_http()) {
            ("https", _) | ("http", true) => {}
            (_, true) => return Err(UrlRefused::Scheme("https:// or http://")),
            (_, false) => return Err(UrlRefused::Scheme("https://")),
        }
        // Also where name and password are empty, which the parser does not tell.
        if authority(text, &url).ok_or(UrlRefused::Malformed)?.contains('@') {
            return Err(UrlRefused::Credentials);
        }
        let port = url.port_or_known_default().ok_or(UrlRefused::Malformed)?;
        if PORTS_REFUSED.contains(&port) {
            return Err(UrlRefused::Port(port));
        }
        self.check_host(url.host_str().ok_or(UrlRefused::Malformed)?)?;
        Ok(url)
    }

    /// The parser has brought every spelling of an IPv4 address (octal, hexadecimal, one number, full-width digits) into
    /// the dotted form already; IPv6 stands in brackets.
    fn check_host(&self, host: &str) -> Result<(), UrlRefused> {
        let literal = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        if let Ok(address) = literal.parse::<IpAddr>() {
            return self.check_address(address);
        }
        let name = host.trim_end_matches('.');
        if name.is_empty() {
            return Err(UrlRefused::Malformed);
        }
        let is_local = name == "localhost" || name.ends_with(".localhost");
        if is_local && self.check_address(IpAddr::V4(Ipv4Addr::LOCALHOST)).is_err() {
            return Err(UrlRefused::LocalName(name.to_owned()));
        }
        Ok(())
    }

    /// Judges an address that a connection is about to be made to.
    pub(super) fn check_address(&self, address: IpAddr) -> Result<(), UrlRefused> {
        let class = AddressClass::of(address);
        let allowed = match self {
            Self::Serve { allow, .. } => class == AddressClass::Public || self.opens(allow, (address, class)),
            Self::Sandbox => matches!(class, AddressClass::Public | AddressClass::Private | AddressClass::Loopback),
        };
        if allowed { Ok(()) } else { Err(UrlRefused::Address(address, class)) }
    }

    /// Whether the operator opened `address`. A translator or tunnel that is opened leads only to where one may go anyway.
    fn opens(&self, allow: &AddressList, (address, class): (IpAddr, AddressClass)) -> bool {
        !class.is_never_allowed()
            && allow.ranges().iter().any(|range| range.contains(address))
            && carried_v4(address).into_iter().all(|carried| self.check_address(IpAddr::V4(carried)).is_ok())
    }

    fn allows_http(&self) -> bool {
        match self {
            Self::Serve { allow_http, .. } => *allow_http,
            Self::Sandbox => true,
        }
    }
}

/// What stands between `scheme://` and the path. The parser forgives missing and surplus slashes; readers differ about where
/// the host begins then, so there is none.
fn authority<'t>(text: &'t str, parsed: &Url) -> Option<&'t str> {
    let rest = text.get(parsed.scheme().len()..)?.strip_prefix("://")?;
    rest.split(['/', '?', '#']).next().filter(|authority| !authority.is_empty())
}

impl UrlPolicy for OutboundPolicy {
    fn check(&self, url: &str) -> Result<(), String> {
        self.check_url(url).map_err(|refused| refused.to_string())
    }
}
