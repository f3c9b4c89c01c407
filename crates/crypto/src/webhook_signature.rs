//! Signing webhooks: RSA PKCS#1 v1.5 with SHA-256 over `timestamp LF nonce LF body LF`, standard padded base64
//! (partner.md §3.1, clients.md H1).
//!
//! Every try of a delivery is signed anew with a fresh timestamp (clients.md H7). Key generation draws from the operating
//! system inside its library, so a reproducible sandbox takes [`WebhookSigningKey::published_test`], which anyone can sign
//! with and which `serve` must refuse.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretSlice;
use thiserror::Error;

use crate::canonical::pieces;
use crate::digest::sha256_digest_of;
use crate::pem;

const PUBLISHED_TEST_KEY: &[u8] = include_bytes!("published_test_key.der");
const PUBLISHED_TEST_KEY_SERIAL: &str = "31ACD2F0A242B4ED5027AFBA3BDDF499";

/// Why there is no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookKeyError {
    /// The library could not make a key.
    #[error("no RSA key could be generated")]
    Generation,
    /// Not a PKCS#8 RSA private key of 2048 to 8192 bits.
    #[error("the webhook key is not a PKCS#8 RSA private key of 2048 to 8192 bits")]
    Rejected,
}

/// Sizes a new key may have (decisions.md row 44).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WebhookKeySize {
    /// 2048 bits, the default: the sender signs each try.
    #[default]
    Rsa2048,
    /// 4096 bits, as Binance's own key.
    Rsa4096,
}

/// The private key that signs webhooks.
pub struct WebhookSigningKey {
    pair: KeyPair,
    public_pem: String,
    serial: String,
}

impl WebhookSigningKey {
    /// Makes a new key; takes from a tenth of a second to some seconds.
    pub fn generate(size: WebhookKeySize) -> Result<Self, WebhookKeyError> {
        let size = match size {
            WebhookKeySize::Rsa2048 => KeySize::Rsa2048,
            WebhookKeySize::Rsa4096 => KeySize::Rsa4096,
        };
        KeyPair::generate(size).map(Self::from_pair).map_err(|_| WebhookKeyError::Generation)
    }

    /// Reads the DER bytes that [`Self::to_pkcs8`] wrote, once they are unsealed.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, WebhookKeyError> {
        KeyPair::from_pkcs8(der).map(Self::from_pair).map_err(|_| WebhookKeyError::Rejected)
    }

    /// The key of seeded sandboxes. Its private half stands in the source code: never use it to protect anything.
    pub fn published_test() -> Self {
        Self::from_pkcs8(PUBLISHED_TEST_KEY).expect("the embedded test key is valid, a test reads it")
    }

    fn from_pair(pair: KeyPair) -> Self {
        let public_pem = pem::of_key(pair.public_key());
        let serial = pem::serial(&public_pem);
        Self { pair, public_pem, serial }
    }

    /// Whether this is the key that everyone knows; `serve` refuses to start with it.
    pub fn is_published_test(&self) -> bool {
        self.serial == PUBLISHED_TEST_KEY_SERIAL
    }

    /// PKCS#8 DER, for sealing only.
    pub fn to_pkcs8(&self) -> SecretSlice<u8> {
        let der: Pkcs8V1Der<'static> = self.pair.as_der().expect("a valid RSA key can be written as PKCS#8");
        SecretSlice::from(der.as_ref().to_vec())
    }

    /// `certPublic`: `SubjectPublicKeyInfo` as PEM, 64-column lines, LF, none at the end.
    pub fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// `certSerial` and the webhook's `BinancePay-Certificate-SN`: 32 upper-case hexadecimal digits.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The signature header of one try of a delivery.
    pub fn sign(&self, timestamp: &str, nonce: &str, body: &[u8]) -> String {
        let digest = sha256_digest_of(pieces(timestamp, nonce, body));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature)
            .expect("a valid RSA key of at least 2048 bits signs any SHA-256 digest");
        STANDARD.encode(signature)
    }
}
