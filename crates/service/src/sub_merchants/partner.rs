//! The first decision of every use case of sub-merchants: for which channel partner it acts.

use countersign_domain::Scope;
use countersign_domain::id::MerchantId;
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

use crate::authority::{self, Acting, AuthorityError, By, Call, Need};

/// Why nobody acts for a channel partner.
#[derive(Debug, Error)]
pub enum PartnerError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// Whoever the call acts for is no channel partner (`decisions.md` row 52).
    #[error("the acting merchant is no channel partner")]
    NotAPartner,
}

impl From<StoreError> for PartnerError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

/// The channel partner for whom the call acts: the caller, or the merchant behind its token.
pub(super) fn acting(tx: &mut dyn ReadTx, call: &Call) -> Result<MerchantId, PartnerError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::SubMerchant))?;
    partner(&acting)
}

/// The channel partner for whom it is done.
pub(super) fn done_for(tx: &mut dyn ReadTx, by: &By) -> Result<MerchantId, PartnerError> {
    let acting = by.authorize(tx, Need::scope(Scope::SubMerchant))?;
    partner(&acting)
}

fn partner(acting: &Acting) -> Result<MerchantId, PartnerError> {
    if acting.is_partner { Ok(acting.merchant_id) } else { Err(PartnerError::NotAPartner) }
}

/// Whether `named`, where it is there, is this partner's number.
pub(super) fn is_named(partner: MerchantId, named: Option<&str>) -> bool {
    named.is_none_or(|named| named == partner.to_string())
}
