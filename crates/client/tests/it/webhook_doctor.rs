//! Every kind of damage, done to a real signed delivery, is named, and nothing else is.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use countersign_client::wire::answers::Certificate;
use countersign_client::{
    CapturedDelivery, DeliveryFault, INSPECTED_BODY_MAX, Inspection, WEBHOOK_AGE_DEFAULT, WebhookVerifier,
};
use countersign_crypto::{WebhookSigningKey, sign_request, to_hex};
use secrecy::ExposeSecret;
use serde_json::Value;

const SIGNED_MS: i64 = 1_671_922_674_200;
const TIMESTAMP: &str = "1671922674200";
const NONCE: &str = "zREdMIt0y4Y695XvDM9YjeV5FwpwXun3";
const SERIAL: &str = "31ACD2F0A242B4ED5027AFBA3BDDF499";
/// Its number is none that a float holds; its text has what printers differ about.
const BODY: &str = r#"{"bizType":"PAY","data":"{\"merchantTradeNo\":\"a1\",\"productName\":\"Tee & <Grün> \\\"1/2\\\" é\",\"totalFee\":500.00000000,\"currency\":\"USDT\",\"commission\":0}","bizIdStr":"219129167241265153","bizId":219129167241265153,"bizStatus":"PAY_SUCCESS"}"#;

const NAMES: [&str; 4] =
    ["Binancepay-Certificate-Sn", "Binancepay-Timestamp", "Binancepay-Nonce", "Binancepay-Signature"];
/// Their places.
const SN: usize = 0;
const TIME: usize = 1;
const NONCES: usize = 2;
const SIGNATURE: usize = 3;

