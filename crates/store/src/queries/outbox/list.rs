//! Pages of the log of webhook messages: a merchant's, or everybody's.
//!
//! Filters are not all in an index, so a page looks at so many messages at most and says where it stopped.

use countersign_domain::Timestamp;
use countersign_domain::id::{self, MerchantId, OutboxId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::EventKind;

use super::message::{Message, MessageState};
use super::row::{decode, state_names};
use crate::{ReadTx, Row, Statement, StoreError, Value};

/// How many messages between two ids there are, counted from one end up to a limit, and the last of them.
macro_rules! scanned {
    ($whose:ident, $state:literal, $last:literal, $order:literal) => {
        concat!(
            "SELECT COUNT(*), COALESCE(",
            $last,
            "(id), 0) FROM (SELECT id FROM outbox WHERE ",
            of!($whose),
            $state,
            " AND id < $2 AND id >= $3 ORDER BY id ",
            $order,
            " LIMIT $4) AS scanned"
        )
    };
}

/// Those among them that a filter lets through, from the same end.
macro_rules! listed {
    ($whose:ident, $state:literal, $order:literal) => {
        select_lines!(
            "WHERE ",
            of!($whose),
            $state,
            " AND id < $2 AND id >= $3 AND channel = 'WEBHOOK' AND (CAST($4 AS TEXT) = '' OR state = $4)
             AND (CAST($5 AS TEXT) = '' OR parked_as = $5) AND (CAST($6 AS TEXT) = '' OR event_kind = $6)
             AND (CAST($7 AS BIGINT) = 0 OR endpoint_id = $7) AND (CAST($8 AS TEXT) = '' OR destination = $8)
             AND created_at >= $9 AND created_at < $10 ORDER BY id ",
            $order,
            " LIMIT $11"
        )
    };
}

statements! {
    FLOOR_OF_MERCHANT = "outbox_floor_of_merchant": scanned!(merchant, "", "MIN", "DESC");
    FLOOR_OF_ALL = "outbox_floor": scanned!(everybody, "", "MIN", "DESC");
    PARKED_FLOOR_OF_MERCHANT = "outbox_parked_floor_of_merchant": scanned!(merchant, " AND state = 'PARKED'", "MIN", "DESC");
    PARKED_FLOOR_OF_ALL = "outbox_parked_floor": scanned!(everybody, " AND state = 'PARKED'", "MIN", "DESC");
    LISTED_OF_MERCHANT = "outbox_listed_of_merchant": listed!(merchant, "", "DESC");
    LISTED_OF_ALL = "outbox_listed": listed!(everybody, "", "DESC");
    PARKED_LISTED_OF_MERCHANT = "outbox_parked_listed_of_merchant": listed!(merchant, " AND state = 'PARKED'", "DESC");
    PARKED_LISTED_OF_ALL = "outbox_parked_listed": listed!(everybody, " AND state = 'PARKED'", "DESC");
    CEILING_OF_MERCHANT = "outbox_ceiling_of_merchant": scanned!(merchant, "", "MAX", "ASC");
    PARKED_CEILING_OF_MERCHANT = "outbox_parked_ceiling_of_merchant": scanned!(merchant, " AND state = 'PARKED'", "MAX", "ASC");
    NEWER_OF_MERCHANT = "outbox_newer_of_merchant": listed!(merchant, "", "ASC");
    PARKED_NEWER_OF_MERCHANT = "outbox_parked_newer_of_merchant": listed!(merchant, " AND state = 'PARKED'", "ASC");
}

/// The most messages that are looked at for one page of a filtered list, or for one count of what failed.
pub const MESSAGES_SCANNED_MAX: i64 = 10_000;
/// How far ids may run ahead of the instant that they tell, which they do where a clock stands still.
const ID_LEAD_MS: i64 = 60_000;

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

    /// What a statement of lists asks for between these ids: the first, and one past the last.
    fn values(&self, (first, end): (i64, i64), limit: i64) -> [Value<'_>; 11] {
        let (state, parked_as) = self.state_names();
        [
            self.merchant.map_or(0, MerchantId::get).into(),
            end.into(),
            first.into(),
            state.into(),
            parked_as.into(),
            self.kind.map(EventKind::name).unwrap_or_default().into(),
            self.endpoint.map_or(0, WebhookEndpointId::get).into(),
            self.destination.as_deref().unwrap_or_default().into(),
            self.since.map_or(i64::MIN, Timestamp::ms).into(),
            self.until.map_or(i64::MAX, Timestamp::ms).into(),
            limit.into(),
        ]
    }

    /// Counts what a page looks at between these ids, and says which is the last of it.
    fn scan(
        &self,
        tx: &mut dyn ReadTx,
        statement: &'static Statement,
        (first, end): (i64, i64),
    ) -> Result<(bool, i64), StoreError> {
        let merchant = self.merchant.map_or(0, MerchantId::get);
        let row = tx.query_one(statement, &[merchant.into(), end.into(), first.into(), MESSAGES_SCANNED_MAX.into()])?;
        Ok((row.int(0)? == MESSAGES_SCANNED_MAX, row.int(1)?))
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
    /// The messages, newest first, as lines of a list: without their events and bodies, which are read one by one. A page may hold fewer than were asked for, or none, and yet not be the last: no page looks
    /// at more than [`MESSAGES_SCANNED_MAX`] messages.
    pub messages: Vec<Message>,
    /// Below which id the list goes on; `None` at its end.
    pub next: Option<OutboxId>,
}

/// Drops the row that only tells that there are more. Without it the list goes on where the page stopped looking, if it did.
fn cut(rows: &[Row], limit: i64, stopped: Option<OutboxId>) -> Result<Listed, StoreError> {
    let mut messages: Vec<Message> = rows.iter().map(decode).collect::<Result<_, _>>()?;
    let shown = usize::try_from(limit).unwrap_or(0);
    let has_more = messages.len() > shown;
    messages.truncate(shown);
    let next = if has_more { messages.last().map(|message| message.id) } else { stopped };
    Ok(Listed { messages, next })
}

/// Webhook messages below `before` that the filter lets through, newest first, at most `limit`.
pub fn list(tx: &mut dyn ReadTx, filter: &LogFilter, before: OutboxId, limit: i64) -> Result<Listed, StoreError> {
    let (floor, listed) = match (filter.merchant, filter.state_names().0) {
        (Some(_), "PARKED") => (&PARKED_FLOOR_OF_MERCHANT, &PARKED_LISTED_OF_MERCHANT),
        (Some(_), _) => (&FLOOR_OF_MERCHANT, &LISTED_OF_MERCHANT),
        (None, "PARKED") => (&PARKED_FLOOR_OF_ALL, &PARKED_LISTED_OF_ALL),
        (None, _) => (&FLOOR_OF_ALL, &LISTED_OF_ALL),
    };
    let (first, end) = filter.ids(before);
    let (is_cut, floor) = filter.scan(tx, floor, (first, end))?;
    let rows = tx.query(listed, &filter.values((floor, end), limit.saturating_add(1)))?;
    cut(&rows, limit, is_cut.then_some(OutboxId::new(floor)))
}

/// The webhook messages of one merchant's log above `after` that the filter lets through and that are nearest to it, newest
/// first, at most `limit`; with [`Listed::next`] above which id newer ones follow.
pub fn list_newer(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    filter: &LogFilter,
    (after, limit): (OutboxId, i64),
) -> Result<Listed, StoreError> {
    let filter = LogFilter { merchant: Some(merchant), ..filter.clone() };
    let (ceiling, listed) = match filter.state_names().0 {
        "PARKED" => (&PARKED_CEILING_OF_MERCHANT, &PARKED_NEWER_OF_MERCHANT),
        _ => (&CEILING_OF_MERCHANT, &NEWER_OF_MERCHANT),
    };
    let (first, end) = filter.ids(OutboxId::new(i64::MAX));
    let first = first.max(after.get().saturating_add(1));
    let (is_cut, ceiling) = filter.scan(tx, ceiling, (first, end))?;
    let rows = tx.query(listed, &filter.values((first, ceiling.saturating_add(1)), limit.saturating_add(1)))?;
    let mut listed = cut(&rows, limit, is_cut.then_some(OutboxId::new(ceiling)))?;
    listed.messages.reverse();
    Ok(listed)
}
