//! What happens to webhook endpoints.

use serde::{Deserialize, Serialize};

use crate::id::{MerchantId, WebhookEndpointId};
use crate::time::Timestamp;

/// The platform disabled an endpoint that had only failed, or the operator did. Its owner is told by mail: the endpoint itself does
/// not listen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointDisabledEvent {
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// Its URL then.
    pub url: String,
    /// What its owner called it; may be empty.
    pub description: String,
    /// The owner.
    pub merchant_id: MerchantId,
    /// The owner's name.
    pub merchant_name: String,
    /// Since when every try had failed; `None` where it was the operator who disabled it.
    pub failing_since: Option<Timestamp>,
    /// When it was disabled.
    pub at: Timestamp,
}
