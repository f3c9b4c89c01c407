//! Suspending a sub-merchant and letting it sell again (`decisions.md` row 26).

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, SubMerchantId};
use countersign_domain::sub_merchant::SubMerchantStatus;
use countersign_store::queries::sub_merchants;
use countersign_store::{StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::platform::Collides;

/// Why the status was not set.
#[derive(Debug, Error)]
pub enum SetStatusError {
    /// The partner has no such sub-merchant.
    #[error("the partner has no such sub-merchant")]
    Unknown,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for SetStatusError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Sets the status of a sub-merchant of `partner`; setting what it is already changes nothing. The page that calls this has
/// decided that `actor` is the operator or owns `partner`.
pub fn set_status(
    tx: &mut dyn WriteTx,
    (partner, id): (MerchantId, SubMerchantId),
    status: SubMerchantStatus,
    (actor, now): (Actor, Timestamp),
) -> Result<(), SetStatusError> {
    let found = sub_merchants::lock(tx, id)?.filter(|found| found.partner_id == partner);
    let sub_merchant = found.ok_or(SetStatusError::Unknown)?;
    if sub_merchant.status == status {
        return Ok(());
    }
    sub_merchants::update(tx, &sub_merchant.map(|found| found.with_status(status, now)))?;
    let action = match status {
        SubMerchantStatus::Active => "sub_merchant_resume",
        SubMerchantStatus::Suspended => "sub_merchant_suspend",
    };
    Ok(audit::record(tx, partner.get(), actor, (action, &json!({ "subMerchant": id.get() })), now)?)
}
