//! Reading messages: one, those of a channel or about one thing, what failed, and the tries of one.

use countersign_domain::Timestamp;
use countersign_domain::id::{self, MerchantId, OutboxId, WebhookEndpointId};

use super::list::MESSAGES_SCANNED_MAX;
use super::message::{Attempt, Channel, Message};
use super::row::{channel_name, decode, decode_attempt};
use crate::{Locked, ReadTx, StoreError, WriteTx};

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
    PARKED_AFTER_OF_MERCHANT = "outbox_parked_after_of_merchant":
        select!("WHERE ", of!(merchant), " AND state = 'PARKED' AND id > $2 ORDER BY id LIMIT $3 {for_update}");
    PARKED_AFTER_OF_ALL = "outbox_parked_after":
        select!("WHERE ", of!(everybody), " AND state = 'PARKED' AND id > $2 ORDER BY id LIMIT $3 {for_update}");
    FAILED = "outbox_failed":
        "SELECT COUNT(*), COALESCE(MIN(created_at), 0) FROM
         (SELECT created_at, finished_at, endpoint_id FROM outbox WHERE merchant_id = $1 AND state = 'PARKED' ORDER BY id DESC LIMIT $2)
         AS newest WHERE endpoint_id = $3 AND finished_at >= $4";
    COUNT_PARKED = "outbox_count_parked":
        "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN channel = 'WEBHOOK' AND created_at >= $1
             AND (CAST($2 AS BIGINT) = 0 OR endpoint_id = $2) THEN 1 ELSE 0 END) AS BIGINT), 0)
         FROM (SELECT channel, created_at, endpoint_id FROM outbox WHERE merchant_id = $3 AND state = 'PARKED' AND id >= $4
               ORDER BY id DESC LIMIT $5) AS newest";
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

/// How many messages are parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parked {
    /// As many as were met.
    pub count: i64,
    /// Whether there may be more: no count looks at more than [`MESSAGES_SCANNED_MAX`] messages.
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
    let row = tx.query_one(
        &COUNT_PARKED,
        &[
            since.ms().into(),
            endpoint.map_or(0, WebhookEndpointId::get).into(),
            merchant.get().into(),
            id::compose(since, 0).into(),
            MESSAGES_SCANNED_MAX.into(),
        ],
    )?;
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
