//! Reading the JSON of a control call: an absent body is `{}`, content types are not asked for, unknown fields are named.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::refusal::Refusal;

/// The typed body of a control call.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await.map_err(Refusal::bad)?;
        let text: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text)
            .map(Self)
            .map_err(|error| Refusal::bad(format!("the body cannot be read: {error}")))
    }
}

/// Reads a number that callers send as string or number.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => {
            text.parse().map_err(|_| serde::de::Error::custom("expected a number or its digits as a string"))
        }
    }
}

/// The same where the field may be absent or null.
pub(super) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    struct Present(#[serde(deserialize_with = "number")] i64);
    Ok(Option::<Present>::deserialize(deserializer)?.map(|present| present.0))
}

/// Reads a percentage, sent as string or number, from its text.
pub(super) fn optional_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(serde_json::Number),
        Text(String),
    }
    let given = Option::<Either>::deserialize(deserializer)?;
    Ok(given.map(|given| match given {
        // `1.0` and `1` are the same percentage.
        Either::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        Either::Text(text) => text,
    }))
}
