//! Rewriting what a partner says of a sub-merchant (`decisions.md` row 25).

use countersign_domain::id::SubMerchantId;
use countersign_domain::sub_merchant::{DetailFault, NameKey, SubMerchantDetails};
use countersign_store::queries::sub_merchants;
use countersign_store::{ConstraintKind, StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use super::partner::{self, PartnerError};
use crate::audit;
use crate::authority::{AuthorityError, By};
use crate::platform::Collides;

/// What is to be rewritten.
#[derive(Debug, Clone)]
pub struct ModifySubMerchant {
    /// Which one; `None` where the text can be no sub-merchant's number.
    pub id: Option<SubMerchantId>,
    /// As in [`super::NewSubMerchant`].
    pub main_merchant: Option<String>,
    /// Everything that is now said of it; what is left out is gone.
    pub details: SubMerchantDetails,
    /// The revision that is rewritten, where the caller has one before them; calls of the merchant API have none.
    pub revision: Option<i64>,
}

/// Why nothing was rewritten.
#[derive(Debug, Error)]
pub enum ModifyError {
    /// The caller may not, or acts for no channel partner.
    #[error(transparent)]
    Partner(#[from] PartnerError),
    /// The main merchant that the call names is not the one that it acts for.
    #[error("the main merchant is not the acting one")]
    MainMerchant,
    /// The details break a rule of their version of the page.
    #[error(transparent)]
    Details(#[from] DetailFault),
    /// The partner has no such sub-merchant; another partner's is answered alike.
    #[error("the partner has no such sub-merchant")]
    Unknown,
    /// It was written since the revision that was to be rewritten.
    #[error("it was written meanwhile")]
    Outdated,
    /// Another sub-merchant of the partner has this name.
    #[error("another sub-merchant of the partner has this name")]
    NameTaken,
    /// Somebody else took the name in the same moment; run again and see.
    #[error("the name was taken in the same moment")]
    Collision,
}

impl From<StoreError> for ModifyError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Constraint { kind: ConstraintKind::Unique, .. } => Self::Collision,
            error => Self::Partner(AuthorityError::from(error).into()),
        }
    }
}

impl Collides for ModifyError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// Rewrites a sub-merchant of the partner for whom it is done. Its status stays.
pub fn modify(tx: &mut dyn WriteTx, by: &By, change: &ModifySubMerchant) -> Result<SubMerchantId, ModifyError> {
    let partner_id = partner::done_for(tx, by)?;
    if !partner::is_named(partner_id, change.main_merchant.as_deref()) {
        return Err(ModifyError::MainMerchant);
    }
    change.details.check()?;
    let id = change.id.ok_or(ModifyError::Unknown)?;
    let sub_merchant =
        sub_merchants::lock(tx, id)?.filter(|found| found.partner_id == partner_id).ok_or(ModifyError::Unknown)?;
    if change.revision.is_some_and(|seen| seen != sub_merchant.revision) {
        return Err(ModifyError::Outdated);
    }
    let namesake = sub_merchants::by_name(tx, partner_id, &NameKey::of(&change.details.name))?;
    if namesake.is_some_and(|other| other.id != id) {
        return Err(ModifyError::NameTaken);
    }
    let rewritten = sub_merchant.map(|found| found.rewritten(change.details.clone(), by.now()));
    sub_merchants::update(tx, &rewritten)?;
    let detail = json!({ "subMerchant": id.get() });
    audit::record(tx, partner_id.get(), by.actor(), ("sub_merchant_modify", &detail), by.now())?;
    Ok(id)
}
