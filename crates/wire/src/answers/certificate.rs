//! The answer of `certificates` (partner.md 2.2): a list of exactly one (decisions.md row 47).

use serde::{Deserialize, Serialize};

/// A public key that signs webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// PEM of the `SubjectPublicKeyInfo`: LF, 64 columns, no final newline (clients.md A11).
    pub cert_public: String,
    /// Upper-case hex MD5 of the PEM (clients.md A12); the SN header of webhooks, byte for byte.
    pub cert_serial: String,
}
