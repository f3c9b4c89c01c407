//! Refused calls of known keys go to where their owners find them.

use countersign_service::refusals::{REFUSED_TEXT_MAX, RefusedBody, RefusedCall, SentParts};
use countersign_wire::{Endpoint, Explanation, Refusal};

use crate::doctor::key_in_use;
use crate::state::Shared;
use crate::witness::Witness;

/// Offers a refused call to the log, if there is one and the call names a key in use.
pub(crate) async fn keep(state: &Shared, witness: &Witness, refusal: &Refusal, told: &Explanation) {
    let (Some(log), Some(address)) = (state.refusals.get(), witness.address) else { return };
    // The key was looked up a moment ago, so it is at hand, unless the call was refused before.
    let Some(key) = key_in_use(state, witness).await else { return };
    let sent = SentParts {
        timestamp: witness.timestamp(),
        nonce: witness.nonce(),
        signature: witness.signature(),
        path_and_query: witness.path_and_query().to_owned(),
        window_ms: state.settings.timestamp_window_ms,
    };
    log.offer(RefusedCall {
        key: key.key.id,
        merchant: key.key.merchant_id,
        path: path(witness),
        received_at: witness.received_at,
        code: refusal.code.digits(),
        message: refusal.message.clone(),
        explanation: told.rule.to_string(),
        source: told.source,
        address,
        sent: sent.cut(),
        body: RefusedBody::of(witness.body().map(AsRef::as_ref)),
    });
}

/// The endpoint's path, or what was called in its place.
fn path(witness: &Witness) -> String {
    let called = witness.path();
    // Only what is plain goes into the store unsealed; the rest is sealed with the query.
    let plain = |path: &str| path.chars().filter(char::is_ascii_graphic).take(REFUSED_TEXT_MAX / 4).collect();
    Endpoint::find(called).map_or_else(|| plain(called), |endpoint| endpoint.path.to_owned())
}
