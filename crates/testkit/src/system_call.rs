//! One signed call to the admin API, and its answer.
//!
//! As with [`Call`](crate::Call), a call is right unless it is told to be wrong, and every answer is checked for the documented
//! shape before a test sees it.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use countersign_api::admin::{AdminError, headers};
use countersign_crypto::{AdminRequest, RequestKey};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tower::ServiceExt;

use crate::call::HOME_ADDRESS;
use crate::system::System;

/// The most bytes of an answer that are read.
const ANSWER_MAX: usize = 4 << 20;

/// Changes a right signature into what is sent.
type Forge = Box<dyn FnOnce(String) -> String + Send>;

/// A call being put together; [`SystemCall::send`] sends it.
pub struct SystemCall {
    system: System,
    signed: (Method, String, Vec<u8>),
    sent: (Method, String, Vec<u8>),
    address: IpAddr,
    timestamp: String,
    nonce: String,
    forge: Option<Forge>,
    extra: Vec<(HeaderName, HeaderValue)>,
    without: Vec<HeaderName>,
}

impl SystemCall {
    pub(crate) fn new(system: System, call: (Method, String, Vec<u8>)) -> Self {
        Self {
            address: HOME_ADDRESS,
            timestamp: system.world.wall_now().ms().to_string(),
            nonce: system.world.next_nonce(),
            signed: call.clone(),
            sent: call,
            system,
            forge: None,
            extra: Vec::new(),
            without: Vec::new(),
        }
    }

    /// Signs with this secret, under the system's own key.
    #[must_use]
    pub fn signed_with(mut self, secret: &str) -> Self {
        self.system.secret = SecretString::from(secret.to_owned());
        self
    }

    /// Names another key; the secret stays.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.system.key);
        self
    }

    /// Signs as if it went out with this method.
    #[must_use]
    pub fn signed_as(mut self, method: Method) -> Self {
        self.signed.0 = method;
        self
    }

    /// Sends it to this path; what is signed stays as it was.
    #[must_use]
    pub fn sent_to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.sent.1);
        self
    }

    /// Sends this body; what is signed stays as it was.
    #[must_use]
    pub fn sent_body(mut self, body: &str) -> Self {
        self.sent.2 = body.as_bytes().to_vec();
        self
    }

    /// Signs for a moment `ms` milliseconds away from the wall clock.
    #[must_use]
    pub fn timestamp_offset_ms(self, ms: i64) -> Self {
        let at = self.system.world.wall_now().plus_ms(ms).ms().to_string();
        self.timestamp(&at)
    }

    /// Sends and signs this text as the timestamp.
    #[must_use]
    pub fn timestamp(mut self, text: &str) -> Self {
        text.clone_into(&mut self.timestamp);
        self
    }

    /// Sends and signs this nonce.
    #[must_use]
    pub fn nonce(mut self, text: &str) -> Self {
        text.clone_into(&mut self.nonce);
        self
    }

    /// Sends what `forge` makes of the right signature.
    #[must_use]
    pub fn signature(mut self, forge: impl FnOnce(String) -> String + Send + 'static) -> Self {
        self.forge = Some(Box::new(forge));
        self
    }

    /// Adds a header beside those that are there.
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

    fn request(self) -> Request<Body> {
        let (method, path, body) = &self.signed;
        let request =
            AdminRequest { timestamp: &self.timestamp, nonce: &self.nonce, method: method.as_str(), path, body };
        let right = request.sign(&RequestKey::new(self.system.secret.expose_secret().as_bytes()));
        let signature = match self.forge {
            Some(forge) => forge(right),
            None => right,
        };
        let mut map = HeaderMap::new();
        map.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let parts = [
            (headers::KEY, &self.system.key),
            (headers::TIMESTAMP, &self.timestamp),
            (headers::NONCE, &self.nonce),
            (headers::SIGNATURE, &signature),
        ];
        for (name, value) in parts {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("ours are header names");
            map.insert(name, HeaderValue::from_str(value).expect("the test gives a header value"));
        }
        for name in self.without {
            map.remove(name);
        }
        for (name, value) in self.extra {
            map.append(name, value);
        }
        let (method, uri, body) = self.sent;
        let mut request = Request::builder().method(method).uri(uri).body(Body::from(body)).expect("a request");
        *request.headers_mut() = map;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        request
    }

    /// Sends the call and reads the answer.
    pub async fn send(self) -> SystemAnswer {
        let router = self.system.world.admin_router();
        let what = format!("{} {} {}", self.sent.0, self.sent.1, String::from_utf8_lossy(&self.sent.2));
        let response = router.oneshot(self.request()).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the answer can be read").to_bytes();
        assert!(bytes.len() <= ANSWER_MAX, "{what}: an answer of {} bytes", bytes.len());
        let body: Value = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| panic!("{what}: {} {:?}: not JSON", parts.status, String::from_utf8_lossy(&bytes)));
        let answer = SystemAnswer { status: parts.status, body, headers: parts.headers, what };
        answer.check_shape();
        answer
    }
}

/// An answer that has the documented shape.
#[derive(Debug, Clone)]
pub struct SystemAnswer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The whole body.
    pub body: Value,
    /// The headers.
    pub headers: HeaderMap,
    what: String,
}

impl SystemAnswer {
    fn check_shape(&self) {
        let Self { what, body, .. } = self;
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/json", "{what}");
        assert!(self.headers.contains_key("x-request-id"), "{what}");
        if self.status == StatusCode::OK {
            assert!(body.get("error").is_none(), "{what}: {body}");
            return;
        }
        let error = body["error"].as_object().unwrap_or_else(|| panic!("{what}: {} {body}", self.status));
        assert_eq!(error.keys().collect::<Vec<_>>(), ["code", "message"], "{what}: {body}");
        let told = (self.status, self.code());
        assert!(AdminError::CODES.contains(&told), "{what}: {told:?} is not in the list of codes");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}: {body}");
        let retry = self.headers.contains_key(header::RETRY_AFTER);
        assert_eq!(retry, self.status == StatusCode::SERVICE_UNAVAILABLE, "{what}: Retry-After");
    }

    /// The code of a refusal, empty on success.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// The words of a refusal, empty on success.
    pub fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    /// What was asked for; panics with the refusal when the call was refused.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{}: refused: {}", self.what, self.body);
        &self.body
    }

    /// Asserts that the call was refused with `code`.
    #[track_caller]
    pub fn refused(self, code: &str) -> Self {
        assert_eq!(self.code(), code, "{}: {}", self.what, self.body);
        self
    }
}
