//! Reading messages: one, a page of a merchant's or of everybody's, what failed, and the tries of one.

use countersign_domain::Timestamp;
use countersign_domain::id::{self, MerchantId, OutboxId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::EventKind;

use super::message::{Attempt, Channel, Message, MessageState};
use super::row::{channel_name, decode, decode_attempt, state_names};
use crate::{Locked, ReadTx, StoreError, WriteTx};

/// Whose messages: a merchant's, or everybody's where the number is zero.
macro_rules! of {
    (merchant) => {
        "merchant_id = $1"
    };
    (everybody) => {
        "CAST($1 AS BIGINT) = 0"
    };
}

/// How many of the newest messages between two ids there are, counted up to a limit, and the last of them.
macro_rules! floor {
    ($whose:ident, $state:literal) => {
        concat!(
            "SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (SELECT id FROM outbox WHERE ",
            of!($whose),
            $state,
            " AND id < $2 AND id >= $3 ORDER BY id DESC LIMIT $4) AS scanned"
        )
    };
}

/// Those among them that a filter lets through.
macro_rules! listed {
    ($whose:ident, $state:literal) => {
        select!(
            "WHERE ",
            of!($whose),
            $state,
            " AND id < $2 AND id >= $3 AND channel = 'WEBHOOK' AND (CAST($4 AS TEXT) = '' OR state = $4)
             AND (CAST($5 AS TEXT) = '' OR parked_as = $5) AND (CAST($6 AS TEXT) = '' OR event_kind = $6)
             AND (CAST($7 AS BIGINT) = 0 OR endpoint_id = $7) AND (CAST($8 AS TEXT) = '' OR destination = $8)
             AND created_at >= $9 AND created_at < $10 ORDER BY id DESC LIMIT $11"
        )
    };
}

statements! {
    GET = "outbox_get": select!("WHERE id = $1");
    LOCK = "outbox_lock": select!("WHERE id = $1 {for_update}");
    // Whether somebody holds it is no part of a message: a lease is a matter of the dispatchers.
    LEASE_OF = "outbox_lease_of": "SELECT leased_until FROM outbox WHERE id = $1";
    PAGE = "outbox_page": select!("WHERE channel = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    PAGE_OF_MERCHANT = "outbox_page_of_merchant": select!("WHERE merchant_id = $1 AND channel = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
    WEBHOOKS_ABOUT = "outbox_webhooks_about":
        select!("WHERE merchant_id = $1 AND subject = $2 AND channel = 'WEBHOOK' ORDER BY id DESC LIMIT $3");
    COUNT_RENDERED = "outbox_count_rendered":
        "SELECT COUNT(*) FROM (SELECT id FROM outbox WHERE channel = $1 AND body IS NOT NULL ORDER BY id DESC LIMIT $2) AS newest";
    FLOOR_OF_MERCHANT = "outbox_floor_of_merchant": floor!(merchant, "");
    FLOOR_OF_ALL = "outbox_floor": floor!(everybody, "");
    PARKED_FLOOR_OF_MERCHANT = "outbox_parked_floor_of_merchant": floor!(merchant, " AND state = 'PARKED'");
    PARKED_FLOOR_OF_ALL = "outbox_parked_floor": floor!(everybody, " AND state = 'PARKED'");
    LISTED_OF_MERCHANT = "outbox_listed_of_merchant": listed!(merchant, "");
    LISTED_OF_ALL = "outbox_listed": listed!(everybody, "");
    PARKED_LISTED_OF_MERCHANT = "outbox_parked_listed_of_merchant": listed!(merchant, " AND state = 'PARKED'");
    PARKED_LISTED_OF_ALL = "outbox_parked_listed": listed!(everybody, " AND state = 'PARKED'");
    PARKED_AFTER_OF_MERCHANT = "outbox_parked_after_of_merchant":
        select!("WHERE ", of!(merchant), " AND state = 'PARKED' AND id > $2 ORDER BY id LIMIT $3 {for_update}");
    PARKED_AFTER_OF_ALL = "outbox_parked_after":
        select!("WHERE ", of!(everybody), " AND state = 'PARKED' AND id > $2 ORDER BY id LIMIT $3 {for_update}");
    FAILED = "outbox_failed":
        "SELECT COUNT(*), COALESCE(MIN(created_at), 0) FROM
         (SELECT created_at, finished_at, endpoint_id FROM outbox WHERE merchant_id = $1 AND state = 'PARKED' ORDER BY id DESC LIMIT $2)
         AS newest WHERE endpoint_id = $3 AND finished_at >= $4";
    ATTEMPTS = "delivery_attempts_of":
        "SELECT attempt, started_at, duration_ms, status, error, sent_to, signed_at, nonce, certificate_sn, answer, answer_is_cut
         FROM delivery_attempts WHERE outbox_id = $1 ORDER BY attempt DESC LIMIT $2";
}

/// The most messages that are looked at for one page of a filtered list, or for one count of what failed.
pub const MESSAGES_SCANNED_MAX: i64 = 10_000;
/// How far ids may run ahead of the instant that they tell, which they do where a clock stands still.
const ID_LEAD_MS: i64 = 60_000;

/// The message with this id.
pub fn get(tx: &mut dyn ReadTx, id: OutboxId) -> Result<Option<Message>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The message with this id, locked, and until when a dispatcher holds it, in wall time.
pub fn lock(tx: &mut dyn WriteTx, id: OutboxId) -> Result<Option<(Locked<Message>, Timestamp)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK, &[id.get().into()])? else { return Ok(None) };
    let leased_until = tx.query_one(&LEASE_OF, &[id.get().into()])?.int(0)?;
    Ok(Some((Locked::new(decode(&row)?), Timestamp::from_ms(leased_until))))
}

