//! Why a client could not be made, and why a call did not succeed.

use countersign_wire::ResultCode;
use thiserror::Error;

use crate::transport::TransportError;
use crate::webhook::CertificateError;

/// Why there is no client.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The base URL is no `http` or `https` URL of a host, or it has a query, a fragment or credentials.
    #[error("the base URL {url:?} is not usable: {reason}")]
    BaseUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The API key cannot stand in a header.
    #[error("the API key is empty or holds characters that cannot stand in a header")]
    ApiKey,
    /// TLS could not be set up, as a rule because the system has no certificate authorities.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Http(#[source] reqwest::Error),
}

/// Why a call did not succeed.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The API refused the call: nothing was done.
    #[error(transparent)]
    Refused(#[from] ApiFailure),
    /// No whole answer came. Except for [`TransportError::Connect`] the call may have had its effect: ask (for an order
    /// [`Client::query_order`](crate::Client::query_order)) before trying again.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer came that is none of this API: a proxy's page, a wrong base URL, a shape that is not the published one.
    #[error("the answer (HTTP {http_status}) is not what the API answers")]
    Malformed {
        /// The answer's HTTP status.
        http_status: u16,
        /// What did not fit.
        #[source]
        reason: serde_json::Error,
    },
    /// The request given to [`Client::call`](crate::Client::call) does not serialise to a JSON object; nothing was sent.
    #[error("the request is no JSON object")]
    Request(#[source] serde_json::Error),
    /// A certificate that the API answered cannot check webhooks.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl ClientError {
    /// The refusal, if it was one.
    pub const fn refusal(&self) -> Option<&ApiFailure> {
        if let Self::Refused(failure) = self { Some(failure) } else { None }
    }
}

/// A refusal: the envelope's code and text, and what the sandbox adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiFailure {
    /// The result code's digits, such as `400203`.
    pub code: String,
    /// The envelope's `errorMessage`, empty when there was none.
    pub message: String,
    /// The HTTP status.
    pub http_status: u16,
    /// The sandbox's `X-Countersign-Explain`: which rule was broken and what would be right.
    pub explanation: Option<String>,
}

impl ApiFailure {
    /// The code as one of the published ones.
    pub fn result_code(&self) -> Option<ResultCode> {
        ResultCode::from_digits(&self.code)
    }
}

impl std::error::Error for ApiFailure {}

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "refused with {}: {}", self.code, self.message)?;
        match &self.explanation {
            Some(explanation) => write!(formatter, " ({explanation})"),
            None => Ok(()),
        }
    }
}
