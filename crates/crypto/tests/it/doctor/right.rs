//! Right requests are never blamed, and what cannot be explained is not guessed at.

use countersign_crypto::doctor::{SuspectRequest, diagnose};
use countersign_crypto::sign_request;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, prop_assume, proptest};

use super::request::Sent;
use super::texts::TEXTS;

#[test]
fn right_requests_of_every_kind_of_body_hold() {
    let tricky: &[&[u8]] = &[b"\n", b"\r\n", b" {} ", b"\xEF\xBB\xBF{}", b"null", b"\xFF\xFE", b"{\"a\":1}\n"];
    let bodies = TEXTS.iter().map(|texts| texts.sent.as_bytes()).chain(tricky.iter().copied());
    for body in bodies {
        let diagnosis = Sent::right(body).diagnosed();
        assert_eq!((diagnosis.mistake, diagnosis.also), (None, vec![]), "{body:?}");
        assert!(diagnosis.signature_holds, "{body:?}");
        assert_eq!(diagnosis.words, "the signature is right and the timestamp is inside the window");
    }
}

#[test]
fn the_window_includes_both_ends() {
    for (timestamp, mistake) in [
        (1_611_232_921_678_i64, false),
        (1_611_232_923_678, false),
        (1_611_232_921_677, true),
        (1_611_232_923_679, true),
    ] {
        let sent = Sent { timestamp: timestamp.to_string(), ..Sent::right(b"{}") }.signed_anew();
        let diagnosis = sent.diagnosed();
        assert!(diagnosis.signature_holds);
        assert_eq!(diagnosis.mistake.is_some(), mistake, "{timestamp}");
        assert_eq!(diagnosis.words.contains("off by 1001 ms, 1000 ms are allowed"), mistake, "{}", diagnosis.words);
    }
}

#[test]
fn an_unrelated_signature_is_not_explained() {
    for texts in TEXTS {
        let diagnosis = Sent::right(texts.sent.as_bytes()).over("something else").diagnosed();
        assert_eq!((diagnosis.mistake, diagnosis.signature_holds), (None, false));
        assert!(diagnosis.words.starts_with("the signature matches nothing that was tried"), "{}", diagnosis.words);
    }
}

#[test]
fn what_the_header_itself_shows_is_named_even_when_nothing_matches() {
    let sent = Sent::right(b"{}").over("something else").written(str::to_ascii_lowercase);
    let diagnosis = sent.diagnosed();
    assert!(diagnosis.words.starts_with("the signature is in lower-case hex"), "{}", diagnosis.words);
    assert!(diagnosis.words.contains("matches nothing that was tried"), "{}", diagnosis.words);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_right_request_is_never_blamed(
        secret in "[!-~]{8,80}",
        nonce in "[!-~]{16,64}",
        body in proptest::collection::vec(any::<u8>(), 0..200),
        received_at_ms in 1_000_000_000_000_i64..5_000_000_000_000,
        off_by_ms in -1_000_i64..=1_000,
    ) {
        let timestamp = (received_at_ms + off_by_ms).to_string();
        let signature = sign_request(secret.as_bytes(), &timestamp, &nonce, &body);
        let request = SuspectRequest {
            timestamp: &timestamp,
            nonce: &nonce,
            signature: &signature,
            api_key: "some key",
            body: &body,
            path_and_query: None,
            received_at_ms,
            window_ms: 1_000,
        };
        let diagnosis = diagnose(&request, secret.as_bytes(), &[]);
        prop_assert_eq!(diagnosis.mistake, None);
        prop_assert!(diagnosis.signature_holds);
    }

    #[test]
    fn any_header_text_gets_plain_words_and_none_holds(signature in "\\PC{0,300}", body in "\\PC{0,100}") {
        let sent = Sent { signature, ..Sent::right(body.as_bytes()) };
        prop_assume!(!sent.holds());
        prop_assert!(!sent.diagnosed().signature_holds);
    }
}
