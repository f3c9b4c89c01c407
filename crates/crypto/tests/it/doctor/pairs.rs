//! Two or three mistakes in one request: all are named, the one to mend first comes first.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_crypto::doctor::Mistake;

use super::request::{NONCE, OTHER_SECRETS, RECEIVED_AT_MS, SECRET, Sent, TIMESTAMP, payload};
use super::texts::{TEXTS, Texts};

struct Both {
    sent: Sent,
    mistakes: &'static [Mistake],
}

fn both(texts: &Texts) -> Vec<Both> {
    let right = || Sent::right(texts.sent.as_bytes());
    let by = |serialiser| texts.by(serialiser).expect("every JSON body of the corpus has this text");
    let without_final = |body: &str| format!("{TIMESTAMP}\n{NONCE}\n{body}");
    let late = (RECEIVED_AT_MS - 5_000).to_string();
    let sha256 = hmac::sign(&hmac::Key::new(HMAC_SHA256, SECRET.as_bytes()), &right().payload());
    vec![
        Both {
            sent: right().over(without_final(texts.sent)).written(str::to_ascii_lowercase),
            mistakes: &[Mistake::MissingFinalLineFeed, Mistake::LowerCaseHex],
        },
        Both {
            sent: right().over(without_final(by("python_utf8"))),
            mistakes: &[Mistake::MissingFinalLineFeed, Mistake::BodySpaced],
        },
        Both {
            sent: Sent { signature: hex::encode(sha256), ..right() },
            mistakes: &[Mistake::Sha256, Mistake::LowerCaseHex],
        },
        Both {
            sent: Sent { signature: STANDARD.encode(sha256), ..right() },
            mistakes: &[Mistake::Sha256, Mistake::Base64Signature],
        },
        Both {
            sent: right().over_body(by("python_sorted_utf8")),
            mistakes: &[Mistake::BodySpaced, Mistake::BodyKeysSorted],
        },
        Both {
            sent: Sent {
                signature: super::request::hmac(OTHER_SECRETS[0].as_bytes(), without_final(texts.sent).as_bytes()),
                ..right()
            },
            mistakes: &[Mistake::MissingFinalLineFeed, Mistake::OtherKeysSecret],
        },
        Both {
            sent: right().over(payload("1611232922", NONCE, by("python_utf8").as_bytes())),
            mistakes: &[Mistake::BodySpaced, Mistake::SecondsSigned],
        },
        Both {
            sent: Sent { timestamp: late.clone(), ..right() }.over(format!("{late}{NONCE}{}", texts.sent)),
            mistakes: &[Mistake::NoLineFeeds, Mistake::ClockBehind],
        },
        Both {
            sent: right().written(|text| format!("\"{}\"", text.to_ascii_lowercase())),
            mistakes: &[Mistake::LowerCaseHex, Mistake::SignatureQuoted],
        },
    ]
}

/// Default serialisers that change two things where the body has both.
fn serialisers(texts: &Texts) -> Vec<Both> {
    let signed = |serialiser, mistakes| Both {
        sent: Sent::right(texts.sent.as_bytes())
            .over_body(texts.by(serialiser).expect("every JSON body of the corpus has this text")),
        mistakes,
    };
    vec![
        signed("php", &[Mistake::BodySlashesEscaped, Mistake::BodyUnicodeEscaped]),
        signed("python", &[Mistake::BodySpaced, Mistake::BodyUnicodeEscaped]),
        signed("python_sorted", &[Mistake::BodySpaced, Mistake::BodyKeysSorted, Mistake::BodyUnicodeEscaped]),
        signed("dotnet", &[Mistake::BodyUnicodeEscaped, Mistake::BodyMarkupEscaped]),
    ]
}

fn check(texts: &Texts, rows: Vec<Both>) {
    for Both { sent, mistakes } in rows {
        let diagnosis = sent.diagnosed();
        let named: Vec<_> = diagnosis.mistake.into_iter().chain(diagnosis.also).collect();
        assert_eq!(named, mistakes, "the {} body: {}", texts.name, diagnosis.words);
        assert!(!diagnosis.signature_holds);
        for mistake in mistakes {
            assert!(diagnosis.words.contains(mistake.words()), "{mistake:?} is not in: {}", diagnosis.words);
        }
    }
}

#[test]
fn two_mistakes_are_both_named() {
    for texts in TEXTS.iter().filter(|texts| texts.by("python_utf8").is_some()) {
        check(texts, both(texts));
    }
}

#[test]
fn default_serialisers_are_recognised() {
    for texts in TEXTS.iter().filter(|texts| !texts.sent.is_ascii()) {
        check(texts, serialisers(texts));
    }
}
