//! The paths on the Unix socket: JSON over POST; a success is 2xx, a refusal is `{"error":"…"}`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use countersign_service::Platform;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::accounts::{create_merchant, create_operator, create_partner, create_payer, create_provider};
use super::commission::{list_commissions, remove_commission, set_commission};
use super::configure::{configure_merchant, configure_provider};
use super::deposits::create_deposit;
use super::error::AdminError;
use super::keys::create_key;

/// The handler of one act: reads its body, performs it, answers.
macro_rules! act {
    ($perform:path) => {
        post(|State(platform): State<Arc<Platform>>, body: Bytes| async move {
            match serde_json::from_slice(&body) {
                Ok(request) => answer($perform(&platform, request).await),
                Err(error) => AdminError::from(error).into_response(),
            }
        })
    };
}

/// The admin API. Whoever reaches it is the operator: serve it where only the operator can connect.
pub fn router(platform: Arc<Platform>) -> Router {
    Router::new()
        .route("/v1/merchants", act!(create_merchant))
        .route("/v1/merchants/configure", act!(configure_merchant))
        .route("/v1/merchants/commission", act!(set_commission))
        .route("/v1/merchants/commission/remove", act!(remove_commission))
        .route("/v1/merchants/commissions", act!(list_commissions))
        .route("/v1/providers", act!(create_provider))
        .route("/v1/providers/configure", act!(configure_provider))
        .route("/v1/partners", act!(create_partner))
        .route("/v1/payers", act!(create_payer))
        .route("/v1/keys", act!(create_key))
        .route("/v1/operators", act!(create_operator))
        .route("/v1/deposits", act!(create_deposit))
        .with_state(platform)
}

fn answer<T: Serialize>(outcome: Result<T, AdminError>) -> Response {
    let bytes = outcome.and_then(|answer| Ok(serde_json::to_vec(&answer)?));
    let json = HeaderValue::from_static("application/json");
    match bytes {
        Ok(bytes) => (StatusCode::OK, [(header::CONTENT_TYPE, json)], bytes).into_response(),
        Err(error) => error.into_response(),
    }
}
