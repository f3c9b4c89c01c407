//! Silence for a while, and its end.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointState, WebhookEndpoint};
use countersign_store::WriteTx;
use countersign_store::queries::webhook_endpoints as rows;
use serde_json::json;

use super::view::{Missed, missed_by};
use super::{EndpointError, lock_endpoint};
use crate::audit::{self, Actor};

/// Disables an endpoint for its owner. It gets no new messages; what it misses is kept as parked, for
/// [`MISSED_MS_MAX`](crate::outbox::MISSED_MS_MAX). Disabling twice is the same as once.
pub fn disable(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    (actor, now): (Actor, Timestamp),
) -> Result<(), EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    if !endpoint.state.is_enabled() {
        return Ok(());
    }
    let endpoint =
        endpoint.map(|endpoint| WebhookEndpoint { state: endpoint.state.disabled_by_owner(now), ..endpoint });
    rows::update(tx, &endpoint)?;
    let detail = json!({ "endpoint": id.get() });
    Ok(audit::record(tx, merchant.get(), actor, ("webhook_endpoint_disable", &detail), now)?)
}

/// Enables an endpoint, whoever disabled it, and answers what it missed, for [`recover`](crate::deliveries::recover) to send
/// where its owner wants that; nothing is sent by this alone. Enabling twice is the same as once.
pub fn enable(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    (actor, now): (Actor, Timestamp),
) -> Result<Option<Missed>, EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    if endpoint.state.is_enabled() {
        return Ok(None);
    }
    let missed = missed_by(tx, &endpoint)?;
    let endpoint = endpoint.map(|endpoint| WebhookEndpoint { state: EndpointState::ENABLED, ..endpoint });
    rows::update(tx, &endpoint)?;
    let detail = json!({ "endpoint": id.get() });
    audit::record(tx, merchant.get(), actor, ("webhook_endpoint_enable", &detail), now)?;
    Ok(missed)
}
