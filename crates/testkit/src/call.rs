//! One call to the merchant API, made as a client makes it, and its answer.
//!
//! A [`Call`] is right unless it is told to be wrong: signed by its actor over the very bytes that are sent, with a fresh
//! nonce and the time of the wall clock. Every answer is checked for the documented envelope before a test sees it.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use countersign_crypto::sign_request;
use countersign_wire::ResultCode;
use countersign_wire::body::TOKEN_KEY;
use countersign_wire::endpoint::PATH_PREFIX;
use countersign_wire::headers::{self, lower};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tower::ServiceExt;

use crate::ordered::Ordered;
use crate::world::World;

/// From where actors call when nothing else is said (RFC 5737).
pub const HOME_ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 10));

/// The most bytes of an answer that are read.
const ANSWER_MAX: usize = 4 << 20;

/// What signs a call.
#[derive(Clone)]
pub struct Credentials {
    /// The API identity key.
    pub api_key: String,
    /// The secret.
    pub secret: SecretString,
}

/// What stands in one of the four headers.
enum Part<T> {
    /// What a right call has there.
    Right,
    /// This instead.
    Instead(T),
}

/// Changes a right signature into what is sent.
type Forge = Box<dyn FnOnce(String) -> String + Send>;

/// A call being put together; `.await` sends it.
pub struct Call {
    world: Arc<World>,
    credentials: Option<Credentials>,
    path: String,
    method: Method,
    body: Vec<u8>,
    stream: Option<Body>,
    address: IpAddr,
    timestamp: Part<String>,
    offset_ms: i64,
    nonce: Part<String>,
    forge: Option<Forge>,
    extra: Vec<(HeaderName, HeaderValue)>,
    without: Vec<HeaderName>,
}

impl Call {
    pub(crate) fn new(world: &Arc<World>, credentials: Option<Credentials>, path: &str, body: &Value) -> Self {
        Self {
            world: Arc::clone(world),
            credentials,
            path: path.to_owned(),
            method: Method::POST,
            body: body.to_string().into_bytes(),
            stream: None,
            address: HOME_ADDRESS,
            timestamp: Part::Right,
            offset_ms: 0,
            nonce: Part::Right,
            forge: None,
            extra: Vec::new(),
            without: Vec::new(),
        }
    }

    /// Puts `token` into the body's token field; any JSON value, so that wrong ones can be sent too.
    #[must_use]
    pub fn on_behalf(mut self, token: impl Into<Value>) -> Self {
        let mut body: Value = serde_json::from_slice(&self.body).expect("a token is put into a JSON body");
        body.as_object_mut().expect("a token is put into a JSON object").insert(TOKEN_KEY.to_owned(), token.into());
        self.body = body.to_string().into_bytes();
        self
    }

    /// Signs and sends these bytes instead of the JSON.
    #[must_use]
    pub fn raw_body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// Sends this stream; what is signed stays as it was.
    #[must_use]
    pub fn streamed(mut self, body: Body) -> Self {
        self.stream = Some(body);
        self
    }

    /// Uses another method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Signs with this secret, under the actor's own key.
    #[must_use]
    pub fn signed_with(mut self, secret: &str) -> Self {
        let credentials = self.credentials.as_mut().expect("the actor has a key");
        credentials.secret = SecretString::from(secret.to_owned());
        self
    }

    /// Names another key; the secret stays.
    #[must_use]
    pub fn api_key(mut self, api_key: &str) -> Self {
        api_key.clone_into(&mut self.credentials.as_mut().expect("the actor has a key").api_key);
        self
    }

    /// Signs for a moment `ms` milliseconds away from the wall clock.
    #[must_use]
    pub fn timestamp_offset_ms(mut self, ms: i64) -> Self {
        self.offset_ms = ms;
        self
    }

    /// Sends and signs this text as the timestamp.
    #[must_use]
    pub fn timestamp(mut self, text: &str) -> Self {
        self.timestamp = Part::Instead(text.to_owned());
        self
    }

    /// Sends and signs this nonce.
    #[must_use]
    pub fn nonce(mut self, text: &str) -> Self {
        self.nonce = Part::Instead(text.to_owned());
        self
    }

