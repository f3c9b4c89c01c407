//! URLs by their text: every spelling of a host, ports, schemes, and tricks that two readers read differently.

use countersign_domain::AddressList;
use countersign_service::webhook_endpoints::UrlPolicy;

use super::serve;
use crate::outbound::address::AddressClass;
use crate::outbound::policy::{OutboundPolicy, UrlRefused};

/// The URL, whether `serve` takes it, whether the sandbox takes it.
pub(super) const URLS: &[(&str, bool, bool)] = &[
    ("https://shop.example/hook", true, true),
    ("https://shop.example:8443/hook?a=1#b", true, true),
    ("https://shop.example", true, true),
    ("https://shop.example?a=b@c", true, true),
    ("https://shop.example/a@b", true, true),
    ("https://shop.example./hook", true, true),
    ("HTTPS://Shop.Example/", true, true),
    ("https://receiver:8080/", true, true),
    ("https://8.8.8.8/", true, true),
    ("https://[2606:4700::1111]/", true, true),
    ("https://[::ffff:8.8.8.8]/", true, true),
    ("http://shop.example/", false, true),
    ("http://shop.example:80/", false, true),
    // Names of other scripts, as they are and in Punycode; what looks like a name of ours is not.
    ("https://bücher.example/", true, true),
    ("https://xn--bcher-kva.example/", true, true),
    ("https://日本.example/", true, true),
    ("https://ⅼocalhost/", false, true),
    ("https://lоcalhost/", true, true),
    ("https://xn--/", false, false),
    ("https://xn--a-/", false, false),
    ("https://xn--0.example/", false, false),
    ("https://a\u{202e}b.example/", false, false),
    ("https://b.example/a\u{202e}c", false, false),
    // This machine by name.
    ("http://localhost:9000/hook", false, true),
    ("https://localhost/", false, true),
    ("https://LOCALHOST/", false, true),
    ("https://LocalHost./", false, true),
    ("https://localhost../", false, true),
    ("https://api.localhost/", false, true),
    ("https://a.b.localhost./", false, true),
    ("https://local%68ost/", false, true),
    ("https://ｌｏｃａｌｈｏｓｔ/", false, true),
    ("https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", false, true),
    ("https://local\u{ad}host/", false, false),
    ("https://local\u{200b}host/", false, false),
    ("https://localhost。/", false, true),
    ("https://notlocalhost/", true, true),
    ("https://localhost.example/", true, true),
    // This machine as an address, in every spelling.
    ("http://127.0.0.1:9000/hook", false, true),
    ("https://127.0.0.1/", false, true),
    ("https://127.0.0.1./", false, true),
    ("https://127.1/", false, true),
    ("https://127.0.1/", false, true),
    ("https://127.65535/", false, true),
    ("https://2130706433/", false, true),
    ("https://2130706433./", false, true),
    ("https://017700000001/", false, true),
    ("https://0177.0.0.1/", false, true),
    ("https://0177.0.0.01/", false, true),
    ("https://0177.1/", false, true),
    ("https://00000177.0.0.1/", false, true),
    ("https://0x7f000001/", false, true),
    ("https://0X7F000001/", false, true),
    ("https://0x7f.0x0.0x0.0x1/", false, true),
    ("https://0x7f.1/", false, true),
    ("https://0x7f.0.0.0x01/", false, true),
    ("https://0x7f.0177.1/", false, true),
    ("https://0x00000007f.0.0.1/", false, true),
    ("https://１２７.０.０.１/", false, true),
    ("https://①②⑦.⓪.⓪.①/", false, true),
    ("https://127。0。0。1/", false, true),
    ("https://127．0．0．1/", false, true),
    ("https://127｡0｡0｡1/", false, true),
    ("https://１２７。１/", false, true),
    ("https://0ｘ7ｆ.1/", false, true),
    ("https://127.0.0.\u{200b}1/", false, false),
    ("https://%31%32%37.0.0.1/", false, true),
    ("https://%31%32%37%2e%30%2e%30%2e%31/", false, true),
    ("https://127%2E1/", false, true),
    ("https://[::1]/", false, true),
    ("https://[::1]:8443/", false, true),
    ("https://[0:0:0:0:0:0:0:1]/", false, true),
    ("https://[0000:0000:0000:0000:0000:0000:0000:0001]/", false, true),
    ("https://[::0.0.0.1]/", false, true),
    ("https://[::ffff:127.0.0.1]/", false, true),
    ("https://[::FFFF:127.0.0.1]/", false, true),
    ("https://[::ffff:7f00:1]/", false, true),
    ("https://[0:0:0:0:0:ffff:127.0.0.1]/", false, true),
    ("https://[::127.0.0.1]/", false, false),
    ("https://[::ffff:0:127.0.0.1]/", false, false),
    // Private networks.
    ("https://10.1.2.3/", false, true),
    ("https://012.1.2.3/", false, true),
    ("https://0xa.1.2.3/", false, true),
    ("https://10.66051/", false, true),
    ("https://172.16.0.1/", false, true),
    ("https://172.17.0.1:8080/", false, true),
    ("https://192.168.0.1/", false, true),
    ("https://3232235521/", false, true),
    ("https://[fd12::1]/", false, true),
    ("https://[fc00::1]/", false, true),
    // Metadata services, in every spelling, whoever asks.
    ("http://169.254.169.254/latest/meta-data/", false, false),
    ("https://169.254.169.254./", false, false),
    ("https://2852039166/", false, false),
    ("https://0xa9fea9fe/", false, false),
    ("https://025177524776/", false, false),
    ("https://0251.0376.0251.0376/", false, false),
    ("https://0xa9.0xfe.0xa9.0xfe/", false, false),
    ("https://169.254.43518/", false, false),
    ("https://169.16689662/", false, false),
    ("https://169.0xfe.0251.254/", false, false),
    ("https://１６９.２５４.１６９.２５４/", false, false),
    ("https://169。254。169。254/", false, false),
    ("https://%31%36%39.254.169.254/", false, false),
    ("https://[::ffff:169.254.169.254]/", false, false),
    ("https://[::ffff:a9fe:a9fe]/", false, false),
    ("https://[::169.254.169.254]/", false, false),
    ("https://[64:ff9b::a9fe:a9fe]/", false, false),
    ("https://[64:ff9b::169.254.169.254]/", false, false),
    ("https://[64:ff9b:1::a9fe:a9fe]/", false, false),
    ("https://[2002:a9fe:a9fe::]/", false, false),
    ("https://[fe80::a9fe:a9fe]/", false, false),
    ("https://[fd00:ec2::254]/", false, false),
    ("https://[fd00:0ec2:0:0:0:0:0:254]/", false, false),
    ("https://[fd00:ec2::23]/", false, false),
    ("https://[fd20:ce::254]/", false, false),
    ("https://[fd00:c1::a9fe:a9fe]/", false, false),
    ("https://[fd00:a9fe:a9fe::1]/", false, false),
    ("https://[fd00:42::42]/", false, false),
    ("https://100.100.100.200/", false, false),
    ("https://1684301000/", false, false),
    ("https://168.63.129.16/", false, false),
    ("https://192.0.0.192/", false, false),
    // Other special addresses.
    ("https://0.0.0.0/", false, false),
    ("https://0/", false, false),
    ("https://0x0/", false, false),
    ("https://00/", false, false),
    ("https://0.0.0.0:8080/", false, false),
    ("https://[::]/", false, false),
    ("https://[::ffff:0.0.0.0]/", false, false),
    ("https://100.64.0.1/", false, false),
    ("https://192.0.2.1/", false, false),
    ("https://192.88.99.1/", false, false),
    ("https://198.18.0.1/", false, false),
    ("https://198.51.100.1/", false, false),
    ("https://203.0.113.1/", false, false),
    ("https://224.0.0.1/", false, false),
    ("https://240.0.0.1/", false, false),
    ("https://255.255.255.255/", false, false),
    ("https://4294967295/", false, false),
    ("https://[fe80::1]/", false, false),
    ("https://[fec0::1]/", false, false),
    ("https://[ff02::1]/", false, false),
    ("https://[64:ff9b::808:808]/", false, false),
    ("https://[2001:db8::1]/", false, false),
    ("https://[2001::1]/", false, false),
    ("https://[2002:7f00:1::]/", false, false),
    ("https://[2606:4700::5efe:10.0.0.1]/", false, false),
    ("https://[3fff::1]/", false, false),
    ("https://[100::1]/", false, false),
    // Names and passwords before the host, where one reader sees one host and another another.
    ("https://user@shop.example/", false, false),
    ("https://user:pass@shop.example/", false, false),
    ("https://:pass@shop.example/", false, false),
    ("https://@shop.example/", false, false),
    ("https://:@shop.example/", false, false),
    ("https://shop.example@127.0.0.1/", false, false),
    ("https://shop.example:443@10.0.0.1/", false, false),
    ("https://127.0.0.1@shop.example/", false, false),
    ("https://127.0.0.1:80@shop.example:443/", false, false),
    ("https://shop.example%40127.0.0.1/", false, false),
    ("https://shop.example%2f@127.0.0.1/", false, false),
    ("https://shop.example@127.0.0.1@other.example/", false, false),
    ("https://127.0.0.1#@shop.example/", false, true),
    ("https://127.0.0.1?@shop.example/", false, true),
    ("https://127.0.0.1;@shop.example/", false, false),
    // Slashes and backslashes, too few and too many.
    ("https:\\\\shop.example\\", false, false),
    ("https://shop.example\\@127.0.0.1/", false, false),
    ("https://127.0.0.1\\@shop.example/", false, false),
    ("https://shop.example\\.127.0.0.1/", false, false),
    ("https:/\\127.0.0.1/", false, false),
    ("https:shop.example", false, false),
    ("https:/shop.example", false, false),
    ("https:///shop.example", false, false),
    ("https:////127.0.0.1/", false, false),
    ("https:127.0.0.1?https://shop.example", false, false),
    ("https:%2f%2fshop.example", false, false),
    // Characters that one reader drops.
    (" https://shop.example/", false, false),
    ("https://shop.example/ ", false, false),
    ("https://shop.example/\n", false, false),
    ("https://shop.example/\r\nHost: other", false, false),
    ("ht\ttps://shop.example/", false, false),
    ("https://127.0\t.0.1/", false, false),
    ("https://shop.example\u{0}.other/", false, false),
    ("https://shop.example\u{a0}/", false, false),
    ("https://shop.example\u{2028}/", false, false),
    ("https://a b/", false, false),
    ("https://shop.example%00.other/", false, false),
    ("https://shop.example%0d%0a/", false, false),
    ("https://shop<.example/", false, false),
    ("https://shop^.example/", false, false),
    ("https://shop|.example/", false, false),
    ("https://shop%.example/", false, false),
    // No host, or none that can be.
    ("", false, false),
    ("hook", false, false),
    ("/hook", false, false),
    ("//shop.example/hook", false, false),
    ("https:", false, false),
    ("https://", false, false),
    ("https:///", false, false),
    ("https://?a", false, false),
    ("https://./", false, false),
    ("https://../", false, false),
    ("https://:443/", false, false),
    ("https://%20/", false, false),
    ("https://\u{ad}/", false, false),
    ("https://256.1.1.1/", false, false),
    ("https://1.2.3.4.5/", false, false),
    ("https://127.0.0.0x1ff/", false, false),
    ("https://0x100000000/", false, false),
    ("https://4294967296/", false, false),
    ("https://08.0.0.1/", false, false),
    ("https://1.2.3.256/", false, false),
    ("https://shop.example.1/", false, false),
    ("https://[::1/", false, false),
    ("https://::1/", false, false),
    ("https://[::g]/", false, false),
    ("https://[1:2:3]/", false, false),
    ("https://[127.0.0.1]/", false, false),
    ("https://[::127.0.0.256]/", false, false),
    ("https://[v1.a]/", false, false),
    ("https://[fe80::1%25eth0]/", false, false),
    ("https://[fe80::1%eth0]/", false, false),
    // Ports of other services.
    ("https://shop.example:1024/", true, true),
    ("https://shop.example:65535/", true, true),
    ("https://shop.example:00443/", true, true),
    ("https://shop.example:/", true, true),
    ("https://shop.example:0/", false, false),
    ("https://shop.example:22/", false, false),
    ("https://shop.example:25/", false, false),
    ("https://shop.example:0025/", false, false),
    ("https://shop.example:53/", false, false),
    ("https://shop.example:110/", false, false),
    ("https://shop.example:389/", false, false),
    ("https://shop.example:587/", false, false),
    ("https://shop.example:2049/", false, false),
    ("https://shop.example:6000/", false, false),
    ("https://shop.example:6379/", false, false),
    ("https://shop.example:6667/", false, false),
    ("https://shop.example:11211/", false, false),
    ("https://shop.example:65536/", false, false),
    ("https://shop.example:-1/", false, false),
    ("https://shop.example:4４3/", false, false),
    ("https://shop.example:443:80/", false, false),
    // Other schemes.
    ("ftp://shop.example/", false, false),
    ("ws://shop.example/", false, false),
    ("wss://shop.example/", false, false),
    ("gopher://shop.example/", false, false),
    ("dict://shop.example/", false, false),
    ("ldap://shop.example/", false, false),
    ("file:///etc/passwd", false, false),
    ("file://127.0.0.1/etc/passwd", false, false),
    ("javascript:alert(1)", false, false),
    ("data:text/plain,x", false, false),
    ("mailto:mia@shop.example", false, false),
    ("httpss://shop.example/", false, false),
    ("http+unix://%2fvar%2frun%2fdocker.sock/", false, false),
    ("view-source:https://shop.example/", false, false),
    ("blob:https://shop.example/1", false, false),
];

