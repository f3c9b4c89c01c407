//! Taking messages out of the outbox: leased and rendered in one transaction, read and unsealed in another.
//!
//! Two transactions, because the answer of a write can be stored by the engine, and unsealed bodies must not be.

use std::sync::Arc;

use bytes::Bytes;
use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_service::Platform;
use countersign_store::queries::outbox::{self, CLAIM_MAX, Message, MessageState};
use countersign_store::{ReadTx, StoreError, WriteTx};

use super::desk::Job;
use super::dispatch::RunError;
use crate::render::{self, RenderError};

/// What one claim brought.
pub(super) struct Claimed {
    /// The messages, ready to be sent.
    pub(super) jobs: Vec<Job>,
    /// Whether there may be more.
    pub(super) is_full: bool,
}

/// Claims up to [`CLAIM_MAX`] messages that are due and holds them for `lease_ms` of wall time.
pub(super) async fn claim(platform: &Arc<Platform>, lease_ms: i64) -> Result<Claimed, RunError> {
    let leased: (Vec<OutboxId>, Timestamp) =
        platform.write("outbox_claim", move |tx, platform| lease(tx, platform, lease_ms)).await?;
    let (ids, leased_until) = leased;
    let is_full = i64::try_from(ids.len()).is_ok_and(|count| count >= CLAIM_MAX);
    if ids.is_empty() {
        return Ok(Claimed { jobs: Vec::new(), is_full });
    }
    let jobs = platform
        .read::<_, RunError, _>("outbox_load", move |tx, platform| load(tx, platform, &ids, leased_until))
        .await?;
    Ok(Claimed { jobs, is_full })
}

fn lease(tx: &mut dyn WriteTx, platform: &Platform, lease_ms: i64) -> Result<(Vec<OutboxId>, Timestamp), RunError> {
    let wall_now = platform.wall_now();
    let leased_until = wall_now.plus_ms(lease_ms);
    let messages = outbox::claim(tx, platform.business_now(), wall_now, leased_until, CLAIM_MAX)?;
    for message in messages.iter().filter(|message| message.body.is_none()) {
        match render::render(platform, tx, message) {
            Ok(body) => outbox::set_body(tx, message.id, &body)?,
            Err(RenderError::Store(error)) => return Err(error.into()),
            // Told when it is about to be sent: one message that cannot be rendered must not hold up the others.
            Err(_) => {}
        }
    }
    Ok((messages.iter().map(|message| message.id).collect(), leased_until))
}

fn load(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    ids: &[OutboxId],
    leased_until: Timestamp,
) -> Result<Vec<Job>, RunError> {
    let mut jobs = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(message) = outbox::get(tx, *id)?.filter(|message| message.state == MessageState::Pending) else {
            continue;
        };
        let body = body(tx, platform, &message)?;
        jobs.push(Job { message, body, leased_until });
    }
    Ok(jobs)
}

fn body(tx: &mut dyn ReadTx, platform: &Platform, message: &Message) -> Result<Result<Bytes, String>, StoreError> {
    let opened = match render::open_body(platform, message) {
        Ok(Some(body)) => return Ok(Ok(Bytes::from(body))),
        // There is no body because rendering failed; once more, to learn why.
        Ok(None) => render::render(platform, tx, message).map(drop),
        Err(error) => Err(error),
    };
    match opened {
        Err(RenderError::Store(error)) => Err(error),
        Err(error) => Ok(Err(error.to_string())),
        Ok(()) => Ok(Err("the message was not rendered".to_owned())),
    }
}
