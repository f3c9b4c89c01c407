//! One POST and its answer, bounded in time and size. No redirect is followed, since a signature is made for one path and
//! one host; no proxy is read from the environment.
//!
//! The TLS provider is handed in rather than installed: a library must not decide for the whole process.

use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Response, Url};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use thiserror::Error;

use crate::config::Timeouts;
use crate::error::SetupError;

/// The most bytes of an answer that are read: far beyond the largest page of records.
pub const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Why no whole answer came.
#[derive(Debug, Error)]
pub enum TransportError {
    /// No connection: nothing was sent.
    #[error("no connection could be made")]
    Connect(#[source] reqwest::Error),
    /// The time ran out; the call may have been done.
    #[error("no answer came in time")]
    Timeout(#[source] reqwest::Error),
    /// The connection broke; the call may have been done.
    #[error("the connection broke before the whole answer was there")]
    Interrupted(#[source] reqwest::Error),
    /// The answer is larger than [`ANSWER_BYTES_MAX`].
    #[error("the answer is larger than {ANSWER_BYTES_MAX} bytes")]
    AnswerTooLarge,
}

impl TransportError {
    fn of(error: reqwest::Error) -> Self {
        // Base URLs may hold names that logs should not.
        let error = error.without_url();
        if error.is_connect() {
            Self::Connect(error)
        } else if error.is_timeout() {
            Self::Timeout(error)
        } else {
            Self::Interrupted(error)
        }
    }
}

/// Sends bytes to paths below one base URL. [`Client`](crate::Client) signs on top of it; it is public for the sandbox's
/// control API and for tests.
#[derive(Clone)]
pub struct Transport {
    http: reqwest::Client,
    base: String,
}

impl Transport {
    /// A transport to `base_url`. Plain `http` needs no certificate authorities on this machine.
    pub fn new(base_url: &str, timeouts: Timeouts) -> Result<Self, SetupError> {
        let base = judge_base(base_url)?;
        let tls = tls(base.scheme() == "http").map_err(SetupError::Tls)?;
        #[expect(clippy::disallowed_methods, reason = "the SDK's own client; it calls only the base URL it was given")]
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.call)
            .build()
            .map_err(SetupError::Http)?;
        Ok(Self { http, base: base.as_str().trim_end_matches('/').to_owned() })
    }

    /// The base URL without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Sends `body` as JSON to `path`, which begins with a slash. Any HTTP status is an answer.
    pub async fn post(&self, path: &str, headers: HeaderMap, body: Vec<u8>) -> Result<RawAnswer, TransportError> {
        let request = self.http.post(format!("{}{path}", self.base)).headers(headers);
        let request = request.header("content-type", "application/json").body(body);
        let mut response = request.send().await.map_err(TransportError::of)?;
        let body = read(&mut response).await?;
        Ok(RawAnswer { http_status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }
}

/// An answer as it came.
pub struct RawAnswer {
    /// The HTTP status.
    pub http_status: u16,
    /// The whole body.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl RawAnswer {
    /// A header's value, if it is there and visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn read(response: &mut Response) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(TransportError::of)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(TransportError::AnswerTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A header map of the four names and values, the values kept out of `Debug`. Panics on values that are not visible ASCII.
pub(crate) fn header_map(headers: [(&'static str, &str); 4]) -> HeaderMap {
    headers.into_iter().map(|(name, value)| (HeaderName::from_static(name), sensitive(value))).collect()
}

fn sensitive(value: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(value).expect("keys were judged at set-up, the rest is made of ASCII here");
    value.set_sensitive(true);
    value
}

fn judge_base(text: &str) -> Result<Url, SetupError> {
    let refuse = |reason| SetupError::BaseUrl { url: text.to_owned(), reason };
    let url = Url::parse(text).map_err(|_| refuse("it does not parse as a URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("its scheme is neither http nor https"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it has a query or a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The URL is not repeated in the error: it carries credentials.
        return Err(SetupError::BaseUrl { url: "***".to_owned(), reason: "it has credentials" });
    }
    Ok(url)
}

fn tls(plain: bool) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = if plain {
        // Never used, as no redirect is followed; so a container without certificates can call its sandbox.
        builder.with_root_certificates(RootCertStore::empty())
    } else {
        builder.with_platform_verifier()?
    };
    Ok(builder.with_no_client_auth())
}
