//! A receiver of webhooks: it hands on what it got and answers what it was told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use countersign_client::WebhookVerifier;
use countersign_client::wire::answers::Certificate;
use countersign_client::wire::webhooks::Notification;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::support::Sandbox;

/// How long a delivery may take under any load.
const PATIENCE: Duration = Duration::from_mins(1);
/// How far off a delivery's timestamp may be under any load.
const AGE_MAX: Duration = Duration::from_mins(5);

const SUCCESS: &str = r#"{"returnCode":"SUCCESS","returnMessage":null}"#;

/// What is answered instead of a success.
pub(crate) enum Reply {
    /// This status and body.
    With(u16, String),
    /// Status 200 and what came.
    Echo,
    /// Nothing, for as long as the sender waits.
    Never,
}

/// One request as it came.
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// What it says, once the SDK has verified it.
    pub(crate) fn verified(&self, verifier: &WebhookVerifier) -> Notification {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        verifier.verify(header, &self.body, i64::try_from(now).unwrap(), AGE_MAX).unwrap()
    }
}

/// The SDK's verifier with the certificates of a sandbox.
pub(crate) async fn verifier(sandbox: &Sandbox) -> WebhookVerifier {
    let certificates = sandbox.data(&sandbox.actor("merchant"), "/certificates", &json!({})).await;
    let certificates: Vec<Certificate> = serde_json::from_value(certificates).unwrap();
    WebhookVerifier::new(&certificates).unwrap()
}

type Replies = Arc<Mutex<VecDeque<Reply>>>;

pub(crate) struct Receiver {
    pub(crate) url: String,
    replies: Replies,
    received: mpsc::UnboundedReceiver<Received>,
    _server: JoinSet<()>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?a=1", listener.local_addr().unwrap());
        let (replies, (sender, received)) = (Replies::default(), mpsc::unbounded_channel());
        let app = Router::new().route("/hook", post(receive)).with_state((Arc::clone(&replies), sender));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, replies, received, _server: server }
    }

    /// Answers so to the next requests, and with success again after them.
    pub(crate) fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }

    /// The same, instead of what was left to be answered.
    pub(crate) fn script_anew(&self, replies: impl IntoIterator<Item = Reply>) {
        *self.replies.lock().unwrap() = replies.into_iter().collect();
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(PATIENCE, self.received.recv()).await;
        next.expect("a delivery comes in time").unwrap()
    }

    /// What else came until now.
    pub(crate) fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }

    /// Whether nothing more came until now.
    pub(crate) fn is_empty(&self) -> bool {
        self.received.is_empty()
    }
}

async fn receive(
    State((replies, sender)): State<(Replies, mpsc::UnboundedSender<Received>)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reply = replies.lock().unwrap().pop_front();
    // The test may be over.
    let _ = sender.send(Received { headers, body: body.to_vec() });
    match reply {
        None => SUCCESS.into_response(),
        Some(Reply::With(status, text)) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
        Some(Reply::Echo) => body.into_response(),
        Some(Reply::Never) => std::future::pending().await,
    }
}

/// Asks until it is so; what it waits for is done by another process, which tells nobody.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// The only delivery in the log of `merchant`.
pub(crate) async fn only_delivery(sandbox: &Sandbox, merchant: &Value) -> Value {
    let listed = sandbox.controlled("/webhooks/deliveries", json!({ "merchantId": merchant })).await;
    let [delivery] = listed["deliveries"].as_array().unwrap().as_slice() else { panic!("one delivery: {listed}") };
    delivery.clone()
}
