//! Who sets something in motion for a merchant.

use crate::id::{ApiKeyId, UserId};

/// Who asked for what was done for a merchant, kept with it so that its people can see who it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    /// A machine, with one of the merchant's own keys or with one of a provider that may act for it.
    Key(ApiKeyId),
    /// A person who acts for the merchant in the portal.
    User(UserId),
}
