//! What handlers answer with: data on its way into a success envelope, or a refusal with what only the log may know.

use axum::response::{IntoResponse, Response};
use countersign_wire::{Refusal, ResultCode, Success};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A refused call.
#[derive(Debug)]
pub(crate) struct Rejection {
    /// What the caller gets.
    pub(crate) refusal: Refusal,
    /// Where the router knows better than the code's own status (`decisions.md` row 2).
    pub(crate) status: Option<StatusCode>,
    /// What went wrong inside, for the log alone.
    pub(crate) cause: Option<Box<str>>,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, status: None, cause: None }
    }
}

impl Rejection {
    /// A fault of ours: 400000, the cause goes to the log.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        let rule = "the server failed; the operator finds the cause in the log under the request id";
        let refusal = Refusal::new(ResultCode::UnknownError, rule, "decisions.md row 1");
        Self { cause: Some(cause.to_string().into()), ..refusal.into() }
    }

    /// Try again later: 400501.
    pub(crate) fn busy(rule: &'static str) -> Self {
        Refusal::new(ResultCode::ActionTooFrequent, rule, "decisions.md row 1").into()
    }
}

/// An empty response that carries the rejection; `finish` writes the envelope, because it knows the settings.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Carried(std::sync::Arc::new(self)));
        response
    }
}

/// A rejection in a response's extensions, which must be cloneable.
#[derive(Clone)]
pub(crate) struct Carried(pub(crate) std::sync::Arc<Rejection>);

/// The data of a success.
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        enveloped(&Success::new(self.0))
    }
}

/// The data of a success that may have happened before: the same call again says so and is no error (`money.md` §4.1).
pub(crate) enum Repeatable<T> {
    /// It happened now.
    First(T),
    /// It happened before, and only then.
    Again(T),
}

impl<T: Serialize> IntoResponse for Repeatable<T> {
    fn into_response(self) -> Response {
        match self {
            Self::First(data) => enveloped(&Success::new(data)),
            Self::Again(data) => enveloped(&Success::repeated(data)),
        }
    }
}

fn enveloped<T: Serialize>(success: &Success<T>) -> Response {
    match success.to_bytes() {
        Ok(bytes) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response(),
        Err(error) => Rejection::internal(error).into_response(),
    }
}

/// What every handler of the merchant API gives back.
pub(crate) type Outcome<T> = Result<Answer<T>, Rejection>;

/// What a handler gives back whose call may be repeated.
pub(crate) type RepeatableOutcome<T> = Result<Repeatable<T>, Rejection>;
