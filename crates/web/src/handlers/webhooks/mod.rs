//! Developers → Webhooks: where a merchant is told.

mod add;
mod edit;
mod form;
mod list;
mod remove;
mod switch;

pub(crate) use add::{add, add_form};
pub(crate) use edit::{edit, edit_form};
pub(crate) use list::list;
pub(crate) use remove::{remove, remove_form};
pub(crate) use switch::{disable, enable};

use countersign_domain::id::WebhookEndpointId;
use countersign_domain::webhook_endpoint::{ENDPOINTS_MAX, WebhookEndpoint};
use countersign_service::webhook_endpoints::{self as service, EndpointError};
use countersign_store::StoreError;

use super::helpers::not_found;
use crate::failure::Failure;
use crate::session::Member;
use crate::state::WebState;

/// The merchant's own endpoint; another's is not there.
async fn find(state: &WebState, member: &Member, id: WebhookEndpointId) -> Result<WebhookEndpoint, Failure> {
    let owner = member.id();
    let read = state.platform().read("webhook_endpoint", move |tx, _| service::get(tx, owner, id));
    read.await.map_err(|error: StoreError| Failure::from(error))?.ok_or_else(not_found)
}

/// Whether there is no place for one endpoint more.
fn is_full(count: usize) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= ENDPOINTS_MAX)
}

/// A refusal that no form can do anything about.
fn failed(error: EndpointError) -> Failure {
    match error {
        EndpointError::Unknown => not_found(),
        EndpointError::Store(error) => error.into(),
        error => Failure::internal(error),
    }
}
