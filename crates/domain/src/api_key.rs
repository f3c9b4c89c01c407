//! API keys: the identity and the rights of a machine that calls for a merchant.

use crate::address::AddressList;
use crate::id::{ApiKeyId, MerchantId};
use crate::scope::ScopeSet;
use crate::time::Timestamp;

/// Letters and digits in a key and in its secret (`partner.md` §1.6).
pub const API_KEY_LENGTH: usize = 64;
/// The most characters of a key's name.
pub const API_KEY_NAME_LENGTH_MAX: usize = 64;
/// The most keys one merchant may hold, revoked ones not counted.
pub const API_KEYS_MAX: i64 = 50;

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyStatus {
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
pub struct ApiKey {
    /// The record's id.
    pub id: ApiKeyId,
    /// Whose calls it signs.
    pub merchant_id: MerchantId,
    /// The text that goes into `BinancePay-Certificate-SN`.
    pub key: String,
    /// What its owner calls it.
    pub name: String,
    /// The access ticks: the families of calls that it may make (`decisions.md` row 15).
    pub scopes: ScopeSet,
    /// From where it may be used.
    pub addresses: AddressList,
    /// Whether it may be used.
    pub status: ApiKeyStatus,
    /// When it was made.
    pub created_at: Timestamp,
}
