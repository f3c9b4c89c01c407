//! Admin keys: the identity and the rights of one of the operator's own systems.
//!
//! They are no API keys: they belong to no merchant, sign another text, and open another listener
//! (`docs/OPERATOR-API.md`).

mod capability;
mod limits;

use crate::address::AddressList;
use crate::id::AdminKeyId;
use crate::time::Timestamp;

pub use capability::{Capability, CapabilitySet};
pub use limits::{LimitsError, OverLimit, POSTING_LIMITS_MAX, PostingLimit, PostingLimits};

/// The beginning of every admin key, so that one is recognised wherever it turns up.
pub const ADMIN_KEY_PREFIX: &str = "csad";
/// Letters and digits in an admin key, its prefix included, and in its secret.
pub const ADMIN_KEY_LENGTH: usize = 64;
/// The most characters of a key's name.
pub const ADMIN_KEY_NAME_LENGTH_MAX: usize = 64;
/// The most keys in use at once.
pub const ADMIN_KEYS_MAX: i64 = 50;
/// The most keys in a list, revoked ones included.
pub const ADMIN_KEYS_LISTED_MAX: i64 = 500;

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminKeyStatus {
    /// In use.
    Active,
    /// Revoked for good.
    Revoked {
        /// Since when.
        at: Timestamp,
    },
}

/// One key without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminKey {
    /// The record's id.
    pub id: AdminKeyId,
    /// The text that goes over the wire.
    pub key: String,
    /// What the operator calls it.
    pub name: String,
    /// What it may do.
    pub capabilities: CapabilitySet,
    /// From where it may be used.
    pub addresses: AddressList,
    /// How much it may post.
    pub limits: PostingLimits,
    /// Whether it may be used.
    pub status: AdminKeyStatus,
    /// When it was made.
    pub created_at: Timestamp,
}
