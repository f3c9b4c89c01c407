//! A merchant's vendors: who may act for it, and changing its mind.

mod detail;
mod disable;
mod list;
mod narrow;
mod pause;

pub(crate) use detail::detail;
pub(crate) use disable::{disable, disable_form};
pub(crate) use list::list;
pub(crate) use narrow::narrow;
pub(crate) use pause::{freeze, unfreeze};

use axum::response::Response;
use countersign_domain::Timestamp;
use countersign_domain::authorization::{Authorization, StateName};
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_service::authorizations::DecideError;
use countersign_store::queries::{authorizations, merchants, users};
use countersign_store::{ReadTx, StoreError};

use super::helpers::{done, not_found};
use crate::describe::vendor_state;
use crate::failure::Failure;
use crate::pages::VendorState;
use crate::paths;
use crate::session::Notice;
use crate::state::WebState;

/// A record that is or was a grant of this merchant.
struct Vendor {
    record: Authorization,
    state: VendorState,
    provider_name: String,
    decided_by: Option<String>,
}

fn read(
    tx: &mut dyn ReadTx,
    (merchant, id): (MerchantId, AuthorizationId),
    now: Timestamp,
) -> Result<Option<Vendor>, StoreError> {
    let own = authorizations::get(tx, id)?.filter(|record| record.merchant_id == merchant);
    let Some(record) = own else { return Ok(None) };
    let Some(state) = vendor_state(&record, now) else { return Ok(None) };
    let provider_name = merchants::get(tx, record.provider_id)?.map(|provider| provider.name).unwrap_or_default();
    let decided_by = match record.decided {
        Some((_, by)) => users::get(tx, by)?.map(|account| account.user.email),
        None => None,
    };
    Ok(Some(Vendor { record, state, provider_name, decided_by }))
}

async fn find(state: &WebState, merchant: MerchantId, id: AuthorizationId) -> Result<Vendor, Failure> {
    let now = state.platform().business_now();
    state.platform().read("vendor", move |tx, _| read(tx, (merchant, id), now)).await?.ok_or_else(not_found)
}

/// After a step: back to the vendor's page, told what became of it.
fn settled(
    state: &WebState,
    (id, notice): (AuthorizationId, Notice),
    outcome: Result<(), DecideError>,
) -> Result<Response, Failure> {
    let page = paths::vendor(&id.to_string());
    match outcome {
        Ok(()) => {
            state.wake();
            Ok(done(state, &page, notice))
        }
        // A request is reviewed, not managed; to its own merchant too it is no vendor yet.
        Err(DecideError::NotPossible(refusal)) if refusal.from == StateName::Pending => Err(not_found()),
        Err(DecideError::NotPossible(_)) => Ok(done(state, &page, Notice::NoLongerPossible)),
        Err(DecideError::Unknown) => Err(not_found()),
        Err(DecideError::Store(error)) => Err(error.into()),
        Err(error) => Err(Failure::internal(error)),
    }
}
