//! A partner looks a sub-merchant up (`partner.md` §5.4).

use countersign_domain::id::SubMerchantId;
use countersign_domain::sub_merchant::{NameKey, SubMerchant};
use countersign_store::queries::sub_merchants;
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

use super::partner::{self, PartnerError};
use crate::authority::{AuthorityError, Call};

/// By what it is looked up.
#[derive(Debug, Clone)]
pub enum Lookup {
    /// By its number; `None` where the text can be no sub-merchant's.
    Id(Option<SubMerchantId>),
    /// By its name.
    Name(String),
}

/// Why none was shown.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The caller may not, or acts for no channel partner.
    #[error(transparent)]
    Partner(#[from] PartnerError),
    /// The partner has none with this number; another partner's is answered alike.
    #[error("the partner has no such sub-merchant")]
    UnknownId,
}

impl From<StoreError> for QueryError {
    fn from(error: StoreError) -> Self {
        Self::Partner(AuthorityError::from(error).into())
    }
}

/// The sub-merchant of the partner for whom the call acts; `None` where a name is free.
pub fn query(tx: &mut dyn ReadTx, call: &Call, lookup: &Lookup) -> Result<Option<SubMerchant>, QueryError> {
    let partner_id = partner::acting(tx, call)?;
    match lookup {
        Lookup::Id(id) => {
            let found = match id {
                Some(id) => sub_merchants::get(tx, *id)?,
                None => None,
            };
            found.filter(|found| found.partner_id == partner_id).map(Some).ok_or(QueryError::UnknownId)
        }
        Lookup::Name(name) => Ok(sub_merchants::by_name(tx, partner_id, &NameKey::of(name))?),
    }
}
