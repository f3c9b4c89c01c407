//! What happens to the way in which a person signs in.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::time::Timestamp;

/// From where a person acted, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The device in a few words, such as `Firefox on Linux`; only as true as what the browser says of itself.
    pub device: String,
    /// The network address; `None` where it is not known.
    pub address: Option<IpAddr>,
}

/// What happened to the way in which a person signs in. Wall time throughout, as with sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessChange {
    /// Somebody signed in with the right password on a device that was never seen with this account.
    NewDevice {
        /// From where.
        whereabouts: Whereabouts,
        /// When.
        at: Timestamp,
    },
    /// Somebody who has not proved who it is asked for a link to set a new password.
    ResetAsked {
        /// The link's secret, sealed under the master key, in base64.
        token_sealed: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// A new password was set by such a link.
    PasswordChanged {
        /// From where.
        whereabouts: Whereabouts,
        /// When.
        at: Timestamp,
    },
}

/// Something that one person is told about the own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessEvent {
    /// Who is told.
    pub user_id: UserId,
    /// The name of what this person signs in to: the merchant's, the payer's, or that it is the operator's.
    pub account: String,
    /// What happened.
    pub change: AccessChange,
}
