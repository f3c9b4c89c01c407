//! Merchants of every kind: plain ones, technical service providers and channel partners.

use serde::{Deserialize, Serialize};

use crate::id::MerchantId;
use crate::money::PartsPerMillion;
use crate::scope::ScopeSet;
use crate::time::Timestamp;

/// The most characters of a merchant's name (`partner.md` §3.9).
pub const MERCHANT_NAME_LENGTH_MAX: usize = 128;

/// What a merchant may be besides selling for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MerchantKind {
    /// Sells for itself.
    Plain,
    /// A technical service provider: may ask other merchants for authority over the allowed scopes.
    Provider {
        /// The scopes it may ask for; withdrawing one here takes it out of every grant at once.
        allowed_scopes: ScopeSet,
        /// Its part of the commission on orders that it brings (`decisions.md` row 21).
        fee_share: PartsPerMillion,
    },
    /// A channel partner: may enrol sub-merchants.
    Partner,
}

/// Whether a merchant may act at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MerchantStatus {
    /// May act.
    Active,
    /// Frozen by the operator: calls are refused with 400203.
    Frozen,
}

/// One merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Its number, also its Binance ID.
    pub id: MerchantId,
    /// Its name as payers and merchants see it.
    pub name: String,
    /// Its kind.
    pub kind: MerchantKind,
    /// Whether it may act.
    pub status: MerchantStatus,
    /// What the operator takes of each payment to it.
    pub commission: PartsPerMillion,
    /// When it was enrolled.
    pub created_at: Timestamp,
}

impl Merchant {
    /// The scopes that this merchant may ask others for: none unless it is a provider.
    pub fn allowed_scopes(&self) -> ScopeSet {
        match self.kind {
            MerchantKind::Provider { allowed_scopes, .. } => allowed_scopes,
            MerchantKind::Plain | MerchantKind::Partner => ScopeSet::EMPTY,
        }
    }
}
