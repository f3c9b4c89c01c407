//! What the owner of a key sees.

use countersign_crypto::doctor::SuspectRequest;
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_store::queries::refusals::{self, RefusalFacts};
use countersign_store::{ReadTx, StoreError};
use secrecy::ExposeSecret;

use super::call::{REFUSED_BODY_MAX, RefusedBody, SentParts};
use super::diagnosis::diagnosis;
use super::record::{REFUSALS_PER_KEY_MAX, RefusalError, purpose};
use crate::api_keys::{self, OpenSecrets};
use crate::platform::Platform;

/// One refusal, opened.
pub struct OpenRefusal {
    /// What is not sealed of it.
    pub facts: RefusalFacts,
    /// What the caller was told.
    pub message: String,
    /// The texts that came with it.
    pub sent: SentParts,
    /// Its body.
    pub body: RefusedBody,
    secrets: OpenSecrets,
}

impl OpenRefusal {
    /// The name that the owner gave the key.
    pub fn key_name(&self) -> &str {
        &self.secrets.key.name
    }

    /// What the signature doctor says; `None` where there is nothing to add, or too little was kept. It computes for some
    /// milliseconds: not on a thread that others wait for.
    pub fn diagnosis(&self) -> Option<String> {
        let RefusedBody::Kept(body) = &self.body else { return None };
        let request = SuspectRequest {
            timestamp: self.sent.timestamp.as_deref()?,
            nonce: self.sent.nonce.as_deref()?,
            signature: self.sent.signature.as_deref()?,
            api_key: &self.secrets.key.key,
            body,
            path_and_query: Some(&self.sent.path_and_query),
            received_at_ms: self.facts.received_at.ms(),
            window_ms: self.sent.window_ms,
        };
        diagnosis(&self.facts.code, &request, &self.secrets)
    }

    /// `text` with `instead` wherever a secret of the merchant's keys stands in it.
    pub fn without_secrets(&self, text: &str, instead: &str) -> String {
        let secrets = self.secrets.others.iter().chain([&self.secrets.own]);
        secrets
            .filter_map(|secret| std::str::from_utf8(secret.expose_secret()).ok())
            .fold(text.to_owned(), |text, secret| text.replace(secret, instead))
    }
}

/// The refusals of a merchant's key, newest first; none where the key is not the merchant's.
pub fn of_key(tx: &mut dyn ReadTx, whose: (MerchantId, ApiKeyId)) -> Result<Vec<RefusalFacts>, StoreError> {
    refusals::of_key(tx, whose, REFUSALS_PER_KEY_MAX)
}

/// One refusal of a merchant's key in use; `None` where the merchant has no such key or the key no such refusal.
pub fn open(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    whose: (MerchantId, ApiKeyId),
    sequence: i64,
) -> Result<Option<OpenRefusal>, RefusalError> {
    let Some((facts, sealed)) = refusals::get(tx, whose, sequence)? else { return Ok(None) };
    let Some(secrets) = api_keys::open_secrets(tx, platform, whose)? else { return Ok(None) };
    let purpose = purpose(whose.1, sequence);
    let plain =
        platform.keys.open(purpose.as_bytes(), &sealed).map_err(|error| RefusalError::Sealed(error.to_string()))?;
    let ((message, sent), body) = parts(plain.expose_secret(), facts.body_length)?;
    Ok(Some(OpenRefusal { facts, message, sent, body, secrets }))
}

/// The message, the texts and the body out of what was sealed together.
fn parts(plain: &[u8], body_length: Option<i64>) -> Result<((String, SentParts), RefusedBody), RefusalError> {
    let broken = |what: &str| RefusalError::Sealed(what.to_owned());
    let end = plain.iter().position(|byte| *byte == b'\n').ok_or_else(|| broken("it has no first line"))?;
    let texts = serde_json::from_slice(&plain[..end]).map_err(|_| broken("its first line is other JSON"))?;
    let body = match body_length {
        None => RefusedBody::NotRead,
        Some(length) => match usize::try_from(length).map_err(|_| broken("its body has no length"))? {
            length if length > REFUSED_BODY_MAX => RefusedBody::TooLarge(length),
            _ => RefusedBody::Kept(plain[end + 1..].to_vec()),
        },
    };
    Ok((texts, body))
}
