//! What a try leads to, for the message and for the endpoint that it went to.

use countersign_domain::Timestamp;
use countersign_domain::event::{EndpointDisabledEvent, Event};
use countersign_domain::id::WebhookEndpointId;
use countersign_domain::webhook_endpoint::{DisabledBy, EndpointState, WebhookEndpoint};
use countersign_store::queries::outbox::{self, Attempt, Message, ParkReason, Redirect, Settlement};
use countersign_store::queries::{merchants, webhook_endpoints};
use countersign_store::{Locked, ReadTx, StoreError, WriteTx};
use serde_json::json;

use super::mail_owners;
use crate::audit::{self, Actor};
use crate::platform::Platform;

/// What is to become of a claimed message, as its endpoint stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is sent.
    Send,
    /// It is sent to where its endpoint is now: its owner moved it.
    Redirect(Redirect),
    /// It is not sent: its owner wants nothing there any more, or for now.
    Park(ParkReason),
}

/// Judges a message whose endpoint is the given one; `None` where that was removed.
pub fn judge(message: &Message, endpoint: Option<&WebhookEndpoint>) -> Judgement {
    match endpoint {
        None => Judgement::Park(ParkReason::EndpointRemoved),
        Some(endpoint) if !endpoint.state.is_enabled() => Judgement::Park(ParkReason::EndpointDisabled),
        Some(endpoint) if endpoint.terms.url != message.target() => {
            Judgement::Redirect(Redirect { url: endpoint.terms.url.clone(), endpoint_id: endpoint.id })
        }
        Some(_) => Judgement::Send,
    }
}

/// Records a try and what follows from it; false where another node has recorded it already. An endpoint that has only failed
/// for `failing_ms_max` is disabled, and its owners are told by mail.
pub fn settle(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    message: &Message,
    (attempt, settlement): (&Attempt, Settlement),
    failing_ms_max: i64,
) -> Result<bool, StoreError> {
    if !outbox::settle(tx, message, attempt, settlement)? {
        return Ok(false);
    }
    // What can never go says nothing of its receiver.
    let tells = !matches!(settlement, Settlement::Parked(_, ParkReason::Hopeless));
    if let Some(endpoint) = message.target_endpoint().filter(|_| tells) {
        let now = platform.business_now();
        let next = |state: EndpointState| state.after_try(attempt.error.is_none(), now, failing_ms_max);
        tell_endpoint(tx, platform, endpoint, (next, now))?;
    }
    Ok(true)
}

fn tell_endpoint(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    id: WebhookEndpointId,
    (next, now): (impl Fn(EndpointState) -> EndpointState, Timestamp),
) -> Result<(), StoreError> {
    // Read before it is locked: as a rule nothing changes, and tries of one endpoint need not wait for each other.
    if webhook_endpoints::get(tx, id)?.is_none_or(|endpoint| next(endpoint.state) == endpoint.state) {
        return Ok(());
    }
    let Some(endpoint) = webhook_endpoints::lock(tx, id)? else { return Ok(()) };
    let was_enabled = endpoint.state.is_enabled();
    let endpoint = endpoint.map(|endpoint| WebhookEndpoint { state: next(endpoint.state), ..endpoint });
    webhook_endpoints::update(tx, &endpoint)?;
    match endpoint.state {
        EndpointState::Disabled { by: DisabledBy::Platform { failing_since }, .. } if was_enabled => {
            mail_endpoint_disabled(tx, platform, &endpoint, (Some(failing_since), now))?;
            let detail = json!({ "endpoint": endpoint.id.get(), "failingSince": failing_since.ms() });
            audit::record(tx, endpoint.merchant_id.get(), Actor::System, ("webhook_endpoint_disable", &detail), now)
        }
        _ => Ok(()),
    }
}

/// Tells the owner's people that an endpoint was disabled: since when it had failed, or `None` where the operator did it.
pub fn mail_endpoint_disabled(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    endpoint: &Locked<WebhookEndpoint>,
    (failing_since, at): (Option<Timestamp>, Timestamp),
) -> Result<(), StoreError> {
    let merchant_id = endpoint.merchant_id;
    let event = Event::EndpointDisabled(EndpointDisabledEvent {
        endpoint_id: endpoint.id,
        url: endpoint.terms.url.clone(),
        description: endpoint.terms.description.clone(),
        merchant_id,
        merchant_name: name_of(tx, endpoint)?,
        failing_since,
        at,
    });
    mail_owners(tx, platform, &event, merchant_id, at)
}

fn name_of(tx: &mut dyn ReadTx, endpoint: &WebhookEndpoint) -> Result<String, StoreError> {
    Ok(merchants::get(tx, endpoint.merchant_id)?.map(|merchant| merchant.name).unwrap_or_default())
}
