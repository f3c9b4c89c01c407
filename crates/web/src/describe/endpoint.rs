//! Webhook endpoints: how they stand, and as choices of a form.

use countersign_domain::Timestamp;
use countersign_domain::id::WebhookEndpointId;
use countersign_domain::time::HOUR_MS;
use countersign_domain::webhook_endpoint::{DisabledBy, EndpointState, EventKind, WebhookEndpoint};
use countersign_service::outbox::MISSED_MS_MAX;
use countersign_service::webhook_endpoints::Missed;
use countersign_store::queries::outbox::Message;

use super::{delivery_pill, filter_words};
use crate::pages::{EndpointCard, EndpointTrouble, TroubleKind};
use crate::paths;
use crate::view::{Choice, Moment, StatusPill, Tone, span};

/// From how long of nothing but failures on an endpoint is spoken of where nobody asked: a receiver may be busy for a while.
const TROUBLE_MS: i64 = HOUR_MS;

/// What an endpoint is called: its description, or else the host of its URL.
pub(crate) fn endpoint_name(endpoint: &WebhookEndpoint) -> String {
    if !endpoint.terms.description.is_empty() {
        return endpoint.terms.description.clone();
    }
    let url = endpoint.terms.url.as_str();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest).to_owned()
}

fn pill(state: EndpointState) -> StatusPill {
    match state {
        EndpointState::Enabled { failing_since: None } => StatusPill::new("Enabled", Tone::Good),
        EndpointState::Enabled { failing_since: Some(_) } => StatusPill::new("Failing", Tone::Warn),
        EndpointState::Disabled { by: DisabledBy::Owner, .. } => StatusPill::new("Disabled", Tone::Neutral),
        EndpointState::Disabled { by: DisabledBy::Platform { .. } | DisabledBy::Operator { .. }, .. } => {
            StatusPill::new("Disabled", Tone::Bad)
        }
    }
}

fn note(state: EndpointState, now: Timestamp) -> String {
    let at = |instant: Timestamp| Moment::at(instant.ms(), now.ms()).human;
    match state {
        EndpointState::Enabled { failing_since: None } => String::new(),
        EndpointState::Enabled { failing_since: Some(since) } => {
            format!("Every try since {} has failed. If that goes on for days, it will be disabled.", at(since))
        }
        EndpointState::Disabled { since, by: DisabledBy::Owner } => {
            format!(
                "You disabled it on {}. It gets nothing. What happens in the first {} is written down, and can be sent once you enable \
                 it; what comes later is not.",
                at(since),
                span(MISSED_MS_MAX)
            )
        }
        EndpointState::Disabled { since, by: DisabledBy::Platform { failing_since } } => {
            format!(
                "It was disabled on {}, because every try since {} had failed. Mend your receiver, then enable it: you can \
                 send what it missed then.",
                at(since),
                at(failing_since)
            )
        }
        EndpointState::Disabled { since, by: DisabledBy::Operator { .. } } => {
            format!(
                "The operator of this service disabled it; it has got nothing since {}. Only the operator can enable it: ask there. \
                 You can send what it missed then.",
                at(since)
            )
        }
    }
}

fn missed_words(missed: &Missed, now: Timestamp) -> String {
    let since = Moment::at(missed.since.ms(), now.ms()).human;
    match missed {
        Missed { count, is_cut: true, .. } => format!("more than {count} messages since {since}"),
        Missed { count: 1, .. } => format!("1 message, of {since}"),
        Missed { count, .. } => format!("{count} messages since {since}"),
    }
}

/// One endpoint with what it missed. `newest` are the merchant's newest messages, among which its last one is looked for.
pub(crate) fn endpoint_card(
    endpoint: &WebhookEndpoint,
    missed: Option<&Missed>,
    newest: &[Message],
    now: Timestamp,
) -> EndpointCard {
    let last = newest.iter().find(|message| message.target_endpoint() == Some(endpoint.id));
    let told_at = |message: &Message| message.finished_at.unwrap_or(message.created_at).ms();
    EndpointCard {
        endpoint_id: endpoint.id.to_string(),
        name: endpoint_name(endpoint),
        url: endpoint.terms.url.clone(),
        told: filter_words(&endpoint.terms.events),
        tells_closed: endpoint.terms.events.holds(EventKind::Order).then_some(endpoint.terms.tells_closed),
        is_enabled: endpoint.state.is_enabled(),
        status: pill(endpoint.state),
        note: note(endpoint.state, now),
        is_trouble: endpoint.state.failing_since().is_some() || endpoint.state.is_held(),
        is_held: endpoint.state.is_held(),
        missed: missed.map(|missed| missed_words(missed, now)).unwrap_or_default(),
        last: last.map(|message| (delivery_pill(message), Moment::at(told_at(message), now.ms()))),
        created: Moment::at(endpoint.created_at.ms(), now.ms()),
    }
}

/// An endpoint that its owner should look at; `None` where it has not failed for long.
pub(crate) fn endpoint_trouble(endpoint: &WebhookEndpoint, now: Timestamp) -> Option<EndpointTrouble> {
    let (why, since) = match endpoint.state {
        EndpointState::Enabled { failing_since } => {
            (TroubleKind::Failing, failing_since.filter(|since| now.ms_since(*since) >= TROUBLE_MS)?)
        }
        EndpointState::Disabled { by: DisabledBy::Platform { failing_since }, .. } => {
            (TroubleKind::Failed, failing_since)
        }
        EndpointState::Disabled { since, by: DisabledBy::Operator { .. } } => (TroubleKind::Held, since),
        EndpointState::Disabled { by: DisabledBy::Owner, .. } => return None,
    };
    Some(EndpointTrouble {
        name: endpoint_name(endpoint),
        href: paths::webhook(&endpoint.id.to_string()),
        why,
        since: Moment::at(since.ms(), now.ms()),
    })
}

/// A drop-down list of endpoints, with `first` before them for none of them.
pub(crate) fn endpoint_choices<'e>(
    first: &str,
    endpoints: impl IntoIterator<Item = &'e WebhookEndpoint>,
    chosen: Option<WebhookEndpointId>,
) -> Vec<Choice> {
    let choice = |endpoint: &WebhookEndpoint| {
        let (description, url) = (&endpoint.terms.description, &endpoint.terms.url);
        Choice {
            value: endpoint.id.to_string(),
            label: if description.is_empty() { url.clone() } else { format!("{description} ({url})") },
            selected: chosen == Some(endpoint.id),
        }
    };
    let none = Choice { value: String::new(), label: first.to_owned(), selected: chosen.is_none() };
    std::iter::once(none).chain(endpoints.into_iter().map(choice)).collect()
}
