//! Checking webhooks: RSA PKCS#1 v1.5 with SHA-256 over `timestamp LF nonce LF body LF`, standard padded base64
//! (partner.md §3.1, clients.md H1).

use aws_lc_rs::digest::Digest;
use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaParameters};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::canonical::pieces;
use crate::digest::sha256_digest_of;
use crate::pem;

/// The longest PEM that is looked at, in bytes; a key of 8192 bits needs about 1,500.
pub const PEM_LENGTH_MAX: usize = 8192;

/// Why a text is no key to check webhooks with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookPublicKeyError {
    /// Longer than [`PEM_LENGTH_MAX`].
    #[error("the public key is longer than {PEM_LENGTH_MAX} bytes")]
    TooLong,
    /// Not one block of `-----BEGIN PUBLIC KEY-----` with base64 inside.
    #[error("the public key is not PEM of the kind PUBLIC KEY")]
    NotPem,
    /// PEM of something else than an RSA key of 2048 to 8192 bits (clients.md A11).
    #[error("the public key is not an RSA key of 2048 to 8192 bits")]
    NotRsa,
}

/// Why a webhook's signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WebhookSignatureError {
    /// Not standard base64 with padding.
    #[error("the webhook's signature is not standard padded base64")]
    NotBase64,
    /// The signature of something else, or made with another key.
    #[error("the webhook's signature does not match")]
    Different,
}

/// A key that webhooks are checked with.
pub struct WebhookPublicKey {
    key: ParsedPublicKey,
    signature_length: usize,
    pem: String,
    serial: String,
}

impl WebhookPublicKey {
    /// Reads `certPublic`. Line ends and outer white space may differ from the canonical form; the serial does not suffer.
    pub fn from_pem(text: &str) -> Result<Self, WebhookPublicKeyError> {
        if text.len() > PEM_LENGTH_MAX {
            return Err(WebhookPublicKeyError::TooLong);
        }
        let der = pem::decode(text).ok_or(WebhookPublicKeyError::NotPem)?;
        // The parser below leaves the size to each verification; this one refuses a small key at once.
        let sized = PublicEncryptingKey::from_der(&der).map_err(|_| WebhookPublicKeyError::NotRsa)?;
        Self::from_der(&RSA_PKCS1_2048_8192_SHA256, &der, sized.key_size_bytes())
    }

    fn from_der(
        algorithm: &'static RsaParameters,
        der: &[u8],
        signature_length: usize,
    ) -> Result<Self, WebhookPublicKeyError> {
        let key = ParsedPublicKey::new(algorithm, der).map_err(|_| WebhookPublicKeyError::NotRsa)?;
        let pem = pem::of_key(&key);
        let serial = pem::serial(&pem);
        Ok(Self { key, signature_length, pem, serial })
    }

    /// The key in canonical PEM, as `certPublic` has it: 64-column lines, LF, none at the end.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// `certSerial`: 32 upper-case hexadecimal digits (clients.md A12).
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// How many bytes a signature of this key has, once it is decoded.
    pub const fn signature_length(&self) -> usize {
        self.signature_length
    }

