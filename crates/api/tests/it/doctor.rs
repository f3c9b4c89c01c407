//! The signature doctor end to end: a client that makes one mistake is told which, and nothing that could sign a call.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use countersign_crypto::doctor::Mistake;
use countersign_crypto::sign_request;
use countersign_testkit::{Answer, Call, Engine, HOME_ADDRESS, Merchant, TestApp, on_both_engines};
use countersign_wire::ResultCode;
use countersign_wire::refusal::RULE_MAX;
use secrecy::ExposeSecret as _;
use serde_json::json;

/// What a client is about to send, and what it signs with.
struct Draft {
    timestamp: String,
    nonce: String,
    body: String,
    secret: String,
    /// The secret of the same merchant's other key.
    other_secret: String,
    api_key: String,
}

fn hmac_sha512(secret: &str, payload: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA512, secret.as_bytes());
    upper_hex(hmac::sign(&key, payload.as_bytes()).as_ref())
}

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").expect("writing to a string cannot fail");
        text
    })
}

impl Draft {
    fn right(&self) -> String {
        sign_request(self.secret.as_bytes(), &self.timestamp, &self.nonce, self.body.as_bytes())
    }

    fn over(&self, timestamp: &str, nonce: &str, body: &str) -> String {
        sign_request(self.secret.as_bytes(), timestamp, nonce, body.as_bytes())
    }
}

type Sign = fn(&Draft) -> String;

/// Clients that each make one mistake, with the mistake that they must hear of.
const WRONG: &[(&str, Mistake, Sign)] = &[
    ("no final LF", Mistake::MissingFinalLineFeed, |draft| {
        hmac_sha512(&draft.secret, &format!("{}\n{}\n{}", draft.timestamp, draft.nonce, draft.body))
    }),
    ("no LF at all", Mistake::NoLineFeeds, |draft| {
        hmac_sha512(&draft.secret, &format!("{}{}{}", draft.timestamp, draft.nonce, draft.body))
    }),
    ("CR LF", Mistake::CarriageReturns, |draft| {
        hmac_sha512(&draft.secret, &format!("{}\r\n{}\r\n{}\r\n", draft.timestamp, draft.nonce, draft.body))
    }),
    ("lower case", Mistake::LowerCaseHex, |draft| draft.right().to_lowercase()),
    ("seconds signed", Mistake::SecondsSigned, |draft| draft.over(&draft.timestamp[..10], &draft.nonce, &draft.body)),
    ("another spacing", Mistake::BodySpaced, |draft| {
        draft.over(&draft.timestamp, &draft.nonce, &draft.body.replace(':', ": ").replace(',', ", "))
    }),
    ("no body signed", Mistake::BodyNotSigned, |draft| draft.over(&draft.timestamp, &draft.nonce, "")),
    ("parts in another order", Mistake::FieldsReordered, |draft| {
        draft.over(&draft.nonce, &draft.timestamp, &draft.body)
    }),
    ("the merchant's other key", Mistake::OtherKeysSecret, |draft| {
        sign_request(draft.other_secret.as_bytes(), &draft.timestamp, &draft.nonce, draft.body.as_bytes())
    }),
    ("the key as secret", Mistake::ApiKeyAsSecret, |draft| {
        sign_request(draft.api_key.as_bytes(), &draft.timestamp, &draft.nonce, draft.body.as_bytes())
    }),
    ("a line end in the secret", Mistake::SecretWithWhitespace, |draft| {
        let secret = format!("{}\n", draft.secret);
        sign_request(secret.as_bytes(), &draft.timestamp, &draft.nonce, draft.body.as_bytes())
    }),
    ("SHA-256", Mistake::Sha256, |draft| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, draft.secret.as_bytes());
        let payload = format!("{}\n{}\n{}\n", draft.timestamp, draft.nonce, draft.body);
        upper_hex(hmac::sign(&key, payload.as_bytes()).as_ref())
    }),
    ("the secret sent", Mistake::SecretSent, |draft| draft.secret.clone()),
    ("cut off", Mistake::SignatureTruncated, |draft| draft.right()[..126].to_owned()),
    ("nothing", Mistake::SignatureEmpty, |_| String::new()),
];

/// A merchant's call whose every part is known.
struct Bench {
    merchant: Merchant,
    other: Merchant,
    draft: Draft,
}

