//! Silence for a while, and its end.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointState, WebhookEndpoint};
use countersign_store::queries::webhook_endpoints as rows;
use countersign_store::{Locked, StoreError, WriteTx};
use serde_json::json;

use super::view::{Missed, missed_by};
use super::{EndpointError, lock_endpoint};
use crate::audit::{self, Actor};
use crate::outbox::mail_endpoint_disabled;
use crate::platform::Platform;

/// Disables an endpoint for its owner. It gets no new messages; what it misses in the first
/// [`MISSED_MS_MAX`](crate::outbox::MISSED_MS_MAX) is written down as parked. Disabling twice is the same as once, and one that somebody else disabled stays as
/// it is.
pub fn disable(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    who: (Actor, Timestamp),
) -> Result<(), EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    let state = endpoint.state.disabled_by_owner(who.1);
    Ok(switch(tx, endpoint, state, who).map(drop)?)
}

/// Disables an endpoint for the operator, whoever disabled it before; its owner is told by mail. The owner cannot enable it.
pub fn disable_by_operator(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (merchant, id): (MerchantId, WebhookEndpointId),
    who: (Actor, Timestamp),
) -> Result<(), EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    let state = endpoint.state.disabled_by_operator(who.1);
    if let Some(endpoint) = switch(tx, endpoint, state, who)? {
        mail_endpoint_disabled(tx, platform, &endpoint, (None, who.1))?;
    }
    Ok(())
}

/// Writes another state and that it was written; `None` where it is the same.
fn switch(
    tx: &mut dyn WriteTx,
    endpoint: Locked<WebhookEndpoint>,
    state: EndpointState,
    (actor, now): (Actor, Timestamp),
) -> Result<Option<Locked<WebhookEndpoint>>, StoreError> {
    if endpoint.state == state {
        return Ok(None);
    }
    let endpoint = endpoint.map(|endpoint| WebhookEndpoint { state, ..endpoint });
    rows::update(tx, &endpoint)?;
    let action = if state.is_enabled() { "webhook_endpoint_enable" } else { "webhook_endpoint_disable" };
    let detail = json!({ "endpoint": endpoint.id.get() });
    audit::record(tx, endpoint.merchant_id.get(), actor, (action, &detail), now)?;
    Ok(Some(endpoint))
}

/// Enables an endpoint for its owner, and answers what it missed, for [`recover`](crate::deliveries::recover) to send where its
/// owner wants that; nothing is sent by this alone. Enabling twice is the same as once. One that the operator disabled is the
/// operator's to enable.
pub fn enable(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    who: (Actor, Timestamp),
) -> Result<Option<Missed>, EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    if endpoint.state.is_held() {
        return Err(EndpointError::Held);
    }
    Ok(end_silence(tx, endpoint, who)?)
}

/// The same for the operator, whoever disabled it.
pub fn enable_by_operator(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
    who: (Actor, Timestamp),
) -> Result<Option<Missed>, EndpointError> {
    let endpoint = lock_endpoint(tx, merchant, id)?;
    Ok(end_silence(tx, endpoint, who)?)
}

fn end_silence(
    tx: &mut dyn WriteTx,
    endpoint: Locked<WebhookEndpoint>,
    who: (Actor, Timestamp),
) -> Result<Option<Missed>, StoreError> {
    if endpoint.state.is_enabled() {
        return Ok(None);
    }
    let missed = missed_by(tx, &endpoint)?;
    switch(tx, endpoint, EndpointState::ENABLED, who)?;
    Ok(missed)
}
