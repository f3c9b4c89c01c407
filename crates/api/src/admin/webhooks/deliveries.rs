//! The log of deliveries, and sending one of them again.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_service::Platform;
use countersign_service::deliveries::{LogFilter, PAGE_MAX, Resend, StateFilter, Target};
use countersign_service::operator::{self, Caller, WebhookError};
use countersign_store::queries::outbox::{Message, MessageState, ParkReason};
use countersign_wire::webhooks::labels_or_stored;
use serde::{Deserialize, Serialize};

use super::labels::event_kind;
use super::shown::DeliveryAnswer;
use super::{delivery_id, endpoint_id};
use crate::admin::error::AdminError;
use crate::admin::keys::merchant_id;

/// How many deliveries a page has where nothing is said.
const PAGE_DEFAULT: i64 = 50;

/// Which deliveries; what is absent filters nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveriesRequest {
    /// In whose log.
    pub merchant_id: Option<String>,
    /// `pending`, `delivered` or `parked`.
    pub state: Option<String>,
    /// The `bizType`.
    pub biz_type: Option<String>,
    /// The endpoint that they were caused for.
    pub endpoint_id: Option<String>,
    /// Caused at or after this business time, Unix ms.
    pub since: Option<i64>,
    /// Caused before it.
    pub until: Option<i64>,
    /// Where the page before this one said that the list goes on.
    pub before: Option<String>,
    /// How many at most, up to 200; 50 where nothing is said.
    pub limit: Option<i64>,
}

/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliveriesAnswer {
    /// The deliveries; there may be fewer than were asked for, or none, though the list goes on.
    pub deliveries: Vec<DeliveryView>,
    /// Where the list goes on; absent at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One message to one receiver. Times are Unix milliseconds of business time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// Its id.
    pub delivery_id: String,
    /// In whose log it stands.
    pub merchant_id: String,
    /// As the receiver is told.
    pub biz_type: String,
    /// As the receiver is told.
    pub biz_status: String,
    /// As the receiver is told.
    pub biz_id_str: String,
    /// The URL that it was caused for.
    pub url: String,
    /// The endpoint that it was caused for; absent where a call named the URL itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_id: Option<String>,
    /// The URL to which it goes instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goes_to: Option<String>,
    /// `pending`, `delivered` or `parked`.
    pub state: &'static str,
    /// Why it is parked: `last_try`, `hopeless`, `endpoint_disabled`, `endpoint_removed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parked_because: Option<&'static str>,
    /// How many tries there were.
    pub attempts: i64,
    /// The HTTP status of the last one, where there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<i64>,
    /// What went wrong at the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it was caused.
    pub created_at: i64,
    /// When the next try is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<i64>,
    /// When it was delivered or parked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<i64>,
}

impl From<&Message> for DeliveryView {
    fn from(message: &Message) -> Self {
        let (biz_type, biz_status) = labels_or_stored(&message.event_kind, &message.event_status);
        let (state, parked_because) = match message.state {
            MessageState::Pending => ("pending", None),
            MessageState::Delivered => ("delivered", None),
            MessageState::Parked(reason) => ("parked", Some(reason_name(reason))),
        };
        Self {
            delivery_id: message.id.to_string(),
            merchant_id: message.merchant_id.to_string(),
            biz_type: biz_type.to_owned(),
            biz_status: biz_status.to_owned(),
            biz_id_str: message.subject.to_string(),
            url: message.destination.clone(),
            endpoint_id: message.endpoint_id.map(|id| id.to_string()),
            goes_to: message.redirect.as_ref().map(|redirect| redirect.url.clone()),
            state,
            parked_because,
            attempts: message.attempts,
            last_status: message.last_status,
            last_error: message.last_error.clone(),
            created_at: message.created_at.ms(),
            next_try_at: (message.state == MessageState::Pending).then(|| message.next_attempt_at.ms()),
            finished_at: message.finished_at.map(Timestamp::ms),
        }
    }
}

const fn reason_name(reason: ParkReason) -> &'static str {
    match reason {
        ParkReason::LastTry => "last_try",
        ParkReason::Hopeless => "hopeless",
        ParkReason::EndpointDisabled => "endpoint_disabled",
        ParkReason::EndpointRemoved => "endpoint_removed",
    }
}

fn state(name: &str) -> Result<StateFilter, AdminError> {
    match name {
        "pending" => Ok(StateFilter::Is(MessageState::Pending)),
        "delivered" => Ok(StateFilter::Is(MessageState::Delivered)),
        "parked" => Ok(StateFilter::Parked),
        _ => Err(AdminError::DeliveryState(name.to_owned())),
    }
}

impl DeliveriesRequest {
    fn filter(&self) -> Result<LogFilter, AdminError> {
        Ok(LogFilter {
            merchant: self.merchant_id.as_deref().map(merchant_id).transpose()?,
            state: self.state.as_deref().map(state).transpose()?,
            kind: self.biz_type.as_deref().map(event_kind).transpose()?,
            endpoint: self.endpoint_id.as_deref().map(endpoint_id).transpose()?,
            destination: None,
            since: self.since.map(Timestamp::from_ms),
            until: self.until.map(Timestamp::from_ms),
        })
    }
}

/// Lists deliveries.
pub async fn list_deliveries(
    platform: &Arc<Platform>,
    caller: Caller,
    request: DeliveriesRequest,
) -> Result<DeliveriesAnswer, AdminError> {
    let filter = request.filter()?;
    let before = request.before.as_deref().map(delivery_id).transpose()?;
    let limit = request.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(AdminError::Limit);
    }
    let read = platform
        .read("webhook_deliveries_list", move |tx, _| operator::list_deliveries(tx, caller, &filter, (before, limit)));
    let listed = read.await?;
    Ok(DeliveriesAnswer {
        deliveries: listed.messages.iter().map(DeliveryView::from).collect(),
        next: listed.next.map(|next| next.to_string()),
    })
}

/// Which delivery.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryRequest {
    /// Its id.
    pub delivery_id: String,
}

/// Shows one delivery with all its tries.
pub async fn show_delivery(
    platform: &Arc<Platform>,
    caller: Caller,
    request: DeliveryRequest,
) -> Result<DeliveryAnswer, AdminError> {
    let id = delivery_id(&request.delivery_id)?;
    let read =
        platform.read("webhook_delivery_show", move |tx, platform| operator::show_delivery(tx, platform, caller, id));
    let shown = read.await?.ok_or(AdminError::UnknownDelivery)?;
    Ok(shown.into())
}

/// A delivery to send again.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResendRequest {
    /// Its id.
    pub delivery_id: String,
    /// The endpoint of the same merchant to send it to; where it was caused for if nothing is said.
    pub to_endpoint_id: Option<String>,
}

/// Nothing but success: `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Resent {}

/// Where to, as named by an endpoint or not.
pub(super) fn target(endpoint: Option<&str>) -> Result<Target, AdminError> {
    endpoint.map_or(Ok(Target::Original), |id| endpoint_id(id).map(Target::Endpoint))
}

/// Puts a delivery back in line.
pub async fn resend_delivery(
    platform: &Arc<Platform>,
    caller: Caller,
    request: ResendRequest,
) -> Result<Resent, AdminError> {
    let message = delivery_id(&request.delivery_id)?;
    let which = Resend { merchant: None, message, target: target(request.to_endpoint_id.as_deref())? };
    let now = platform.business_now();
    let resent = platform
        .write("webhook_redeliver", move |tx, platform| operator::resend_delivery(tx, platform, caller, &which, now));
    resent.await?.map_err(WebhookError::from)?;
    Ok(Resent {})
}
