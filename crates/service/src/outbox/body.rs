//! What is kept of a message's bytes and of the answers to it: sealed where the message carries a token, for receivers like to
//! answer with what they got.

use countersign_crypto::OpenError;
use countersign_domain::id::OutboxId;
use countersign_store::queries::outbox::Message;
use secrecy::ExposeSecret;

use crate::platform::Platform;

/// What a body is sealed for: it opens for its own message only.
fn body_purpose(id: OutboxId) -> String {
    format!("outbox_body:{id}")
}

/// What the answer to a try is sealed for.
fn answer_purpose(id: OutboxId, attempt: i64) -> String {
    format!("delivery_answer:{id}:{attempt}")
}

fn keep(platform: &Platform, message: &Message, purpose: &str, plain: Vec<u8>) -> Vec<u8> {
    if message.body_sealed { platform.seal(purpose, &plain) } else { plain }
}

fn open(platform: &Platform, message: &Message, purpose: &str, kept: &[u8]) -> Result<Vec<u8>, OpenError> {
    if !message.body_sealed {
        return Ok(kept.to_vec());
    }
    Ok(platform.keys.open(purpose.as_bytes(), kept)?.expose_secret().to_vec())
}

/// The bytes of a message as they are to be kept.
pub fn keep_body(platform: &Platform, message: &Message, plain: Vec<u8>) -> Vec<u8> {
    keep(platform, message, &body_purpose(message.id), plain)
}

/// The bytes of a message as they are sent; `None` before it was rendered.
pub fn open_body(platform: &Platform, message: &Message) -> Result<Option<Vec<u8>>, OpenError> {
    message.body.as_ref().map(|kept| open(platform, message, &body_purpose(message.id), kept)).transpose()
}

/// What was answered to try number `attempt`, as it is to be kept.
pub fn keep_answer(platform: &Platform, message: &Message, attempt: i64, plain: Vec<u8>) -> Vec<u8> {
    keep(platform, message, &answer_purpose(message.id, attempt), plain)
}

/// What was answered to try number `attempt`, out of what was kept.
pub fn open_answer(platform: &Platform, message: &Message, attempt: i64, kept: &[u8]) -> Result<Vec<u8>, OpenError> {
    open(platform, message, &answer_purpose(message.id, attempt), kept)
}
