//! What the audit chain records, and the bytes that are hashed.
//!
//! One chain per owner. Each row's hash covers the hash before it, so that a row cannot be changed, removed or put in
//! between without `countersign check` finding the place.

use crate::time::Timestamp;

/// The chain of what the operator does to the platform itself.
pub const PLATFORM_OWNER: i64 = 0;

/// The hash before the first row of a chain.
pub const CHAIN_START: [u8; 32] = [0; 32];

/// One row before it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry<'a> {
    /// Whose chain: a merchant's or payer's number, or [`PLATFORM_OWNER`].
    pub owner: i64,
    /// Position in the chain, from 1.
    pub sequence: i64,
    /// Business time of the act.
    pub at: Timestamp,
    /// Who acted: `user:…`, `key:…`, `admin_key:…`, `operator` or `system`.
    pub actor: &'a str,
    /// What was done, noun first: `authorization_approve`.
    pub action: &'a str,
    /// Facts of the act as JSON; never a secret.
    pub detail: &'a str,
}

impl AuditEntry<'_> {
    /// The bytes that are hashed: every field with its length, so that no two rows share an encoding.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + self.actor.len() + self.action.len() + self.detail.len());
        for number in [self.owner, self.sequence, self.at.ms()] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        for text in [self.actor, self.action, self.detail] {
            let length = u64::try_from(text.len()).expect("a length fits 64 bits");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_fields_changes_the_encoding() {
        let entry = |actor, action| AuditEntry {
            owner: 1,
            sequence: 1,
            at: Timestamp::from_ms(5),
            actor,
            action,
            detail: "{}",
        };
        assert_ne!(entry("ab", "c").canonical(), entry("a", "bc").canonical());
    }
}
