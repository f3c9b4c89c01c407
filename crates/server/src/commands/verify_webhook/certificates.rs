//! The keys that a delivery is checked with, out of a file.

use countersign_client::wire::answers::Certificate;
use countersign_client::{CertificateError, WebhookVerifier};
use countersign_crypto::{WebhookPublicKey, WebhookPublicKeyError};
use serde::Deserialize;
use thiserror::Error;

/// Why a file holds no certificate.
#[derive(Debug, Error)]
pub(super) enum CertificateFileError {
    /// Neither PEM nor JSON.
    #[error("not text; it should hold certPublic in PEM, or the answer to a call of certificates")]
    NotText,
    /// JSON of another kind.
    #[error("this JSON is no answer to a call of certificates: {0}")]
    Json(#[source] serde_json::Error),
    /// No usable key in PEM.
    #[error(transparent)]
    Key(#[from] WebhookPublicKeyError),
    /// No usable key in the answer.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// The answer of `certificates`, its list alone, or one entry of that.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Envelope { data: Vec<Certificate> },
    List(Vec<Certificate>),
    One(Certificate),
}

/// A verifier with the keys in the file.
pub(super) fn verifier(file: &[u8]) -> Result<WebhookVerifier, CertificateFileError> {
    let text = std::str::from_utf8(file).map_err(|_| CertificateFileError::NotText)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let certificates = if text.starts_with(['{', '[']) {
        match serde_json::from_str(text).map_err(CertificateFileError::Json)? {
            Answer::Envelope { data } => data,
            Answer::List(list) => list,
            Answer::One(certificate) => vec![certificate],
        }
    } else {
        let key = WebhookPublicKey::from_pem(text)?;
        vec![Certificate { cert_public: key.pem().to_owned(), cert_serial: key.serial().to_owned() }]
    };
    Ok(WebhookVerifier::new(&certificates)?)
}

#[cfg(test)]
mod tests {
    use countersign_crypto::WebhookSigningKey;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_found_in_every_form_in_which_people_keep_them() {
        let key = WebhookSigningKey::published_test();
        let certificate = json!({"certPublic": key.public_pem(), "certSerial": key.serial()});
        let envelope = json!({"status": "SUCCESS", "code": "000000", "data": [certificate]});
        for text in [
            key.public_pem().to_owned(),
            format!("\u{feff}{}\r\n", key.public_pem().replace('\n', "\r\n")),
            envelope.to_string(),
            json!([certificate]).to_string(),
            format!("{certificate:#}\n"),
        ] {
            let verifier = verifier(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(format!("{verifier:?}").contains(key.serial()), "{verifier:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let rows: [(&[u8], &str); 6] = [
            (b"", "not PEM"),
            (b"\xFF", "not text"),
            (b"-----BEGIN CERTIFICATE-----", "not PEM"),
            (b"{}", "no answer to a call of certificates"),
            (br#"{"data":[]}"#, "no certificate"),
            (br#"[{"certPublic":"x","certSerial":"AB"}]"#, "certificate AB"),
        ];
        for (file, words) in rows {
            let error = verifier(file).expect_err(words).to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
