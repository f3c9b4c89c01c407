//! `/webhooks/endpoint` and `/webhooks/deliveries`.

use axum::Json;
use axum::extract::State;
use countersign_domain::event::Event;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_jobs::wire_labels;
use countersign_service::audit::Actor;
use countersign_service::webhook_endpoints::{self, EndpointError};
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Channel, Message, MessageState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::refusal::Refusal;

/// The most deliveries that one call lists, the newest.
const DELIVERIES_MAX: i64 = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Endpoint {
    #[serde(deserialize_with = "body::number")]
    merchant_id: i64,
    url: String,
}

/// Makes a URL the merchant's only endpoint.
pub(super) async fn endpoint(
    State(control): State<Control>,
    Body(endpoint): Body<Endpoint>,
) -> Result<Json<Value>, Refusal> {
    control.outbound.check(&endpoint.url).map_err(Refusal::bad)?;
    let (id, url, now) = (MerchantId::new(endpoint.merchant_id), endpoint.url.clone(), control.platform.business_now());
    let write = control.platform.write("webhook_endpoint_set", move |tx, platform| {
        webhook_endpoints::replace(tx, platform, id, Some((&url, "")), (Actor::Operator, now))
    });
    write.await.map_err(|error| match error {
        EndpointError::Store(error) => error.into(),
        EndpointError::UnknownMerchant => Refusal::not_found(error.to_string()),
        error => Refusal::bad(error),
    })?;
    Ok(Json(json!({ "url": endpoint.url })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Filter {
    #[serde(default, deserialize_with = "body::optional_number")]
    merchant_id: Option<i64>,
}

fn shown(message: &Message) -> Option<Value> {
    let event: Event = serde_json::from_str(&message.event).ok()?;
    let (biz_type, biz_status) = wire_labels(&event)?;
    let state = match message.state {
        MessageState::Pending => "pending",
        MessageState::Delivered => "delivered",
        MessageState::Parked => "parked",
    };
    Some(json!({
        "bizType": biz_type, "bizStatus": biz_status, "bizIdStr": message.subject.to_string(), "url": message.destination,
        "attempts": message.attempts, "state": state, "lastStatus": message.last_status,
    }))
}

/// The newest deliveries, oldest of them first.
pub(super) async fn deliveries(
    State(control): State<Control>,
    Body(filter): Body<Filter>,
) -> Result<Json<Value>, Refusal> {
    let merchant = filter.merchant_id.map(MerchantId::new);
    let page = control.platform.read("outbox_page", move |tx, _| {
        outbox::page(tx, Channel::Webhook, merchant, OutboxId::new(i64::MAX), DELIVERIES_MAX)
    });
    let messages: Vec<Message> = page.await.map_err(|error: StoreError| Refusal::from(error))?;
    let deliveries: Vec<Value> = messages.iter().rev().filter_map(shown).collect();
    Ok(Json(json!({ "deliveries": deliveries })))
}
