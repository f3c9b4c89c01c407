//! Partner Feature → Sub Merchant Accounts: a channel partner's sub-merchants.

mod add;
mod detail;
mod edit;
mod form;
mod list;
mod status;

pub(crate) use add::{add, add_form};
pub(crate) use detail::detail;
pub(crate) use edit::{edit, edit_form};
pub(crate) use list::list;
pub(crate) use status::{resume, suspend, suspend_form};

use countersign_domain::id::SubMerchantId;
use countersign_domain::sub_merchant::SubMerchant;
use countersign_service::sub_merchants as service;
use countersign_store::StoreError;

use super::helpers::not_found;
use crate::failure::Failure;
use crate::session::PartnerMember;
use crate::state::WebState;

/// The partner's own sub-merchant; another's is not there.
async fn find(state: &WebState, partner: &PartnerMember, id: SubMerchantId) -> Result<SubMerchant, Failure> {
    let owner = partner.0.id();
    let read = state.platform().read("sub_merchant", move |tx, _| service::of_partner(tx, owner, id));
    read.await.map_err(|error: StoreError| Failure::from(error))?.ok_or_else(not_found)
}
