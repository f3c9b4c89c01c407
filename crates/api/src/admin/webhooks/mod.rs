//! Webhooks of merchants: their endpoints, what was delivered, sending it again.

mod deliveries;
mod endpoints;
mod labels;
mod recover;
mod shown;

pub use deliveries::{
    DeliveriesAnswer, DeliveriesRequest, DeliveryRequest, DeliveryView, ResendRequest, Resent, list_deliveries,
    resend_delivery, show_delivery,
};
pub use endpoints::{
    EndpointAdded, EndpointChanged, EndpointEditRequest, EndpointRequest, EndpointView, EndpointsAnswer,
    EndpointsRequest, MissedView, NewEndpoint, add_endpoint, disable_endpoint, edit_endpoint, enable_endpoint,
    list_endpoints, remove_endpoint,
};
pub use labels::event_filter;
pub use recover::{RECOVER_STEPS_MAX, RecoverAnswer, RecoverRequest, recover_deliveries};
pub use shown::{DeliveryAnswer, TryView};

use countersign_domain::id::{OutboxId, WebhookEndpointId};

use super::error::AdminError;

fn endpoint_id(text: &str) -> Result<WebhookEndpointId, AdminError> {
    text.parse().map_err(|_| AdminError::EndpointId(text.to_owned()))
}

fn delivery_id(text: &str) -> Result<OutboxId, AdminError> {
    text.parse().map_err(|_| AdminError::DeliveryId(text.to_owned()))
}
