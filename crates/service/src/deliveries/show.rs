//! One message with everything that is known of it.

use countersign_domain::event::Event;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_domain::webhook_endpoint::WebhookEndpoint;
use countersign_store::queries::outbox::{self, Attempt, Channel, Message};
use countersign_store::queries::webhook_endpoints;
use countersign_store::{ReadTx, StoreError};

use super::mask::mask;
use super::resend::ATTEMPTS_MAX;
use crate::authorizations::{self, AuthorizationToken, RecordError};
use crate::outbox::{open_answer, open_body};
use crate::platform::Platform;

/// Bytes that were kept, as they may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// As text, tokens masked; what is no UTF-8 is replaced.
    Text(String),
    /// Not to be shown: the key that sealed it is gone, or the token that would have to be masked is.
    Hidden,
}

/// One try as it may be shown.
#[derive(Clone)]
pub struct ShownAttempt {
    /// Its number, from 1.
    pub number: i64,
    /// Where it went.
    pub url: String,
    /// How it went; the answer's kept bytes are taken out.
    pub facts: Attempt,
    /// The beginning of the answer's body; `None` where there was none.
    pub answer: Option<Kept>,
    /// Whether the answer went on.
    pub answer_is_cut: bool,
}

/// One message as it may be shown.
#[derive(Clone)]
pub struct Shown {
    /// The message; its kept bytes are taken out.
    pub message: Message,
    /// What it tells; `None` where the stored event is of a shape that this program does not know.
    pub event: Option<Event>,
    /// The endpoint to which the next try would go; `None` where a call named the URL itself, or the endpoint is gone.
    pub endpoint: Option<WebhookEndpoint>,
    /// The body; `None` before it was rendered, which is at the first try.
    pub body: Option<Kept>,
    /// Every try, oldest first; the newest ones where there are very many.
    pub attempts: Vec<ShownAttempt>,
}

/// What must be masked in the bytes of one message.
enum Secret {
    None,
    Token(AuthorizationToken),
    /// There is one, but nobody can tell which.
    Lost,
}

impl Secret {
    fn of(tx: &mut dyn ReadTx, platform: &Platform, event: Option<&Event>) -> Result<Self, StoreError> {
        let Some(Event::Authorization(event)) = event else {
            return Ok(if event.is_none_or(Event::carries_secret) { Self::Lost } else { Self::None });
        };
        match authorizations::open_token(tx, platform, event.token_of) {
            Ok(token) => Ok(Self::Token(token)),
            Err(RecordError::Store(error)) => Err(error),
            Err(_) => Ok(Self::Lost),
        }
    }

    fn shown<E>(&self, opened: Result<Vec<u8>, E>) -> Kept {
        let Ok(bytes) = opened else { return Kept::Hidden };
        let text = String::from_utf8_lossy(&bytes);
        match self {
            Self::None => Kept::Text(text.into_owned()),
            Self::Token(token) => Kept::Text(mask(&text, token.expose())),
            Self::Lost => Kept::Hidden,
        }
    }
}

/// The webhook message with this id in the log of `merchant`, or in anybody's for the operator, who names none; `None` where
/// there is none such.
pub fn show(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    merchant: Option<MerchantId>,
    id: OutboxId,
) -> Result<Option<Shown>, StoreError> {
    let found = outbox::get(tx, id)?.filter(|message| message.channel == Channel::Webhook);
    let Some(mut message) = found.filter(|message| merchant.is_none_or(|merchant| merchant == message.merchant_id))
    else {
        return Ok(None);
    };
    let event: Option<Event> = serde_json::from_str(&message.event).ok();
    let secret = Secret::of(tx, platform, event.as_ref())?;
    let body = open_body(platform, &message).transpose().map(|opened| secret.shown(opened));
    let attempts = attempts(tx, platform, &message, &secret)?;
    let endpoint = match message.target_endpoint() {
        Some(id) => webhook_endpoints::get(tx, id)?,
        None => None,
    };
    message.body = None;
    Ok(Some(Shown { message, event, endpoint, body, attempts }))
}

fn attempts(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    message: &Message,
    secret: &Secret,
) -> Result<Vec<ShownAttempt>, StoreError> {
    let kept = outbox::attempts(tx, message.id, ATTEMPTS_MAX)?;
    let shown = kept.into_iter().map(|(number, sent_to, mut facts)| {
        let answer = facts.answer.take();
        ShownAttempt {
            number,
            url: sent_to.unwrap_or_else(|| message.destination.clone()),
            answer_is_cut: answer.as_ref().is_some_and(|answer| answer.is_cut),
            answer: answer.map(|answer| secret.shown(open_answer(platform, message, number, &answer.body))),
            facts,
        }
    });
    Ok(shown.collect())
}
