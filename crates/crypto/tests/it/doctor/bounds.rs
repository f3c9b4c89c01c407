//! Large and hostile requests are diagnosed within bounds, and nobody can feel their way to a signature.

use countersign_crypto::doctor::{Mistake, OTHER_SECRETS_MAX, RESERIALISED_BODY_MAX, SuspectRequest, diagnose};

use super::request::{
    API_KEY, NONCE, OTHER_SECRETS, RECEIVED_AT_MS, SECRET, Sent, TIMESTAMP, WINDOW_MS, hmac, payload,
};

/// A JSON body of `length` bytes.
fn body_of(length: usize) -> Vec<u8> {
    let around = r#"{"a":1,"b":""}"#.len();
    format!(r#"{{"a":1,"b":"{}"}}"#, "x".repeat(length - around)).into_bytes()
}

#[test]
fn bodies_are_written_anew_up_to_the_limit() {
    for (length, mistake) in [(RESERIALISED_BODY_MAX, Some(Mistake::BodySpaced)), (RESERIALISED_BODY_MAX + 1, None)] {
        let body = body_of(length);
        let spaced = String::from_utf8(body.clone()).unwrap().replacen(':', ": ", 2).replacen(',', ", ", 1);
        let diagnosis = Sent::right(&body).over_body(spaced).diagnosed();
        assert_eq!(diagnosis.mistake, mistake, "{length}");
        assert_eq!(diagnosis.words.contains("above 16384 bytes"), mistake.is_none(), "{}", diagnosis.words);
    }
}

#[test]
fn large_bodies_still_get_the_cheap_trials() {
    let body = body_of(1024 * 1024);
    let text = String::from_utf8(body.clone()).unwrap();
    let right = Sent::right(&body);
    for (sent, mistake) in [
        (right.clone(), None),
        (right.clone().over(format!("{TIMESTAMP}\n{NONCE}\n{text}")), Some(Mistake::MissingFinalLineFeed)),
        (right.clone().over(format!("{TIMESTAMP}{NONCE}{text}")), Some(Mistake::NoLineFeeds)),
        (right.clone().written(str::to_ascii_lowercase), Some(Mistake::LowerCaseHex)),
        (right.clone().keyed(API_KEY), Some(Mistake::ApiKeyAsSecret)),
        (right.clone().keyed(OTHER_SECRETS[0]), Some(Mistake::OtherKeysSecret)),
        (right.clone().over_body(b""), Some(Mistake::BodyNotSigned)),
        (right.clone().over("something else"), None),
    ] {
        assert_eq!(sent.diagnosed().mistake, mistake);
    }
}

#[test]
fn hostile_bodies_do_not_grow_the_work() {
    let deep = "[".repeat(RESERIALISED_BODY_MAX);
    let nested = format!("{}{}{}", "[".repeat(31), "1,".repeat(8_000), "1]".repeat(31));
    let wide = format!("[{}1]", "1,".repeat(8_000));
    let members = format!("{{{}\"z\":1}}", "\"\u{e9}/<\":1.0,".repeat(1_000));
    for body in [deep, nested, wide, members] {
        assert!(body.len() <= RESERIALISED_BODY_MAX + 64);
        let diagnosis = Sent::right(body.as_bytes()).over("something else").diagnosed();
        assert_eq!(diagnosis.mistake, None);
    }
}

#[test]
fn a_piece_of_a_signature_is_confirmed_only_from_sixteen_bytes_on() {
    let right = Sent::right(b"{}");
    for (digits, mistake) in [
        (2, Mistake::NotASignature),
        (30, Mistake::NotASignature),
        (31, Mistake::NotASignature),
        (32, Mistake::SignatureTruncated),
        (126, Mistake::SignatureTruncated),
    ] {
        let sent = right.clone().written(|text| text[..digits].to_owned());
        assert_eq!(sent.diagnosed().mistake, Some(mistake), "{digits}");
    }
    let wrong_end = right.clone().written(|text| format!("{}0000", &text[..124]));
    assert_eq!(wrong_end.diagnosed().mistake, None);
}

#[test]
fn masks_that_show_too_little_are_not_confirmed() {
    let right = Sent::right(b"{}");
    for (masked, mistake) in [
        ("uahr****122f", Some(Mistake::SecretMasked)),
        ("********", Some(Mistake::SecretMasked)),
        ("********122f", None),
        ("u****f", None),
        ("ua****2f", None),
        ("uah****22f", None),
    ] {
        assert_eq!(right.clone().keyed(masked).diagnosed().mistake, mistake, "{masked}");
    }
    // Of a short secret eight characters are too much.
    let short = Sent { secret: "abcd12345678efg".to_owned(), ..right };
    assert_eq!(short.keyed("abcd****8efg").diagnosed().mistake, None);
}

#[test]
fn only_so_many_other_secrets_are_tried() {
    let many: Vec<String> = (0..=OTHER_SECRETS_MAX).map(|number| format!("the secret of key {number}")).collect();
    let many: Vec<&[u8]> = many.iter().map(String::as_bytes).collect();
    for (place, mistake) in [(OTHER_SECRETS_MAX - 1, Some(Mistake::OtherKeysSecret)), (OTHER_SECRETS_MAX, None)] {
        let request = SuspectRequest {
            timestamp: TIMESTAMP,
            nonce: NONCE,
            signature: &hmac(many[place], &payload(TIMESTAMP, NONCE, b"")),
            api_key: API_KEY,
            body: b"",
            path_and_query: None,
            received_at_ms: RECEIVED_AT_MS,
            window_ms: WINDOW_MS,
        };
        assert_eq!(diagnose(&request, SECRET.as_bytes(), &many).mistake, mistake, "{place}");
    }
}

#[test]
fn without_a_path_a_signed_query_is_not_guessed() {
    let request = SuspectRequest {
        timestamp: TIMESTAMP,
        nonce: NONCE,
        signature: &hmac(SECRET.as_bytes(), b"a=1"),
        api_key: API_KEY,
        body: b"",
        path_and_query: None,
        received_at_ms: RECEIVED_AT_MS,
        window_ms: WINDOW_MS,
    };
    let others = OTHER_SECRETS.map(str::as_bytes);
    assert_eq!(diagnose(&request, SECRET.as_bytes(), &others).mistake, None);
    let with_query = SuspectRequest { path_and_query: Some("/order?a=1"), ..request };
    assert_eq!(diagnose(&with_query, SECRET.as_bytes(), &others).mistake, Some(Mistake::QuerySigned));
}
