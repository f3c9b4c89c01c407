//! Requests under test, and the client that makes them.

use aws_lc_rs::hmac::{self, HMAC_SHA512};
use countersign_crypto::doctor::{Diagnosis, SuspectRequest, WORDS_MAX, diagnose};
use countersign_crypto::sign_request;

pub(crate) const SECRET: &str = "uahr4nhailyq55yubuhuncnprfac73bcbz2qfafsevic1jruwunioxtoaozy122f";
pub(crate) const OTHER_SECRETS: [&str; 2] = [
    "otherotherotherotherotherotherotherotherotherotherotherother0001",
    "otherotherotherotherotherotherotherotherotherotherotherother0002",
];
pub(crate) const API_KEY: &str = "vrwq0qlt4lyq55yubuhuncnprfac73bcbz2qfafsevic1jruwunioxtoaozy0000";
pub(crate) const NONCE: &str = "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA";
pub(crate) const TIMESTAMP: &str = "1611232922428";
pub(crate) const RECEIVED_AT_MS: i64 = 1_611_232_922_678;
pub(crate) const WINDOW_MS: i64 = 1_000;
pub(crate) const PATH: &str = "/binancepay/openapi/v2/order";

/// A request as it was sent, with the secret that the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) body: Vec<u8>,
    pub(crate) path_and_query: String,
    pub(crate) secret: String,
    pub(crate) signature: String,
}

/// Upper-case hex of HMAC-SHA512, by the library itself rather than by the code under test.
pub(crate) fn hmac(secret: &[u8], message: &[u8]) -> String {
    hex::encode_upper(hmac::sign(&hmac::Key::new(HMAC_SHA512, secret), message))
}

impl Sent {
    /// A right request with this body.
    pub(crate) fn right(body: &[u8]) -> Self {
        let sent = Self {
            timestamp: TIMESTAMP.to_owned(),
            nonce: NONCE.to_owned(),
            body: body.to_vec(),
            path_and_query: PATH.to_owned(),
            secret: SECRET.to_owned(),
            signature: String::new(),
        };
        sent.signed_anew()
    }

    /// The same with the right signature for what it is now.
    pub(crate) fn signed_anew(self) -> Self {
        let signature = hmac(self.secret.as_bytes(), &self.payload());
        Self { signature, ..self }
    }

    /// `timestamp LF nonce LF body LF`.
    pub(crate) fn payload(&self) -> Vec<u8> {
        payload(&self.timestamp, &self.nonce, &self.body)
    }

    /// The same with the signature of something else.
    pub(crate) fn over(self, message: impl AsRef<[u8]>) -> Self {
        let signature = hmac(self.secret.as_bytes(), message.as_ref());
        Self { signature, ..self }
    }

    /// The same with another body signed than sent.
    pub(crate) fn over_body(self, body: impl AsRef<[u8]>) -> Self {
        let message = payload(&self.timestamp, &self.nonce, body.as_ref());
        self.over(message)
    }

    /// The same with another timestamp signed than sent.
    pub(crate) fn over_timestamp(self, timestamp: &str) -> Self {
        let message = payload(timestamp, &self.nonce, &self.body);
        self.over(message)
    }

    /// The same with another nonce signed than sent.
    pub(crate) fn over_nonce(self, nonce: impl AsRef<[u8]>) -> Self {
        let message = [self.timestamp.as_bytes(), b"\n", nonce.as_ref(), b"\n", &self.body, b"\n"].concat();
        self.over(message)
    }

    /// The same signed with another secret.
    pub(crate) fn keyed(self, secret: impl AsRef<[u8]>) -> Self {
        let signature = hmac(secret.as_ref(), &self.payload());
        Self { signature, ..self }
    }

    /// The same with its signature written otherwise.
    pub(crate) fn written(self, write: impl FnOnce(&str) -> String) -> Self {
        Self { signature: write(&self.signature), ..self }
    }

    /// Whether the signature is right, by the function that judges calls.
    pub(crate) fn holds(&self) -> bool {
        self.signature == sign_request(self.secret.as_bytes(), &self.timestamp, &self.nonce, &self.body)
    }

    pub(crate) fn diagnosed(&self) -> Diagnosis {
        let request = SuspectRequest {
            timestamp: &self.timestamp,
            nonce: &self.nonce,
            signature: &self.signature,
            api_key: API_KEY,
            body: &self.body,
            path_and_query: Some(&self.path_and_query),
            received_at_ms: RECEIVED_AT_MS,
            window_ms: WINDOW_MS,
        };
        let others = OTHER_SECRETS.map(str::as_bytes);
        let diagnosis = diagnose(&request, self.secret.as_bytes(), &others);
        self.check_words(&diagnosis);
        diagnosis
    }

    /// The words fit a header and give nothing away.
    fn check_words(&self, diagnosis: &Diagnosis) {
        let words = &diagnosis.words;
        assert!(!words.is_empty() && words.len() <= WORDS_MAX, "{} bytes: {words}", words.len());
        assert!(words.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{words}");
        let expected = sign_request(self.secret.as_bytes(), &self.timestamp, &self.nonce, &self.body);
        let lower_words = words.to_ascii_lowercase();
        for kept in [&expected, &self.secret, &self.signature, OTHER_SECRETS[0], API_KEY, &self.nonce] {
            let kept = kept.to_ascii_lowercase();
            for part in kept.as_bytes().windows(8).filter(|part| part.iter().any(u8::is_ascii_digit)) {
                let part = str::from_utf8(part).unwrap_or("no text");
                assert!(!lower_words.contains(part), "{part} is in: {words}");
            }
        }
    }
}

/// `timestamp LF nonce LF body LF`.
pub(crate) fn payload(timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", body, b"\n"].concat()
}
