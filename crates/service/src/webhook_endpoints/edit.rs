//! Saying something else of an endpoint.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointState, EndpointTerms, WebhookEndpoint};
use countersign_store::WriteTx;
use countersign_store::queries::webhook_endpoints as rows;
use serde_json::json;

use super::{EndpointError, lock_endpoint};
use crate::audit::{self, Actor};

/// Replaces all terms of an endpoint; it stays enabled or disabled. With another URL it begins anew: what failed was the old
/// place, and what is on its way there goes to the new one.
pub fn edit(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    terms: &EndpointTerms,
    (actor, now): (Actor, Timestamp),
) -> Result<(), EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    terms.check()?;
    let moves = endpoint.terms.url != terms.url;
    if moves && rows::by_url(tx, merchant, &terms.url)?.is_some() {
        return Err(EndpointError::UrlTaken);
    }
    let state = match endpoint.state {
        EndpointState::Enabled { .. } if moves => EndpointState::ENABLED,
        unchanged => unchanged,
    };
    let endpoint = endpoint.map(|endpoint| WebhookEndpoint { terms: terms.clone(), state, ..endpoint });
    rows::update(tx, &endpoint)?;
    let detail = json!({ "endpoint": id.get(), "moved": moves });
    Ok(audit::record(tx, merchant.get(), actor, ("webhook_endpoint_edit", &detail), now)?)
}
