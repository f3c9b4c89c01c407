//! The sandbox's signature doctor: what a refused signature or timestamp has instead of the right one.
//!
//! It runs after the call was judged and changes nothing but the explanation. Secrets are opened for it, and only here; its
//! words hold none of them, nor an expected signature.

use countersign_crypto::doctor::{Diagnosis, Mistake, SuspectRequest, diagnose};
use countersign_domain::api_key::ApiKeyStatus;
use countersign_service::api_keys::{self, KeyError, OpenSecrets};
use countersign_wire::{Explanation, Refusal, ResultCode};
use secrecy::ExposeSecret;

use crate::state::Shared;
use crate::witness::Witness;

/// What a refused call is told instead of the refusal's own words; `None` where those stay.
pub(crate) async fn explain(state: &Shared, witness: &Witness, refusal: &Refusal) -> Option<Explanation> {
    if !matches!(refusal.code, ResultCode::InvalidSignature | ResultCode::InvalidTimestamp) {
        return None;
    }
    let suspect = Suspect::of(witness, state.settings.timestamp_window_ms)?;
    // A doctor that cannot be asked is no reason to answer otherwise.
    let secrets = secrets(state, &suspect.api_key).await.ok()??;
    let diagnosis = tokio::task::spawn_blocking(move || suspect.diagnose(&secrets)).await.ok()?;
    knows_better(refusal.code, &diagnosis).then(|| Explanation::new(diagnosis.words, refusal.explanation.source))
}

/// Whether the diagnosis says more than the refusal. A call that was refused because the sandbox was told so is right.
fn knows_better(code: ResultCode, diagnosis: &Diagnosis) -> bool {
    let Some(mistake) = diagnosis.mistake else {
        return code == ResultCode::InvalidSignature && !diagnosis.signature_holds;
    };
    // Of a clock that is wrong, or no clock at all, the window's own words say as much.
    let clock = matches!(mistake, Mistake::ClockAhead | Mistake::ClockBehind | Mistake::TimestampNotANumber);
    code == ResultCode::InvalidSignature || !clock
}

async fn secrets(state: &Shared, api_key: &str) -> Result<Option<OpenSecrets>, KeyError> {
    let Some(found) = state.keys.find(&state.platform, api_key).await? else { return Ok(None) };
    if found.key.status != ApiKeyStatus::Active {
        return Ok(None);
    }
    let whose = (found.key.merchant_id, found.key.id);
    state.platform.read("api_key_secrets", move |tx, platform| api_keys::open_secrets(tx, platform, whose)).await
}

/// The call, on its way to a thread that may compute.
struct Suspect {
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
    fn of(witness: &Witness, window_ms: i64) -> Option<Self> {
        Some(Self {
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

    fn diagnose(&self, secrets: &OpenSecrets) -> Diagnosis {
        let others: Vec<&[u8]> = secrets.others.iter().map(ExposeSecret::expose_secret).collect();
        let suspect = SuspectRequest {
            timestamp: &self.timestamp,
            nonce: &self.nonce,
            signature: &self.signature,
            api_key: &self.api_key,
            body: &self.body,
            path_and_query: Some(&self.path_and_query),
            received_at_ms: self.received_at_ms,
            window_ms: self.window_ms,
        };
        diagnose(&suspect, secrets.own.expose_secret(), &others)
    }
}
