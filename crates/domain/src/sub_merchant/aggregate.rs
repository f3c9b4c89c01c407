//! The sub-merchant itself.

use crate::id::{MerchantId, SubMerchantId};
use crate::time::Timestamp;

use super::details::SubMerchantDetails;

/// Whether orders may name it (`decisions.md` row 26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubMerchantStatus {
    /// Orders may name it.
    Active,
    /// Suspended by the operator or its partner: an order that names it is refused with 400206.
    Suspended,
}

/// One sub-merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubMerchant {
    /// Its number.
    pub id: SubMerchantId,
    /// Whose it is.
    pub partner_id: MerchantId,
    /// Whether orders may name it.
    pub status: SubMerchantStatus,
    /// What its partner says of it.
    pub details: SubMerchantDetails,
    /// How often it was written, the enrolment included: whoever rewrites it can tell what they had before them.
    pub revision: i64,
    /// When it was enrolled.
    pub created_at: Timestamp,
    /// When its details or its status last changed.
    pub updated_at: Timestamp,
}

impl SubMerchant {
    /// The same sub-merchant with other details (`decisions.md` row 25): what is left out is gone, the status stays.
    pub fn rewritten(self, details: SubMerchantDetails, now: Timestamp) -> Self {
        Self { details, revision: self.revision + 1, updated_at: now, ..self }
    }

    /// The same sub-merchant, suspended or selling again.
    pub fn with_status(self, status: SubMerchantStatus, now: Timestamp) -> Self {
        Self { status, revision: self.revision + 1, updated_at: now, ..self }
    }

    /// Whether an order of `merchant` may name it.
    pub fn may_sell_for(&self, merchant: MerchantId) -> bool {
        self.partner_id == merchant && self.status == SubMerchantStatus::Active
    }
}