#[derive(Clone)]
struct Delivery {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn key() -> WebhookSigningKey {
    WebhookSigningKey::published_test()
}

/// A delivery of `body` with this signature.
fn with_signature(body: &str, signature: String) -> Delivery {
    let values = [SERIAL.to_owned(), TIMESTAMP.to_owned(), NONCE.to_owned(), signature];
    let mut headers: Vec<_> = NAMES.into_iter().map(str::to_owned).zip(values).collect();
    headers.push(("Content-Length".to_owned(), body.len().to_string()));
    Delivery { headers, body: body.as_bytes().to_vec() }
}

fn signed(body: &str) -> Delivery {
    with_signature(body, key().sign(TIMESTAMP, NONCE, body.as_bytes()))
}

/// A delivery whose sender signed another payload.
fn signed_over(payload: &str) -> Delivery {
    let pair = KeyPair::from_pkcs8(key().to_pkcs8().expose_secret()).expect("our own key");
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign_digest(&RSA_PKCS1_SHA256, &digest(&SHA256, payload.as_bytes()), &mut signature).expect("it signs");
    with_signature(BODY, STANDARD.encode(signature))
}

fn inspect_at(delivery: &Delivery, received_ms: i64) -> Inspection {
    let key = key();
    let certificate = Certificate { cert_public: key.public_pem().to_owned(), cert_serial: key.serial().to_owned() };
    let verifier = WebhookVerifier::new(&[certificate]).expect("the published key is fit");
    let captured = CapturedDelivery { headers: &delivery.headers, body: &delivery.body };
    verifier.inspect(&captured, received_ms, WEBHOOK_AGE_DEFAULT)
}

#[track_caller]
fn assert_faults(case: &str, delivery: &Delivery, expected: &[DeliveryFault]) {
    let inspection = inspect_at(delivery, SIGNED_MS);
    assert_eq!(inspection.faults, expected, "{case}");
    assert!(!inspection.is_right(), "{case}");
}

/// The delivery with its body changed.
fn changed(body: impl Into<Vec<u8>>) -> Delivery {
    Delivery { body: body.into(), ..signed(BODY) }
}

/// The delivery with one header's value changed.
fn with(place: usize, value: impl Into<String>) -> Delivery {
    let mut delivery = signed(BODY);
    delivery.headers[place].1 = value.into();
    delivery
}

fn bytes(count: usize) -> u64 {
    u64::try_from(count).expect("a count")
}

fn signature() -> String {
    signed(BODY).headers[SIGNATURE].1.clone()
}

#[test]
fn a_right_delivery_is_never_blamed() {
    for body in [BODY, &BODY.replace('é', "茶🍰"), r#"{ "bizType":"X", "data":"", "bizId":"1", "bizStatus":"Y" }"#]
    {
        let inspection = inspect_at(&signed(body), SIGNED_MS + 1_500);
        assert_eq!(inspection.faults, [], "{body}");
        assert!(inspection.is_right() && inspection.notification.is_some());
        assert_eq!(inspection.age_ms, Some(1_500));
    }
    let mut lower = signed(BODY);
    for (name, _) in &mut lower.headers {
        name.make_ascii_lowercase();
    }
    assert!(inspect_at(&lower, SIGNED_MS).is_right(), "names may be in any case");
}

#[test]
fn bodies_that_were_damaged_on_their_way() {
    use DeliveryFault::{
        BodyBase64, BodyByteOrderMark, BodyCharset, BodyLength, BodyLineEndAdded, BodyLineEndsConverted, BodyMissing,
        BodyQuoted, Unexplained,
    };
    let latin: Vec<u8> = BODY.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect();
    let read_as_latin: String = BODY.bytes().map(char::from).collect();
    let quoted = serde_json::to_string(BODY).expect("a text");
    let cut = &BODY[..BODY.len() - 5];
    let length = |found: usize| BodyLength { announced: bytes(BODY.len()), found: bytes(found) };
    let rows: [(&str, Delivery, Vec<DeliveryFault>); 15] = [
        ("LF added", changed(format!("{BODY}\n")), vec![BodyLineEndAdded]),
        ("CR LF added", changed(format!("{BODY}\r\n")), vec![BodyLineEndAdded]),
        ("white space around", changed(format!(" \t{BODY} ")), vec![BodyLineEndAdded]),
        ("byte order mark", changed(format!("\u{feff}{BODY}")), vec![BodyByteOrderMark]),
        ("both", changed(format!("\u{feff}{BODY}\r\n")), vec![BodyByteOrderMark, BodyLineEndAdded]),
        ("in a string", changed(quoted.clone()), vec![BodyQuoted]),
        ("in a string with a mark", changed(format!("\u{feff}{quoted}")), vec![BodyByteOrderMark, BodyQuoted]),
        ("base64", changed(STANDARD.encode(BODY)), vec![BodyBase64]),
        ("base64 in a line", changed(format!("{}\n", STANDARD.encode(BODY))), vec![BodyLineEndAdded, BodyBase64]),
        ("read as Latin-1", changed(read_as_latin), vec![BodyCharset]),
        ("written as Latin-1", changed(latin), vec![BodyCharset]),
        ("cut", changed(cut), vec![length(cut.len())]),
        ("changed, and longer", changed(BODY.replace("500.", "5000.")), vec![length(BODY.len() + 1)]),
        ("changed", changed(BODY.replace("500.", "501.")), vec![Unexplained]),
        ("gone", changed(""), vec![BodyMissing]),
    ];
    for (case, delivery, expected) in rows {
        assert_faults(case, &delivery, &expected);
    }
    let indented = BODY.replace(r#","biz"#, ",\n  \"biz");
    let mut windows = signed(&indented);
    windows.body = indented.replace('\n', "\r\n").into_bytes();
    assert_faults("LF to CR LF", &windows, &[BodyLineEndsConverted]);
    let mut unix = signed(&indented.replace('\n', "\r\n"));
    unix.body = indented.into_bytes();
    assert_faults("CR LF to LF", &unix, &[BodyLineEndsConverted]);
}

/// The body with these separators between its members.
fn printed(comma: &str, colon: &str) -> String {
    let mut body = BODY.to_owned();
    for key in ["bizType", "data", "bizIdStr", "bizId", "bizStatus"] {
        body = body.replace(&format!(r#","{key}":"#), &format!(r#"{comma}"{key}":"#));
        body = body.replace(&format!(r#""{key}":"#), &format!(r#""{key}"{colon}"#));
    }
    body
}

#[test]
fn bodies_that_were_printed_anew() {
    use DeliveryFault::{
        BodyByteOrderMark, BodyDataUnpacked, BodyEscapes, BodyIdQuoted, BodyIdRounded, BodyLength, BodyMembersMoved,
        BodyReprinted,
    };
    let value: Value = serde_json::from_str(BODY).expect("it is JSON");
    let sorted = value.to_string();
    let pretty = serde_json::to_string_pretty(&value).expect("it prints");
    let ascii = |text: &str| text.replace('ü', r"\u00fc").replace('é', r"\u00e9");
    let python = ascii(&printed(", ", ": "));
    // What JavaScript makes of the number.
    let rounded = |text: &str| text.replace("219129167241265153,", "219129167241265150,");
    let inside: String = serde_json::from_value(value["data"].clone()).expect("a text");
    let unpacked = BODY.replace(&serde_json::to_string(&inside).expect("a text"), &inside);
    let rows: [(&str, String, Vec<DeliveryFault>); 17] = [
        ("spaces", printed(", ", ": "), vec![BodyReprinted]),
        ("spaces after colons", printed(",", ": "), vec![BodyReprinted]),
        ("Python", python.clone(), vec![BodyReprinted, BodyEscapes]),
        ("Python with a mark", format!("\u{feff}{python}"), vec![BodyByteOrderMark, BodyReprinted, BodyEscapes]),
        ("escaped letters", ascii(BODY), vec![BodyEscapes]),
        ("escaped letters in upper case", BODY.replace('ü', r"\u00FC"), vec![BodyEscapes]),
        ("PHP's slashes", BODY.replace('/', r"\/"), vec![BodyEscapes]),
        ("Go's markup", BODY.replace('&', r"\u0026").replace('<', r"\u003c"), vec![BodyEscapes]),
        ("sorted", sorted.clone(), vec![BodyMembersMoved]),
        ("sorted and indented", pretty.clone(), vec![BodyReprinted, BodyMembersMoved]),
        ("JavaScript", rounded(BODY), vec![BodyIdRounded]),
        ("JavaScript, indented", rounded(&printed(",\n  ", ": ")), vec![BodyReprinted, BodyIdRounded]),
        ("sorted and rounded", rounded(&sorted), vec![BodyIdRounded, BodyMembersMoved]),
        ("quoted", BODY.replace(":219129167241265153", r#":"219129167241265153""#), vec![BodyIdQuoted]),
        ("unpacked", unpacked.clone(), vec![BodyDataUnpacked]),
        ("unpacked and rounded", rounded(&unpacked), vec![BodyDataUnpacked, BodyIdRounded]),
        (
            "all at once",
            rounded(&pretty.replace('ü', r"\u00fc")),
            vec![BodyReprinted, BodyEscapes, BodyIdRounded, BodyMembersMoved],
        ),
    ];
    for (case, body, expected) in rows {
        assert_faults(case, &changed(body), &expected);
    }
    // Here the zeros are lost: nothing brings them back, yet what can be seen is said.
    let lossy = rounded(&unpacked.replace("500.00000000", "500"));
    let mut delivery = changed(lossy.clone());
    delivery.headers.pop();
    assert_faults("unpacked for good", &delivery, &[BodyIdRounded, BodyDataUnpacked]);
    let lengths = BodyLength { announced: bytes(BODY.len()), found: bytes(lossy.len()) };
    assert_faults("with its length", &changed(lossy), &[lengths, BodyIdRounded, BodyDataUnpacked]);
}

#[test]
fn fields_that_are_not_what_was_signed() {
    use DeliveryFault::{FieldsSwapped, TimestampInSeconds, TimestampNotANumber, Unexplained};
    let mut swapped = signed(BODY);
    swapped.headers[TIME].1 = NONCE.to_owned();
    swapped.headers[NONCES].1 = TIMESTAMP.to_owned();
    let rows: [(&str, Delivery, Vec<DeliveryFault>); 6] = [
        ("swapped", swapped, vec![FieldsSwapped]),
        ("another nonce", with(NONCES, "zREdMIt0y4Y695XvDM9YjeV5FwpwXun4"), vec![Unexplained]),
        ("a millisecond later", with(TIME, "1671922674201"), vec![Unexplained]),
        ("in seconds", with(TIME, "1671922674"), vec![TimestampInSeconds]),
        ("a date", with(TIME, "2022-12-24T22:57:54Z"), vec![TimestampNotANumber]),
        ("empty", with(TIME, ""), vec![TimestampNotANumber]),
    ];
    for (case, delivery, expected) in rows {
        assert_faults(case, &delivery, &expected);
    }
}

#[test]
fn age_is_judged_beside_everything_else() {
    let max_age = WEBHOOK_AGE_DEFAULT;
    let allowed = i64::try_from(max_age.as_millis()).expect("minutes");
    assert_eq!(max_age, Duration::from_mins(5));
    for off_by_ms in [0, allowed, -allowed] {
        assert!(inspect_at(&signed(BODY), SIGNED_MS + off_by_ms).is_right(), "{off_by_ms}");
    }
    for off_by_ms in [allowed + 1, -allowed - 1, i64::MAX - SIGNED_MS] {
        let inspection = inspect_at(&signed(BODY), SIGNED_MS + off_by_ms);
        assert_eq!(inspection.faults, [DeliveryFault::Stale { off_by_ms, max_age }]);
        assert!(inspection.notification.is_some(), "its signature holds all the same");
        let both = inspect_at(&changed(format!("{BODY}\n")), SIGNED_MS + off_by_ms);
        assert_eq!(both.faults, [DeliveryFault::BodyLineEndAdded, DeliveryFault::Stale { off_by_ms, max_age }]);
    }
}

#[test]
fn headers_that_are_missing_repeated_or_renamed() {
    let names = ["BinancePay-Certificate-SN", "BinancePay-Timestamp", "BinancePay-Nonce", "BinancePay-Signature"];
    for (place, name) in names.into_iter().enumerate() {
        let mut missing = signed(BODY);
        missing.headers.remove(place);
        assert_faults("missing", &missing, &[DeliveryFault::HeaderMissing { name }]);

        let mut repeated = signed(BODY);
        repeated.headers.push((name.to_ascii_lowercase(), "other".to_owned()));
        assert_faults("repeated", &repeated, &[DeliveryFault::HeaderRepeated { name, count: 2 }]);
        let joined = with(place, format!("{0}, {0},{0}", signed(BODY).headers[place].1));
        assert_faults("run together", &joined, &[DeliveryFault::HeaderRepeated { name, count: 3 }]);

        let mut renamed = signed(BODY);
        let found = format!("HTTP_{}", name.replace('-', "_").to_uppercase());
        renamed.headers[place].0.clone_from(&found);
        assert_faults("renamed", &renamed, &[DeliveryFault::HeaderRenamed { name, found }]);
    }
    let none = Delivery { headers: Vec::new(), body: BODY.into() };
    assert_faults("none", &none, &names.map(|name| DeliveryFault::HeaderMissing { name }));
}

#[test]
fn keys_that_did_not_sign() {
    let api_key = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
    let (found, known) = ("31BEF298427BE2F0B98DFA3A523D7501".to_owned(), SERIAL.to_owned());
    assert_faults("lower case", &with(SN, SERIAL.to_lowercase()), &[DeliveryFault::SerialCase]);
    let changed = DeliveryFault::SerialChanged { found: found.clone(), known: known.clone() };
    assert_faults("another serial", &with(SN, found.clone()), &[changed]);

    let mut foreign = with(SN, found.clone());
    foreign.headers[SIGNATURE].1 = STANDARD.encode([1; 512]);
    assert_faults("another key", &foreign, &[DeliveryFault::OtherKey { found, known: known.clone() }]);
    let mut endless = foreign.clone();
    endless.headers[SN].1 = "x".repeat(10_000);
    assert_faults("no serial", &endless, &[DeliveryFault::OtherKey { found: "x".repeat(64), known }]);

    let mut call = with(SN, api_key);
    call.headers[SIGNATURE].1 = sign_request(b"secret", TIMESTAMP, NONCE, BODY.as_bytes());
    assert_faults("a call", &call, &[DeliveryFault::ApiKeyAsSerial]);
    call.headers[SN].1 = SERIAL.to_owned();
    assert_faults("signed as a call", &call, &[DeliveryFault::SignatureOfACall]);
}

#[test]
fn signatures_whose_text_was_changed() {
    use DeliveryFault::{
        BodyLineEndAdded, SignatureEmpty, SignatureInHex, SignatureLength, SignatureNotBase64, SignaturePercentEncoded,
        SignaturePlusLost, SignatureUnpadded, SignatureUrlSafe, SignatureWrapped, Unexplained,
    };
    let right = signature();
    assert!(right.contains('+') && right.contains('/') && right.ends_with("=="), "it shows everything: {right}");
    let raw = STANDARD.decode(&right).expect("base64");
    let hexadecimal = to_hex(&raw);
    let encoded = right.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let wrapped: Vec<&str> = (0..right.len()).step_by(76).map(|at| &right[at..right.len().min(at + 76)]).collect();
    let flipped = right.replacen(&right[..1], if right.starts_with('A') { "B" } else { "A" }, 1);
    let rows: [(&str, String, Vec<DeliveryFault>); 14] = [
        ("empty", String::new(), vec![SignatureEmpty]),
        ("hexadecimal", hexadecimal.clone(), vec![SignatureInHex]),
        ("upper-case hexadecimal", hexadecimal.to_uppercase(), vec![SignatureInHex]),
        ("for URLs", URL_SAFE.encode(&raw), vec![SignatureUrlSafe]),
        ("for URLs, unpadded", URL_SAFE.encode(&raw).replace('=', ""), vec![SignatureUrlSafe]),
        ("unpadded", right.replace('=', ""), vec![SignatureUnpadded]),
        ("percent-encoded", encoded.clone(), vec![SignaturePercentEncoded]),
        ("percent-encoded, lower case", encoded.replace("%2B", "%2b"), vec![SignaturePercentEncoded]),
        ("read as a form", right.replace('+', " "), vec![SignaturePlusLost]),
        ("in lines", wrapped.join("\r\n"), vec![SignatureWrapped]),
        ("in quotation marks", format!("\"{right}\""), vec![SignatureWrapped]),
        ("cut", right[..200].to_owned(), vec![SignatureLength { found: 150, expected: 256 }]),
        ("no base64", "*".to_owned(), vec![SignatureNotBase64]),
        ("changed", flipped, vec![Unexplained]),
    ];
    for (case, text, expected) in rows {
        let delivery = with(SIGNATURE, text);
        assert_faults(case, &delivery, &expected);
        let repaired = inspect_at(&delivery, SIGNED_MS).notification.is_some();
        let is_legible = !matches!(case, "empty" | "cut" | "no base64" | "changed");
        assert_eq!(repaired, is_legible, "{case}: what was signed is what came");
    }
    let both = Delivery { body: format!("{BODY}\n").into(), ..with(SIGNATURE, right.replace('+', " ")) };
    assert_faults("beside another fault", &both, &[SignaturePlusLost, BodyLineEndAdded]);
}

#[test]
fn senders_that_sign_something_else() {
    use DeliveryFault::{
        BodyAloneSigned, BodyLineEndAdded, CarriageReturns, FieldsSwapped, FinalLineFeedMissing, LineFeedExtra,
        LineFeedsMissing,
    };
    let rows: [(&str, String, DeliveryFault); 6] = [
        ("no last LF", format!("{TIMESTAMP}\n{NONCE}\n{BODY}"), FinalLineFeedMissing),
        ("no LF", format!("{TIMESTAMP}{NONCE}{BODY}"), LineFeedsMissing),
        ("CR LF", format!("{TIMESTAMP}\r\n{NONCE}\r\n{BODY}\r\n"), CarriageReturns),
        ("an LF too many", format!("{TIMESTAMP}\n{NONCE}\n{BODY}\n\n"), LineFeedExtra),
        ("the body alone", BODY.to_owned(), BodyAloneSigned),
        ("swapped", format!("{NONCE}\n{TIMESTAMP}\n{BODY}\n"), FieldsSwapped),
    ];
    for (case, payload, expected) in rows {
        assert_faults(case, &signed_over(&payload), &[expected]);
    }
    let both = Delivery { body: format!("{BODY}\n").into(), ..signed_over(&format!("{TIMESTAMP}{NONCE}{BODY}")) };
    assert_faults("with a line end added", &both, &[BodyLineEndAdded, LineFeedsMissing]);
}

#[test]
fn a_right_signature_over_no_notification() {
    for body in ["hello", "{}", "[]"] {
        assert_faults(body, &signed(body), &[DeliveryFault::NotANotification]);
    }
}

#[test]
fn huge_bodies_are_not_looked_into() {
    let huge = " ".repeat(INSPECTED_BODY_MAX + 1);
    assert_faults("a right one", &signed(&huge), &[DeliveryFault::NotANotification]);
    let mut delivery = signed(&huge);
    delivery.body.push(b'\n');
    delivery.headers.pop();
    assert_faults("a damaged one", &delivery, &[DeliveryFault::Unexplained]);
}

/// The words are for logs and terminals: no body in them.
#[test]
fn the_words_tell_nothing_of_the_body() {
    let secret = BODY.replace("a1", "s3cret");
    for delivery in [changed(secret.clone()), changed(format!("{BODY}\n")), signed(&secret.replace("biz", "s3cret"))] {
        let inspection = inspect_at(&delivery, SIGNED_MS);
        assert!(!inspection.faults.is_empty());
        for fault in inspection.faults {
            let words = fault.to_string();
            assert!(!words.contains("s3cret") && !words.ends_with('.'), "{words}");
        }
    }
}
