//! One delivery's way to the receiver, and its answer's way back.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use countersign_client::wire::webhooks::{ReceiverAnswer, Verdict, judge};
use countersign_jobs::{Answer, OutboundClient, OutboundTimeouts, SendError};
use countersign_service::Clock;
use countersign_store::MonotonicClock;
use serde::Deserialize;

use super::choice::Choice;
use super::line::{Line, Lines};
use crate::system::SystemClock;

/// The largest delivery that is taken; the platform's are far smaller.
const BODY_BYTES_MAX: usize = 1 << 20;
/// By how much less patience than the sandbox's the receiver is given, so that its silence can be told apart from ours.
const MARGIN: Duration = Duration::from_secs(1);

/// Headers that belong to one connection, or that the next one writes itself.
const NOT_FORWARDED: [HeaderName; 5] =
    [header::HOST, header::CONTENT_LENGTH, header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE];

/// How long the receiver may take, of what a sender has.
pub(super) fn timeouts(of_sender: OutboundTimeouts) -> OutboundTimeouts {
    OutboundTimeouts { whole: of_sender.whole.saturating_sub(MARGIN), ..of_sender }
}

/// Takes deliveries and forwards them.
pub(super) struct Forwarder {
    pub(super) client: OutboundClient,
    pub(super) to: String,
    pub(super) choice: Choice,
    pub(super) lines: Lines,
    pub(super) elapsed: MonotonicClock,
}

/// What a line tells of a delivery.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Told {
    pub(super) biz_type: String,
    pub(super) biz_status: String,
    pub(super) biz_id_str: String,
}

/// The endpoint that the sandbox delivers to.
pub(super) fn router(path: &str, forwarder: Arc<Forwarder>) -> Router {
    Router::new().route(path, post(take)).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)).with_state(forwarder)
}

async fn take(State(forwarder): State<Arc<Forwarder>>, mut headers: HeaderMap, body: Bytes) -> Response {
    let told: Told = serde_json::from_slice(&body).unwrap_or_default();
    if !forwarder.choice.holds(&told.biz_type, &told.biz_status) {
        // Nobody asked for it here: it must not come again.
        let answer = serde_json::to_vec(&ReceiverAnswer::success()).expect("an answer is JSON");
        return ([(header::CONTENT_TYPE, "application/json")], answer).into_response();
    }
    for name in NOT_FORWARDED {
        headers.remove(name);
    }
    let (at, begun) = (SystemClock.now(), (forwarder.elapsed)());
    let sent = forwarder.client.post(&forwarder.to, headers, body).await;
    let took = (forwarder.elapsed)().saturating_sub(begun);
    let line = Line {
        at,
        told: &told,
        status: sent.as_ref().ok().map(|answer| answer.status),
        wrong: wrong(&sent),
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    };
    // A reader that went away misses lines, but the receiver still gets its deliveries.
    let _ = super::print(&forwarder.lines.line(&line));
    match sent {
        Ok(answer) => back(answer),
        Err(SendError::TimedOut) => (StatusCode::GATEWAY_TIMEOUT, SendError::TimedOut.to_string()).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// Why the sandbox will try again; `None` for a success.
fn wrong(sent: &Result<Answer, SendError>) -> Option<String> {
    let answer = match sent {
        Ok(answer) => answer,
        Err(error) => return Some(error.to_string()),
    };
    match judge(answer.status, &answer.body) {
        Verdict::Delivered => None,
        Verdict::WrongStatus => Some("only 200 is a success".to_owned()),
        _ if answer.is_cut => Some("the answer is too long".to_owned()),
        Verdict::NotJson => Some("the answer is no JSON object".to_owned()),
        Verdict::NotSuccess => Some("the answer's returnCode is not SUCCESS".to_owned()),
    }
}

/// The receiver's answer as its sender's own.
fn back(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut body = answer.body;
    if answer.is_cut {
        // One byte more than is kept of an answer: the sandbox must see that it was cut.
        body.push(b' ');
    }
    let mut response = (status, body).into_response();
    if let Some(value) = answer.retry_after.and_then(|value| HeaderValue::from_str(&value).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}
