//! Endpoints as their owner sees them.

use std::collections::BTreeMap;

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::WebhookEndpoint;
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

/// The merchant's endpoints that need a look: those where everything fails, those that the platform disabled because everything
/// had failed, and those that the operator disabled.
pub fn troubled(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Vec<WebhookEndpoint>, StoreError> {
    let mut endpoints = list(tx, merchant)?;
    endpoints.retain(|endpoint| endpoint.state.failing_since().is_some() || endpoint.state.is_held());
    Ok(endpoints)
}

/// What an endpoint did not get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// How many messages, as many as were counted.
    pub count: i64,
    /// Whether there may be more.
    pub is_cut: bool,
    /// Since when: recover what failed since then to send them. Where all were counted, when the oldest of them was caused, else
    /// not later than the silence began.
    pub since: Timestamp,
}

impl From<outbox::Missed> for Missed {
    fn from(found: outbox::Missed) -> Self {
        Self { count: found.parked.count, is_cut: found.parked.is_cut, since: found.since }
    }
}

/// The most messages of each endpoint that are counted for a list of them.
const MISSED_LISTED_MAX: i64 = 1_000;

/// What the merchant's disabled endpoints missed since the silence of each began, which is when it began to fail, or when
/// somebody disabled it; those that missed nothing are not in it. Of each at most 1,000 messages are counted.
pub fn missed(tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<BTreeMap<WebhookEndpointId, Missed>, StoreError> {
    let found = outbox::missed(tx, merchant, None, MISSED_LISTED_MAX)?;
    Ok(found.into_iter().map(|missed| (missed.endpoint_id, missed.into())).collect())
}

/// The same of one endpoint, counted further.
pub(super) fn missed_by(tx: &mut dyn ReadTx, endpoint: &WebhookEndpoint) -> Result<Option<Missed>, StoreError> {
    let found = outbox::missed(tx, endpoint.merchant_id, Some(endpoint.id), outbox::MESSAGES_SCANNED_MAX)?;
    Ok(found.into_iter().next().map(Missed::from))
}
