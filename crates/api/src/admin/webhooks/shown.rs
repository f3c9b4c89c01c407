//! One delivery with its body and every try, tokens masked.

use countersign_service::deliveries::{Kept, Shown, ShownAttempt};
use countersign_store::queries::outbox::SignedWith;
use countersign_wire::headers::sent_headers;
use serde::Serialize;
use serde_json::{Map, Value};

use super::deliveries::DeliveryView;

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryAnswer {
    /// What the list shows too.
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// Its body, tokens masked; absent before the first try, and where it cannot be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Every try, oldest first.
    pub tries: Vec<TryView>,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TryView {
    /// Its number, from 1.
    pub number: i64,
    /// Where it went.
    pub url: String,
    /// When it began, in wall time, Unix ms.
    pub started_at: i64,
    /// How long it took.
    pub duration_ms: i64,
    /// The headers of the request, without the signature, which follows from them and the body.
    pub headers: Map<String, Value>,
    /// The HTTP status, where there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// What went wrong; absent for a success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The beginning of the answer's body, tokens masked; absent where there was none, or it cannot be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Whether the answer went on.
    pub answer_is_cut: bool,
}

fn text(kept: Option<Kept>) -> Option<String> {
    match kept {
        Some(Kept::Text(text)) => Some(text),
        Some(Kept::Hidden) | None => None,
    }
}

fn headers(signed: &SignedWith) -> Map<String, Value> {
    let sent = sent_headers(&signed.serial, &signed.nonce, signed.timestamp.ms());
    sent.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

impl From<ShownAttempt> for TryView {
    fn from(tried: ShownAttempt) -> Self {
        Self {
            number: tried.number,
            url: tried.url,
            started_at: tried.facts.started_at.ms(),
            duration_ms: tried.facts.duration_ms,
            headers: tried.facts.signed_with.as_ref().map(headers).unwrap_or_default(),
            status: tried.facts.status,
            error: tried.facts.error,
            answer: text(tried.answer),
            answer_is_cut: tried.answer_is_cut,
        }
    }
}

impl From<Shown> for DeliveryAnswer {
    fn from(shown: Shown) -> Self {
        Self {
            delivery: DeliveryView::from(&shown.message),
            body: text(shown.body),
            tries: shown.attempts.into_iter().map(TryView::from).collect(),
        }
    }
}
