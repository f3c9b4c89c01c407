//! A server that answers what it is told, in order, and keeps what it was asked. It checks every request's signature
//! itself, with the crypto crate's verifying half.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use countersign_client::{Client, ClientBuilder, Clock, Config, NonceSource, Timeouts};
use countersign_crypto::verify_request;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub(crate) const API_KEY: &str = "csbxkeykeykeykeykeykeykeykeykeykeykeykeykeykeykeykeykeykeykeyke1";
pub(crate) const NOW_MS: i64 = 1_700_000_000_000;
pub(crate) const NONCE: &str = "abcdefghijklmnopqrstuvwxyz012345";

pub(crate) fn secret() -> String {
    "s".repeat(64)
}

/// What to answer to one request.
pub(crate) struct Script {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Script {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// A success around the JSON text of its data.
    pub(crate) fn success(data: &str) -> Self {
        Self::new(200, format!(r#"{{"status":"SUCCESS","code":"000000","data":{data}}}"#))
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What was asked.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("bodies are JSON")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("bodies are JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{name} is missing")).to_str().expect("headers are ASCII")
    }
}

#[derive(Clone, Default)]
struct Shared {
    scripts: Arc<Mutex<VecDeque<Script>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The running server; it ends with this value.
pub(crate) struct FakeApi {
    pub(crate) base_url: String,
    shared: Shared,
    _server: JoinSet<()>,
}

impl FakeApi {
    pub(crate) async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let shared = Shared::default();
        shared.scripts.lock().expect("no test panics here").extend(scripts);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("bound"));
        let app = Router::new().fallback(answer).with_state(shared.clone());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, app).await.expect("the server runs until the test ends") });
        Self { base_url, shared, _server: server }
    }

    /// A client of this server with a fixed clock and nonce.
    pub(crate) fn client(&self) -> Client {
        self.builder(Timeouts::default()).build().expect("the configuration is right")
    }

    pub(crate) fn builder(&self, timeouts: Timeouts) -> ClientBuilder {
        let config = Config { timeouts, ..Config::new(&self.base_url, API_KEY, secret()) };
        Client::builder(config).clock(Arc::new(Fixed)).nonces(Arc::new(Fixed))
    }

    /// All requests so far, each signed rightly.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let asked = self.shared.asked.lock().expect("no test panics here").clone();
        for request in &asked {
            let (timestamp, nonce) = (request.header("binancepay-timestamp"), request.header("binancepay-nonce"));
            let signature = request.header("binancepay-signature");
            let verdict = verify_request(secret().as_bytes(), timestamp, nonce, &request.body, signature);
            assert_eq!(verdict, Ok(()), "{}", request.text());
            assert_eq!(request.header("binancepay-certificate-sn"), API_KEY);
            assert_eq!(request.header("content-type"), "application/json");
        }
        asked
    }

    /// The only request.
    pub(crate) fn asked_once(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1);
        asked.remove(0)
    }
}

async fn answer(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let asked = Asked { path: uri.path().to_owned(), headers, body: body.to_vec() };
    shared.asked.lock().expect("no test panics here").push(asked);
    let script = shared.scripts.lock().expect("no test panics here").pop_front();
    // Without a script the caller waits for ever: that is how a test asks for a timeout.
    let Some(script) = script else { return std::future::pending().await };
    let status = StatusCode::from_u16(script.status).expect("scripts have real statuses");
    let mut response = (status, script.body).into_response();
    for (name, value) in script.headers {
        response.headers_mut().insert(name, value.parse().expect("scripts have real headers"));
    }
    response
}

struct Fixed;

impl Clock for Fixed {
    fn now_ms(&self) -> i64 {
        NOW_MS
    }
}

impl NonceSource for Fixed {
    fn nonce(&self) -> String {
        NONCE.to_owned()
    }
}
