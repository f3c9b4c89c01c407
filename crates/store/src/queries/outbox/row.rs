//! Rows of the outbox to messages and back.

use countersign_domain::id::{MerchantId, OutboxId, WebhookEndpointId};

use super::message::{Answer, Attempt, Channel, Message, MessageState, ParkReason, Redirect, Round, SignedWith};
use crate::queries::decode;
use crate::{Row, StoreError};

const CHANNELS: &[(&str, Channel)] = &[("WEBHOOK", Channel::Webhook), ("MAIL", Channel::Mail)];

pub(super) const PENDING: &str = "PENDING";
pub(super) const DELIVERED: &str = "DELIVERED";
pub(super) const PARKED: &str = "PARKED";

const REASONS: &[(&str, ParkReason)] = &[
    ("LAST_TRY", ParkReason::LastTry),
    ("HOPELESS", ParkReason::Hopeless),
    ("ENDPOINT_DISABLED", ParkReason::EndpointDisabled),
    ("ENDPOINT_REMOVED", ParkReason::EndpointRemoved),
];

/// The stored name of a channel.
pub(super) fn channel_name(channel: Channel) -> &'static str {
    decode::name_of(channel, CHANNELS)
}

/// The stored name of a reason.
pub(super) fn reason_name(reason: ParkReason) -> &'static str {
    decode::name_of(reason, REASONS)
}

/// The stored names of a state: its own, and that of its reason.
pub(super) fn state_names(state: MessageState) -> (&'static str, Option<&'static str>) {
    match state {
        MessageState::Pending => (PENDING, None),
        MessageState::Delivered => (DELIVERED, None),
        MessageState::Parked(reason) => (PARKED, Some(reason_name(reason))),
    }
}

fn state(row: &Row) -> Result<MessageState, StoreError> {
    Ok(match row.text(10)? {
        PENDING => MessageState::Pending,
        DELIVERED => MessageState::Delivered,
        PARKED => MessageState::Parked(decode::named(row, 21, REASONS)?),
        _ => return Err(row.corrupt(10, "a state of messages", "another text")),
    })
}

fn redirect(row: &Row) -> Result<Option<Redirect>, StoreError> {
    let Some(url) = row.opt_text(18)? else { return Ok(None) };
    Ok(Some(Redirect { url: url.to_owned(), endpoint_id: WebhookEndpointId::new(row.int(19)?) }))
}

pub(super) fn decode(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: OutboxId::new(row.int(0)?),
        channel: decode::named(row, 1, CHANNELS)?,
        merchant_id: MerchantId::new(row.int(2)?),
        destination: row.text(3)?.to_owned(),
        endpoint_id: row.opt_int(17)?.map(WebhookEndpointId::new),
        redirect: redirect(row)?,
        lane: row.text(20)?.to_owned(),
        event_kind: row.text(4)?.to_owned(),
        event_status: row.text(5)?.to_owned(),
        subject: row.int(6)?,
        event: row.text(7)?.to_owned(),
        body: row.opt_blob(8)?.map(<[u8]>::to_vec),
        body_sealed: row.boolean(9)?,
        state: state(row)?,
        attempts: row.int(11)?,
        round: Round { tries_before: row.int(22)?, is_single: row.boolean(23)? },
        next_attempt_at: decode::timestamp(row, 12)?,
        last_status: row.opt_int(13)?,
        last_error: row.opt_text(14)?.map(str::to_owned),
        created_at: decode::timestamp(row, 15)?,
        finished_at: decode::opt_timestamp(row, 16)?,
    })
}

/// One try, with its number and where it went if not to the message's destination.
pub(super) fn decode_attempt(row: &Row) -> Result<(i64, Option<String>, Attempt), StoreError> {
    let signed_with = match decode::opt_timestamp(row, 6)? {
        None => None,
        Some(timestamp) => {
            Some(SignedWith { timestamp, nonce: row.text(7)?.to_owned(), serial: row.text(8)?.to_owned() })
        }
    };
    let is_cut = row.boolean(10)?;
    let attempt = Attempt {
        started_at: decode::timestamp(row, 1)?,
        duration_ms: row.int(2)?,
        status: row.opt_int(3)?,
        error: row.opt_text(4)?.map(str::to_owned),
        signed_with,
        answer: row.opt_blob(9)?.map(|body| Answer { body: body.to_vec(), is_cut }),
    };
    Ok((row.int(0)?, row.opt_text(5)?.map(str::to_owned), attempt))
}