/// Messages of a channel below `before`, newest first; of one merchant where given.
pub fn page(
    tx: &mut dyn ReadTx,
    channel: Channel,
    merchant: Option<MerchantId>,
    before: OutboxId,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let channel = channel_name(channel);
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
    tx.query_one(&COUNT_RENDERED, &[channel_name(channel).into(), limit.into()])?.int(0)
}

/// Which webhook messages a list shows; the default shows everybody's.
#[derive(Debug, Clone, Default)]
pub struct LogFilter {
    /// Those in this merchant's log.
    pub merchant: Option<MerchantId>,
    /// Those that stand so.
    pub state: Option<StateFilter>,
    /// Those about events of this kind.
    pub kind: Option<EventKind>,
    /// Those that were caused for this endpoint.
    pub endpoint: Option<WebhookEndpointId>,
    /// Those that were caused for this URL.
    pub destination: Option<String>,
    /// Those caused at or after this business time.
    pub since: Option<Timestamp>,
    /// Those caused before it.
    pub until: Option<Timestamp>,
}

/// A state to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFilter {
    /// In exactly this state.
    Is(MessageState),
    /// Parked, for whatever reason.
    Parked,
}

impl LogFilter {
    fn state_names(&self) -> (&'static str, &'static str) {
        match self.state {
            None => ("", ""),
            Some(StateFilter::Parked) => ("PARKED", ""),
            Some(StateFilter::Is(state)) => {
                let (state, reason) = state_names(state);
                (state, reason.unwrap_or_default())
            }
        }
    }

    /// The ids between which its messages lie: the first, and one past the last.
    fn ids(&self, before: OutboxId) -> (i64, i64) {
        let first = self.since.map_or(0, |since| id::compose(since, 0));
        let end = self.until.map_or(i64::MAX, |until| id::compose(until.plus_ms(ID_LEAD_MS), 0));
        (first, end.min(before.get()))
    }
}

/// One page of a list.
#[derive(Clone)]
pub struct Listed {
    /// The messages, newest first. A page may hold fewer than were asked for, or none, and yet not be the last: no page looks
    /// at more than [`MESSAGES_SCANNED_MAX`] messages.
    pub messages: Vec<Message>,
    /// Below which id the list goes on; `None` at its end.
    pub next: Option<OutboxId>,
}

