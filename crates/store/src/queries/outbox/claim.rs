//! Taking what is due, lane by lane.
//!
//! The index of what is pending begins with the lane, so a walk over the lanes costs one step for each of them, and one lane's
//! messages are read from its front. No statement here looks at more of a backlog than it answers: a receiver that is down with
//! a hundred thousand messages is one lane among others.

use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;

use super::message::Message;
use super::row::decode;
use crate::queries::decode;
use crate::{ReadTx, Row, StoreError, WriteTx};

statements! {
    // A loose index scan: each step asks for the next lane. In the second column the first message of the lane, under way or
    // not; in the third the first that nobody holds, which the index does not tell and which is asked of lanes that are due alone.
    LANES = "outbox_lanes":
        "WITH RECURSIVE lanes (lane, place) AS (
             SELECT (SELECT o.lane FROM outbox o WHERE o.state = 'PENDING' AND o.lane > $1 ORDER BY o.lane LIMIT 1), CAST(1 AS BIGINT)
             UNION ALL
             SELECT (SELECT o.lane FROM outbox o WHERE o.state = 'PENDING' AND o.lane > l.lane ORDER BY o.lane LIMIT 1), l.place + 1
             FROM lanes l WHERE l.lane IS NOT NULL AND l.place < $2
         ),
         firsts (lane, place, due_at) AS MATERIALIZED (
             SELECT l.lane, l.place, (SELECT o.next_attempt_at FROM outbox o WHERE o.state = 'PENDING' AND o.lane = l.lane
                                      ORDER BY o.next_attempt_at, o.id LIMIT 1)
             FROM lanes l WHERE l.lane IS NOT NULL
         )
         SELECT f.lane, f.due_at, CASE WHEN f.due_at <= $3 THEN
             (SELECT o.next_attempt_at FROM outbox o WHERE o.state = 'PENDING' AND o.lane = f.lane AND o.leased_until <= $4
              ORDER BY o.next_attempt_at, o.id LIMIT 1) END
         FROM firsts f ORDER BY f.place";
    DUE = "outbox_due":
        select!("WHERE state = 'PENDING' AND lane = $1 AND next_attempt_at <= $2 AND leased_until <= $3
         ORDER BY next_attempt_at, id LIMIT $4 {for_update} {skip_locked}");
    LEASE = "outbox_lease": "UPDATE outbox SET leased_until = $1 WHERE id = $2";
    RELEASE = "outbox_release": "UPDATE outbox SET leased_until = 0 WHERE id = $1 AND leased_until = $2 AND state = 'PENDING'";
    DEPTH = "outbox_depth": "SELECT COUNT(*) FROM (SELECT id FROM outbox WHERE state = 'PENDING' LIMIT $1) AS pending";
}

/// The most messages that one claim takes.
pub const CLAIM_MAX: i64 = 64;
/// The most lanes that one step of the walk looks at.
pub const LANES_SCANNED_MAX: i64 = 1_024;

/// Before anything falls due.
const LONG_AGO: Timestamp = Timestamp::from_ms(i64::MIN);

/// A lane with messages that wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its name, by which lanes are ordered.
    pub name: String,
    /// When its first message is due, in business time, under way or not.
    pub due_at: Timestamp,
    /// When the first one is due that nobody holds; `None` where all are under way, or none is due yet.
    pub free_at: Option<Timestamp>,
}

fn lane(row: &Row) -> Result<Lane, StoreError> {
    Ok(Lane {
        name: row.text(0)?.to_owned(),
        due_at: decode::timestamp(row, 1)?,
        free_at: decode::opt_timestamp(row, 2)?,
    })
}

/// The lanes that come after `after`, in the order of their names, at most `limit`. What falls due is as of `business_now`; what is
/// leased beyond `wall_now` is held.
pub fn lanes(
    tx: &mut dyn ReadTx,
    after: &str,
    (business_now, wall_now): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Lane>, StoreError> {
    let limit = limit.min(LANES_SCANNED_MAX);
    let values = [after.into(), limit.into(), business_now.ms().into(), wall_now.ms().into()];
    tx.query(&LANES, &values)?.iter().map(lane).collect()
}

/// When the next message is due, in business time; messages under way count too.
pub fn next_due(tx: &mut dyn ReadTx) -> Result<Option<Timestamp>, StoreError> {
    next_due_in(tx, |_| true)
}

/// The same among the lanes whose names are `wanted`.
pub fn next_due_in(tx: &mut dyn ReadTx, wanted: impl Fn(&str) -> bool) -> Result<Option<Timestamp>, StoreError> {
    let mut first: Option<Timestamp> = None;
    let mut after = String::new();
    loop {
        // As of long ago: nobody is asked who is free.
        let page = lanes(tx, &after, (LONG_AGO, LONG_AGO), LANES_SCANNED_MAX)?;
        let Some(last) = page.last() else { return Ok(first) };
        after.clone_from(&last.name);
        first = page.iter().filter(|lane| wanted(&lane.name)).map(|lane| lane.due_at).chain(first).min();
    }
}

/// Takes messages of a lane that are due at `business_now` and that nobody holds at `wall_now`, and holds them until
/// `leased_until`. First come, first served.
///
/// A lease only keeps two nodes from sending the same try; what is delivered twice all the same is the receiver's to
/// recognise by its id, for delivery is at least once.
pub fn claim_lane(
    tx: &mut dyn WriteTx,
    lane: &str,
    (business_now, wall_now): (Timestamp, Timestamp),
    leased_until: Timestamp,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let limit = limit.min(CLAIM_MAX);
    let rows = tx.query(&DUE, &[lane.into(), business_now.ms().into(), wall_now.ms().into(), limit.into()])?;
    let messages: Vec<Message> = rows.iter().map(decode).collect::<Result<_, _>>()?;
    for message in &messages {
        tx.execute_one(&LEASE, &[leased_until.ms().into(), message.id.get().into()])?;
    }
    Ok(messages)
}

/// Lets a message go that is held until `leased_until` and was not tried; nothing where somebody else holds it by now.
pub fn release(tx: &mut dyn WriteTx, id: OutboxId, leased_until: Timestamp) -> Result<(), StoreError> {
    tx.execute(&RELEASE, &[id.get().into(), leased_until.ms().into()]).map(|_| ())
}

/// How many messages wait, counted up to `limit`.
pub fn depth(tx: &mut dyn ReadTx, limit: i64) -> Result<i64, StoreError> {
    tx.query_one(&DEPTH, &[limit.into()])?.int(0)
}
