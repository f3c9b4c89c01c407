//! The authorization token: it travels in answers and webhooks, and must not travel into logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An `authorizationToken` (32 lower-case hex digits as a rule, partner.md 1.6). It serialises, because the wire
/// hands it out, but its `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorizationToken(String);

impl AuthorizationToken {
    /// Wraps the token's text.
    pub const fn new(token: String) -> Self {
        Self(token)
    }

    /// The token itself, for the one place that sends or stores it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthorizationToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuthorizationToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_masked_and_json_is_not() {
        let token = AuthorizationToken::new("0123456789abcdef".to_owned());
        assert_eq!(format!("{token:?}"), "AuthorizationToken(***)");
        assert_eq!(serde_json::to_string(&token).unwrap(), r#""0123456789abcdef""#);
    }
}
