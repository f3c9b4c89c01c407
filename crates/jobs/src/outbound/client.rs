//! Posting a body to a receiver, or getting a document: bounded in time, in bytes and in where it goes.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, redirect};
use thiserror::Error;

use super::policy::{OutboundPolicy, UrlRefused};
use super::resolver::{MachineNames, Names, NoAllowedAddress, PolicyResolver};
use super::tls;

/// The most bytes of a receiver's answer that are read; what counts as an answer is far shorter.
pub(super) const ANSWER_BYTES_MAX: usize = 16 * 1024;

const USER_AGENT: &str = concat!("Countersign/", env!("CARGO_PKG_VERSION"));

/// How long a receiver may take (`decisions.md` row 42).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboundTimeouts {
    /// From looking the name up to the end of the TLS handshake.
    pub connect: Duration,
    /// For all of it, the answer's body included.
    pub whole: Duration,
}

impl Default for OutboundTimeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(10) }
    }
}

/// What a receiver answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; redirects are answers like any other.
    pub status: u16,
    /// The beginning of the body: of a receiver's answer 16 KiB.
    pub body: Vec<u8>,
    /// Whether there was more.
    pub is_cut: bool,
    /// The header `Retry-After` as it stands, where there is one.
    pub retry_after: Option<String>,
}

/// Why there is no answer. The words go to the receiver's owner; they hold no URL.
#[derive(Debug, Error)]
pub enum SendError {
    /// The policy does not let this URL be called.
    #[error("not sent: {0}")]
    Refused(#[from] UrlRefused),
    /// It took longer than [`OutboundTimeouts`] allow.
    #[error("no answer in time")]
    TimedOut,
    /// No connection, or no TLS on it.
    #[error("could not connect")]
    Connect,
    /// The connection broke, or what came back is not HTTP.
    #[error("the connection broke before the answer was complete")]
    Broken,
    /// The answer began, and its body did not come to an end.
    #[error("answered {}, but {why}", .answer.status)]
    Unfinished {
        /// What came of it.
        answer: Box<Answer>,
        /// Why no more did.
        why: Interruption,
    },
}

/// Why the body of an answer did not come to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Interruption {
    /// It took longer than [`OutboundTimeouts`] allow.
    #[error("the rest did not come in time")]
    TimedOut,
    /// The connection broke, or what came is not HTTP.
    #[error("the connection broke before the answer was complete")]
    Broken,
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum OutboundClientError {
    /// The TLS library refused its settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP library refused its settings.
    #[error("the outbound HTTP client cannot be set up: {0}")]
    Http(#[from] reqwest::Error),
}

/// The client; clones share it.
#[derive(Clone)]
pub struct OutboundClient {
    client: reqwest::Client,
    policy: Arc<OutboundPolicy>,
    timeouts: OutboundTimeouts,
}

impl OutboundClient {
    /// A client under `policy`. Reads the machine's certificate authorities.
    pub fn new(policy: OutboundPolicy, timeouts: OutboundTimeouts) -> Result<Self, OutboundClientError> {
        Self::with_names(policy, timeouts, Arc::new(MachineNames))
    }

    /// The same, with names looked up elsewhere.
    #[expect(clippy::disallowed_methods, reason = "the one outbound client, which keeps the address policy")]
    pub(super) fn with_names(
        policy: OutboundPolicy,
        timeouts: OutboundTimeouts,
        names: Arc<dyn Names>,
    ) -> Result<Self, OutboundClientError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config()?)
            .dns_resolver(Arc::new(PolicyResolver { policy: policy.clone(), names }))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            // Each try connects anew, so that each try's address is judged.
            .pool_max_idle_per_host(0)
            .http1_only()
            // As recorded from Binance (clients.md W1): `Binancepay-Nonce`.
            .http1_title_case_headers()
            .user_agent(USER_AGENT)
            .build()?;
        Ok(Self { client, policy: Arc::new(policy), timeouts })
    }

    /// What this client may reach.
    pub fn policy(&self) -> &Arc<OutboundPolicy> {
        &self.policy
    }

    /// How long it waits.
    pub const fn timeouts(&self) -> OutboundTimeouts {
        self.timeouts
    }

    /// Posts `body` to `url` and reads the beginning of the answer.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Answer, SendError> {
        let url = self.policy.parse(url)?;
        receive(self.client.post(url).headers(headers).body(body), ANSWER_BYTES_MAX).await
    }

    /// Gets the JSON document at `url`, or the first `bytes_max` bytes of it.
    pub async fn get(&self, url: &str, bytes_max: usize) -> Result<Answer, SendError> {
        let url = self.policy.parse(url)?;
        receive(self.client.get(url).header(ACCEPT, "application/json"), bytes_max).await
    }
}

async fn receive(request: RequestBuilder, bytes_max: usize) -> Result<Answer, SendError> {
    let mut response = request.send().await.map_err(|error| send_error(&error))?;
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut answer = Answer { status: response.status().as_u16(), body: Vec::new(), is_cut: false, retry_after };
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(answer),
            Err(error) => {
                let why = if error.is_timeout() { Interruption::TimedOut } else { Interruption::Broken };
                answer.is_cut = true;
                return Err(SendError::Unfinished { answer: Box::new(answer), why });
            }
        };
        let room = bytes_max - answer.body.len();
        if chunk.len() > room {
            answer.body.extend_from_slice(&chunk[..room]);
            answer.is_cut = true;
            return Ok(answer);
        }
        answer.body.extend_from_slice(&chunk);
    }
}

fn send_error(error: &reqwest::Error) -> SendError {
    if let Some(refused) = refusal_behind(error) {
        return SendError::Refused(refused);
    }
    if error.is_timeout() {
        SendError::TimedOut
    } else if error.is_connect() {
        SendError::Connect
    } else {
        SendError::Broken
    }
}

/// The resolver's refusal, which the HTTP library wraps in errors of its own.
fn refusal_behind(error: &reqwest::Error) -> Option<UrlRefused> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(NoAllowedAddress(refused)) = error.downcast_ref::<NoAllowedAddress>() {
            return Some(match refused.clone() {
                UrlRefused::Address(_, class) => UrlRefused::NameOf(class),
                other => other,
            });
        }
        cause = StdError::source(error);
    }
    None
}
