//! Reading messages: one, those of a channel or about one thing, what failed, and the tries of one.

use countersign_domain::Timestamp;
use countersign_domain::id::{self, MerchantId, OutboxId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::ENDPOINTS_MAX;

use super::list::MESSAGES_SCANNED_MAX;
use super::message::{Attempt, Channel, Message};
use super::row::{channel_name, decode, decode_attempt};
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

/// What an endpoint `e` missed, at most as many as the first value says.
macro_rules! missed_by {
    () => {
        "(SELECT o.created_at FROM outbox o WHERE o.merchant_id = e.merchant_id AND o.endpoint_id = e.id AND o.state = 'PARKED'
          AND o.finished_at >= COALESCE(e.failing_since, e.disabled_at) ORDER BY o.finished_at LIMIT $1)"
    };
}

statements! {
    GET = "outbox_get": select!("WHERE id = $1");
    LOCK = "outbox_lock": select!("WHERE id = $1 {for_update}");
    // Whether somebody holds it is no part of a message: a lease is a matter of the dispatchers.
    LEASE_OF = "outbox_lease_of": "SELECT leased_until FROM outbox WHERE id = $1";
    // The channels by name: an index of mails serves no statement that is told the channel later.
    PAGE_OF_MAILS = "outbox_page_of_mails": select!("WHERE channel = 'MAIL' AND id < $1 ORDER BY id DESC LIMIT $2");
    PAGE_OF_WEBHOOKS = "outbox_page_of_webhooks": select!("WHERE channel = 'WEBHOOK' AND id < $1 ORDER BY id DESC LIMIT $2");
    PAGE_OF_MERCHANT = "outbox_page_of_merchant": select!("WHERE merchant_id = $1 AND channel = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
    WEBHOOKS_ABOUT = "outbox_webhooks_about":
        select!("WHERE merchant_id = $1 AND subject = $2 AND channel = 'WEBHOOK' ORDER BY id DESC LIMIT $3");
    COUNT_RENDERED_MAILS = "outbox_count_rendered_mails":
        "SELECT COUNT(*) FROM (SELECT id FROM outbox WHERE channel = 'MAIL' AND body IS NOT NULL ORDER BY id DESC LIMIT $1) AS newest";
    PARKED_AFTER_OF_MERCHANT = "outbox_parked_after_of_merchant":
        select!("WHERE ", of!(merchant), " AND state = 'PARKED' AND id > $2 ORDER BY id LIMIT $3 {for_update}");
    PARKED_AFTER_OF_ALL = "outbox_parked_after":
        select!("WHERE ", of!(everybody), " AND state = 'PARKED' AND id > $2 ORDER BY id LIMIT $3 {for_update}");
    // Each endpoint's by an index of its own: what a sibling missed does not stand before it. What was parked first comes first,
    // for that was caused first, as a rule.
    MISSED = "outbox_missed": concat!(
        "SELECT e.id, COALESCE(e.failing_since, e.disabled_at), (SELECT COUNT(*) FROM ", missed_by!(), " AS counted),
             COALESCE((SELECT MIN(created_at) FROM ", missed_by!(), " AS looked_at), 0)
         FROM webhook_endpoints e WHERE e.merchant_id = $2 AND (CAST($3 AS BIGINT) = 0 OR e.id = $3) AND e.disabled_at IS NOT NULL
         ORDER BY e.id LIMIT $4"
    );
    COUNT_PARKED = "outbox_count_parked":
        "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN channel = 'WEBHOOK' AND created_at >= $1 THEN 1 ELSE 0 END) AS BIGINT), 0)
         FROM (SELECT channel, created_at FROM outbox WHERE merchant_id = $2 AND state = 'PARKED' AND id >= $3
               ORDER BY id DESC LIMIT $4) AS newest";
    // Nothing is parked before it is caused.
    COUNT_PARKED_OF_ENDPOINT = "outbox_count_parked_of_endpoint":
        "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN created_at >= $1 THEN 1 ELSE 0 END) AS BIGINT), 0)
         FROM (SELECT created_at FROM outbox WHERE merchant_id = $2 AND endpoint_id = $3 AND state = 'PARKED' AND finished_at >= $1
               ORDER BY finished_at DESC LIMIT $4) AS newest";
    ATTEMPTS = "delivery_attempts_of":
        "SELECT attempt, started_at, duration_ms, status, error, sent_to, signed_at, nonce, certificate_sn, answer, answer_is_cut
         FROM delivery_attempts WHERE outbox_id = $1 ORDER BY attempt DESC LIMIT $2";
}

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
    let (before, limit) = (before.get().into(), limit.into());
    let rows = match (merchant, channel) {
        (None, Channel::Mail) => tx.query(&PAGE_OF_MAILS, &[before, limit])?,
        (None, Channel::Webhook) => tx.query(&PAGE_OF_WEBHOOKS, &[before, limit])?,
        (Some(merchant), channel) => {
            tx.query(&PAGE_OF_MERCHANT, &[merchant.get().into(), channel_name(channel).into(), before, limit])?
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

/// How many mails have a body, counted up to `limit`.
pub fn count_rendered_mails(tx: &mut dyn ReadTx, limit: i64) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_RENDERED_MAILS, &[limit.into()])?.int(0)
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

/// What an endpoint that is disabled did not get: of its messages, those that were parked since the silence began, which is
/// when it began to fail, or when somebody disabled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// How many.
    pub parked: Parked,
    /// When the oldest of them was caused, in business time. Where not all were looked at, not later than the silence began.
    pub since: Timestamp,
}

fn missed_of(row: &Row, limit: i64) -> Result<Missed, StoreError> {
    let (silent_since, count, oldest) = (row.int(1)?, row.int(2)?, row.int(3)?);
    let is_cut = count == limit;
    Ok(Missed {
        endpoint_id: WebhookEndpointId::new(row.int(0)?),
        parked: Parked { count, is_cut },
        since: Timestamp::from_ms(if is_cut { oldest.min(silent_since) } else { oldest }),
    })
}

/// What the disabled endpoints of `merchant` missed, of one where given; those that missed nothing are left out. At most `limit`
/// messages of each are looked at.
pub fn missed(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    endpoint: Option<WebhookEndpointId>,
    limit: i64,
) -> Result<Vec<Missed>, StoreError> {
    let endpoint = endpoint.map_or(0, WebhookEndpointId::get);
    let rows = tx.query(&MISSED, &[limit.into(), merchant.get().into(), endpoint.into(), ENDPOINTS_MAX.into()])?;
    let mut missed: Vec<Missed> = rows.iter().map(|row| missed_of(row, limit)).collect::<Result<_, _>>()?;
    missed.retain(|missed| missed.parked.count > 0);
    Ok(missed)
}

/// How many messages are parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parked {
    /// As many as were met.
    pub count: i64,
    /// Whether there may be more: no count looks at more messages than it is told to, and [`count_parked`] at no more than
    /// [`MESSAGES_SCANNED_MAX`].
    pub is_cut: bool,
}

/// How many webhook messages of `merchant` are parked that were caused at `since` or later, in business time; for one endpoint
/// where given.
pub fn count_parked(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    endpoint: Option<WebhookEndpointId>,
    since: Timestamp,
) -> Result<Parked, StoreError> {
    let (statement, third) = match endpoint {
        Some(endpoint) => (&COUNT_PARKED_OF_ENDPOINT, endpoint.get()),
        None => (&COUNT_PARKED, id::compose(since, 0)),
    };
    let values = [since.ms().into(), merchant.get().into(), third.into(), MESSAGES_SCANNED_MAX.into()];
    let row = tx.query_one(statement, &values)?;
    Ok(Parked { count: row.int(1)?, is_cut: row.int(0)? == MESSAGES_SCANNED_MAX })
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
