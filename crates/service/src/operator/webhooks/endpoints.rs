//! A merchant's endpoints.

use countersign_domain::Timestamp;
use countersign_domain::admin_key::Capability;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::ledger::Owner;
use countersign_domain::webhook_endpoint::{EndpointTerms, EventFilter, WebhookEndpoint};
use countersign_store::queries::merchants;
use countersign_store::{ReadTx, WriteTx};
use serde_json::json;

use super::super::account::audit_chain;
use super::super::authority::{Caller, ReadError, authorize};
use super::{Act, WebhookError, WebhookRefused, carry_out, check_merchant};
use crate::platform::Platform;
use crate::webhook_endpoints::{self, Missed};

/// What is to be said anew of an endpoint; what is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct EndpointEdit {
    /// Where to.
    pub url: Option<String>,
    /// What its owner calls it.
    pub description: Option<String>,
    /// Of which kinds of events it is told.
    pub events: Option<EventFilter>,
    /// Whether it is told of orders that ended without a payment.
    pub tells_closed: Option<bool>,
}

impl EndpointEdit {
    fn apply(&self, before: EndpointTerms) -> EndpointTerms {
        EndpointTerms {
            url: self.url.clone().unwrap_or(before.url),
            description: self.description.clone().unwrap_or(before.description),
            events: self.events.clone().unwrap_or(before.events),
            tells_closed: self.tells_closed.unwrap_or(before.tells_closed),
        }
    }
}

/// What is to become of an endpoint.
#[derive(Debug, Clone)]
pub enum EndpointChange {
    /// Something else is said of it.
    Edit(EndpointEdit),
    /// It gets messages.
    Enable,
    /// It gets none, until the operator enables it; its owner is told.
    Disable,
    /// It is no more.
    Remove,
}

impl EndpointChange {
    /// The name in the audit chain, the same as where an owner does it.
    const fn action(&self) -> &'static str {
        match self {
            Self::Edit(_) => "webhook_endpoint_edit",
            Self::Enable => "webhook_endpoint_enable",
            Self::Disable => "webhook_endpoint_disable",
            Self::Remove => "webhook_endpoint_remove",
        }
    }
}

/// A merchant's endpoints, oldest first.
pub fn list_endpoints(
    tx: &mut dyn ReadTx,
    caller: Caller,
    merchant: MerchantId,
) -> Result<Vec<WebhookEndpoint>, ReadError> {
    authorize::<ReadError>(tx, caller, Capability::WebhookRead)?;
    check_merchant(tx, merchant)?;
    Ok(webhook_endpoints::list(tx, merchant)?)
}

/// Adds an endpoint of `merchant`, enabled. Whether its URL may be called is the outbound policy's to say, before this.
pub fn add_endpoint(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    caller: Caller,
    (merchant, terms): (MerchantId, &EndpointTerms),
    now: Timestamp,
) -> Result<Result<WebhookEndpointId, WebhookRefused>, WebhookError> {
    let act = Act {
        capability: Capability::WebhookManage,
        action: "webhook_endpoint_add",
        chain: audit_chain(tx, Owner::Merchant(merchant))?,
        about: json!({ "merchant": merchant.get() }),
    };
    carry_out(tx, (caller, now), &act, |tx| {
        Ok(webhook_endpoints::add(tx, platform, merchant, terms, (caller.actor(), now))?)
    })
}

/// Changes an endpoint of `merchant`; answers what it missed where it was disabled until now and gets messages again.
pub fn change_endpoint(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    caller: Caller,
    (merchant, id): (MerchantId, WebhookEndpointId),
    change: &EndpointChange,
    now: Timestamp,
) -> Result<Result<Option<Missed>, WebhookRefused>, WebhookError> {
    let act = Act {
        capability: Capability::WebhookManage,
        action: change.action(),
        chain: audit_chain(tx, Owner::Merchant(merchant))?,
        about: json!({ "merchant": merchant.get(), "endpoint": id.get() }),
    };
    let who = (caller.actor(), now);
    carry_out(tx, (caller, now), &act, |tx| {
        match change {
            EndpointChange::Edit(edit) => {
                // Locked before it is read: what stays as it is must be what it is.
                merchants::lock(tx, merchant)?.ok_or(WebhookRefused::UnknownMerchant)?;
                let before = webhook_endpoints::get(tx, merchant, id)?.ok_or(WebhookRefused::UnknownEndpoint)?;
                webhook_endpoints::edit(tx, merchant, id, &edit.apply(before.terms), who)?;
            }
            EndpointChange::Enable => return Ok(webhook_endpoints::enable_by_operator(tx, merchant, id, who)?),
            EndpointChange::Disable => webhook_endpoints::disable_by_operator(tx, platform, (merchant, id), who)?,
            EndpointChange::Remove => webhook_endpoints::remove(tx, merchant, id, who)?,
        }
        Ok(None)
    })
}
