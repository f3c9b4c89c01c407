//! The forms of webhook endpoints and of sending deliveries again.

use super::FormData;

/// [`crate::paths::WEBHOOK_ADD`] and [`crate::paths::webhook_edit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointForm {
    /// Where to.
    pub url: String,
    /// What its owner calls it.
    pub description: String,
    /// Whether it is told of everything; then nothing else that is ticked counts. `None` where that is not said.
    pub tells_all: Option<bool>,
    /// Kinds of events, by the wire's words.
    pub events: Vec<String>,
    /// Whether it is told of orders that ended without a payment.
    pub tells_closed: bool,
}

impl EndpointForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self {
            url: form.text("url"),
            description: form.text("description"),
            tells_all: match form.all("told").as_slice() {
                [told] if told == "all" => Some(true),
                [told] if told == "some" => Some(false),
                _ => None,
            },
            events: form.all("event"),
            tells_closed: form.ticked("tells_closed"),
        }
    }
}

/// [`crate::paths::delivery_resend`].
#[derive(Debug, PartialEq, Eq)]
pub struct ResendForm {
    /// The endpoint to which it goes; `None` for where it was for.
    pub to: Option<String>,
}

impl ResendForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { to: form.optional("to") }
    }
}

/// [`crate::paths::DELIVERIES_RECOVER`].
#[derive(Debug, PartialEq, Eq)]
pub struct RecoverForm {
    /// The minute since when.
    pub since: String,
    /// Whose messages; `None` for all.
    pub endpoint: Option<String>,
    /// Where they go; `None` for where each was for.
    pub to: Option<String>,
    /// Behind which message to go on; `None` to begin.
    pub after: Option<String>,
}

impl RecoverForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self {
            since: form.text("since"),
            endpoint: form.optional("endpoint"),
            to: form.optional("to"),
            after: form.optional("after"),
        }
    }
}