impl Bench {
    async fn of(app: &TestApp) -> Self {
        let merchant = app.merchant("Shop").await;
        let every = (countersign_domain::ScopeSet::ALL, countersign_domain::AddressList::any());
        let other = merchant.with_key(every.0, every.1).await;
        let draft = Draft {
            timestamp: app.world().wall_now().ms().to_string(),
            nonce: String::new(),
            body: json!({"wallet": "FUNDING_WALLET", "currency": "USDT"}).to_string(),
            secret: merchant.credentials.secret.expose_secret().to_owned(),
            other_secret: other.credentials.secret.expose_secret().to_owned(),
            api_key: merchant.credentials.api_key.clone(),
        };
        Self { merchant, other, draft }
    }

    fn call(&mut self, app: &TestApp) -> Call {
        self.draft.nonce = app.world().next_nonce();
        self.draft.timestamp = app.world().wall_now().ms().to_string();
        let call = self.merchant.call("/v2/balance", json!({}));
        call.raw_body(self.draft.body.clone()).timestamp(&self.draft.timestamp).nonce(&self.draft.nonce)
    }

    /// What may be in an explanation of anything.
    fn assert_harmless(&self, answer: &Answer, what: &str) {
        let told = answer.explanation();
        assert!(!told.is_empty() && told.len() <= RULE_MAX, "{what}: {} bytes", told.len());
        assert!(told.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{what}: {told}");
        let headers = format!("{:?}", answer.headers).to_lowercase();
        let right = self.draft.right();
        for forbidden in [&right[..16], &right[112..], &self.draft.secret, &self.draft.other_secret] {
            let forbidden = forbidden.to_lowercase();
            assert!(
                !headers.contains(&forbidden) && !answer.text.to_lowercase().contains(&forbidden),
                "{what}: {told}"
            );
        }
    }
}

on_both_engines! {
    async fn every_mistake_is_named(app: TestApp) {
        let mut bench = Bench::of(&app).await;
        for (what, mistake, sign) in WRONG {
            let call = bench.call(&app);
            let signature = sign(&bench.draft);
            let answer = call.signature(move |_| signature).await.refused("400002");
            assert!(answer.explanation().starts_with(mistake.words()), "{what}: {}", answer.explanation());
            assert_eq!(answer.message(), ResultCode::InvalidSignature.entry().text, "{what}: the wire stays exact");
            bench.assert_harmless(&answer, what);
        }
    }

    async fn what_is_right_is_not_explained(app: TestApp) {
        let mut bench = Bench::of(&app).await;
        for _ in 0..3 {
            let answer = bench.call(&app).await;
            answer.data();
            assert_eq!(answer.explanation(), "");
        }
        let other = bench.other.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"})).await;
        other.data();
        assert_eq!(other.explanation(), "");
    }

    async fn a_timestamp_in_seconds_is_told_from_a_slow_clock(app: TestApp) {
        let bench = Bench::of(&app).await;
        let seconds = &bench.draft.timestamp[..10];
        let call = || bench.merchant.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"}));
        let in_seconds = call().timestamp(seconds).await.refused("400003");
        assert!(in_seconds.explanation().starts_with(Mistake::SecondsSent.words()), "{}", in_seconds.explanation());
        let late = call().timestamp_offset_ms(-1_500).await.refused("400003");
        assert!(late.explanation().contains("1500 ms behind"), "{}", late.explanation());
        let missing = call().without_header("BinancePay-Signature").await.refused("400002");
        assert!(missing.explanation().contains("missing"), "{}", missing.explanation());
    }

    async fn a_signature_that_nothing_explains_still_says_what_to_check(app: TestApp) {
        let mut bench = Bench::of(&app).await;
        let answer = bench.call(&app).signature(|_| "0A".repeat(64)).await.refused("400002");
        assert!(answer.explanation().contains("matches nothing"), "{}", answer.explanation());
        bench.assert_harmless(&answer, "a foreign signature");
        // Another merchant's secret is none of this merchant's business.
        let stranger = app.merchant("Stranger").await;
        let secret = stranger.credentials.secret.expose_secret().to_owned();
        let answer = bench.call(&app).signed_with(&secret).await.refused("400002");
        assert!(answer.explanation().contains("matches nothing"), "{}", answer.explanation());
        // A key that nobody has is not asked about.
        let answer = bench.call(&app).api_key(&"z".repeat(64)).await.refused("400004");
        assert!(answer.explanation().contains("no key like"), "{}", answer.explanation());
    }
}

#[test]
fn outside_the_sandbox_nothing_is_told() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let app = TestApp::start_with(Engine::Sqlite, |setup| setup.settings.explain = false);
        let mut bench = Bench::of(&app).await;
        let answer = bench.call(&app).from_address(&HOME_ADDRESS.to_string()).signature(|right| right.to_lowercase());
        assert_eq!(answer.await.refused("400002").explanation(), "");
    });
}
