//! A merchant's endpoints: seen, added, changed, removed.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_domain::webhook_endpoint::{DisabledBy, EndpointState, EndpointTerms, EventFilter, WebhookEndpoint};
use countersign_service::Platform;
use countersign_service::operator::{self, Caller, EndpointChange, EndpointEdit, WebhookError};
use countersign_service::webhook_endpoints::{Missed, UrlPolicy};
use serde::{Deserialize, Serialize};

use super::labels::{biz_type, event_filter};
use crate::admin::error::AdminError;
use crate::admin::keys::merchant_id;

/// Whose endpoints.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointsRequest {
    /// The merchant.
    pub merchant_id: String,
}

/// A merchant's endpoints, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndpointsAnswer {
    /// The endpoints.
    pub endpoints: Vec<EndpointView>,
}

/// One endpoint. Times are Unix milliseconds of business time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointView {
    /// Its id.
    pub endpoint_id: String,
    /// Whose.
    pub merchant_id: String,
    /// Where to.
    pub url: String,
    /// What its owner calls it.
    pub description: String,
    /// The values of `bizType` that it is told of; empty for all.
    pub events: Vec<&'static str>,
    /// Whether it is told of orders that ended without a payment.
    pub tells_closed: bool,
    /// `enabled` or `disabled`.
    pub state: &'static str,
    /// Since when every try has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<i64>,
    /// Since when it is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_since: Option<i64>,
    /// By whom: `owner`, `operator`, or `platform` where everything had failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_by: Option<&'static str>,
    /// Since when it is there.
    pub created_at: i64,
}

impl From<WebhookEndpoint> for EndpointView {
    fn from(endpoint: WebhookEndpoint) -> Self {
        let disabled = match endpoint.state {
            EndpointState::Enabled { .. } => None,
            EndpointState::Disabled { since, by: DisabledBy::Owner } => Some((since, "owner")),
            EndpointState::Disabled { since, by: DisabledBy::Platform { .. } } => Some((since, "platform")),
            EndpointState::Disabled { since, by: DisabledBy::Operator { .. } } => Some((since, "operator")),
        };
        Self {
            endpoint_id: endpoint.id.to_string(),
            merchant_id: endpoint.merchant_id.to_string(),
            events: endpoint.terms.events.chosen().map(biz_type).collect::<Vec<_>>(),
            url: endpoint.terms.url,
            description: endpoint.terms.description,
            tells_closed: endpoint.terms.tells_closed,
            state: if disabled.is_some() { "disabled" } else { "enabled" },
            failing_since: endpoint.state.failing_since().map(Timestamp::ms),
            disabled_since: disabled.map(|(since, _)| since.ms()),
            disabled_by: disabled.map(|(_, by)| by),
            created_at: endpoint.created_at.ms(),
        }
    }
}

/// An endpoint to add.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewEndpoint {
    /// Whose.
    pub merchant_id: String,
    /// Where to.
    pub url: String,
    /// What it is called; nothing where nothing is said.
    pub description: Option<String>,
    /// The values of `bizType` that it is told of; all where nothing is said.
    pub events: Option<Vec<String>>,
    /// Whether it is told of orders that ended without a payment; yes where nothing is said.
    pub tells_closed: Option<bool>,
}

/// An endpoint that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointAdded {
    /// Its id.
    pub endpoint_id: String,
}

/// What is to be said anew of an endpoint; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointEditRequest {
    /// Whose.
    pub merchant_id: String,
    /// Which.
    pub endpoint_id: String,
    /// Where to.
    pub url: Option<String>,
    /// What it is called.
    pub description: Option<String>,
    /// The values of `bizType` that it is told of; an empty list for all.
    pub events: Option<Vec<String>>,
    /// Whether it is told of orders that ended without a payment.
    pub tells_closed: Option<bool>,
}

/// Which endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointRequest {
    /// Whose.
    pub merchant_id: String,
    /// Which.
    pub endpoint_id: String,
}

/// An endpoint that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EndpointChanged {
    /// What it missed while it was disabled, where it gets messages again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<MissedView>,
}

/// What an endpoint did not get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MissedView {
    /// How many messages, as many as were counted.
    pub count: i64,
    /// Whether there may be more.
    pub is_cut: bool,
    /// Since when: recover what failed since then to send them.
    pub since: i64,
}

