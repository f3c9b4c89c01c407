//! From a stored event to the bytes that go out: rendered once, kept, and sealed where they carry a token.

mod samples;
mod webhook;

use countersign_crypto::OpenError;
use countersign_domain::event::Event;
use countersign_service::authorizations::RecordError;
use countersign_service::{Platform, outbox};
use countersign_store::queries::outbox::{Channel, Message};
use countersign_store::{ReadTx, StoreError};
use countersign_wire::DecimalError;
use countersign_wire::webhooks::NotificationError;
use thiserror::Error;

use crate::mail;
pub use samples::{Sample, Scene};
pub use webhook::{notification, render_webhook, wire_labels};

/// Why a message cannot be rendered or its body not be read again. All but [`RenderError::Store`] are for good.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The stored event is of a shape that this program does not know.
    #[error("the stored event cannot be read")]
    Event(#[source] serde_json::Error),
    /// The authorization's token is gone, or sealed under a key that is.
    #[error("the token of the authorization cannot be opened")]
    Token(#[source] RecordError),
    /// The event has no form on the wire.
    #[error("the notification cannot be written")]
    Notification(#[from] NotificationError),
    /// The rate of a payment has no form on the wire.
    #[error("the price cannot be written")]
    Price(#[source] DecimalError),
    /// Nobody is told of this by webhook.
    #[error("there is no webhook for this event")]
    NoWebhook,
    /// Nobody is told of this by mail.
    #[error("there is no mail for this event")]
    NoMail,
    /// The kept body is sealed under a key that is gone.
    #[error("the kept body cannot be opened")]
    Sealed(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RecordError> for RenderError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Store(error) => Self::Store(error),
            other => Self::Token(other),
        }
    }
}

/// The typed event of a message.
pub fn event_of(message: &Message) -> Result<Event, RenderError> {
    serde_json::from_str(&message.event).map_err(RenderError::Event)
}

/// The bytes of a message that has none yet, as they are to be kept: sealed where [`Message::body_sealed`].
pub fn render(platform: &Platform, tx: &mut dyn ReadTx, message: &Message) -> Result<Vec<u8>, RenderError> {
    let body = match message.channel {
        Channel::Webhook => render_webhook(platform, tx, message)?,
        Channel::Mail => {
            let event = event_of(message)?;
            mail::render_mail(platform, message, &event)?.to_body()
        }
    };
    Ok(outbox::keep_body(platform, message, body))
}

/// The bytes to send, out of what was kept; `None` before the message was rendered.
pub fn open_body(platform: &Platform, message: &Message) -> Result<Option<Vec<u8>>, RenderError> {
    Ok(outbox::open_body(platform, message)?)
}
