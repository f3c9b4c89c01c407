//! How a control call is refused: 4xx with `{"error":"…"}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_service::webhook_endpoints::EndpointError;
use countersign_store::StoreError;
use serde_json::json;

/// A refusal, or a failure of ours.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into() }
    }

    /// The caller asked for something that cannot be.
    pub(super) fn bad(error: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.to_string())
    }

    /// We failed; the caller asked for nothing wrong.
    pub(super) fn ours(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "a control call failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }

    pub(super) fn not_found(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // Busy is nobody's fault and passes: the caller tries again.
        if error.is_transient() {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
        } else {
            Self::ours(error)
        }
    }
}

impl From<EndpointError> for Refusal {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::Store(error) => error.into(),
            EndpointError::UnknownMerchant => Self::not_found(error.to_string()),
            error => Self::bad(error),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error }))).into_response()
    }
}

#[cfg(test)]
mod tests {
    use countersign_store::BusyCause;

    use super::*;

    #[test]
    fn failures_of_the_database_are_not_the_callers() {
        assert_eq!(Refusal::from(StoreError::Busy(BusyCause::QueueFull)).status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(Refusal::from(StoreError::ReadOnly).status, StatusCode::INTERNAL_SERVER_ERROR);
    }
}
