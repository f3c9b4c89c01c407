//! The outbox: messages that were caused in a transaction and go out after it.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OutboxId};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, channel, merchant_id, destination, event_kind, event_status, subject, event, body, body_sealed, state, attempts,
             next_attempt_at, last_status, last_error, created_at, finished_at FROM outbox ",
            $rest
        )
    };
}

statements! {
    INSERT = "outbox_insert":
        "INSERT INTO outbox (id, channel, merchant_id, destination, event_kind, event_status, subject, event, body, body_sealed, state,
         attempts, next_attempt_at, leased_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, 'PENDING', 0, $10, 0, $11)";
    DUE = "outbox_due":
        select!("WHERE state = 'PENDING' AND next_attempt_at <= $1 AND leased_until <= $2 ORDER BY next_attempt_at, id LIMIT $3 {for_update} {skip_locked}");
    LEASE = "outbox_lease": "UPDATE outbox SET leased_until = $1 WHERE id = $2";
    SET_BODY = "outbox_set_body": "UPDATE outbox SET body = $1 WHERE id = $2 AND body IS NULL";
    ATTEMPT = "delivery_attempt_insert":
        "INSERT INTO delivery_attempts (outbox_id, attempt, started_at, duration_ms, status, error) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING";
    SETTLE = "outbox_settle":
        "UPDATE outbox SET state = $1, attempts = $2, next_attempt_at = $3, leased_until = 0, last_status = $4, last_error = $5, finished_at = $6
         WHERE id = $7 AND state = 'PENDING' AND attempts = $8";
    RETRY = "outbox_retry":
        "UPDATE outbox SET state = 'PENDING', next_attempt_at = $1, leased_until = 0, finished_at = NULL
         WHERE id = $2 AND merchant_id = $3 AND channel = 'WEBHOOK' AND state = 'PARKED'";
    NEXT_DUE = "outbox_next_due": "SELECT next_attempt_at FROM outbox WHERE state = 'PENDING' ORDER BY next_attempt_at, id LIMIT 1";
    GET = "outbox_get": select!("WHERE id = $1");
    PAGE = "outbox_page": select!("WHERE channel = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    PAGE_OF_MERCHANT = "outbox_page_of_merchant": select!("WHERE merchant_id = $1 AND channel = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
    WEBHOOKS_ABOUT = "outbox_webhooks_about":
        select!("WHERE merchant_id = $1 AND subject = $2 AND channel = 'WEBHOOK' ORDER BY id DESC LIMIT $3");
    COUNT_RENDERED = "outbox_count_rendered":
        "SELECT COUNT(*) FROM (SELECT id FROM outbox WHERE channel = $1 AND body IS NOT NULL ORDER BY id DESC LIMIT $2) AS newest";
    DEPTH = "outbox_depth": "SELECT COUNT(*) FROM outbox WHERE state = 'PENDING'";
    ODD = "outbox_odd":
        "SELECT o.id FROM outbox o WHERE (o.state = 'PENDING') = (o.finished_at IS NOT NULL)
         OR o.attempts <> (SELECT COUNT(*) FROM delivery_attempts a WHERE a.outbox_id = o.id) ORDER BY o.id LIMIT $1";
    DUPLICATES = "outbox_duplicates":
        "SELECT subject FROM outbox WHERE channel = 'WEBHOOK' AND event_kind = 'ORDER'
         GROUP BY subject, event_status, destination, merchant_id HAVING COUNT(*) > 1 ORDER BY subject LIMIT $1";
}

/// The most messages that one claim takes.
pub const CLAIM_MAX: i64 = 64;

/// How a message goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// HTTP POST to a merchant's endpoint.
    Webhook,
    /// E-mail.
    Mail,
}

const CHANNELS: &[(&str, Channel)] = &[("WEBHOOK", Channel::Webhook), ("MAIL", Channel::Mail)];

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Waits for its next try.
    Pending,
    /// Was accepted.
    Delivered,
    /// Was tried as often as the schedule says, in vain.
    Parked,
}

const STATES: &[(&str, MessageState)] =
    &[("PENDING", MessageState::Pending), ("DELIVERED", MessageState::Delivered), ("PARKED", MessageState::Parked)];

