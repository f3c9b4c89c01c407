//! The one form in which acts are asked for and answered, on the socket and over the network.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::AdminError;

/// Reads a body, which is an object: a list of the values in the right order, which serde would take as well, is none.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(AdminError::NoObject);
    }
    Ok(serde_json::from_slice(body)?)
}

/// The answer as JSON, or the refusal.
pub(super) fn answer<T: Serialize>(outcome: Result<T, AdminError>) -> Response {
    let bytes = outcome.and_then(|answer| Ok(serde_json::to_vec(&answer)?));
    let json = HeaderValue::from_static("application/json");
    match bytes {
        Ok(bytes) => (StatusCode::OK, [(header::CONTENT_TYPE, json)], bytes).into_response(),
        Err(error) => error.into_response(),
    }
}
