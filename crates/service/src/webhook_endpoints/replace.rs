//! One endpoint for all that were there.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointState, EndpointTerms, WebhookEndpoint};
use countersign_store::queries::webhook_endpoints as rows;
use countersign_store::{StoreError, WriteTx};
use serde_json::json;

use super::{EndpointError, lock_merchant};
use crate::audit::{self, Actor};
use crate::platform::Platform;

/// Makes this URL, with this description, the merchant's only endpoint, told of everything, beside those that `spared` names;
/// `None` takes every other endpoint away. An endpoint that has the URL already stays the same one.
pub fn replace(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    merchant: MerchantId,
    (endpoint, spared): (Option<(&str, &str)>, impl Fn(&WebhookEndpoint) -> bool),
    (actor, now): (Actor, Timestamp),
) -> Result<(), EndpointError> {
    lock_merchant(tx, merchant)?;
    let terms = endpoint.map(|(url, description)| EndpointTerms::of_everything(url, description));
    terms.as_ref().map_or(Ok(()), EndpointTerms::check)?;
    let url = terms.as_ref().map(|terms| terms.url.as_str());
    let (kept, others): (Vec<_>, Vec<_>) =
        rows::of_merchant(tx, merchant)?.into_iter().partition(|known| Some(known.terms.url.as_str()) == url);
    for other in others.iter().filter(|other| !spared(other)) {
        if let Some(locked) = rows::lock(tx, other.id)? {
            rows::delete(tx, &locked)?;
        }
    }
    if let Some(terms) = &terms {
        match kept.first() {
            Some(known) => renew(tx, known.id, terms)?,
            None => insert(tx, platform, merchant, (terms, now))?,
        }
    }
    let action = if terms.is_some() { "webhook_endpoint_set" } else { "webhook_endpoint_remove" };
    Ok(audit::record(tx, merchant.get(), actor, (action, &json!({})), now)?)
}

fn renew(tx: &mut dyn WriteTx, id: WebhookEndpointId, terms: &EndpointTerms) -> Result<(), StoreError> {
    let Some(endpoint) = rows::lock(tx, id)? else { return Ok(()) };
    let terms = terms.clone();
    let endpoint = endpoint.map(|endpoint| WebhookEndpoint { terms, state: EndpointState::ENABLED, ..endpoint });
    rows::update(tx, &endpoint)
}

fn insert(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    merchant: MerchantId,
    (terms, now): (&EndpointTerms, Timestamp),
) -> Result<(), EndpointError> {
    let endpoint = WebhookEndpoint {
        id: WebhookEndpointId::new(platform.ids.next(now)),
        merchant_id: merchant,
        terms: terms.clone(),
        state: EndpointState::ENABLED,
        created_at: now,
    };
    if rows::insert(tx, &endpoint)? { Ok(()) } else { Err(EndpointError::Collision) }
}