/// A message about to be stored.
#[derive(Clone)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: OutboxId,
    /// How it goes out.
    pub channel: Channel,
    /// In whose log it stands.
    pub merchant_id: MerchantId,
    /// The URL or the mail address.
    pub destination: &'a str,
    /// The kind of event: `ORDER` or `AUTHORIZATION`.
    pub event_kind: &'a str,
    /// Its status.
    pub event_status: &'a str,
    /// The number of what it is about.
    pub subject: i64,
    /// The typed event as JSON, without secrets.
    pub event: &'a str,
    /// Whether its rendered body carries a secret.
    pub body_sealed: bool,
    /// Business time of the cause; the first try is due at once.
    pub created_at: Timestamp,
}

/// A stored message.
#[derive(Clone)]
pub struct Message {
    /// Its id.
    pub id: OutboxId,
    /// How it goes out.
    pub channel: Channel,
    /// In whose log it stands.
    pub merchant_id: MerchantId,
    /// The URL or the mail address.
    pub destination: String,
    /// The kind of event.
    pub event_kind: String,
    /// Its status.
    pub event_status: String,
    /// The number of what it is about.
    pub subject: i64,
    /// The typed event as JSON.
    pub event: String,
    /// The rendered bytes, sealed where [`Message::body_sealed`]; `None` before the first try.
    pub body: Option<Vec<u8>>,
    /// Whether the body is sealed.
    pub body_sealed: bool,
    /// Where it stands.
    pub state: MessageState,
    /// How many tries there were.
    pub attempts: i64,
    /// When the next one is due, in business time.
    pub next_attempt_at: Timestamp,
    /// The HTTP status of the last try, where there was an answer.
    pub last_status: Option<i64>,
    /// What went wrong at the last try.
    pub last_error: Option<String>,
    /// When it was caused.
    pub created_at: Timestamp,
    /// When it was delivered or parked.
    pub finished_at: Option<Timestamp>,
}

fn decode(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: OutboxId::new(row.int(0)?),
        channel: decode::named(row, 1, CHANNELS)?,
        merchant_id: MerchantId::new(row.int(2)?),
        destination: row.text(3)?.to_owned(),
        event_kind: row.text(4)?.to_owned(),
        event_status: row.text(5)?.to_owned(),
        subject: row.int(6)?,
        event: row.text(7)?.to_owned(),
        body: row.opt_blob(8)?.map(<[u8]>::to_vec),
        body_sealed: row.boolean(9)?,
        state: decode::named(row, 10, STATES)?,
        attempts: row.int(11)?,
        next_attempt_at: decode::timestamp(row, 12)?,
        last_status: row.opt_int(13)?,
        last_error: row.opt_text(14)?.map(str::to_owned),
        created_at: decode::timestamp(row, 15)?,
        finished_at: decode::opt_timestamp(row, 16)?,
    })
}

/// Stores a message in the transaction that caused it.
pub fn insert(tx: &mut dyn WriteTx, message: &NewMessage<'_>) -> Result<(), StoreError> {
    tx.execute_one(
        &INSERT,
        &[
            message.id.get().into(),
            decode::name_of(message.channel, CHANNELS).into(),
            message.merchant_id.get().into(),
            message.destination.into(),
            message.event_kind.into(),
            message.event_status.into(),
            message.subject.into(),
            message.event.into(),
            message.body_sealed.into(),
            message.created_at.ms().into(),
            message.created_at.ms().into(),
        ],
    )
}

/// Takes messages that are due at `business_now` and that nobody holds at `wall_now`, and holds them until `leased_until`.
///
/// A lease only keeps two nodes from sending the same try; what is delivered twice all the same is the receiver's to
/// recognise by its id, for delivery is at least once.
pub fn claim(
    tx: &mut dyn WriteTx,
    business_now: Timestamp,
    wall_now: Timestamp,
    leased_until: Timestamp,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let limit = limit.min(CLAIM_MAX);
    let rows = tx.query(&DUE, &[business_now.ms().into(), wall_now.ms().into(), limit.into()])?;
    let messages: Vec<Message> = rows.iter().map(decode).collect::<Result<_, _>>()?;
    for message in &messages {
        tx.execute_one(&LEASE, &[leased_until.ms().into(), message.id.get().into()])?;
    }
    Ok(messages)
}

