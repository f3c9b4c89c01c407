//! People who sign in: for a merchant, as a payer, or as the operator.

use serde::{Deserialize, Serialize};

use crate::id::{MerchantId, PayerId, UserId};

/// The most bytes of an e-mail address (RFC 5321 §4.5.3.1.3 less the angle brackets).
pub const EMAIL_LENGTH_MAX: usize = 254;
/// The fewest characters of a password that a person chooses.
pub const PASSWORD_LENGTH_MIN: usize = 12;
/// The most bytes of a password: hashing a longer one would only cost time.
pub const PASSWORD_LENGTH_MAX: usize = 1024;

/// What a person may do and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Owner of a merchant: may decide on authorizations, keys and everything else of that merchant.
    Owner(MerchantId),
    /// Pays from an own wallet.
    Payer(PayerId),
    /// Runs the platform.
    Operator,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The record's id.
    pub id: UserId,
    /// The address that identifies the person at sign-in, lower case.
    pub email: String,
    /// What the person may do.
    pub role: Role,
}

/// The form in which an address is stored and compared: trimmed and in lower case; `None` where it cannot be an address.
pub fn normalize_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let plain = email.len() <= EMAIL_LENGTH_MAX && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    let shaped = !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.');
    (plain && shaped && !local.contains('@')).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalized_or_refused() {
        assert_eq!(normalize_email(" Ann@Shop.Example "), Some("ann@shop.example".to_owned()));
        for text in [
            "",
            "ann",
            "@shop.example",
            "ann@",
            "a b@shop.example",
            "ann@@shop.example",
            "ann@.example",
            "ann@example.",
        ] {
            assert_eq!(normalize_email(text), None, "{text:?}");
        }
        assert_eq!(normalize_email(&format!("{}@shop.example", "a".repeat(EMAIL_LENGTH_MAX))), None);
    }
}
