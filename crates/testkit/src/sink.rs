//! A receiver of webhooks on a free port of 127.0.0.1: it records what comes, verifies the signature, and answers as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use countersign_crypto::{WebhookPublicKey, WebhookSigningKey};
use countersign_wire::headers::lower;
use countersign_wire::webhooks::Notification;
use http::{HeaderMap, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::bodies::endless;

/// The most requests that a sink remembers.
const REMEMBERED_MAX: usize = 10_000;

/// How the sink answers one request.
#[derive(Debug, Clone)]
pub enum SinkAnswer {
    /// `{"returnCode":"SUCCESS","returnMessage":null}` with 200.
    Success,
    /// This status and body.
    Reply(u16, Vec<u8>),
    /// A redirect to this place.
    Redirect(String),
    /// 429 with this `Retry-After`.
    Busy(String),
    /// This status, and the request's own body.
    Echo(u16),
    /// Nothing at all, for as long as the sender waits.
    Silence,
    /// Nothing until the next [`WebhookSink::release`], and then this.
    Held(Box<SinkAnswer>),
    /// 200 and then a body that never ends.
    Endless,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its path with the query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// The raw bytes.
    pub body: Vec<u8>,
    /// Why the signature does not hold; `None` for a right one.
    pub signature_fault: Option<String>,
}

impl Delivery {
    /// The notification; panics when the signature was wrong or the body is none.
    #[track_caller]
    pub fn verified(&self) -> Notification {
        assert_eq!(self.signature_fault, None, "a delivery to {} is not rightly signed", self.path);
        Notification::parse(&self.body).expect("a signed delivery is a notification")
    }

    /// A header's text, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

struct Shared {
    key: WebhookPublicKey,
    deliveries: Mutex<Vec<Delivery>>,
    script: Mutex<VecDeque<SinkAnswer>>,
    default: Mutex<SinkAnswer>,
    count: watch::Sender<usize>,
    releases: watch::Sender<()>,
}

/// A running receiver; it ends when it is dropped.
pub struct WebhookSink {
    shared: Arc<Shared>,
    base: String,
    // Aborted on drop.
    _server: JoinSet<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked elsewhere is failing already; what was recorded is still good.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WebhookSink {
    /// Starts on a free port and verifies with the public half of `key`.
    pub async fn start(key: &WebhookSigningKey) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared {
            key: WebhookPublicKey::from_pem(key.public_pem()).expect("our own key can be read"),
            deliveries: Mutex::default(),
            script: Mutex::default(),
            default: Mutex::new(SinkAnswer::Success),
            count: watch::Sender::new(0),
            releases: watch::Sender::new(()),
        });
        let router = Router::new().fallback(receive).with_state(Arc::clone(&shared));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // The task is aborted with the sink; until then serving does not end.
            drop(axum::serve(listener, router).await);
        });
        Self { shared, base: format!("http://{address}"), _server: server }
    }

    /// The URL of a path, such as `/hook`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The next requests are answered so, one after another; then again by the default.
    pub fn script(&self, answers: impl IntoIterator<Item = SinkAnswer>) {
        lock(&self.shared.script).extend(answers);
    }

    /// Every request without a line in the script is answered so.
    pub fn answer_always(&self, answer: SinkAnswer) {
        *lock(&self.shared.default) = answer;
    }

    /// What came so far, in the order of arrival.
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.shared.deliveries).clone()
    }

    /// What came to this path.
    pub fn deliveries_to(&self, path: &str) -> Vec<Delivery> {
        self.deliveries().into_iter().filter(|delivery| delivery.path == path).collect()
    }

    /// Waits until `count` requests have come in all.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivery> {
        let mut seen = self.shared.count.subscribe();
        seen.wait_for(|seen| *seen >= count).await.expect("the sink is alive");
        self.deliveries()
    }

    /// Answers every request that has come and is held; those that come later wait for the next time.
    pub fn release(&self) {
        self.shared.releases.send_replace(());
    }

    /// Forgets what came so far.
    pub fn clear(&self) {
        lock(&self.shared.deliveries).clear();
        self.shared.count.send_replace(0);
    }
}

async fn receive(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let signature_fault = verify(&shared.key, &headers, &body);
    let path = uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let scripted = lock(&shared.script).pop_front();
    let mut answer = scripted.unwrap_or_else(|| lock(&shared.default).clone());
    // Before it is counted: whoever has seen it come can release it.
    let mut released = shared.releases.subscribe();
    let count = {
        let mut deliveries = lock(&shared.deliveries);
        assert!(deliveries.len() < REMEMBERED_MAX, "somebody sends without end");
        deliveries.push(Delivery { path, headers, body: body.to_vec(), signature_fault });
        deliveries.len()
    };
    shared.count.send_replace(count);
    while let SinkAnswer::Held(then) = answer {
        // The sender lives as long as the sink, and with the sink this ends.
        drop(released.changed().await);
        answer = *then;
    }
    respond(answer, body).await
}

async fn respond(answer: SinkAnswer, body: Bytes) -> Response {
    let reply = |status: u16, body: Body| {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).expect("the test gives an HTTP status");
        response
    };
    match answer {
        SinkAnswer::Success => reply(200, Body::from(r#"{"returnCode":"SUCCESS","returnMessage":null}"#)),
        SinkAnswer::Reply(status, body) => reply(status, Body::from(body)),
        SinkAnswer::Redirect(to) => {
            let mut response = reply(302, Body::empty());
            let to = to.parse().expect("the test gives a URL");
            response.headers_mut().insert(http::header::LOCATION, to);
            response
        }
        SinkAnswer::Busy(retry_after) => {
            let mut response = reply(429, Body::empty());
            let retry_after = retry_after.parse().expect("the test gives a header's value");
            response.headers_mut().insert(http::header::RETRY_AFTER, retry_after);
            response
        }
        SinkAnswer::Echo(status) => reply(status, Body::from(body)),
        // What is held was taken out of its hold before.
        SinkAnswer::Silence | SinkAnswer::Held(_) => std::future::pending().await,
        SinkAnswer::Endless => reply(200, endless()),
    }
}

fn verify(key: &WebhookPublicKey, headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text(lower::CERTIFICATE_SN) != key.serial() {
        return Some(format!("it names the certificate {:?}, not {}", text(lower::CERTIFICATE_SN), key.serial()));
    }
    let (timestamp, nonce, signature) = (text(lower::TIMESTAMP), text(lower::NONCE), text(lower::SIGNATURE));
    if timestamp.is_empty() || !timestamp.bytes().all(|byte| byte.is_ascii_digit()) || nonce.len() != 32 {
        return Some(format!("timestamp {timestamp:?} and nonce {nonce:?} are not of the documented form"));
    }
    key.verify(timestamp, nonce, body, signature).err().map(|error| error.to_string())
}
