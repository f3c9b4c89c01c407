//! Endpoints as their owner sees them.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointState, WebhookEndpoint};
use countersign_store::queries::{outbox, webhook_endpoints as rows};
use countersign_store::{ReadTx, StoreError};
use serde::{Deserialize, Serialize};

/// The merchant's endpoints, oldest first; at most
/// [`ENDPOINTS_MAX`](countersign_domain::webhook_endpoint::ENDPOINTS_MAX).
pub fn list(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<WebhookEndpoint>, StoreError> {
    rows::of_merchant(tx, merchant)
}

/// The merchant's endpoint with this id; `None` where it has none such, another merchant's among it.
pub fn get(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    id: WebhookEndpointId,
) -> Result<Option<WebhookEndpoint>, StoreError> {
    Ok(rows::get(tx, id)?.filter(|endpoint| endpoint.merchant_id == merchant))
}

/// The merchant's endpoints that need a look: those where everything fails, and those that the platform disabled because
/// everything had failed.
pub fn troubled(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<WebhookEndpoint>, StoreError> {
    let mut endpoints = list(tx, merchant)?;
    endpoints.retain(|endpoint| endpoint.state.failing_since().is_some());
    Ok(endpoints)
}

/// What an endpoint did not get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// How many messages, counted among the newest
    /// [`MESSAGES_SCANNED_MAX`](countersign_store::queries::outbox::MESSAGES_SCANNED_MAX) that are parked in its owner's log.
    pub count: i64,
    /// When the oldest of them was caused: recover what failed since then to send them.
    pub since: Timestamp,
}

/// What was parked of a disabled endpoint's messages since it began to fail, or since its owner disabled it; `None` where that
/// is nothing, and for an endpoint that is enabled.
pub fn missed(tx: &mut dyn ReadTx, endpoint: &WebhookEndpoint) -> Result<Option<Missed>, StoreError> {
    let EndpointState::Disabled { since, .. } = endpoint.state else { return Ok(None) };
    let since = endpoint.state.failing_since().unwrap_or(since);
    let failed = outbox::failed(tx, endpoint.merchant_id, endpoint.id, since)?;
    Ok(failed.oldest.map(|since| Missed { count: failed.count, since }))
}
