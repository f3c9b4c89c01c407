//! `/webhooks/…`: a merchant's endpoint, what was delivered, sending it again, and what `trigger` and `listen` ask for.

mod listen;
mod trigger;

use axum::Json;
use axum::extract::State;
use countersign_domain::event::Event;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_jobs::wire_labels;
use countersign_service::audit::Actor;
use countersign_service::deliveries::{self as service_log, Resend, ResendError, Target, TargetError};
use countersign_service::webhook_endpoints;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Channel, Message, MessageState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::{self, Body};
use super::refusal::Refusal;
use crate::listeners::is_of_listener;
pub(super) use listen::{listen, unlisten};
pub(super) use trigger::trigger;

/// The most deliveries that one call lists, the newest.
const DELIVERIES_MAX: i64 = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Endpoint {
    #[serde(deserialize_with = "body::number")]
    merchant_id: i64,
    url: String,
}

/// Makes a URL the merchant's only endpoint, beside those of who listens.
pub(super) async fn endpoint(
    State(control): State<Control>,
    Body(endpoint): Body<Endpoint>,
) -> Result<Json<Value>, Refusal> {
    control.outbound.check(&endpoint.url).map_err(Refusal::bad)?;
    let (id, url, now) = (MerchantId::new(endpoint.merchant_id), endpoint.url.clone(), control.platform.business_now());
    let write = control.platform.write("webhook_endpoint_set", move |tx, platform| {
        let only = (Some((url.as_str(), "")), is_of_listener);
        webhook_endpoints::replace(tx, platform, id, only, (Actor::Operator, now))
    });
    write.await?;
    control.listeners.renew().await?;
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
        MessageState::Parked(_) => "parked",
    };
    Some(json!({
        "id": message.id.to_string(), "merchantId": message.merchant_id.to_string(), "bizType": biz_type, "bizStatus": biz_status, "bizIdStr": message.subject.to_string(), "url": message.destination,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Again {
    #[serde(deserialize_with = "body::number")]
    id: i64,
}

/// Sends one delivery again, to where it was for.
pub(super) async fn resend(State(control): State<Control>, Body(again): Body<Again>) -> Result<Json<Value>, Refusal> {
    let which = Resend { merchant: None, message: OutboxId::new(again.id), target: Target::Original };
    let now = control.platform.business_now();
    let write = control.platform.write("webhook_redeliver", move |tx, platform| {
        service_log::resend(tx, platform, &which, (Actor::Operator, now))
    });
    write.await.map_err(|error| match error {
        ResendError::Store(error) | ResendError::Target(TargetError::Store(error)) => error.into(),
        ResendError::Unknown => Refusal::not_found(error.to_string()),
        error => Refusal::bad(error),
    })?;
    control.dispatcher.wake();
    Ok(Json(json!({})))
}