    /// Whether `signature`, decoded, is this key's over the pieces run together. It is for finding out what was signed
    /// instead of a delivery that [`Self::verify`] refused; what is to be believed goes there.
    pub fn has_signed<'p>(&self, pieces: impl IntoIterator<Item = &'p [u8]>, signature: &[u8]) -> bool {
        self.key.verify_digest_sig(&sha256_digest_of(pieces), signature).is_ok()
    }

    /// Checks the signature header of a webhook whose body came as these raw bytes.
    pub fn verify(
        &self,
        timestamp: &str,
        nonce: &str,
        body: &[u8],
        signature_base64: &str,
    ) -> Result<(), WebhookSignatureError> {
        self.verify_digest(&sha256_digest_of(pieces(timestamp, nonce, body)), signature_base64)
    }

    fn verify_digest(&self, digest: &Digest, signature_base64: &str) -> Result<(), WebhookSignatureError> {
        let signature = STANDARD.decode(signature_base64).map_err(|_| WebhookSignatureError::NotBase64)?;
        self.key.verify_digest_sig(digest, &signature).map_err(|_| WebhookSignatureError::Different)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{Digest, SHA256};
    use aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;

    use super::{PEM_LENGTH_MAX, WebhookPublicKey, WebhookPublicKeyError, WebhookSignatureError};
    use crate::pem;

    const W1_PEM: &str = include_str!("../tests/vectors/w1_public_key.pem");
    const W1_SIGNATURE: &str = include_str!("../tests/vectors/w1_signature.txt");
    const S4_PEM: &str = include_str!("../tests/vectors/s4_public_key.pem");
    const S4_SIGNATURE: &str = include_str!("../tests/vectors/s4_signature.txt");
    const S4_BODY: &[u8] = include_bytes!("../tests/vectors/s4_body.json");

    fn sha256_value(hexadecimal: &str) -> Digest {
        Digest::import_less_safe(&hex::decode(hexadecimal).unwrap(), &SHA256).unwrap()
    }

    #[test]
    fn vector_w1_a_recorded_production_webhook() {
        let key = WebhookPublicKey::from_pem(W1_PEM).unwrap();
        let signed = sha256_value("37619227186b3208b6ba145b97f67a3ae32c97be3e1b9487dc70de847d3a0619");
        assert_eq!(key.verify_digest(&signed, W1_SIGNATURE.trim_ascii()), Ok(()));
        let other = sha256_value("37619227186b3208b6ba145b97f67a3ae32c97be3e1b9487dc70de847d3a0618");
        assert_eq!(key.verify_digest(&other, W1_SIGNATURE.trim_ascii()), Err(WebhookSignatureError::Different));
    }

    #[test]
    fn the_production_key_has_its_production_serial() {
        let key = WebhookPublicKey::from_pem(W1_PEM).unwrap();
        assert_eq!((key.serial(), key.signature_length()), ("31BEF298427BE2F0B98DFA3A523D7501", 512));
        assert_eq!(key.pem(), W1_PEM.trim_ascii_end());
        let windows = format!("\r\n{}\r\n", W1_PEM.trim_ascii().replace('\n', "\r\n"));
        assert_eq!(WebhookPublicKey::from_pem(&windows).unwrap().serial(), key.serial());
    }

    #[test]
    fn vector_s4_verifies_with_its_small_key() {
        // 1024 bits are refused outside this test, see the next one.
        let der = pem::decode(S4_PEM).unwrap();
        let key = WebhookPublicKey::from_der(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &der, 128).unwrap();
        let (timestamp, nonce) = ("1611232922428", "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA");
        let signature = S4_SIGNATURE.trim_ascii();
        assert_eq!(key.verify(timestamp, nonce, S4_BODY, signature), Ok(()));
        assert_eq!(key.verify("1611232922429", nonce, S4_BODY, signature), Err(WebhookSignatureError::Different));
        assert_eq!(key.verify(timestamp, nonce, &S4_BODY[1..], signature), Err(WebhookSignatureError::Different));
    }

    #[test]
    fn what_is_no_fitting_key_is_refused() {
        let bare = W1_PEM.lines().filter(|line| !line.starts_with('-')).collect::<String>();
        let broken = W1_PEM.replace("MIICIj", "MIIC*j");
        let no_key = pem::encode(b"not a key");
        let long = format!("{W1_PEM}{}", " ".repeat(PEM_LENGTH_MAX));
        let two = format!("{W1_PEM}{W1_PEM}");
        for (text, error) in [
            ("", WebhookPublicKeyError::NotPem),
            (bare.as_str(), WebhookPublicKeyError::NotPem),
            (broken.as_str(), WebhookPublicKeyError::NotPem),
            (two.as_str(), WebhookPublicKeyError::NotPem),
            (no_key.as_str(), WebhookPublicKeyError::NotRsa),
            (S4_PEM, WebhookPublicKeyError::NotRsa),
            (long.as_str(), WebhookPublicKeyError::TooLong),
        ] {
            assert_eq!(WebhookPublicKey::from_pem(text).err(), Some(error), "{text}");
        }
    }
}
