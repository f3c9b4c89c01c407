//! Starts the real binary as a sandbox, on either engine, and receives the webhooks it sends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver as Inbox, Sender, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bpay::client::Client;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// The longest that a webhook may take to come.
const DELIVERY_SECONDS_MAX: u64 = 30;

/// Where the sandbox keeps its data.
#[derive(Debug, Clone, Copy)]
pub enum Engine {
    /// Inside the binary.
    Sqlite,
    /// A private schema of the server that `cargo xtask` started.
    Postgres,
}

/// Makes a test for each engine of one body: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($(async fn $name:ident($sandbox:ident: Sandbox) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn body($sandbox: &$crate::Sandbox) $body

            #[tokio::test]
            async fn sqlite() {
                let sandbox = $crate::Sandbox::start($crate::Engine::Sqlite);
                body(&sandbox).await;
                sandbox.stop();
            }

            #[tokio::test]
            async fn postgres() {
                let sandbox = $crate::Sandbox::start($crate::Engine::Postgres);
                body(&sandbox).await;
                sandbox.stop();
            }
        }
    )+};
}

fn needed(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run the tests with cargo xtask test --only clients-rust"))
}

/// The paths of the merchant API that exist by now, as the binary itself tells them.
pub fn known_paths() -> Vec<String> {
    let output = Command::new(needed("COUNTERSIGN_BINARY")).arg("openapi").output().expect("the binary runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("the API description is JSON");
    document["paths"].as_object().expect("it has paths").keys().cloned().collect()
}

/// A running `countersign sandbox` with data that goes away with it.
pub struct Sandbox {
    child: Child,
    ready: Value,
}

impl Sandbox {
    pub fn start(engine: Engine) -> Self {
        let mut command = Command::new(needed("COUNTERSIGN_BINARY"));
        command.args(["sandbox", "--ephemeral", "--listen", "127.0.0.1:0", "--json"]);
        // Ours alone; the binary would warn of a setting that it does not know.
        command.env_remove("COUNTERSIGN_BINARY");
        if let Engine::Postgres = engine {
            command.args(["--database", &needed("COUNTERSIGN_TEST_POSTGRES")]);
        }
        // Standard error stays ours: what the server logs explains a failed test.
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("there is a line");
        let ready = serde_json::from_str(&line).expect("the ready line is JSON");
        Self { child, ready }
    }

    /// Ends it as an operator would, and insists that it drains and ends with 0.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        let status = self.child.wait().expect("it is our child");
        assert!(status.success(), "the sandbox drains and ends with 0, not {status}");
    }

    pub fn base_url(&self) -> String {
        self.text("/baseUrl")
    }

    /// A text of the ready line.
    pub fn text(&self, pointer: &str) -> String {
        let text = self.ready.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("the ready line has no {pointer}")).to_owned()
    }

    /// The client, with this actor's key.
    pub fn client(&self, actor: &str) -> Client {
        self.client_with(
            &self.text(&format!("/actors/{actor}/apiKey")),
            &self.text(&format!("/actors/{actor}/apiSecret")),
        )
    }

    /// The client, with any key and secret.
    pub fn client_with(&self, key: &str, secret: &str) -> Client {
        Client::new(Some(key.to_owned()), Some(secret.to_owned()), self.base_url())
    }

    /// Calls the sandbox's control API.
    pub async fn control(&self, call: &str, body: Value) -> Value {
        let request = reqwest::Client::new()
            .post(format!("{}/{call}", self.text("/controlUrl")))
            .bearer_auth(self.text("/controlToken"))
            .json(&body);
        let answer = request.send().await.expect("the sandbox answers");
        let (status, text) = (answer.status(), answer.text().await.expect("the answer is text"));
        assert!(status.is_success(), "{call}: {status} {text}");
        serde_json::from_str(&text).expect("the answer is JSON")
    }

    /// Calls the merchant API as `actor` for what the client under test does not offer; the call must succeed.
    pub async fn succeed(&self, actor: &str, path: &str, body: Value) -> Value {
        let (body, nonce) = (body.to_string(), bpay::utils::create_nonce(32));
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_millis();
        let secret = self.text(&format!("/actors/{actor}/apiSecret"));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA512, secret.as_bytes());
        let signature = ring::hmac::sign(&key, format!("{timestamp}\n{nonce}\n{body}\n").as_bytes());
        let request = reqwest::Client::new()
            .post(format!("{}/binancepay/openapi/{path}", self.base_url()))
            .header("Content-Type", "application/json")
            .header("BinancePay-Timestamp", timestamp.to_string())
            .header("BinancePay-Nonce", nonce)
            .header("BinancePay-Certificate-SN", self.text(&format!("/actors/{actor}/apiKey")))
            .header("BinancePay-Signature", hex::encode_upper(signature.as_ref()))
            .body(body);
        let envelope: Value = request.send().await.expect("an answer").json().await.expect("the answer is JSON");
        assert_eq!(envelope["code"], "000000", "{envelope}");
        envelope["data"].clone()
    }

    /// Makes `receiver` the only endpoint of `actor`.
    pub async fn tell(&self, actor: &str, receiver: &Receiver) {
        let merchant = self.text(&format!("/actors/{actor}/merchantId"));
        self.control("webhooks/endpoint", json!({"merchantId": merchant, "url": receiver.url()})).await;
    }

    /// Lets the payer pay an order from the funding wallet.
    pub async fn pay(&self, prepay_id: &str) {
        let payer = self.text("/actors/payer/binanceId");
        self.control("orders/pay", json!({"prepayId": prepay_id, "payer": payer})).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // After `stop` there is nobody to end; a failed test ends its sandbox here.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One webhook as it came.
pub struct Delivery {
    pub headers: HeaderMap,
    pub body: String,
}

/// A receiver of webhooks on a free port that takes everything.
pub struct Receiver {
    inbox: Inbox<Delivery>,
    port: u16,
}

impl Default for Receiver {
    fn default() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (sender, inbox) = channel();
        // The thread waits for the next connection until the tests are over.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                take(stream, &sender);
            }
        });
        Self { inbox, port }
    }
}

impl Receiver {
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The next delivery, oldest first.
    pub fn next(&self) -> Delivery {
        self.inbox.recv_timeout(Duration::from_secs(DELIVERY_SECONDS_MAX)).expect("a webhook comes")
    }
}

/// Reads one request and takes it.
fn take(stream: TcpStream, sender: &Sender<Delivery>) {
    let mut reader = BufReader::new(&stream);
    let (mut headers, mut length) = (HeaderMap::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line of the head");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            if name == "content-length" {
                length = value.parse().expect("a length");
            }
            headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let answer = r#"{"returnCode":"SUCCESS","returnMessage":null}"#;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
    (&stream).write_all(format!("{head}{answer}").as_bytes()).expect("the sender reads");
    let body = String::from_utf8(body).expect("the body is UTF-8");
    // A test that is over has nobody to tell.
    drop(sender.send(Delivery { headers, body }));
}
