//! `/webhooks/listen` and `/webhooks/unlisten`: for `countersign listen`.
//!
//! A listener has its endpoints for as long as the answer to its call goes on: the first line of it says that they are there,
//! and it ends with the sandbox. Whoever hangs up, or dies, listens no more.

use std::convert::Infallible;

use axum::Json;
use axum::body::{Body as AnswerBody, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_api::admin;
use countersign_domain::id::MerchantId;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Control;
use super::super::body::{self, Body};
use super::super::refusal::Refusal;
use crate::listeners::{ListenError, Listener};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in super::super) struct NewListener {
    url: String,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default, deserialize_with = "body::optional_number")]
    merchant_id: Option<i64>,
}

fn refuse(error: ListenError) -> Refusal {
    match error {
        ListenError::Endpoint(error) => error.into(),
        ListenError::Ending => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        ListenError::Nobody => Refusal::not_found(error.to_string()),
        ListenError::TooMany => Refusal::new(StatusCode::CONFLICT, error.to_string()),
    }
}

/// Tells a URL of everything, or of some types, for as long as the answer is read.
pub(in super::super) async fn listen(
    State(control): State<Control>,
    Body(new): Body<NewListener>,
) -> Result<Response, Refusal> {
    control.outbound.check(&new.url).map_err(Refusal::bad)?;
    let events = admin::event_filter(&new.events).map_err(Refusal::bad)?;
    let listener = Listener { url: new.url, events, merchant: new.merchant_id.map(MerchantId::new) };
    let (seat, settled) = control.listeners.join(listener).await.map_err(refuse)?;
    let told = json!({ "listener": seat.id.to_string(), "endpoints": settled.endpoints, "noPlace": settled.no_place });
    let first = Bytes::from(format!("{told}\n"));
    let listeners = control.listeners;
    let end = async move {
        listeners.ending().await;
        drop(seat);
        Ok(Bytes::new())
    };
    let lines = stream::iter([Ok::<_, Infallible>(first)]).chain(stream::once(end));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], AnswerBody::from_stream(lines)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Unlisten {
    #[serde(deserialize_with = "body::number")]
    listener: i64,
}

/// Takes a listener's endpoints away before it hangs up; they are gone when this is answered.
pub(in super::super) async fn unlisten(
    State(control): State<Control>,
    Body(unlisten): Body<Unlisten>,
) -> Result<Json<Value>, Refusal> {
    let id = u64::try_from(unlisten.listener).map_err(Refusal::bad)?;
    control.listeners.leave(id).await?;
    Ok(Json(json!({})))
}
