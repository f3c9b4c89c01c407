//! Where a message goes that is sent again.

use countersign_domain::id::WebhookEndpointId;
use countersign_domain::webhook_endpoint::WebhookEndpoint;
use countersign_store::queries::outbox::{Message, Redirect};
use countersign_store::queries::webhook_endpoints;
use countersign_store::{ReadTx, StoreError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// To where it was caused for: the URL that the call named, or the endpoint, wherever that is now.
    Original,
    /// To this endpoint of the message's merchant.
    Endpoint(WebhookEndpointId),
}

/// Why a message cannot go there.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The merchant has no such endpoint; another merchant's is answered alike.
    #[error("the merchant has no such endpoint")]
    Unknown,
    /// That endpoint is disabled.
    #[error("the endpoint is disabled; enable it first, or send to another")]
    Disabled,
    /// The endpoint that it was caused for was removed.
    #[error("the endpoint that it was for was removed; send to another")]
    Removed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn enabled(endpoint: WebhookEndpoint) -> Result<WebhookEndpoint, TargetError> {
    if endpoint.state.is_enabled() { Ok(endpoint) } else { Err(TargetError::Disabled) }
}

/// Where `message` is to go instead of to its destination; `None` where it goes there.
pub(super) fn resolve(tx: &mut dyn ReadTx, message: &Message, target: Target) -> Result<Option<Redirect>, TargetError> {
    let wanted = match (target, message.endpoint_id) {
        (Target::Endpoint(id), _) => webhook_endpoints::get(tx, id)?
            .filter(|endpoint| endpoint.merchant_id == message.merchant_id)
            .ok_or(TargetError::Unknown)?,
        (Target::Original, None) => return Ok(None),
        (Target::Original, Some(id)) => match webhook_endpoints::get(tx, id)? {
            Some(endpoint) => endpoint,
            // An endpoint that was made anew has another id, but is where the message was for.
            None => {
                webhook_endpoints::by_url(tx, message.merchant_id, &message.destination)?.ok_or(TargetError::Removed)?
            }
        },
    };
    let endpoint = enabled(wanted)?;
    let is_original = Some(endpoint.id) == message.endpoint_id && endpoint.terms.url == message.destination;
    Ok((!is_original).then_some(Redirect { url: endpoint.terms.url, endpoint_id: endpoint.id }))
}
