//! Keeping and forgetting.

use countersign_domain::id::ApiKeyId;
use countersign_store::queries::refusals::{self, RefusalFacts};
use countersign_store::{StoreError, WriteTx};
use thiserror::Error;

use super::call::{RefusedBody, RefusedCall};
use crate::api_keys::KeyError;
use crate::platform::{Collides, Platform};

/// The most refusals that are kept for one key; older ones go.
pub const REFUSALS_PER_KEY_MAX: i64 = 20;

/// Why a refusal was not kept or cannot be shown.
#[derive(Debug, Error)]
pub enum RefusalError {
    /// What was sealed cannot be opened, or is not what was sealed.
    #[error("a kept refusal cannot be opened: {0}")]
    Sealed(String),
    /// The key's secrets cannot be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for RefusalError {
    fn is_collision(&self) -> bool {
        false
    }
}

pub(super) fn purpose(key: ApiKeyId, sequence: i64) -> String {
    format!("refusal:{key}:{sequence}")
}

/// The message and the texts as one line of JSON, then the body as it is.
fn sealed(platform: &Platform, call: &RefusedCall, sequence: i64) -> Vec<u8> {
    let mut plain = serde_json::to_vec(&(&call.message, &call.sent)).expect("texts and a number are JSON");
    plain.push(b'\n');
    if let RefusedBody::Kept(body) = &call.body {
        plain.extend_from_slice(body);
    }
    platform.seal(&purpose(call.key, sequence), &plain)
}

/// Keeps a refused call and forgets the key's oldest beyond [`REFUSALS_PER_KEY_MAX`]. False where another node took the same
/// place at the same moment: then this one is lost, which is allowed.
pub fn record(tx: &mut dyn WriteTx, platform: &Platform, call: &RefusedCall) -> Result<bool, RefusalError> {
    let sequence = refusals::last_sequence(tx, call.key)? + 1;
    let facts = RefusalFacts {
        api_key_id: call.key,
        sequence,
        merchant_id: call.merchant,
        path: call.path.clone(),
        received_at: call.received_at,
        code: call.code.to_owned(),
        explanation: call.explanation.clone(),
        source: call.source.to_owned(),
        address: call.address.to_string(),
        body_length: call.body.length(),
    };
    if !refusals::insert(tx, &facts, &sealed(platform, call, sequence))? {
        return Ok(false);
    }
    refusals::forget_until(tx, call.key, sequence - REFUSALS_PER_KEY_MAX)?;
    Ok(true)
}

/// Forgets all refusals of a key.
pub fn forget(tx: &mut dyn WriteTx, key: ApiKeyId) -> Result<(), StoreError> {
    refusals::forget_until(tx, key, i64::MAX)?;
    Ok(())
}
