//! The envelope every merchant-API answer has (partner.md 1.4, clients.md A1).
//!
//! What we send is exact: a success has no `errorMessage` key, a refusal has no `data` key and always both `code` and
//! `errorMessage`. What we read (the SDK) is tolerant: `errorMessage` may be null, empty or absent.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::result_code::ResultCode;

/// Room for the answer to an order, the most frequent one, without growing on the way.
const ANSWER_BYTES_USUAL: usize = 1024;

/// A success on its way out: `{"status":"SUCCESS","code":"000000","data":…}`.
#[derive(Debug, Clone, Serialize)]
pub struct Success<T> {
    status: &'static str,
    code: &'static str,
    data: T,
}

impl<T: Serialize> Success<T> {
    /// The envelope of `data`.
    pub const fn new(data: T) -> Self {
        Self { status: "SUCCESS", code: ResultCode::Success.digits(), data }
    }

    /// The envelope of an idempotent repeat, which only `wallet/transfer` has (partner.md 1.4).
    pub const fn repeated(data: T) -> Self {
        Self { status: "REPEAT_REQ_SUCCESS", code: ResultCode::RepeatRequestSuccess.digits(), data }
    }

    /// The bytes of the answer.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = Vec::with_capacity(ANSWER_BYTES_USUAL);
        serde_json::to_writer(&mut bytes, self)?;
        Ok(bytes)
    }
}

/// A refusal on its way out: `{"status":"FAIL","code":"…","errorMessage":"…"}`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure<'a> {
    status: &'static str,
    code: &'static str,
    error_message: &'a str,
}

impl<'a> Failure<'a> {
    /// The envelope of `refusal`; its explanation stays out.
    pub fn new(refusal: &'a Refusal) -> Self {
        Self { status: "FAIL", code: refusal.code.digits(), error_message: &refusal.message }
    }

    /// The bytes of the answer.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("three strings always serialise")
    }
}

/// An answer as a client reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Envelope<T> {
    /// `SUCCESS`, `FAIL` or `REPEAT_REQ_SUCCESS`.
    pub status: String,
    /// Six digits as a rule, kept as text because a code may be one we do not know.
    pub code: String,
    /// What was asked for; absent on a refusal and in the few answers that have none.
    #[serde(default = "none")]
    pub data: Option<T>,
    /// The refusal's text; absent, null or empty on success.
    #[serde(default)]
    pub error_message: Option<String>,
}

const fn none<T>() -> Option<T> {
    None
}

/// A refusal as a client reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused with {code}: {message}")]
pub struct ApiFailure {
    /// The code's digits; [`ResultCode::from_digits`] knows the published ones.
    pub code: String,
    /// The refusal's text, empty when there was none.
    pub message: String,
}

impl<T> Envelope<T> {
    /// Whether the call succeeded, idempotent repeats included.
    pub fn is_success(&self) -> bool {
        matches!(self.status.as_str(), "SUCCESS" | "REPEAT_REQ_SUCCESS")
    }

    /// The data of a success, or the refusal.
    pub fn into_result(self) -> Result<Option<T>, ApiFailure> {
        if self.is_success() {
            return Ok(self.data);
        }
        Err(ApiFailure { code: self.code, message: self.error_message.unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_send_is_exact() {
        let success = Success::new(true).to_bytes().unwrap();
        assert_eq!(success, br#"{"status":"SUCCESS","code":"000000","data":true}"#);
        let repeated = Success::repeated(1).to_bytes().unwrap();
        assert_eq!(repeated, br#"{"status":"REPEAT_REQ_SUCCESS","code":"000001","data":1}"#);
        let refusal = Refusal::missing("scopes", "name at least one scope", "decisions.md row 53");
        let expected: &[u8] = br#"{"status":"FAIL","code":"400100","errorMessage":"Parameter 'scopes' not valid, was empty/null, or too long/short, or wrong format."}"#;
        assert_eq!(Failure::new(&refusal).to_bytes(), expected);
    }

    #[test]
    fn every_recorded_success_is_read() {
        for tail in ["", r#","errorMessage":null"#, r#","errorMessage":"""#, r#","params":["x"]"#] {
            let text = format!(r#"{{"status":"SUCCESS","code":"000000","data":true{tail}}}"#);
            let envelope: Envelope<bool> = serde_json::from_str(&text).unwrap();
            assert_eq!(envelope.into_result(), Ok(Some(true)), "{text}");
        }
    }

    #[test]
    fn refusals_are_read() {
        for data in ["", r#","data":null"#] {
            let text = format!(r#"{{"status":"FAIL","code":"400202","errorMessage":"gone"{data}}}"#);
            let envelope: Envelope<bool> = serde_json::from_str(&text).unwrap();
            let expected = ApiFailure { code: "400202".into(), message: "gone".into() };
            assert_eq!(envelope.into_result(), Err(expected));
        }
    }
}
