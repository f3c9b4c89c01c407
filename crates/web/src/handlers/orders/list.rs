//! The list of orders: filtered by what its address says, so that it can be kept and sent on.

use std::ops::Range;

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::order::OrderStatus;
use countersign_service::orders::{self as service, SEARCH_LENGTH_MAX};
use countersign_store::StoreError;
use serde::Deserialize;

use crate::describe::{day_begin, day_end, order_line};
use crate::handlers::Answer;
use crate::handlers::helpers::{Cursor, ok, paged, refused};
use crate::pages::{OrderFilter, OrderListPage};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Choice, Pager, Place, Problem, TextField};

/// Rows of one page.
const ROWS: usize = 25;

/// The states one can filter by: what the address says, and what people read.
const STATES: &[(&str, &str, Option<OrderStatus>)] = &[
    ("", "All", None),
    ("INITIAL", "Open", Some(OrderStatus::Initial)),
    ("PENDING", "Confirming", Some(OrderStatus::Pending)),
    ("PAID", "Paid", Some(OrderStatus::Paid)),
    ("REFUNDING", "Refunding", Some(OrderStatus::Refunding)),
    ("REFUNDED", "Refunded in part", Some(OrderStatus::Refunded)),
    ("FULL_REFUNDED", "Refunded", Some(OrderStatus::FullRefunded)),
    ("CANCELED", "Closed", Some(OrderStatus::Canceled)),
    ("EXPIRED", "Expired", Some(OrderStatus::Expired)),
    ("ERROR", "Failed", Some(OrderStatus::Error)),
];

/// The filter of the list's address.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// The filter as it is drawn again, and what it asks for; nothing is asked for where something is wrong with it.
struct Read {
    form: OrderFilter,
    problems: Vec<Problem>,
    filter: Option<service::Filter>,
}

/// The days between which orders are asked for, both included, or what is wrong with each field.
fn days(from: &str, to: &str) -> Result<Option<Range<Timestamp>>, [Option<String>; 2]> {
    let read = |text: &str, of: fn(&str) -> Result<Timestamp, String>, open: Timestamp| {
        if text.is_empty() { Ok(open) } else { of(text) }
    };
    let begin = read(from, day_begin, Timestamp::from_ms(i64::MIN));
    let end = read(to, day_end, Timestamp::from_ms(i64::MAX));
    match (begin, end) {
        _ if from.is_empty() && to.is_empty() => Ok(None),
        (Ok(begin), Ok(end)) if begin < end => Ok(Some(begin..end)),
        (Ok(_), Ok(_)) => Err([None, Some("Choose the same day as the first or a later one.".to_owned())]),
        (begin, end) => Err([begin.err(), end.err()]),
    }
}

fn read(asked: &Asked) -> Read {
    let chosen = STATES.iter().find(|row| row.0 == asked.state).unwrap_or(&STATES[0]);
    let text = asked.q.trim().to_owned();
    let (from, to) = (asked.from.trim(), asked.to.trim());
    let is_long = text.chars().count() > SEARCH_LENGTH_MAX;
    let too_long = is_long.then(|| format!("No ID has more than {SEARCH_LENGTH_MAX} characters."));
    let (created, [from_fault, to_fault]) = match days(from, to) {
        Ok(created) => (created, [None, None]),
        Err(faults) => (None, faults),
    };
    let faults = [("q", &too_long), ("from", &from_fault), ("to", &to_fault)];
    let problems: Vec<Problem> =
        faults.into_iter().filter_map(|(field, fault)| Some(Problem::of(field, fault.clone()?))).collect();
    let choice = |row: &(&str, &str, _)| Choice {
        value: row.0.to_owned(),
        label: row.1.to_owned(),
        selected: row.0 == chosen.0,
    };
    let is_filtered = !text.is_empty() || chosen.2.is_some() || created.is_some();
    Read {
        filter: problems.is_empty().then(|| service::Filter { text: text.clone(), status: chosen.2, created }),
        problems,
        form: OrderFilter {
            search: TextField { value: text, error: too_long },
            states: STATES.iter().map(choice).collect(),
            from: TextField { value: from.to_owned(), error: from_fault },
            to: TextField { value: to.to_owned(), error: to_fault },
            is_filtered,
        },
    }
}

/// The list's address with its filter, up to where a cursor goes.
fn base(form: &OrderFilter) -> String {
    let state = form.states.iter().find(|choice| choice.selected).map_or("", |choice| choice.value.as_str());
    let parts =
        [("q", form.search.value.as_str()), ("state", state), ("from", &form.from.value), ("to", &form.to.value)];
    let given = parts.into_iter().filter(|(_, value)| !value.is_empty());
    let pair = |(name, value)| format!("{name}={}&", paths::segment(value));
    format!("{}?{}", paths::ORDERS, given.map(pair).collect::<Vec<_>>().concat())
}

/// The list, newest first.
pub(crate) async fn list(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    Query(cursor): Query<Cursor>,
    member: Member,
) -> Answer {
    let Read { form, problems, filter } = read(&asked);
    let chrome = member.chrome(Place::Orders);
    let Some(filter) = filter else {
        return refused(&OrderListPage { chrome, filter: form, problems, lines: Vec::new(), pager: Pager::default() });
    };
    let (id, key, now) = (member.id(), cursor.key(), state.platform().business_now());
    let rows = i64::try_from(ROWS + 1).expect("a page is small");
    let lines = state
        .platform()
        .read("orders_of_merchant", move |tx, _| {
            let found = service::page_of_merchant(tx, id, (&filter, now), (key, rows))?;
            let lines = found.iter().map(|order| Ok((order.id.get(), order_line(tx, order, now)?)));
            lines.collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    let (lines, pager) = paged(lines, ROWS, key, (&base(&form), |line: &(i64, _)| line.0));
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    ok(&OrderListPage { chrome, filter: form, problems, lines, pager })
}