/// Keeps the rendered bytes; the first rendering stays.
pub fn set_body(tx: &mut dyn WriteTx, id: OutboxId, body: &[u8]) -> Result<(), StoreError> {
    tx.execute(&SET_BODY, &[body.into(), id.get().into()]).map(|_| ())
}

/// One try as it went.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Wall time of its beginning.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
    /// The HTTP status, where there was an answer.
    pub status: Option<i64>,
    /// What went wrong, in a few words; `None` for a success.
    pub error: Option<String>,
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It arrived.
    Delivered(Timestamp),
    /// Another try at this business time.
    Retry(Timestamp),
    /// No further try.
    Parked(Timestamp),
}

/// Records a try and what follows; false where another node has recorded this try already.
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
        Settlement::Parked(at) => (MessageState::Parked, message.next_attempt_at, Some(at)),
    };
    let changed = tx.execute(
        &SETTLE,
        &[
            decode::name_of(state, STATES).into(),
            number.into(),
            next.ms().into(),
            attempt.status.into(),
            attempt.error.as_deref().into(),
            finished.map(Timestamp::ms).into(),
            message.id.get().into(),
            message.attempts.into(),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    tx.execute(
        &ATTEMPT,
        &[
            message.id.get().into(),
            number.into(),
            attempt.started_at.ms().into(),
            attempt.duration_ms.into(),
            attempt.status.into(),
            attempt.error.as_deref().into(),
        ],
    )?;
    Ok(true)
}

/// Puts a parked webhook of `merchant` back in line, due at `at`; false where it has no such message.
pub fn retry(tx: &mut dyn WriteTx, merchant: MerchantId, id: OutboxId, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&RETRY, &[at.ms().into(), id.get().into(), merchant.get().into()])? == 1)
}

/// When the next message is due, in business time.
pub fn next_due(tx: &mut dyn ReadTx) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt(&NEXT_DUE, &[])?.map(|row| decode::timestamp(&row, 0)).transpose()
}

/// The message with this id.
pub fn get(tx: &mut dyn ReadTx, id: OutboxId) -> Result<Option<Message>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// Messages of a channel below `before`, newest first; of one merchant where given.
pub fn page(
    tx: &mut dyn ReadTx,
    channel: Channel,
    merchant: Option<MerchantId>,
    before: OutboxId,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let channel = decode::name_of(channel, CHANNELS);
    let rows = match merchant {
        None => tx.query(&PAGE, &[channel.into(), before.get().into(), limit.into()])?,
        Some(merchant) => {
            tx.query(&PAGE_OF_MERCHANT, &[merchant.get().into(), channel.into(), before.get().into(), limit.into()])?
        }
    };
    rows.iter().map(decode).collect()
}

/// What was told to a merchant over webhooks about one thing, newest first.
pub fn webhooks_about(
    tx: &mut dyn ReadTx,
    (merchant, subject): (MerchantId, i64),
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    tx.query(&WEBHOOKS_ABOUT, &[merchant.get().into(), subject.into(), limit.into()])?.iter().map(decode).collect()
}

/// How many messages of a channel have a body, counted up to `limit`.
pub fn count_rendered(tx: &mut dyn ReadTx, channel: Channel, limit: i64) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_RENDERED, &[decode::name_of(channel, CHANNELS).into(), limit.into()])?.int(0)
}

/// How many messages wait.
pub fn depth(tx: &mut dyn ReadTx) -> Result<i64, StoreError> {
    tx.query_one(&DEPTH, &[])?.int(0)
}

/// Messages whose state, attempts and log do not agree.
pub fn inconsistent(tx: &mut dyn ReadTx, limit: i64) -> Result<Vec<OutboxId>, StoreError> {
    tx.query(&ODD, &[limit.into()])?.iter().map(|row| row.int(0).map(OutboxId::new)).collect()
}

/// Orders whose payment was told to one receiver in more than one message.
pub fn duplicate_payments(tx: &mut dyn ReadTx, limit: i64) -> Result<Vec<i64>, StoreError> {
    tx.query(&DUPLICATES, &[limit.into()])?.iter().map(|row| row.int(0)).collect()
}
