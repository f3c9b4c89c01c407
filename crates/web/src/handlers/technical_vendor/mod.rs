//! Partner features → Technical vendor: the provider's side of consent (`partner.md` §4.8).

mod add;
mod cancel;
mod detail;
mod list;

pub(crate) use add::{add, add_form};
pub(crate) use cancel::{cancel, cancel_form};
pub(crate) use detail::{detail, reveal};
pub(crate) use list::list;

use countersign_domain::Timestamp;
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_service::authorizations::{AuthorizationView, views};
use countersign_store::queries::authorizations;
use countersign_store::{ReadTx, StoreError};

/// A record of this provider.
fn own_record(
    tx: &mut dyn ReadTx,
    (provider, id): (MerchantId, AuthorizationId),
    now: Timestamp,
) -> Result<Option<AuthorizationView>, StoreError> {
    let record = authorizations::get(tx, id)?.filter(|record| record.provider_id == provider);
    Ok(views(tx, record.into_iter().collect(), now)?.pop())
}