    /// Sends what `forge` makes of the right signature.
    #[must_use]
    pub fn signature(mut self, forge: impl FnOnce(String) -> String + Send + 'static) -> Self {
        self.forge = Some(Box::new(forge));
        self
    }

    /// Adds a header, or replaces one.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("the test gives a header name");
        self.extra.push((name, HeaderValue::from_str(value).expect("the test gives a header value")));
        self
    }

    /// Leaves a header out.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.without.push(HeaderName::from_bytes(name.as_bytes()).expect("the test gives a header name"));
        self
    }

    /// Calls from this address.
    #[must_use]
    pub fn from_address(mut self, address: &str) -> Self {
        self.address = address.parse().expect("the test gives an address");
        self
    }

    /// The request as it goes out.
    fn request(self) -> (Arc<World>, String, Request<Body>) {
        let timestamp = match self.timestamp {
            Part::Right => self.world.wall_now().plus_ms(self.offset_ms).ms().to_string(),
            Part::Instead(text) => text,
        };
        let nonce = match self.nonce {
            Part::Right => self.world.next_nonce(),
            Part::Instead(text) => text,
        };
        let mut map = HeaderMap::new();
        let text = |value: &str| HeaderValue::from_str(value).expect("the test gives a header value");
        map.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(credentials) = &self.credentials {
            let secret = credentials.secret.expose_secret().as_bytes();
            let right = sign_request(secret, &timestamp, &nonce, &self.body);
            let signature = self.forge.map_or_else(|| right.clone(), |forge| forge(right.clone()));
            map.insert(lower::CERTIFICATE_SN, text(&credentials.api_key));
            map.insert(lower::TIMESTAMP, text(&timestamp));
            map.insert(lower::NONCE, text(&nonce));
            map.insert(lower::SIGNATURE, text(&signature));
        }
        for (name, value) in self.extra {
            map.insert(name, value);
        }
        for name in self.without {
            map.remove(name);
        }
        let body = self.stream.unwrap_or_else(|| Body::from(self.body.clone()));
        let uri = format!("{PATH_PREFIX}{}", self.path);
        let mut request = Request::builder().method(self.method.clone()).uri(&uri).body(body).expect("a request");
        *request.headers_mut() = map;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        let shown = String::from_utf8_lossy(&self.body);
        let shown: String = shown.chars().take(400).collect();
        (self.world, format!("{} {} {shown}", self.method, self.path), request)
    }

    /// Sends the call and reads the answer, which must have the documented envelope.
    pub async fn send(self) -> Answer {
        let (world, what, request) = self.request();
        let response = world.router().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the answer can be read").to_bytes();
        assert!(bytes.len() <= ANSWER_MAX, "{what}: an answer of {} bytes", bytes.len());
        let text = String::from_utf8(bytes.to_vec()).expect("the answer is UTF-8");
        Answer::new(world.always_200(), what, (parts.status, parts.headers), text)
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// An answer that has the documented envelope.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The envelope's code.
    pub code: String,
    /// The whole body.
    pub body: Value,
    /// The body as it was sent, for what `Value` loses: see [`Answer::ordered`].
    pub text: String,
    /// The headers.
    pub headers: HeaderMap,
    what: String,
}

impl Answer {
    fn new(always_200: bool, what: String, (status, headers): (StatusCode, HeaderMap), text: String) -> Self {
        let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{what}: {status} {text:?}: not JSON"));
        let code = body["code"].as_str().unwrap_or_else(|| panic!("{what}: no code in {text}")).to_owned();
        let answer = Self { status, code, body, text, headers, what };
        answer.check_envelope(always_200);
        answer
    }

