//! Which receivers may be called at all.

use std::net::{IpAddr, Ipv4Addr};

use countersign_domain::AddressList;
use countersign_service::webhook_endpoints::UrlPolicy;
use reqwest::Url;
use thiserror::Error;

use super::address::{AddressClass, carried_v4};

/// Ports of services that take text for commands, from the list that browsers refuse (WHATWG Fetch, "bad ports"), and 0.
const PORTS_REFUSED: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
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
}

impl OutboundPolicy {
    /// Judges a URL by its text. Names are not resolved here: their addresses are judged at each connection.
    pub fn check_url(&self, url: &str) -> Result<(), UrlRefused> {
        self.parse(url).map(drop)
    }

    /// Judges a URL and hands out what was judged, so that the very same reading is used for connecting.
    pub(super) fn parse(&self, text: &str) -> Result<Url, UrlRefused> {
        // The parser drops tabs and newlines and turns backslashes round; other readers do not.
        if text.chars().any(|character| character.is_control() || character.is_whitespace() || character == '\\') {
            return Err(UrlRefused::Malformed);
        }
        let url = Url::parse(text).map_err(|_| UrlRefused::Malformed)?;
        match (url.scheme(), self.allows_http()) {
            ("https", _) | ("http", true) => {}
            (_, true) => return Err(UrlRefused::Scheme("https:// or http://")),
            (_, false) => return Err(UrlRefused::Scheme("https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
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
            Self::Serve { allow, .. } => class == AddressClass::Public || opens(allow, address, class),
            Self::Sandbox => matches!(class, AddressClass::Public | AddressClass::Private | AddressClass::Loopback),
        };
        if allowed { Ok(()) } else { Err(UrlRefused::Address(address, class)) }
    }

    fn allows_http(&self) -> bool {
        match self {
            Self::Serve { allow_http, .. } => *allow_http,
            Self::Sandbox => true,
        }
    }
}

/// Whether the operator opened `address`. Link-local and metadata stay shut, also behind a translator.
fn opens(allow: &AddressList, address: IpAddr, class: AddressClass) -> bool {
    let carried = carried_v4(address).map(|address| AddressClass::of(IpAddr::V4(address)));
    !class.is_never_allowed()
        && !carried.is_some_and(AddressClass::is_never_allowed)
        && allow.ranges().iter().any(|range| range.contains(address))
}

impl UrlPolicy for OutboundPolicy {
    fn check(&self, url: &str) -> Result<(), String> {
        self.check_url(url).map_err(|refused| refused.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(allow: &[&str]) -> OutboundPolicy {
        OutboundPolicy::Serve {
            allow_http: false,
            allow: AddressList::parse(allow.iter().copied()).expect("the test's list is well-formed"),
        }
    }

    /// The URL, whether `serve` takes it, whether the sandbox takes it.
    const URLS: &[(&str, bool, bool)] = &[
        ("https://shop.example/hook", true, true),
        ("https://shop.example:8443/hook?a=1#b", true, true),
        ("HTTPS://Shop.Example/", true, true),
        ("https://bücher.example/", true, true),
        ("https://8.8.8.8/", true, true),
        ("https://[2606:4700::1111]/", true, true),
        ("http://shop.example/", false, true),
        ("http://127.0.0.1:9000/hook", false, true),
        ("http://localhost:9000/hook", false, true),
        ("https://localhost/", false, true),
        ("https://LOCALHOST./", false, true),
        ("https://api.localhost/", false, true),
        ("https://receiver:8080/", true, true),
        // Odd spellings of 127.0.0.1.
        ("https://2130706433/", false, true),
        ("https://0x7f000001/", false, true),
        ("https://0x7f.1/", false, true),
        ("https://0177.0.0.1/", false, true),
        ("https://127.1/", false, true),
        ("https://127.0.0.1./", false, true),
        ("https://１２７.０.０.１/", false, true),
        ("https://%31%32%37.0.0.1/", false, true),
        ("https://[::1]/", false, true),
        ("https://[::ffff:127.0.0.1]/", false, true),
        ("https://[::ffff:7f00:1]/", false, true),
        ("https://[0:0:0:0:0:0:0:1]/", false, true),
        // Private networks.
        ("https://10.1.2.3/", false, true),
        ("https://172.16.0.1/", false, true),
        ("https://192.168.0.1/", false, true),
        ("https://[fd12::1]/", false, true),
        // Never.
        ("http://169.254.169.254/latest/meta-data/", false, false),
        ("https://0xa9fea9fe/", false, false),
        ("https://2852039166/", false, false),
        ("https://0251.0376.0251.0376/", false, false),
        ("https://[::ffff:169.254.169.254]/", false, false),
        ("https://[fe80::1]/", false, false),
        ("https://[fd00:ec2::254]/", false, false),
        ("https://100.100.100.200/", false, false),
        ("https://168.63.129.16/", false, false),
        ("https://0.0.0.0/", false, false),
        ("https://0/", false, false),
        ("https://[::]/", false, false),
        ("https://224.0.0.1/", false, false),
        ("https://255.255.255.255/", false, false),
        ("https://100.64.0.1/", false, false),
        ("https://198.18.0.1/", false, false),
        ("https://[64:ff9b::a9fe:a9fe]/", false, false),
        ("https://[64:ff9b::808:808]/", false, false),
        ("https://[2002:7f00:1::]/", false, false),
        ("https://[ff02::1]/", false, false),
        // Not a receiver at all.
        ("", false, false),
        ("hook", false, false),
        ("/hook", false, false),
        ("//shop.example/hook", false, false),
        ("https:", false, false),
        ("https://", false, false),
        ("https://./", false, false),
        ("https://256.1.1.1/", false, false),
        ("https://[::1/", false, false),
        ("https://[fe80::1%25eth0]/", false, false),
        ("https://a b/", false, false),
        (" https://shop.example/", false, false),
        ("https://shop.example/\n", false, false),
        ("ht\ttps://shop.example/", false, false),
        ("https:\\\\shop.example\\", false, false),
        ("https://user@shop.example/", false, false),
        ("https://user:pass@shop.example/", false, false),
        ("https://:pass@shop.example/", false, false),
        ("https://shop.example:0/", false, false),
        ("https://shop.example:22/", false, false),
        ("https://shop.example:25/", false, false),
        ("https://shop.example:65536/", false, false),
        ("ftp://shop.example/", false, false),
        ("file:///etc/passwd", false, false),
        ("gopher://shop.example/", false, false),
        ("javascript:alert(1)", false, false),
        ("data:text/plain,x", false, false),
    ];

    #[test]
    fn urls_are_judged_by_their_text() {
        for (url, in_serve, in_sandbox) in URLS {
            let serve = serve(&[]).check_url(url);
            assert_eq!(serve.is_ok(), *in_serve, "serve, {url:?}: {serve:?}");
            let sandbox = OutboundPolicy::Sandbox.check_url(url);
            assert_eq!(sandbox.is_ok(), *in_sandbox, "sandbox, {url:?}: {sandbox:?}");
        }
    }

    #[test]
    fn http_is_a_setting_of_serve() {
        let policy = OutboundPolicy::Serve { allow_http: true, allow: AddressList::any() };
        assert_eq!(policy.check_url("http://shop.example/"), Ok(()));
        assert_eq!(policy.check_url("ftp://shop.example/"), Err(UrlRefused::Scheme("https:// or http://")));
        assert!(policy.check_url("http://127.0.0.1/").is_err(), "and opens no address");
    }

    #[test]
    fn an_operator_opens_ranges_but_never_the_metadata_service() {
        let policy = serve(&["10.0.0.0/8", "64:ff9b::/96", "127.0.0.1", "169.254.0.0/16", "100.64.0.0/10", "fd00::/8"]);
        for (url, allowed) in [
            ("https://10.1.2.3/", true),
            ("https://[::ffff:10.1.2.3]/", true),
            ("https://11.1.2.3/", true),
            ("https://192.168.0.1/", false),
            ("https://127.0.0.1/", true),
            ("https://127.0.0.2/", false),
            ("https://localhost/", true),
            ("https://100.64.0.1/", true),
            ("https://100.100.100.200/", false),
            ("https://169.254.169.254/", false),
            ("https://[fd12::1]/", true),
            ("https://[fd00:ec2::254]/", false),
            ("https://[64:ff9b::808:808]/", true),
            ("https://[64:ff9b::a9fe:a9fe]/", false),
        ] {
            assert_eq!(policy.check_url(url).is_ok(), allowed, "{url}");
        }
    }

    #[test]
    fn refusals_say_what_would_be_right() {
        let rows = [
            ("http://shop.example/", "the URL must begin with https://"),
            ("https://10.0.0.1/", "10.0.0.1 is a private address, which may not be called"),
            ("https://u:p@shop.example/", "the URL must not hold a user name or password"),
            ("https://shop.example:22/", "port 22 cannot be used"),
            ("https://localhost/", "the host localhost names this machine"),
        ];
        for (url, words) in rows {
            assert_eq!(UrlPolicy::check(&serve(&[]), url), Err(words.to_owned()));
        }
    }
}
