//! What surrounds every call: request id, trace span, timeout, panics, and then the one place where refusals
//! become bytes, log lines and counts.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use countersign_wire::headers::{NONCE_DOCUMENTED, lower};
use countersign_wire::refusal::RULE_MAX;
use countersign_wire::{Endpoint, Explanation, Failure, ResultCode};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tracing::Instrument;

use crate::answer::{Carried, Rejection};
use crate::doctor;
use crate::kept;
use crate::settings::FailStatus;
use crate::state::Shared;
use crate::witness::Witness;

/// The header that names a call in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const EXPLAIN: HeaderName = HeaderName::from_static(lower::EXPLAIN);
/// The metrics label of paths that are no endpoint.
const UNKNOWN: &str = "unknown";

/// Has `serve` answer the call and finishes the response.
pub(crate) async fn finish<Served: Future<Output = Response>>(
    state: Arc<Shared>,
    mut request: Request,
    serve: impl FnOnce(Arc<Shared>, Request) -> Served,
) -> Response {
    let witness = Witness::of(&state, &mut request);
    let started = state.metrics.start();
    let note = if state.settings.explain { nonce_note(request.headers()) } else { None };
    let endpoint = Endpoint::find(request.uri().path()).map_or(UNKNOWN, |endpoint| endpoint.path);
    let request_id = state.request_id();
    // Who looks closely gets a span around all that the call logs. Others need none: a fault is logged once, below, under its id.
    let span = tracing::debug_span!("merchant_api", request_id, endpoint);
    let served = AssertUnwindSafe(serve(Arc::clone(&state), request)).catch_unwind();
    let run = tokio::time::timeout(state.settings.request_timeout, served);
    let response = match run.instrument(span.clone()).await {
        Ok(Ok(response)) => response,
        // What it said was printed by the process's own hook.
        Ok(Err(_)) => Rejection::internal("a handler panicked").into_response(),
        // The transaction may still commit: the caller finds out by asking, or by repeating with its own number.
        Err(_) => Rejection::busy("the call took too long and was given up; its effect may still have happened")
            .into_response(),
    };
    let (mut response, code) = write(&state, response, (witness, &request_id)).instrument(span).await;
    if let Some(note) = note {
        // What was refused is explained already.
        response.headers_mut().entry(EXPLAIN).or_insert(note);
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    state.metrics.record(endpoint, code, started);
    response
}

/// What is told of a nonce that passes but is not of the length that the page asks for (`decisions.md` row 5).
fn nonce_note(headers: &HeaderMap) -> Option<HeaderValue> {
    let length = headers.get(lower::NONCE)?.len();
    let text = format!(
        "the nonce has {length} characters; it is accepted, but the page asks for {NONCE_DOCUMENTED} (decisions.md row 5)"
    );
    HeaderValue::from_str(&text).ok().filter(|_| length != NONCE_DOCUMENTED)
}

/// The final response and its code.
async fn write(
    state: &Shared,
    mut response: Response,
    (witness, request_id): (Option<Witness>, &str),
) -> (Response, ResultCode) {
    let Some(Carried(rejection)) = response.extensions_mut().remove::<Carried>() else {
        tracing::debug!("answered");
        return (response, ResultCode::Success);
    };
    log(&rejection, request_id);
    let diagnosed = match &witness {
        Some(witness) if state.settings.explain => doctor::explain(state, witness, &rejection.refusal).await,
        _ => None,
    };
    let explanation = diagnosed.as_ref().unwrap_or(&rejection.refusal.explanation);
    if let Some(witness) = &witness {
        kept::keep(state, witness, &rejection.refusal, explanation).await;
    }
    (envelope(state, &rejection, explanation), rejection.refusal.code)
}

fn log(rejection: &Rejection, request_id: &str) {
    let code = rejection.refusal.code.digits();
    let field = rejection.refusal.field.as_deref();
    if let Some(cause) = &rejection.cause {
        tracing::error!(request_id, code, cause, "the call failed inside");
        return;
    }
    // The rule may quote what the caller sent; only its source is sure to be ours.
    tracing::debug!(code, field, source = rejection.refusal.explanation.source, "refused");
}

fn envelope(state: &Shared, rejection: &Rejection, told: &Explanation) -> Response {
    let refusal = &rejection.refusal;
    let mapped = || {
        let of_code = StatusCode::from_u16(refusal.code.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
        rejection.status.unwrap_or(of_code)
    };
    let status = match state.settings.fail_status {
        FailStatus::Mapped => mapped(),
        FailStatus::Always200 => StatusCode::OK,
    };
    let json = HeaderValue::from_static("application/json");
    let mut response = (status, [(header::CONTENT_TYPE, json)], Failure::new(refusal).to_bytes()).into_response();
    if refusal.code == ResultCode::ActionTooFrequent {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if state.settings.explain {
        response.headers_mut().insert(EXPLAIN, explanation(told));
    }
    response
}

/// The explanation as a header line: the rule, then its source in parentheses, at most [`RULE_MAX`] bytes of ASCII.
fn explanation(explanation: &Explanation) -> HeaderValue {
    let tail = format!(" ({})", explanation.source);
    let room = RULE_MAX.saturating_sub(tail.len());
    let mut line: String =
        explanation.rule.chars().filter(|char| *char == ' ' || char.is_ascii_graphic()).take(room).collect();
    line.push_str(&tail);
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static("no explanation"))
}
