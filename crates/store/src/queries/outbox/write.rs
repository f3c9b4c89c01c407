//! Writing messages: a new one, what a try led to, and sending one anew.

use countersign_domain::Timestamp;
use countersign_domain::id::{OutboxId, WebhookEndpointId};

use super::message::{
    Answer, Attempt, Message, MessageState, NewMessage, ParkReason, Redirect, Round, Settlement, lane_of,
};
use super::row::{channel_name, reason_name, state_names};
use crate::{Locked, StoreError, WriteTx};

statements! {
    INSERT = "outbox_insert":
        "INSERT INTO outbox (id, channel, merchant_id, destination, endpoint_id, lane, event_kind, event_status, subject, event, body,
         body_sealed, state, parked_as, attempts, next_attempt_at, leased_until, created_at, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12, $13, 0, $14, 0, $15, $16)";
    SET_BODY = "outbox_set_body": "UPDATE outbox SET body = $1 WHERE id = $2 AND body IS NULL";
    ATTEMPT = "delivery_attempt_insert":
        "INSERT INTO delivery_attempts (outbox_id, attempt, started_at, duration_ms, status, error, sent_to, signed_at, nonce, certificate_sn,
         answer, answer_is_cut) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    SETTLE = "outbox_settle":
        "UPDATE outbox SET state = $1, parked_as = $2, attempts = $3, next_attempt_at = $4, leased_until = 0, last_status = $5,
         last_error = $6, finished_at = $7 WHERE id = $8 AND state = 'PENDING' AND attempts = $9 AND COALESCE(target, destination) = $10";
    PARK = "outbox_park":
        "UPDATE outbox SET state = 'PARKED', parked_as = $1, finished_at = $2, leased_until = 0 WHERE id = $3 AND state = 'PENDING'";
    REDIRECT = "outbox_redirect":
        "UPDATE outbox SET target = $1, target_endpoint_id = $2, lane = $3 WHERE id = $4 AND state = 'PENDING'";
    RESTART = "outbox_restart":
        "UPDATE outbox SET state = 'PENDING', parked_as = NULL, finished_at = NULL, next_attempt_at = $1, leased_until = 0, target = $2,
         target_endpoint_id = $3, lane = $4, round_before = $5, round_once = $6 WHERE id = $7";
}

/// Stores a message in the transaction that caused it.
pub fn insert(tx: &mut dyn WriteTx, message: &NewMessage<'_>) -> Result<(), StoreError> {
    let state =
        if message.is_missed { MessageState::Parked(ParkReason::EndpointDisabled) } else { MessageState::Pending };
    let (state, parked_as) = state_names(state);
    tx.execute_one(
        &INSERT,
        &[
            message.id.get().into(),
            channel_name(message.channel).into(),
            message.merchant_id.get().into(),
            message.destination.into(),
            message.endpoint_id.map(WebhookEndpointId::get).into(),
            lane_of(message.channel, message.destination, message.endpoint_id).into(),
            message.event_kind.into(),
            message.event_status.into(),
            message.subject.into(),
            message.event.into(),
            message.body_sealed.into(),
            state.into(),
            parked_as.into(),
            message.created_at.ms().into(),
            message.created_at.ms().into(),
            message.is_missed.then_some(message.created_at.ms()).into(),
        ],
    )
}

/// Keeps the rendered bytes; the first rendering stays.
pub fn set_body(tx: &mut dyn WriteTx, id: OutboxId, body: &[u8]) -> Result<(), StoreError> {
    tx.execute(&SET_BODY, &[body.into(), id.get().into()]).map(|_| ())
}

/// Records a try and what follows; false where another node has recorded this try already, or the message was sent elsewhere
/// meanwhile.
pub fn settle(
    tx: &mut dyn WriteTx,
    message: &Message,
    attempt: &Attempt,
    settlement: Settlement,
) -> Result<bool, StoreError> {
    let number = message.attempts + 1;
    let (state, next, finished) = match settlement {
        Settlement::Delivered(at) => (MessageState::Delivered, message.next_attempt_at, Some(at)),
        Settlement::Retry(at) => (MessageState::Pending, at, None),
        Settlement::Parked(at, reason) => (MessageState::Parked(reason), message.next_attempt_at, Some(at)),
    };
    let (state, parked_as) = state_names(state);
    let changed = tx.execute(
        &SETTLE,
        &[
            state.into(),
            parked_as.into(),
            number.into(),
            next.ms().into(),
            attempt.status.into(),
            attempt.error.as_deref().into(),
            finished.map(Timestamp::ms).into(),
            message.id.get().into(),
            message.attempts.into(),
            message.target().into(),
        ],
    )?;
    if changed == 1 {
        insert_attempt(tx, message, number, attempt)?;
    }
    Ok(changed == 1)
}

fn insert_attempt(tx: &mut dyn WriteTx, message: &Message, number: i64, attempt: &Attempt) -> Result<(), StoreError> {
    let sent_to = message.redirect.as_ref().map(|redirect| redirect.url.as_str());
    let signed_with = attempt.signed_with.as_ref();
    let answer = attempt.answer.as_ref();
    tx.execute(
        &ATTEMPT,
        &[
            message.id.get().into(),
            number.into(),
            attempt.started_at.ms().into(),
            attempt.duration_ms.into(),
            attempt.status.into(),
            attempt.error.as_deref().into(),
            sent_to.into(),
            signed_with.map(|signed| signed.timestamp.ms()).into(),
            signed_with.map(|signed| signed.nonce.as_str()).into(),
            signed_with.map(|signed| signed.serial.as_str()).into(),
            answer.map(|answer| answer.body.as_slice()).into(),
            answer.is_some_and(|Answer { is_cut, .. }| *is_cut).into(),
        ],
    )
    .map(|_| ())
}

/// Gives a pending message up without a try, as of business time `at`; nothing where it is no longer pending.
pub fn park(tx: &mut dyn WriteTx, id: OutboxId, reason: ParkReason, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(&PARK, &[reason_name(reason).into(), at.ms().into(), id.get().into()]).map(|_| ())
}

/// Sends a claimed message to where its endpoint is now; it stays claimed.
pub fn redirect(tx: &mut dyn WriteTx, message: &Message, to: &Redirect) -> Result<(), StoreError> {
    let lane = lane_of(message.channel, &to.url, Some(to.endpoint_id));
    tx.execute(&REDIRECT, &[to.url.as_str().into(), to.endpoint_id.get().into(), lane.into(), message.id.get().into()])
        .map(|_| ())
}

/// How a message is sent anew.
#[derive(Debug, Clone, Copy)]
pub struct Restart<'a> {
    /// When, in business time.
    pub at: Timestamp,
    /// Where to, if not to its destination.
    pub to: Option<&'a Redirect>,
    /// The tries that begin, or go on.
    pub round: Round,
}

/// Puts a message that nobody holds back in line.
pub fn restart(tx: &mut dyn WriteTx, message: &Locked<Message>, how: Restart<'_>) -> Result<(), StoreError> {
    let (url, endpoint) = match how.to {
        Some(to) => (to.url.as_str(), Some(to.endpoint_id)),
        None => (message.destination.as_str(), message.endpoint_id),
    };
    tx.execute_one(
        &RESTART,
        &[
            how.at.ms().into(),
            how.to.map(|to| to.url.as_str()).into(),
            how.to.map(|to| to.endpoint_id.get()).into(),
            lane_of(message.channel, url, endpoint).into(),
            how.round.tries_before.into(),
            how.round.is_single.into(),
            message.id.get().into(),
        ],
    )
}
