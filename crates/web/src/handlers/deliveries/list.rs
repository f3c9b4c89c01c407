//! The log: filtered by what its address says, so that it can be kept and sent on.

use axum::extract::{Query, State};
use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_domain::webhook_endpoint::WebhookEndpoint;
use countersign_service::deliveries::{self as service, Listed, LogFilter, StateFilter};
use countersign_store::StoreError;
use countersign_store::queries::Key;
use countersign_store::queries::outbox::MessageState;
use serde::Deserialize;

use super::{endpoints, named};
use crate::describe::{day_begin, day_end, delivery_line, endpoint_choices, kind_choices, kind_of_code, minute_text};
use crate::handlers::Answer;
use crate::handlers::helpers::{Cursor, ok, refused};
use crate::pages::{DeliveryFilter, DeliveryListPage};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Choice, Pager, Place, Problem, TextField};

/// Rows of one page.
const ROWS: i64 = 25;

/// The states one can filter by: what the address says, and what people read.
const STATES: &[(&str, &str, Option<StateFilter>)] = &[
    ("", "All", None),
    ("PENDING", "Pending", Some(StateFilter::Is(MessageState::Pending))),
    ("DELIVERED", "Delivered", Some(StateFilter::Is(MessageState::Delivered))),
    ("FAILED", "Failed or missed", Some(StateFilter::Parked)),
];

/// The filter of the list's address.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    endpoint: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// The filter as it is drawn again, and what it asks for; nothing is asked for where something is wrong with it.
struct Read {
    form: DeliveryFilter,
    problems: Vec<Problem>,
    filter: Option<LogFilter>,
}

/// A day of the filter, or what is wrong with it; the empty field asks for none.
fn day(text: &str, of: fn(&str) -> Result<Timestamp, String>) -> Result<Option<Timestamp>, String> {
    if text.is_empty() { Ok(None) } else { of(text).map(Some) }
}

fn days(from: &str, to: &str) -> ([Option<Timestamp>; 2], [Option<String>; 2]) {
    match (day(from, day_begin), day(to, day_end)) {
        (Ok(Some(since)), Ok(Some(until))) if since >= until => {
            ([None, None], [None, Some("Choose the same day as the first or a later one.".to_owned())])
        }
        (since, until) => {
            let faults = [since.as_ref().err().cloned(), until.as_ref().err().cloned()];
            ([since.unwrap_or_default(), until.unwrap_or_default()], faults)
        }
    }
}

fn read(asked: &Asked, endpoints: &[WebhookEndpoint], member: &Member) -> Read {
    let state = STATES.iter().find(|row| row.0 == asked.state).unwrap_or(&STATES[0]);
    let (kind, endpoint) = (kind_of_code(&asked.kind), named(endpoints, &asked.endpoint));
    let (from, to) = (asked.from.trim(), asked.to.trim());
    let ([since, until], [from_fault, to_fault]) = days(from, to);
    // A link that asks for what is not there must not show all there is as if it were that.
    let unknown = |text: &str, is_known: bool, what: &str| (!text.is_empty() && !is_known).then(|| what.to_owned());
    let is_state = STATES.iter().any(|row| row.0 == asked.state);
    let faults = [
        ("state", unknown(&asked.state, is_state, "There is no such state; choose another.")),
        ("type", unknown(&asked.kind, kind.is_some(), "There is no such kind of message; choose another.")),
        (
            "endpoint",
            unknown(&asked.endpoint, endpoint.is_some(), "You have no such endpoint any more; choose another."),
        ),
        ("from", from_fault.clone()),
        ("to", to_fault.clone()),
    ];
    let problems: Vec<Problem> =
        faults.into_iter().filter_map(|(field, fault)| Some(Problem::of(field, fault?))).collect();
    let choice =
        |row: &(&str, &str, _)| Choice { value: row.0.to_owned(), label: row.1.to_owned(), selected: row.0 == state.0 };
    let filter =
        LogFilter { merchant: Some(member.id()), state: state.2, kind, endpoint, since, until, ..LogFilter::default() };
    Read {
        filter: problems.is_empty().then_some(filter),
        problems,
        form: DeliveryFilter {
            states: STATES.iter().map(choice).collect(),
            kinds: kind_choices(kind),
            endpoints: endpoint_choices("All", endpoints, endpoint),
            is_filtered: [state.2.is_some(), kind.is_some(), endpoint.is_some(), since.is_some(), until.is_some()]
                .contains(&true),
            from: TextField { value: from.to_owned(), error: from_fault },
            to: TextField { value: to.to_owned(), error: to_fault },
        },
    }
}

fn chosen(choices: &[Choice]) -> &str {
    choices.iter().find(|choice| choice.selected).map_or("", |choice| choice.value.as_str())
}

/// The list's address with its filter, up to where a cursor goes.
fn base(form: &DeliveryFilter) -> String {
    let parts = [
        ("state", chosen(&form.states)),
        ("type", chosen(&form.kinds)),
        ("endpoint", chosen(&form.endpoints)),
        ("from", &form.from.value),
        ("to", &form.to.value),
    ];
    let given = parts.into_iter().filter(|(_, value)| !value.is_empty());
    let pair = |(name, value)| format!("{name}={}&", paths::segment(value));
    format!("{}?{}", paths::DELIVERIES, given.map(pair).collect::<Vec<_>>().concat())
}

/// Where the neighbouring pages are. A page looks at so many messages and no more: one that shows none may yet have others
/// behind it.
fn pager(listed: &Listed, key: Key, base: &str) -> Pager {
    let (first, last) = (listed.messages.first(), listed.messages.last());
    let (newer, older) = match key {
        Key::Newest => (None, listed.next),
        Key::Before(before) => {
            (Some(first.map_or(OutboxId::new(before.saturating_sub(1)), |message| message.id)), listed.next)
        }
        Key::After(after) => {
            (listed.next, Some(last.map_or(OutboxId::new(after.saturating_add(1)), |message| message.id)))
        }
    };
    Pager { newer: newer.map(|id| format!("{base}after={id}")), older: older.map(|id| format!("{base}before={id}")) }
}

/// The list, newest first.
pub(crate) async fn list(
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
    Query(cursor): Query<Cursor>,
    member: Member,
) -> Answer {
    let endpoints = endpoints(&state, &member).await?;
    let Read { form, problems, filter } = read(&asked, &endpoints, &member);
    let since = filter.as_ref().and_then(|filter| filter.since).map(minute_text);
    let mut page = DeliveryListPage {
        chrome: member.chrome(Place::Deliveries),
        recover_href: paths::recover(&since.unwrap_or_default(), chosen(&form.endpoints)),
        filter: form,
        problems,
        lines: Vec::new(),
        pager: Pager::default(),
    };
    let Some(filter) = filter else { return refused(&page) };
    let (owner, key, now) = (member.id(), cursor.key(), state.platform().business_now());
    let read = state.platform().read("deliveries", move |tx, _| match key {
        Key::Newest => service::list(tx, &filter, None, ROWS),
        Key::Before(before) => service::list(tx, &filter, Some(OutboxId::new(before)), ROWS),
        Key::After(after) => service::list_newer(tx, owner, &filter, (OutboxId::new(after), ROWS)),
    });
    let listed = read.await.map_err(|error: StoreError| error)?;
    page.pager = pager(&listed, key, &base(&page.filter));
    page.lines = listed.messages.iter().map(|message| delivery_line(message, now)).collect();
    ok(&page)
}
