//! Sending one message again.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_store::queries::outbox::{self, Channel, MessageState, Restart, Round};
use countersign_store::{StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use super::target::{self, Target, TargetError};
use crate::audit::{self, Actor};
use crate::platform::{Collides, Platform};

/// From how many tries on a message is not sent again.
pub const ATTEMPTS_MAX: i64 = 100;

/// Which message is to be sent again, and where to.
#[derive(Debug, Clone, Copy)]
pub struct Resend {
    /// In whose log it must stand; `None` for the operator, who may send anybody's.
    pub merchant: Option<MerchantId>,
    /// The message.
    pub message: OutboxId,
    /// Where to.
    pub target: Target,
}

/// Why a message was not sent again.
#[derive(Debug, Error)]
pub enum ResendError {
    /// The merchant has no webhook message with this id.
    #[error("there is no such message to send again")]
    Unknown,
    /// A dispatcher has it in hands.
    #[error("it is being sent at this moment")]
    UnderWay,
    /// It is due already, and waits for a dispatcher alone.
    #[error("it is in line already, and goes out as soon as it can")]
    InLine,
    /// It was sent often enough.
    #[error("a message is sent at most {ATTEMPTS_MAX} times")]
    TooOften,
    /// It cannot go there.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for ResendError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Puts a webhook message back in line, due at once, in whatever state it is: the same ids and bytes, a new try. A message that
/// waits for its next try has it now, and its schedule goes on from there; any other gets one try, and stands afterwards as
/// that one went.
pub fn resend(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    which: &Resend,
    (actor, now): (Actor, Timestamp),
) -> Result<(), ResendError> {
    let (message, leased_until) = outbox::lock(tx, which.message)?.ok_or(ResendError::Unknown)?;
    let is_theirs = which.merchant.is_none_or(|merchant| merchant == message.merchant_id);
    if !is_theirs || message.channel != Channel::Webhook {
        return Err(ResendError::Unknown);
    }
    if message.state == MessageState::Pending && leased_until > platform.wall_now() {
        return Err(ResendError::UnderWay);
    }
    let is_due = message.state == MessageState::Pending && message.next_attempt_at <= now;
    if is_due && which.target == Target::Original {
        return Err(ResendError::InLine);
    }
    if message.attempts >= ATTEMPTS_MAX {
        return Err(ResendError::TooOften);
    }
    let to = target::resolve(tx, &message, which.target)?;
    let round = match message.state {
        MessageState::Pending => message.round,
        MessageState::Delivered | MessageState::Parked(_) => Round { tries_before: message.attempts, is_single: true },
    };
    outbox::restart(tx, &message, Restart { at: now, to: to.as_ref(), round })?;
    let endpoint = to.map(|to| to.endpoint_id.get());
    let detail = json!({ "message": message.id.get(), "toEndpoint": endpoint });
    Ok(audit::record(tx, message.merchant_id.get(), actor, ("webhook_redeliver", &detail), now)?)
}
