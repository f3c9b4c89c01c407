//! One endpoint more.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{ENDPOINTS_MAX, EndpointState, EndpointTerms, WebhookEndpoint};
use countersign_store::WriteTx;
use countersign_store::queries::webhook_endpoints as rows;
use serde_json::json;

use super::{EndpointError, lock_merchant};
use crate::audit::{self, Actor};
use crate::platform::Platform;

/// Adds an endpoint of `merchant`, enabled, on these terms.
pub fn add(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    merchant: MerchantId,
    terms: &EndpointTerms,
    (actor, now): (Actor, Timestamp),
) -> Result<WebhookEndpointId, EndpointError> {
    lock_merchant(tx, merchant)?;
    terms.check()?;
    let known = rows::of_merchant(tx, merchant)?;
    if known.iter().any(|endpoint| endpoint.terms.url == terms.url) {
        return Err(EndpointError::UrlTaken);
    }
    if i64::try_from(known.len()).is_ok_and(|count| count >= ENDPOINTS_MAX) {
        return Err(EndpointError::TooMany);
    }
    let endpoint = WebhookEndpoint {
        id: WebhookEndpointId::new(platform.ids.next(now)),
        merchant_id: merchant,
        terms: terms.clone(),
        state: EndpointState::ENABLED,
        created_at: now,
    };
    if !rows::insert(tx, &endpoint)? {
        return Err(EndpointError::Collision);
    }
    let detail = json!({ "endpoint": endpoint.id.get() });
    audit::record(tx, merchant.get(), actor, ("webhook_endpoint_add", &detail), now)?;
    Ok(endpoint.id)
}
