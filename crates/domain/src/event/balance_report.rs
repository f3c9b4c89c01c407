//! Balance reports: ready to be fetched.

use serde::{Deserialize, Serialize};

use crate::id::{BalanceReportId, MerchantId};
use crate::time::Timestamp;

/// A report that a merchant asked for can be fetched (`partner.md` §3.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceReportReadyEvent {
    /// The report.
    pub report_id: BalanceReportId,
    /// Whose it is.
    pub merchant_id: MerchantId,
    /// Where it is.
    pub link: String,
    /// Until when.
    pub link_ends_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}
