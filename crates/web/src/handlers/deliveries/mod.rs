//! Developers → Deliveries: what was sent over webhooks, and sending it again.

mod detail;
mod list;
mod recover;
mod resend;

pub(crate) use detail::detail;
pub(crate) use list::list;
pub(crate) use recover::{recover, recover_form};
pub(crate) use resend::resend;

use countersign_domain::id::WebhookEndpointId;
use countersign_domain::webhook_endpoint::WebhookEndpoint;
use countersign_service::deliveries::Target;
use countersign_service::webhook_endpoints;
use countersign_store::StoreError;

use crate::describe::numeric_id;
use crate::failure::Failure;
use crate::session::Member;
use crate::state::WebState;

async fn endpoints(state: &WebState, member: &Member) -> Result<Vec<WebhookEndpoint>, Failure> {
    let owner = member.id();
    let read = state.platform().read("webhook_endpoints", move |tx, _| webhook_endpoints::list(tx, owner));
    read.await.map_err(|error: StoreError| error.into())
}

/// The merchant's endpoint that a form or an address names.
fn named(endpoints: &[WebhookEndpoint], text: &str) -> Option<WebhookEndpointId> {
    let id = numeric_id(text)?;
    endpoints.iter().map(|endpoint| endpoint.id).find(|known| *known == id)
}

/// Where a form wants messages to go; `None` where it names what is no endpoint of the merchant.
fn target(endpoints: &[WebhookEndpoint], to: Option<&str>) -> Option<Target> {
    match to {
        None => Some(Target::Original),
        Some(text) => named(endpoints, text).map(Target::Endpoint),
    }
}
