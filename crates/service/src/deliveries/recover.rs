//! Sending everything again that failed.

use std::collections::BTreeMap;

use countersign_domain::Timestamp;
use countersign_domain::id::{self, MerchantId, OutboxId, WebhookEndpointId};
use countersign_store::queries::outbox::{self, Channel, Message, Restart, Round};
use countersign_store::queries::webhook_endpoints;
use countersign_store::{Locked, StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::resend::ATTEMPTS_MAX;
use super::target::{self, Target, TargetError};
use crate::audit::{self, Actor};
use crate::platform::Collides;

/// The most parked messages that one step looks at.
pub const RECOVERED_MAX: i64 = 200;

/// What is to be sent again.
#[derive(Debug, Clone, Copy)]
pub struct Recovery {
    /// What failed in this merchant's log; `None` for the operator, who may recover everybody's.
    pub merchant: Option<MerchantId>,
    /// What was caused at this business time or later.
    pub since: Timestamp,
    /// What was caused for this endpoint alone.
    pub endpoint: Option<WebhookEndpointId>,
    /// Where to.
    pub target: Target,
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// How many messages are back in line.
    pub resent: i64,
    /// How many are not, because their endpoint is disabled or removed, or because they were sent often enough.
    pub left: i64,
    /// Behind which message the next step goes on; `None` when everything was looked at.
    pub next: Option<OutboxId>,
}

/// Why nothing was sent again.
#[derive(Debug, Error)]
pub enum RecoverError {
    /// It cannot go there.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for RecoverError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// One step, in a transaction of its own: puts messages that are parked, missed ones among them, back in line, due at once and
/// with the whole schedule before them. Call it with `after` none, then with what it answered as [`Recovered::next`], until
/// that is none; a message that fails meanwhile is not met again.
pub fn recover(
    tx: &mut dyn WriteTx,
    what: &Recovery,
    after: Option<OutboxId>,
    (actor, now): (Actor, Timestamp),
) -> Result<Recovered, RecoverError> {
    check_target(tx, what)?;
    let first = id::compose(what.since, 0).saturating_sub(1);
    let after = after.map_or(first, |after| after.get().max(first));
    let parked = outbox::parked_after(tx, what.merchant, OutboxId::new(after), RECOVERED_MAX)?;
    let is_full = i64::try_from(parked.len()).is_ok_and(|count| count >= RECOVERED_MAX);
    let next = parked.last().filter(|_| is_full).map(|message| message.id);
    let (mut resent, mut left) = (BTreeMap::<MerchantId, i64>::new(), 0);
    for message in parked.iter().filter(|message| is_meant(what, message)) {
        if restart(tx, message, (what.target, now))? {
            *resent.entry(message.merchant_id).or_default() += 1;
        } else {
            left += 1;
        }
    }
    for (merchant, count) in &resent {
        let detail =
            json!({ "since": what.since.ms(), "messages": count, "endpoint": what.endpoint, "target": what.target });
        audit::record(tx, merchant.get(), actor, ("webhook_recover", &detail), now)?;
    }
    Ok(Recovered { resent: resent.values().sum(), left, next })
}

/// A target that nothing can go to is refused, whether anything failed or not.
fn check_target(tx: &mut dyn WriteTx, what: &Recovery) -> Result<(), TargetError> {
    let Target::Endpoint(id) = what.target else { return Ok(()) };
    let endpoint = webhook_endpoints::get(tx, id)?.filter(|endpoint| what.merchant == Some(endpoint.merchant_id));
    match endpoint.map(|endpoint| endpoint.state.is_enabled()) {
        Some(true) => Ok(()),
        Some(false) => Err(TargetError::Disabled),
        None => Err(TargetError::Unknown),
    }
}

fn is_meant(what: &Recovery, message: &Message) -> bool {
    message.channel == Channel::Webhook
        && message.created_at >= what.since
        && (what.endpoint.is_none() || message.endpoint_id == what.endpoint)
}

fn restart(
    tx: &mut dyn WriteTx,
    message: &Locked<Message>,
    (target, now): (Target, Timestamp),
) -> Result<bool, StoreError> {
    if message.attempts >= ATTEMPTS_MAX {
        return Ok(false);
    }
    let to = match target::resolve(tx, message, target) {
        Ok(to) => to,
        Err(TargetError::Store(error)) => return Err(error),
        Err(TargetError::Unknown | TargetError::Disabled | TargetError::Removed) => return Ok(false),
    };
    let round = Round { tries_before: message.attempts, is_single: false };
    outbox::restart(tx, message, Restart { at: now, to: to.as_ref(), round })?;
    Ok(true)
}
