//! Developers → Webhooks: where a merchant is told, of what, and whether that place answers.

use askama::Template;

use crate::view::{Chrome, Moment, Problem, StatusPill, TextField, Tick};

/// One endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointCard {
    /// What addresses it in our own paths.
    pub endpoint_id: String,
    /// What its owner calls it; the URL's host where that is nothing.
    pub name: String,
    /// Where to.
    pub url: String,
    /// What it is told of: `Everything`, `Orders, Refunds`.
    pub told: String,
    /// Whether it is told of orders that ended without a payment; `None` where it is told of no orders at all.
    pub tells_closed: Option<bool>,
    /// Whether it gets messages.
    pub is_enabled: bool,
    /// Whether only the operator can enable it.
    pub is_held: bool,
    /// How it stands as a word.
    pub status: StatusPill,
    /// What its owner should know of that, in sentences; empty where all is well.
    pub note: String,
    /// Whether the note tells of something that went wrong.
    pub is_trouble: bool,
    /// How many messages it missed while it was disabled, in words; empty where that is nothing.
    pub missed: String,
    /// How its newest message stands, as far as that is at hand, with when.
    pub last: Option<(StatusPill, Moment)>,
    /// When it was added.
    pub created: Moment,
}

/// A merchant's endpoints.
#[derive(Template)]
#[template(path = "pages/webhook_list.html")]
pub struct WebhookListPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Oldest first.
    pub endpoints: Vec<EndpointCard>,
    /// How many there may be; told when reached.
    pub limit_reached: Option<i64>,
    /// The serial of the certificate that messages are signed with.
    pub certificate_sn: String,
}

/// Adding an endpoint, or saying something else of one.
#[derive(Template)]
#[template(path = "pages/webhook_form.html")]
pub struct WebhookFormPage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// The endpoint that is edited, its id and its name as in force; `None` for a new one.
    pub existing: Option<(String, String)>,
    /// Where to.
    pub url: TextField,
    /// What its owner calls it.
    pub description: TextField,
    /// Whether it is told of everything.
    pub tells_all: bool,
    /// Kinds of events: value is the wire's word.
    pub events: Vec<Tick>,
    /// What is wrong with the choice.
    pub events_error: Option<String>,
    /// Whether it is told of orders that ended without a payment.
    pub tells_closed: bool,
    /// For the summary.
    pub problems: Vec<Problem>,
}

impl WebhookFormPage {
    /// The most bytes of a URL, for its field.
    pub const URL_LENGTH_MAX: usize = countersign_domain::webhook_endpoint::URL_LENGTH_MAX;
    /// The most characters of a description, for its field.
    pub const DESCRIPTION_LENGTH_MAX: usize = countersign_domain::webhook_endpoint::DESCRIPTION_LENGTH_MAX;

    /// Where the form goes.
    pub(crate) fn action(&self) -> String {
        match &self.existing {
            Some((id, _)) => crate::paths::webhook_edit(id),
            None => crate::paths::WEBHOOK_ADD.to_owned(),
        }
    }
}

/// Asks before an endpoint is removed.
#[derive(Template)]
#[template(path = "pages/webhook_remove.html")]
pub struct WebhookRemovePage {
    /// What surrounds the page.
    pub chrome: Chrome,
    /// Which one.
    pub endpoint_id: String,
    /// What its owner calls it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Whether it gets messages now, so that it can be disabled instead.
    pub is_enabled: bool,
}