#[test]
fn urls_are_judged_by_their_text() {
    let mut wrong = Vec::new();
    for (url, in_serve, in_sandbox) in URLS {
        let judged = [serve(&[]), OutboundPolicy::Sandbox].map(|policy| policy.check_url(url));
        if judged.each_ref().map(Result::is_ok) != [*in_serve, *in_sandbox] {
            wrong.push(format!("{url:?}: {judged:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn http_is_a_setting_of_serve() {
    let policy = OutboundPolicy::Serve { allow_http: true, allow: AddressList::any() };
    assert_eq!(policy.check_url("http://shop.example/"), Ok(()));
    assert_eq!(policy.check_url("ftp://shop.example/"), Err(UrlRefused::Scheme("https:// or http://")));
    assert!(policy.check_url("http://127.0.0.1/").is_err(), "and opens no address");
}

/// What an operator with an intranet opens.
const ALLOW: &[&str] =
    &["10.0.0.0/8", "127.0.0.1", "169.254.0.0/16", "100.64.0.0/10", "fd00::/8", "64:ff9b::/96", "2002::/16"];

/// A URL and whether `serve` takes it then.
pub(super) const OPENED: &[(&str, bool)] = &[
    ("https://10.1.2.3/", true),
    ("https://0xa.1.2.3/", true),
    ("https://[::ffff:10.1.2.3]/", true),
    ("https://11.1.2.3/", true),
    ("https://172.16.0.1/", false),
    ("https://192.168.0.1/", false),
    ("https://127.0.0.1/", true),
    ("https://127.0.0.2/", false),
    ("https://localhost/", true),
    ("https://[::1]/", false),
    ("https://100.64.0.1/", true),
    ("https://[fd12::1]/", true),
    ("https://[fc12::1]/", false),
    ("http://10.1.2.3/", false),
    ("https://10.1.2.3:22/", false),
    // A translator or tunnel leads only to where one may go anyway.
    ("https://[64:ff9b::808:808]/", true),
    ("https://[64:ff9b::10.1.2.3]/", true),
    ("https://[64:ff9b::192.168.0.1]/", false),
    ("https://[64:ff9b::127.0.0.2]/", false),
    ("https://[2002:808:808::1]/", true),
    ("https://[2002:c0a8:1::1]/", false),
    ("https://[64:ff9b:1::808:808]/", false),
    // What no setting opens.
    ("https://169.254.169.254/", false),
    ("https://[::ffff:169.254.169.254]/", false),
    ("https://100.100.100.200/", false),
    ("https://[fd00:ec2::254]/", false),
    ("https://[fd20:ce::254]/", false),
    ("https://[64:ff9b::a9fe:a9fe]/", false),
    ("https://[2002:a9fe:a9fe::]/", false),
];

#[test]
fn an_operator_opens_ranges_but_never_the_metadata_service() {
    for (url, allowed) in OPENED {
        let judged = serve(ALLOW).check_url(url);
        assert_eq!(judged.is_ok(), *allowed, "{url}: {judged:?}");
    }
}

#[test]
fn refusals_say_what_would_be_right() {
    let of_name = UrlRefused::NameOf(AddressClass::Loopback).to_string();
    assert_eq!(of_name, "its name leads to a loopback address, which may not be called", "and not to which");
    let rows = [
        ("http://shop.example/", "the URL must begin with https://"),
        ("mailto:mia@shop.example", "the URL must begin with https://"),
        ("https:shop.example", "this is not an absolute URL"),
        ("https://10.0.0.1/", "10.0.0.1 is a private address, which may not be called"),
        ("https://2130706433/", "127.0.0.1 is a loopback address, which may not be called"),
        ("https://255.255.255.255/", "255.255.255.255 is the broadcast address, which may not be called"),
        ("https://u:p@shop.example/", "the URL must not hold a user name or password"),
        ("https://@shop.example/", "the URL must not hold a user name or password"),
        ("https://shop.example:22/", "port 22 cannot be used"),
        ("https://localhost/", "the host localhost names this machine"),
    ];
    for (url, words) in rows {
        assert_eq!(UrlPolicy::check(&serve(&[]), url), Err(words.to_owned()));
    }
}
