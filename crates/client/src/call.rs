//! What every call does: write the body, sign it, send it, read the envelope.

use std::sync::Arc;

use countersign_crypto::RequestKey;
use countersign_wire::body::TOKEN_KEY;
use countersign_wire::endpoint::PATH_PREFIX;
use countersign_wire::headers::lower;
use countersign_wire::{AuthorizationToken, Envelope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde_json::value::RawValue;

use crate::error::{ApiFailure, ClientError};
use crate::system::{Clock, NonceSource};
use crate::transport::{RawAnswer, Transport, TransportError, header_map};

/// What went over the wire in one call, for debugging and for showing. The bodies carry authorization tokens and whatever
/// payers told: mask them before they reach a log. The API secret is never in here.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// The whole path, such as `/binancepay/openapi/v3/order`.
    pub path: &'a str,
    /// The request's body.
    pub request: &'a [u8],
    /// The answer's HTTP status.
    pub http_status: u16,
    /// The answer's body.
    pub answer: &'a [u8],
    /// The sandbox's explanation of a refusal.
    pub explanation: Option<&'a str>,
}

/// Sees every exchange that got an answer, before the answer is judged.
pub trait Observer: Send + Sync {
    /// Called once per answered call, in the call's own task: be quick.
    fn answered(&self, exchange: &Exchange<'_>);
}

/// The parts that signing and sending need.
pub(crate) struct Caller {
    pub(crate) transport: Transport,
    pub(crate) api_key: String,
    pub(crate) key: RequestKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) nonces: Arc<dyn NonceSource>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl Caller {
    /// Calls `path`, which follows [`PATH_PREFIX`], and reads the data of a success.
    pub(crate) async fn call<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<Option<T>, ClientError> {
        read(&self.send(path, body).await?)
    }

    /// As [`Self::call`], for the endpoints whose success always carries data.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T, ClientError> {
        let answer = self.send(path, body).await?;
        read(&answer)?.ok_or_else(|| {
            let reason = serde_json::Error::custom("the success carries no data");
            ClientError::Malformed { http_status: answer.http_status, reason }
        })
    }

    async fn send(&self, path: &str, body: Vec<u8>) -> Result<RawAnswer, TransportError> {
        let path = format!("{PATH_PREFIX}{path}");
        let timestamp = self.clock.now_ms().to_string();
        let nonce = self.nonces.nonce();
        let signature = self.key.sign(&timestamp, &nonce, &body);
        let headers = header_map([
            (lower::CERTIFICATE_SN, &self.api_key),
            (lower::TIMESTAMP, &timestamp),
            (lower::NONCE, &nonce),
            (lower::SIGNATURE, &signature),
        ]);
        let request = self.observer.is_some().then(|| body.clone());
        let answer = self.transport.post(&path, headers, body).await?;
        if let (Some(observer), Some(request)) = (&self.observer, request) {
            observer.answered(&Exchange {
                path: &path,
                request: &request,
                http_status: answer.http_status,
                answer: &answer.body,
                explanation: answer.header(lower::EXPLAIN),
            });
        }
        Ok(answer)
    }
}

/// The body of a call: `request` as JSON, the token put in as its first member.
pub(crate) fn body_of<T: Serialize + ?Sized>(
    request: &T,
    token: Option<&AuthorizationToken>,
) -> Result<Vec<u8>, ClientError> {
    let body = serde_json::to_vec(request).map_err(ClientError::Request)?;
    let Some(members) = body.strip_prefix(b"{") else {
        let reason = serde_json::Error::custom("the body of a call is a JSON object");
        return Err(ClientError::Request(reason));
    };
    let Some(token) = token else { return Ok(body) };
    // Spliced as bytes: flattening would read exact numbers through a float.
    let token = serde_json::to_string(token).map_err(ClientError::Request)?;
    let comma = if members == b"}" { "" } else { "," };
    let mut spliced = format!(r#"{{"{TOKEN_KEY}":{token}{comma}"#).into_bytes();
    spliced.extend_from_slice(members);
    Ok(spliced)
}

/// The data of a success. The data of a refusal is not looked at: its shape is nobody's promise.
fn read<T: DeserializeOwned>(answer: &RawAnswer) -> Result<Option<T>, ClientError> {
    let malformed = |reason| ClientError::Malformed { http_status: answer.http_status, reason };
    let envelope: Envelope<&RawValue> = serde_json::from_slice(&answer.body).map_err(malformed)?;
    match envelope.into_result() {
        Ok(data) => data.map(|raw| serde_json::from_str(raw.get())).transpose().map_err(malformed),
        Err(failure) => Err(ClientError::Refused(ApiFailure {
            code: failure.code,
            message: failure.message,
            http_status: answer.http_status,
            explanation: answer.header(lower::EXPLAIN).map(str::to_owned),
        })),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(request: &Value, token: Option<&str>) -> Result<String, ClientError> {
        let token = token.map(|token| AuthorizationToken::new(token.to_owned()));
        body_of(request, token.as_ref()).map(|bytes| String::from_utf8(bytes).expect("JSON is UTF-8"))
    }

    #[test]
    fn the_token_becomes_the_first_member() {
        let rows = [
            (json!({}), None, "{}"),
            (json!({"a": 1}), None, r#"{"a":1}"#),
            (json!({}), Some("t"), r#"{"BinancePay-technicalServiceProviderAuthId":"t"}"#),
            (json!({"a": 1}), Some("t"), r#"{"BinancePay-technicalServiceProviderAuthId":"t","a":1}"#),
            (json!({}), Some("\"\n"), r#"{"BinancePay-technicalServiceProviderAuthId":"\"\n"}"#),
        ];
        for (request, token, expected) in rows {
            assert_eq!(written(&request, token).expect(expected), expected);
        }
    }

    #[test]
    fn only_objects_are_bodies() {
        for request in [json!([]), json!(1), json!("{}"), Value::Null] {
            assert!(matches!(written(&request, None), Err(ClientError::Request(_))), "{request}");
            assert!(matches!(written(&request, Some("t")), Err(ClientError::Request(_))), "{request}");
        }
    }
}
