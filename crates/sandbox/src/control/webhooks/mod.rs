//! `/webhooks/…`: a merchant's endpoint, what was delivered, sending it again, and what `trigger` and `listen` ask for.

mod listen;
mod trigger;

use axum::Json;
use axum::extract::State;
use countersign_api::admin;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_service::audit::Actor;
use countersign_service::deliveries::{self as service_log, LogFilter, Resend, ResendError, Target, TargetError};
use countersign_service::webhook_endpoints;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Message};
use serde::{Deserialize, Serialize};
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

/// A delivery under the names that outside checks rely on, which are older than the admin API's: the same facts, told there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ControlDelivery {
    id: String,
    merchant_id: String,
    biz_type: String,
    biz_status: String,
    biz_id_str: String,
    url: String,
    attempts: i64,
    state: &'static str,
    last_status: Option<i64>,
}

impl From<&Message> for ControlDelivery {
    fn from(message: &Message) -> Self {
        let view = admin::DeliveryView::from(message);
        Self {
            id: view.delivery_id,
            merchant_id: view.merchant_id,
            biz_type: view.biz_type,
            biz_status: view.biz_status,
            biz_id_str: view.biz_id_str,
            url: view.url,
            attempts: view.attempts,
            state: view.state,
            last_status: view.last_status,
        }
    }
}

/// The newest deliveries, oldest of them first.
pub(super) async fn deliveries(
    State(control): State<Control>,
    Body(filter): Body<Filter>,
) -> Result<Json<Value>, Refusal> {
    let filter = LogFilter { merchant: filter.merchant_id.map(MerchantId::new), ..LogFilter::default() };
    let newest = control
        .platform
        .read("webhook_deliveries", move |tx, _| outbox::list(tx, &filter, OutboxId::new(i64::MAX), DELIVERIES_MAX));
    let listed = newest.await.map_err(|error: StoreError| Refusal::from(error))?;
    let deliveries: Vec<ControlDelivery> = listed.messages.iter().rev().map(ControlDelivery::from).collect();
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
