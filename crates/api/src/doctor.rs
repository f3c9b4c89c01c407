//! The sandbox's signature doctor: what a refused signature or timestamp has instead of the right one.
//!
//! It runs after the call was judged and changes nothing but the explanation. Secrets are opened for it, and only here; its
//! words hold none of them, nor an expected signature.

use std::sync::Arc;

use countersign_crypto::doctor::SuspectRequest;
use countersign_domain::api_key::ApiKeyStatus;
use countersign_service::api_keys::{self, KeyError, OpenSecrets, VerifyingKey};
use countersign_service::refusals::diagnosis;
use countersign_wire::{Explanation, Refusal, ResultCode};

use crate::state::Shared;
use crate::witness::Witness;

/// What a refused call is told instead of the refusal's own words; `None` where those stay.
pub(crate) async fn explain(state: &Shared, witness: &Witness, refusal: &Refusal) -> Option<Explanation> {
    if !matches!(refusal.code, ResultCode::InvalidSignature | ResultCode::InvalidTimestamp) {
        return None;
    }
    let suspect = Suspect::of(witness, (refusal.code, state.settings.timestamp_window_ms))?;
    let key = key_in_use(state, witness).await?;
    // A doctor that cannot be asked is no reason to answer otherwise.
    let secrets = secrets(state, &key).await.ok()??;
    let words = tokio::task::spawn_blocking(move || suspect.diagnosis(&secrets)).await.ok()??;
    Some(Explanation::new(words, refusal.explanation.source))
}

/// The key that a call names, if it is known and in use.
pub(crate) async fn key_in_use(state: &Shared, witness: &Witness) -> Option<Arc<VerifyingKey>> {
    let found = state.find_key(witness.api_key()?).await.ok()??;
    (found.key.status == ApiKeyStatus::Active).then_some(found)
}

async fn secrets(state: &Shared, key: &VerifyingKey) -> Result<Option<OpenSecrets>, KeyError> {
    let whose = (key.key.merchant_id, key.key.id);
    state.platform.read("api_key_secrets", move |tx, platform| api_keys::open_secrets(tx, platform, whose)).await
}

/// The call, on its way to a thread that may compute.
struct Suspect {
    code: ResultCode,
    api_key: String,
    timestamp: String,
    nonce: String,
    signature: String,
    path_and_query: String,
    body: bytes::Bytes,
    received_at_ms: i64,
    window_ms: i64,
}

impl Suspect {
    /// `None` where something is missing: the refusal itself says what.
    fn of(witness: &Witness, (code, window_ms): (ResultCode, i64)) -> Option<Self> {
        Some(Self {
            code,
            api_key: witness.api_key()?.to_owned(),
            timestamp: witness.timestamp()?,
            nonce: witness.nonce()?,
            signature: witness.signature()?,
            path_and_query: witness.path_and_query().to_owned(),
            body: witness.body()?.clone(),
            received_at_ms: witness.received_at.ms(),
            window_ms,
        })
    }

    fn diagnosis(&self, secrets: &OpenSecrets) -> Option<String> {
        let request = SuspectRequest {
            timestamp: &self.timestamp,
            nonce: &self.nonce,
            signature: &self.signature,
            api_key: &self.api_key,
            body: &self.body,
            path_and_query: Some(&self.path_and_query),
            received_at_ms: self.received_at_ms,
            window_ms: self.window_ms,
        };
        diagnosis(self.code.digits(), &request, secrets)
    }
}
