//! One endpoint less.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_store::WriteTx;
use countersign_store::queries::webhook_endpoints as rows;
use serde_json::json;

use super::{EndpointError, lock_endpoint};
use crate::audit::{self, Actor};

/// Removes an endpoint. What is on its way there is parked instead of sent: the place may be somebody else's tomorrow. It can
/// be sent to another endpoint.
pub fn remove(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    (actor, now): (Actor, Timestamp),
) -> Result<(), EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    rows::delete(tx, &endpoint)?;
    let detail = json!({ "endpoint": id.get() });
    Ok(audit::record(tx, merchant.get(), actor, ("webhook_endpoint_remove", &detail), now)?)
}
