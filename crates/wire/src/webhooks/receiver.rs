//! What a receiver answers, and whether it counts as delivered (decisions.md row 43).

use serde::{Deserialize, Serialize};

/// The answer the page asks for: `{"returnCode":"SUCCESS","returnMessage":null}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiverAnswer {
    /// `SUCCESS` or `FAIL`.
    pub return_code: &'static str,
    /// Free text or null.
    pub return_message: Option<String>,
}

impl ReceiverAnswer {
    /// The delivery was taken.
    pub const fn success() -> Self {
        Self { return_code: "SUCCESS", return_message: None }
    }

    /// The delivery was not taken and shall be tried again.
    pub const fn failure(message: String) -> Self {
        Self { return_code: "FAIL", return_message: Some(message) }
    }
}

/// Whether a delivery counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Taken: nothing more is sent.
    Delivered,
    /// The HTTP status is not 200.
    WrongStatus,
    /// The body is no JSON object.
    NotJson,
    /// The body says something else than SUCCESS.
    NotSuccess,
}

/// Judges an answer: HTTP 200 and a JSON object whose `returnCode` is SUCCESS, or, for the official sample's sake,
/// whose `code` is SUCCESS while `returnCode` is absent.
pub fn judge(http_status: u16, body: &[u8]) -> Verdict {
    if http_status != 200 {
        return Verdict::WrongStatus;
    }
    let Ok(answer) = serde_json::from_slice::<Received>(body) else {
        return Verdict::NotJson;
    };
    let said = if answer.return_code.is_null() { answer.code } else { answer.return_code };
    if said == "SUCCESS" { Verdict::Delivered } else { Verdict::NotSuccess }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    #[serde(default)]
    return_code: serde_json::Value,
    #[serde(default)]
    code: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_clients_give_are_judged() {
        use Verdict::{Delivered, NotJson, NotSuccess, WrongStatus};
        let rows: &[(u16, &str, Verdict)] = &[
            (200, r#"{"returnCode":"SUCCESS","returnMessage":null}"#, Delivered),
            (200, r#"{"returnCode":"SUCCESS"}"#, Delivered),
            (200, r#"{"returnCode":"SUCCESS","code":"FAIL"}"#, Delivered),
            (200, r#"{"message":"Done","code":"SUCCESS"}"#, Delivered),
            (200, r#"{"returnCode":"FAIL","code":"SUCCESS"}"#, NotSuccess),
            (200, r#"{"returnCode":"ERROR"}"#, NotSuccess),
            (200, r#"{"returnCode":"success"}"#, NotSuccess),
            (200, r#"{"returnCode":1}"#, NotSuccess),
            (200, "{}", NotSuccess),
            (200, "", NotJson),
            (200, "OK", NotJson),
            (200, r#""SUCCESS""#, NotJson),
            (201, r#"{"returnCode":"SUCCESS"}"#, WrongStatus),
            (500, r#"{"returnCode":"SUCCESS"}"#, WrongStatus),
        ];
        for &(status, body, verdict) in rows {
            assert_eq!(judge(status, body.as_bytes()), verdict, "{status} {body}");
        }
        let success = serde_json::to_string(&ReceiverAnswer::success()).unwrap();
        assert_eq!(success, r#"{"returnCode":"SUCCESS","returnMessage":null}"#);
        assert_eq!(judge(200, &serde_json::to_vec(&ReceiverAnswer::failure("x".into())).unwrap()), NotSuccess);
    }
}