impl From<Missed> for MissedView {
    fn from(missed: Missed) -> Self {
        Self { count: missed.count, is_cut: missed.is_cut, since: missed.since.ms() }
    }
}

fn check_url(policy: &dyn UrlPolicy, url: &str) -> Result<(), AdminError> {
    policy.check(url).map_err(AdminError::Url)
}

fn filter(events: Option<&Vec<String>>) -> Result<Option<EventFilter>, AdminError> {
    events.map(|events| event_filter(events)).transpose()
}

/// Lists a merchant's endpoints.
pub async fn list_endpoints(
    platform: &Arc<Platform>,
    caller: Caller,
    request: EndpointsRequest,
) -> Result<EndpointsAnswer, AdminError> {
    let merchant = merchant_id(&request.merchant_id)?;
    let read =
        platform.read("webhook_endpoints_list", move |tx, _| operator::list_endpoints(tx, caller, merchant)).await?;
    Ok(EndpointsAnswer { endpoints: read.into_iter().map(EndpointView::from).collect() })
}

/// Adds an endpoint, whose URL `policy` must let through.
pub async fn add_endpoint(
    platform: &Arc<Platform>,
    policy: &dyn UrlPolicy,
    caller: Caller,
    request: NewEndpoint,
) -> Result<EndpointAdded, AdminError> {
    let merchant = merchant_id(&request.merchant_id)?;
    check_url(policy, &request.url)?;
    let terms = EndpointTerms {
        events: filter(request.events.as_ref())?.unwrap_or(EventFilter::ALL),
        url: request.url,
        description: request.description.unwrap_or_default(),
        tells_closed: request.tells_closed.unwrap_or(true),
    };
    let now = platform.business_now();
    let added = platform.write("webhook_endpoint_add", move |tx, platform| {
        operator::add_endpoint(tx, platform, caller, (merchant, &terms), now)
    });
    let id = added.await?.map_err(WebhookError::from)?;
    Ok(EndpointAdded { endpoint_id: id.to_string() })
}

/// Says something else of an endpoint; where that is another URL, `policy` must let it through.
pub async fn edit_endpoint(
    platform: &Arc<Platform>,
    policy: &dyn UrlPolicy,
    caller: Caller,
    request: EndpointEditRequest,
) -> Result<EndpointChanged, AdminError> {
    let named = EndpointRequest { merchant_id: request.merchant_id, endpoint_id: request.endpoint_id };
    request.url.as_ref().map_or(Ok(()), |url| check_url(policy, url))?;
    let edit = EndpointEdit {
        events: filter(request.events.as_ref())?,
        url: request.url,
        description: request.description,
        tells_closed: request.tells_closed,
    };
    change(platform, caller, &named, EndpointChange::Edit(edit)).await
}

/// Lets an endpoint have messages again, and answers what it missed.
pub async fn enable_endpoint(
    platform: &Arc<Platform>,
    caller: Caller,
    request: EndpointRequest,
) -> Result<EndpointChanged, AdminError> {
    change(platform, caller, &request, EndpointChange::Enable).await
}

/// Lets an endpoint have no more messages until it is enabled here; its owner cannot.
pub async fn disable_endpoint(
    platform: &Arc<Platform>,
    caller: Caller,
    request: EndpointRequest,
) -> Result<EndpointChanged, AdminError> {
    change(platform, caller, &request, EndpointChange::Disable).await
}

/// Removes an endpoint.
pub async fn remove_endpoint(
    platform: &Arc<Platform>,
    caller: Caller,
    request: EndpointRequest,
) -> Result<EndpointChanged, AdminError> {
    change(platform, caller, &request, EndpointChange::Remove).await
}

async fn change(
    platform: &Arc<Platform>,
    caller: Caller,
    named: &EndpointRequest,
    change: EndpointChange,
) -> Result<EndpointChanged, AdminError> {
    let which: (MerchantId, _) = (merchant_id(&named.merchant_id)?, super::endpoint_id(&named.endpoint_id)?);
    let now = platform.business_now();
    let changed = platform.write("webhook_endpoint_change", move |tx, platform| {
        operator::change_endpoint(tx, platform, caller, which, &change, now)
    });
    let missed = changed.await?.map_err(WebhookError::from)?;
    Ok(EndpointChanged { missed: missed.map(MissedView::from) })
}
