//! Checking that a delivery comes from the API, is whole, and is fresh. No I/O, no ambient clock.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_crypto::{WebhookPublicKey, WebhookPublicKeyError, WebhookSignatureError};
use countersign_wire::answers::Certificate;
use countersign_wire::headers::{TIMESTAMP_DIGITS_MAX, lower};
use countersign_wire::webhooks::{Notification, NotificationError};
use thiserror::Error;

/// The most certificates a verifier takes: the API hands out one (decisions.md row 47), a rotation may have two.
pub const CERTIFICATES_MAX: usize = 16;

/// A generous age for deliveries: every try is signed anew, so an honest one is seconds old.
pub const WEBHOOK_AGE_DEFAULT: Duration = Duration::from_mins(5);

/// Why there is no verifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// No certificate at all.
    #[error("there is no certificate to check webhooks with")]
    None,
    /// More than [`CERTIFICATES_MAX`].
    #[error("there are more than {CERTIFICATES_MAX} certificates")]
    TooMany,
    /// One of them is no usable key.
    #[error("certificate {serial} cannot check webhooks")]
    Unusable {
        /// Its serial.
        serial: String,
        /// What is wrong with it.
        #[source]
        reason: WebhookPublicKeyError,
    },
}

/// Why a delivery is not to be believed. Answer it with an HTTP status other than 200, then it comes again.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// A header is missing.
    #[error("the header {name} is missing")]
    MissingHeader {
        /// Its name in lower case.
        name: &'static str,
    },
    /// The serial is none of the known ones: fetch the certificates again, once.
    #[error("no certificate with the serial {serial:?} is known")]
    UnknownSerial {
        /// The serial of the delivery.
        serial: String,
    },
    /// The body or the headers are not what was signed.
    #[error(transparent)]
    Signature(#[from] WebhookSignatureError),
    /// The timestamp is no count of milliseconds.
    #[error("the timestamp is not in Unix milliseconds")]
    Timestamp,
    /// Signed too long ago, or in the future: perhaps a recorded delivery sent again, perhaps a wrong clock here.
    #[error("the delivery was signed {off_by_ms} ms before now, at most {max_age:?} either way is accepted")]
    Stale {
        /// How long before now, negative for the future.
        off_by_ms: i64,
        /// What was accepted.
        max_age: Duration,
    },
    /// The signature is right and the body is no notification.
    #[error(transparent)]
    Notification(#[from] NotificationError),
}

/// Checks deliveries with the certificates of the API.
pub struct WebhookVerifier {
    pub(super) keys: BTreeMap<String, WebhookPublicKey>,
}

impl std::fmt::Debug for WebhookVerifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WebhookVerifier").field("serials", &self.keys.keys()).finish()
    }
}

impl WebhookVerifier {
    /// A verifier for deliveries signed with any of these.
    pub fn new(certificates: &[Certificate]) -> Result<Self, CertificateError> {
        if certificates.is_empty() {
            return Err(CertificateError::None);
        }
        if certificates.len() > CERTIFICATES_MAX {
            return Err(CertificateError::TooMany);
        }
        let read = |certificate: &Certificate| {
            let serial = certificate.cert_serial.clone();
            match WebhookPublicKey::from_pem(&certificate.cert_public) {
                Ok(key) => Ok((serial, key)),
                Err(reason) => Err(CertificateError::Unusable { serial, reason }),
            }
        };
        Ok(Self { keys: certificates.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// Checks one delivery and reads it. `header` looks a header up by its lower-case name; `body` is the raw bytes as they
    /// came, before anything parsed them; `now_ms` is the wall clock ([`Clock::now_ms`](crate::Clock::now_ms)).
    ///
    /// A delivery can come more than once: be idempotent by [`Notification::biz_id`] and
    /// [`biz_status`](Notification::biz_status). Why one is refused, [`Self::inspect`] finds out.
    pub fn verify<'h>(
        &self,
        header: impl Fn(&str) -> Option<&'h str>,
        body: &[u8],
        now_ms: i64,
        max_age: Duration,
    ) -> Result<Notification, VerifyError> {
        let required = |name| header(name).ok_or(VerifyError::MissingHeader { name });
        let serial = required(lower::CERTIFICATE_SN)?;
        let timestamp = required(lower::TIMESTAMP)?;
        let nonce = required(lower::NONCE)?;
        let signature = required(lower::SIGNATURE)?;
        let unknown = || VerifyError::UnknownSerial { serial: serial.to_owned() };
        let key = self.keys.get(serial).ok_or_else(unknown)?;
        key.verify(timestamp, nonce, body, signature)?;
        let off_by_ms = now_ms.saturating_sub(signed_ms(timestamp).ok_or(VerifyError::Timestamp)?);
        if Duration::from_millis(off_by_ms.unsigned_abs()) > max_age {
            return Err(VerifyError::Stale { off_by_ms, max_age });
        }
        Ok(Notification::parse(body)?)
    }
}

/// The instant of a timestamp header, Unix ms; `None` where it is none.
pub(super) fn signed_ms(timestamp: &str) -> Option<i64> {
    let digits = timestamp.len() <= TIMESTAMP_DIGITS_MAX && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    timestamp.parse().ok().filter(|_| digits)
}