/// Webhook messages below `before` that the filter lets through, newest first, at most `limit`.
pub fn list(tx: &mut dyn ReadTx, filter: &LogFilter, before: OutboxId, limit: i64) -> Result<Listed, StoreError> {
    let (state, parked_as) = filter.state_names();
    let (floor, listed) = match (filter.merchant, state) {
        (Some(_), "PARKED") => (&PARKED_FLOOR_OF_MERCHANT, &PARKED_LISTED_OF_MERCHANT),
        (Some(_), _) => (&FLOOR_OF_MERCHANT, &LISTED_OF_MERCHANT),
        (None, "PARKED") => (&PARKED_FLOOR_OF_ALL, &PARKED_LISTED_OF_ALL),
        (None, _) => (&FLOOR_OF_ALL, &LISTED_OF_ALL),
    };
    let (merchant, (first, end)) = (filter.merchant.map_or(0, MerchantId::get), filter.ids(before));
    let scanned = tx.query_one(floor, &[merchant.into(), end.into(), first.into(), MESSAGES_SCANNED_MAX.into()])?;
    let (count, floor) = (scanned.int(0)?, scanned.int(1)?);
    let rows = tx.query(
        listed,
        &[
            merchant.into(),
            end.into(),
            floor.into(),
            state.into(),
            parked_as.into(),
            filter.kind.map(EventKind::name).unwrap_or_default().into(),
            filter.endpoint.map_or(0, WebhookEndpointId::get).into(),
            filter.destination.as_deref().unwrap_or_default().into(),
            filter.since.map_or(i64::MIN, Timestamp::ms).into(),
            filter.until.map_or(i64::MAX, Timestamp::ms).into(),
            limit.saturating_add(1).into(),
        ],
    )?;
    let mut messages: Vec<Message> = rows.iter().map(decode).collect::<Result<_, _>>()?;
    let shown = usize::try_from(limit).unwrap_or(0);
    let next = if messages.len() > shown {
        messages.truncate(shown);
        messages.last().map(|message| message.id)
    } else {
        (count == MESSAGES_SCANNED_MAX).then_some(OutboxId::new(floor))
    };
    Ok(Listed { messages, next })
}

/// Parked messages above `after`, oldest first, locked: one merchant's where given, else everybody's.
pub fn parked_after(
    tx: &mut dyn WriteTx,
    merchant: Option<MerchantId>,
    after: OutboxId,
    limit: i64,
) -> Result<Vec<Locked<Message>>, StoreError> {
    let statement = if merchant.is_some() { &PARKED_AFTER_OF_MERCHANT } else { &PARKED_AFTER_OF_ALL };
    let merchant = merchant.map_or(0, MerchantId::get);
    let rows = tx.query(statement, &[merchant.into(), after.get().into(), limit.into()])?;
    rows.iter().map(|row| decode(row).map(Locked::new)).collect()
}

/// What was parked of an endpoint's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// How many, among the newest [`MESSAGES_SCANNED_MAX`] that are parked in the merchant's log.
    pub count: i64,
    /// When the oldest of them was caused.
    pub oldest: Option<Timestamp>,
}

/// What was caused for an endpoint of `merchant` and parked at `since` or later, in business time.
pub fn failed(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    endpoint: WebhookEndpointId,
    since: Timestamp,
) -> Result<Failed, StoreError> {
    let row = tx.query_one(
        &FAILED,
        &[merchant.get().into(), MESSAGES_SCANNED_MAX.into(), endpoint.get().into(), since.ms().into()],
    )?;
    let count = row.int(0)?;
    let oldest = if count == 0 { None } else { Some(Timestamp::from_ms(row.int(1)?)) };
    Ok(Failed { count, oldest })
}

/// The newest tries of a message, oldest of them first, at most `limit`: each with its number, and with where it went if not
/// to the message's destination.
pub fn attempts(
    tx: &mut dyn ReadTx,
    id: OutboxId,
    limit: i64,
) -> Result<Vec<(i64, Option<String>, Attempt)>, StoreError> {
    let rows = tx.query(&ATTEMPTS, &[id.get().into(), limit.into()])?;
    rows.iter().rev().map(decode_attempt).collect()
}
