//! All endpoints of a merchant.

use axum::extract::State;
use countersign_domain::webhook_endpoint::{ENDPOINTS_MAX, WebhookEndpoint};
use countersign_service::deliveries::{self, LogFilter};
use countersign_service::webhook_endpoints as service;
use countersign_store::StoreError;

use super::is_full;
use crate::describe::endpoint_card;
use crate::handlers::Answer;
use crate::handlers::helpers::ok;
use crate::pages::WebhookListPage;
use crate::session::Member;
use crate::state::WebState;
use crate::view::Place;

/// Among how many of the newest messages the last one of each endpoint is looked for.
const MESSAGES_LOOKED_AT: i64 = 100;

/// The list.
pub(crate) async fn list(State(state): State<WebState>, member: Member) -> Answer {
    let (owner, now) = (member.id(), state.platform().business_now());
    let read = state.platform().read("webhook_endpoints", move |tx, _| {
        let endpoints = service::list(tx, owner)?;
        let filter = LogFilter { merchant: Some(owner), ..LogFilter::default() };
        let newest = deliveries::list(tx, &filter, None, MESSAGES_LOOKED_AT)?.messages;
        let missed = service::missed(tx, owner)?;
        let card = |endpoint: &WebhookEndpoint| endpoint_card(endpoint, missed.get(&endpoint.id), &newest, now);
        Ok::<_, StoreError>(endpoints.iter().map(card).collect::<Vec<_>>())
    });
    let endpoints = read.await?;
    ok(&WebhookListPage {
        chrome: member.chrome(Place::Webhooks),
        limit_reached: is_full(endpoints.len()).then_some(ENDPOINTS_MAX),
        endpoints,
        certificate_sn: state.platform().webhook_key.serial().to_owned(),
    })
}
