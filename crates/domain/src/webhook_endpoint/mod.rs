//! Where a merchant wants to be told, of what, and whether that place answers.
//!
//! Invariants: a disabled endpoint gets nothing new, and stays disabled until its owner enables it, or the operator where that is
//! who disabled it; who disabled it, and since
//! when, is part of the state. Only a success ends a time of failure.

mod filter;
mod state;

pub use filter::{EventFilter, EventKind, UnknownKind};
pub use state::{DisabledBy, EndpointState, FAILING_MS_MAX};

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::id::{MerchantId, WebhookEndpointId};
use crate::merchant::is_plain_text;
use crate::time::Timestamp;

/// The most endpoints of one merchant.
pub const ENDPOINTS_MAX: i64 = 16;
/// The most bytes of an endpoint's URL (`partner.md` §3.1).
pub const URL_LENGTH_MAX: usize = 256;
/// The most characters of an endpoint's description.
pub const DESCRIPTION_LENGTH_MAX: usize = 128;

/// What an owner says of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointTerms {
    /// Where to.
    pub url: String,
    /// What its owner calls it; may be empty.
    pub description: String,
    /// Of which kinds of events it is told.
    pub events: EventFilter,
    /// Whether it is told of orders that ended without a payment (`partner.md` §3.3).
    pub tells_closed: bool,
}

/// Why something said of an endpoint cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum TermsFault {
    /// The URL is empty or too long.
    #[error("the URL must have 1 to {URL_LENGTH_MAX} bytes")]
    UrlLength,
    /// The description is too long, or holds characters that are not seen.
    #[error("the description may have at most {DESCRIPTION_LENGTH_MAX} characters, all of which can be seen")]
    Description,
}

impl EndpointTerms {
    /// A receiver of everything.
    pub fn of_everything(url: &str, description: &str) -> Self {
        let (url, description) = (url.to_owned(), description.to_owned());
        Self { url, description, events: EventFilter::ALL, tells_closed: true }
    }

    /// Refuses what breaks a bound. Which addresses may be called is another's to say.
    pub fn check(&self) -> Result<(), TermsFault> {
        if self.url.is_empty() || self.url.len() > URL_LENGTH_MAX {
            return Err(TermsFault::UrlLength);
        }
        if self.description.chars().count() > DESCRIPTION_LENGTH_MAX || !is_plain_text(&self.description) {
            return Err(TermsFault::Description);
        }
        Ok(())
    }
}

/// One endpoint of a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEndpoint {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Whose.
    pub merchant_id: MerchantId,
    /// What its owner says of it.
    pub terms: EndpointTerms,
    /// Whether it gets messages, and how that goes.
    pub state: EndpointState,
    /// Since when it is there, in business time.
    pub created_at: Timestamp,
}

impl WebhookEndpoint {
    /// Whether its owner wants to be told of this here.
    pub fn wants(&self, event: &Event) -> bool {
        let told = event.kind().is_some_and(|kind| self.terms.events.holds(kind));
        told && (self.terms.tells_closed || !matches!(event, Event::OrderClosed(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_bounded() {
        let terms = |url: &str, description: &str| EndpointTerms::of_everything(url, description).check();
        assert_eq!(terms("https://a.example/", ""), Ok(()));
        assert_eq!(terms(&"u".repeat(URL_LENGTH_MAX), &"é".repeat(DESCRIPTION_LENGTH_MAX)), Ok(()));
        assert_eq!(terms("", ""), Err(TermsFault::UrlLength));
        assert_eq!(terms(&"u".repeat(URL_LENGTH_MAX + 1), ""), Err(TermsFault::UrlLength));
        assert_eq!(terms("u", &"d".repeat(DESCRIPTION_LENGTH_MAX + 1)), Err(TermsFault::Description));
        assert_eq!(terms("u", "two\nlines"), Err(TermsFault::Description));
    }
}
