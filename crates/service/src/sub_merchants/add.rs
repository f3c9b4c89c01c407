//! Enrolling a sub-merchant.

use countersign_domain::id::SubMerchantId;
use countersign_domain::sub_merchant::{DetailFault, NameKey, SubMerchant, SubMerchantDetails, SubMerchantStatus};
use countersign_store::queries::sub_merchants;
use countersign_store::{StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use super::partner::{self, PartnerError};
use crate::audit;
use crate::authority::{AuthorityError, By};
use crate::platform::{Collides, Platform};

/// Who is to be enrolled.
#[derive(Debug, Clone)]
pub struct NewSubMerchant {
    /// The number of the partner under whom the caller thinks it enrols, where it says so (`partner.md` §5.1, version A).
    pub main_merchant: Option<String>,
    /// What the partner says of it.
    pub details: SubMerchantDetails,
}

/// Why nobody was enrolled.
#[derive(Debug, Error)]
pub enum AddError {
    /// The caller may not, or acts for no channel partner.
    #[error(transparent)]
    Partner(#[from] PartnerError),
    /// The main merchant that the call names is not the one that it acts for.
    #[error("the main merchant is not the acting one")]
    MainMerchant,
    /// The details break a rule of their version of the page.
    #[error(transparent)]
    Details(#[from] DetailFault),
    /// The partner has a sub-merchant of this name (`decisions.md` row 24).
    #[error("the partner has a sub-merchant of this name")]
    NameTaken,
    /// A drawn id is taken; run again.
    #[error("a drawn id is taken")]
    Collision,
}

impl From<StoreError> for AddError {
    fn from(error: StoreError) -> Self {
        Self::Partner(AuthorityError::from(error).into())
    }
}

impl Collides for AddError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// Enrols a sub-merchant of the partner for whom it is done.
pub fn add(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    by: &By,
    new: &NewSubMerchant,
) -> Result<SubMerchantId, AddError> {
    let partner_id = partner::done_for(tx, by)?;
    if !partner::is_named(partner_id, new.main_merchant.as_deref()) {
        return Err(AddError::MainMerchant);
    }
    new.details.check()?;
    let now = by.now();
    let sub_merchant = SubMerchant {
        id: platform.ids.next_sub_merchant(now),
        partner_id,
        status: SubMerchantStatus::Active,
        details: new.details.clone(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    if !sub_merchants::insert(tx, &sub_merchant)? {
        // The insert gave way to a row that is there: this name, or a number that was drawn.
        return Err(match sub_merchants::by_name(tx, partner_id, &NameKey::of(&new.details.name))? {
            Some(_) => AddError::NameTaken,
            None => AddError::Collision,
        });
    }
    let detail = json!({ "subMerchant": sub_merchant.id.get() });
    audit::record(tx, partner_id.get(), by.actor(), ("sub_merchant_add", &detail), now)?;
    Ok(sub_merchant.id)
}