    /// `decisions.md` row 1 and `clients.md` A1: exactly these keys, and the status that belongs to the code.
    fn check_envelope(&self, always_200: bool) {
        let Self { what, text, .. } = self;
        let keys = Ordered::parse(text);
        let known = ResultCode::from_digits(&self.code).unwrap_or_else(|| panic!("{what}: unknown code in {text}"));
        let (status, expected): (&str, &[&str]) = match known {
            ResultCode::Success => ("SUCCESS", &["status", "code", "data"]),
            ResultCode::RepeatRequestSuccess => ("REPEAT_REQ_SUCCESS", &["status", "code", "data"]),
            _ => ("FAIL", &["status", "code", "errorMessage"]),
        };
        assert_eq!(self.body["status"], status, "{what}: {text}");
        assert_eq!(keys.keys(), expected, "{what}: {text}");
        if status == "FAIL" {
            let message = self.body["errorMessage"].as_str().unwrap_or_default();
            assert!(!message.is_empty() && message.chars().count() <= 256, "{what}: {text}");
        }
        let unknown_path = self.status == StatusCode::NOT_FOUND && known == ResultCode::InvalidRequest;
        let right = always_200 || unknown_path || self.status.as_u16() == known.http_status();
        assert!(right, "{what}: HTTP {} for {text}", self.status);
        let busy = known == ResultCode::ActionTooFrequent && !always_200;
        assert!(!busy || self.headers.contains_key(header::RETRY_AFTER), "{what}: busy without Retry-After");
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(kind.starts_with("application/json"), "{what}: content-type {kind:?}");
    }

    /// What was asked for; panics with the refusal when the call was refused.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.code, "000000", "{}: refused: {} ({})", self.what, self.text, self.explanation());
        &self.body["data"]
    }

    /// Asserts that the call was refused with `code`.
    #[track_caller]
    pub fn refused(self, code: &str) -> Self {
        assert_eq!(self.code, code, "{}: {} ({})", self.what, self.text, self.explanation());
        self
    }

    /// The envelope's `errorMessage`, empty on success.
    pub fn message(&self) -> &str {
        self.body["errorMessage"].as_str().unwrap_or_default()
    }

    /// The sandbox's explanation of a refusal, empty where there is none.
    pub fn explanation(&self) -> &str {
        self.headers.get(headers::EXPLAIN).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body with its keys in the order sent and its numbers as written.
    pub fn ordered(&self) -> Ordered {
        Ordered::parse(&self.text)
    }

    /// A string member of the data.
    #[track_caller]
    pub fn text_of(&self, key: &str) -> String {
        let value = self.data()[key].as_str();
        value.unwrap_or_else(|| panic!("{}: no string {key} in {}", self.what, self.text)).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, header: (&'static str, &'static str), text: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header.0, HeaderValue::from_static(header.1));
        let status = StatusCode::from_u16(status).expect("a status");
        Answer::new(false, "a test".to_owned(), (status, headers), text.to_owned())
    }

    #[test]
    fn only_the_documented_envelope_passes() {
        let none = ("x-none", "");
        let fail = r#"{"status":"FAIL","code":"400202","errorMessage":"gone"}"#;
        let busy = r#"{"status":"FAIL","code":"400501","errorMessage":"busy"}"#;
        let unknown = r#"{"status":"FAIL","code":"400001","errorMessage":"no such path"}"#;
        assert_eq!(read(200, none, r#"{"status":"SUCCESS","code":"000000","data":1}"#).data(), 1);
        assert_eq!(read(400, none, fail).refused("400202").message(), "gone");
        read(503, ("retry-after", "1"), busy);
        read(404, none, unknown);
        let wrong: &[(u16, (&str, &str), &str)] = &[
            (200, none, fail),
            (400, none, ""),
            (400, none, "gone"),
            (400, ("content-type", "text/html"), fail),
            (503, none, busy),
            (500, none, r#"{"status":"FAIL","code":"400202","errorMessage":"gone"}"#),
            (400, none, r#"{"code":"400202","status":"FAIL","errorMessage":"gone"}"#),
            (400, none, r#"{"status":"FAIL","code":"400202"}"#),
            (400, none, r#"{"status":"FAIL","code":"400202","errorMessage":""}"#),
            (400, none, r#"{"status":"FAIL","code":"400202","errorMessage":"gone","data":null}"#),
            (400, none, r#"{"status":"FAIL","code":"400999","errorMessage":"gone"}"#),
            (200, none, r#"{"status":"SUCCESS","code":"000000","data":1,"errorMessage":null}"#),
            (200, none, r#"{"status":"SUCCESS","code":"000000"}"#),
            (200, none, r#"{"status":"FAIL","code":"000000","data":1}"#),
        ];
        for (status, header, text) in wrong {
            let (header, text) = (*header, (*text).to_owned());
            let status = *status;
            let judged = std::panic::catch_unwind(move || read(status, header, &text));
            assert!(judged.is_err(), "{status} {header:?}: {judged:?}");
        }
    }
}
