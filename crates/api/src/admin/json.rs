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
    told(outcome).unwrap_or_else(AdminError::into_response)
}

/// The answer as JSON, while a refusal is still to be looked at.
pub(super) fn told<T: Serialize>(outcome: Result<T, AdminError>) -> Result<Response, AdminError> {
    let bytes = serde_json::to_vec(&outcome?)?;
    let json = HeaderValue::from_static("application/json");
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, json)], bytes).into_response())
}
