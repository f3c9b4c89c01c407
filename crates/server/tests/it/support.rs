//! Starting the binary and speaking to it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request};
use countersign_crypto::sign_request;
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::Value;

/// The binary under test, without any configuration of the machine's.
pub(crate) fn countersign() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COUNTERSIGN_")) {
        command.env_remove(name);
    }
    command.env("COUNTERSIGN_TIMESTAMP_WINDOW_MS", "30000").stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn output(arguments: &[&str]) -> Output {
    countersign().args(arguments).output().unwrap()
}

/// The PostgreSQL that the test command started.
pub(crate) fn postgres_url() -> String {
    std::env::var("COUNTERSIGN_TEST_POSTGRES")
        .expect("COUNTERSIGN_TEST_POSTGRES is not set: run these tests through `cargo xtask test`, which starts a private PostgreSQL")
}

/// A running sandbox.
pub(crate) struct Sandbox {
    child: Option<Child>,
    pub(crate) line: String,
    pub(crate) ready: Value,
}

impl Sandbox {
    /// Starts a sandbox on a free port and waits for its ready line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_in(&[], arguments)
    }

    /// The same with variables of the environment.
    pub(crate) fn start_in(environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut command = countersign();
        command.envs(environment.iter().copied());
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--json"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the sandbox ended before it was ready: {:?}", child.wait());
        let ready = serde_json::from_str(&line).unwrap();
        Self { child: Some(child), line, ready }
    }

    /// Keeps nothing.
    pub(crate) fn ephemeral() -> Self {
        Self::start(&["--ephemeral"])
    }

    pub(crate) fn text(&self, pointer: &str) -> String {
        self.ready
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("the ready line has no {pointer}"))
            .to_owned()
    }

    /// A control call: HTTP status and body.
    pub(crate) async fn control(&self, path: &str, body: Value) -> (u16, Value) {
        let token = format!("Bearer {}", self.text("/controlToken"));
        let url = format!("{}{path}", self.text("/controlUrl"));
        let (status, _, body) = post(&url, &[("authorization", &token)], body.to_string().into_bytes()).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// A control call that must succeed.
    pub(crate) async fn controlled(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(path, body).await;
        assert!((200..300).contains(&status), "{path} answered {status}: {answer}");
        answer
    }

    /// A signed call of the merchant API by an actor: HTTP status and envelope.
    pub(crate) async fn call(&self, actor: &Value, path: &str, body: &Value) -> (u16, Value) {
        let (status, _, answer) = self.call_raw(actor, path, body).await;
        (status, answer)
    }

    pub(crate) async fn call_raw(&self, actor: &Value, path: &str, body: &Value) -> (u16, HeaderMap, Value) {
        let url = format!("{}/binancepay/openapi{path}", self.text("/baseUrl"));
        let body = body.to_string();
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().to_string();
        let nonce = format!("{:0>32}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos());
        let (key, secret) = (actor["apiKey"].as_str().unwrap(), actor["apiSecret"].as_str().unwrap());
        let signature = sign_request(secret.as_bytes(), &timestamp, &nonce, body.as_bytes());
        let headers = [
            ("content-type", "application/json"),
            ("BinancePay-Timestamp", timestamp.as_str()),
            ("BinancePay-Nonce", nonce.as_str()),
            ("BinancePay-Certificate-SN", key),
            ("BinancePay-Signature", signature.as_str()),
        ];
        let (status, headers, answer) = post(&url, &headers, body.into_bytes()).await;
        (status, headers, serde_json::from_slice(&answer).unwrap())
    }

    /// The `data` of a call that must succeed.
    pub(crate) async fn data(&self, actor: &Value, path: &str, body: &Value) -> Value {
        let (status, envelope) = self.call(actor, path, body).await;
        assert_eq!((status, envelope["code"].as_str()), (200, Some("000000")), "{path}: {envelope}");
        envelope["data"].clone()
    }

    pub(crate) fn actor(&self, role: &str) -> Value {
        self.ready["actors"][role].clone()
    }

    /// Asks the process to end and waits for it.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        terminate(&child);
        child.wait().unwrap()
    }
}

impl Sandbox {
    /// Ends the process at once, as a crash would.
    pub(crate) fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            terminate(&child);
            let _ = child.wait();
        }
    }
}

pub(crate) fn terminate(child: &Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}

/// POSTs and reads the whole answer.
pub(crate) async fn post(url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> (u16, HeaderMap, Bytes) {
    let request = headers.iter().fold(Request::post(url), |request, (name, value)| request.header(*name, *value));
    send(url, request.body(Body::from(body)).unwrap()).await
}

/// GETs and reads the whole answer.
pub(crate) async fn get(url: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Bytes) {
    let request = headers.iter().fold(Request::get(url), |request, (name, value)| request.header(*name, *value));
    send(url, request.body(Body::empty()).unwrap()).await
}

async fn send(url: &str, mut request: Request<Body>) -> (u16, HeaderMap, Bytes) {
    let authority = url.split('/').nth(2).unwrap();
    if !request.headers().contains_key("host") {
        request.headers_mut().insert("host", authority.parse().unwrap());
    }
    let path = url.splitn(4, '/').nth(3).map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
    *request.uri_mut() = path.parse().unwrap();
    let stream = tokio::net::TcpStream::connect(authority).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let exchange = async {
        let response = sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes())
    };
    tokio::select! {
        biased;
        answer = exchange => answer,
        ended = connection => panic!("the connection ended: {ended:?}"),
    }
}

/// A `sqlite:` URL of a file in a folder.
pub(crate) fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("countersign.db").display())
}

/// A v2 order body.
pub(crate) fn order(trade_no: &str, amount: &str, token: Option<&str>) -> Value {
    let mut body = serde_json::json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": trade_no, "orderAmount": amount, "currency": "USDT",
        "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "7876763A3B", "goodsName": "Green Apple"},
    });
    if let Some(token) = token {
        body["BinancePay-technicalServiceProviderAuthId"] = token.into();
    }
    body
}
