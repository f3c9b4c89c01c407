//! What a handler answers when it cannot answer with its page.
//!
//! A failure becomes a bare answer that carries its kind; [`crate::frame`] around all handlers turns that into the error
//! page, so that every failure is logged once and looks the same.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_store::StoreError;

use crate::pages::ErrorKind;
use crate::passwords::Busy;
use crate::paths;
use crate::render::{self, RenderError};

/// Why there is no page.
#[derive(Debug)]
pub enum Failure {
    /// Nobody is signed in; back to `next` afterwards.
    SignIn {
        /// One of our own paths.
        next: Option<String>,
    },
    /// An error page.
    Page {
        /// Which.
        kind: ErrorKind,
        /// With which status.
        status: StatusCode,
    },
    /// Something of ours failed; the cause goes into the log.
    Broken {
        /// What the reader sees.
        kind: ErrorKind,
        /// What the log says.
        cause: String,
    },
}

/// The status that goes with a kind of error page.
pub(crate) const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::FormExpired | ErrorKind::NotAllowed | ErrorKind::WrongAccount => StatusCode::FORBIDDEN,
        ErrorKind::BadRequest => StatusCode::BAD_REQUEST,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Failure {
    /// The error page of this kind, with the status that goes with it.
    pub const fn page(kind: ErrorKind) -> Self {
        Self::Page { kind, status: status_of(kind) }
    }

    /// Something that must not happen.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Broken { kind: ErrorKind::Internal, cause: cause.to_string() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = if error.is_transient() { ErrorKind::Busy } else { ErrorKind::Internal };
        Self::Broken { kind, cause: error.to_string() }
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Self {
        Self::internal(error)
    }
}

impl From<Busy> for Failure {
    fn from(_: Busy) -> Self {
        Self::page(ErrorKind::Busy)
    }
}

/// What the frame finds on a bare answer.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) kind: ErrorKind,
    pub(crate) cause: Option<String>,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, failed) = match self {
            Self::SignIn { next } => {
                let path = next.map_or_else(|| paths::SIGN_IN.to_owned(), |next| paths::sign_in_then(&next));
                return redirect(&path);
            }
            Self::Page { kind, status } => (status, Failed { kind, cause: None }),
            Self::Broken { kind, cause } => (status_of(kind), Failed { kind, cause: Some(cause) }),
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(failed);
        response
    }
}

/// Leads to one of our own paths; one that cannot stand in a header leads to the start page.
pub(crate) fn redirect(path: &str) -> Response {
    render::see_other(path).or_else(|| render::see_other(paths::HOME)).expect("our own path can stand in a header")
}
