//! Who is told of an event, by webhook (`decisions.md` row 28).
//!
//! A call's own `webhookUrl` is told of everything; the filters of endpoints are for endpoints. One URL gets one message. What
//! is caused for a disabled endpoint is written too, as missed, in the first days of its silence: whoever enables it can have it sent then.

use countersign_domain::Timestamp;
use countersign_domain::event::Event;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::order::Order;
use countersign_domain::refund::Refund;
use countersign_domain::time::DAY_MS;
use countersign_domain::webhook_endpoint::{EndpointState, WebhookEndpoint};
use countersign_store::queries::webhook_endpoints;
use countersign_store::{ReadTx, StoreError};

use crate::orders::key_owner;

/// How long after it was disabled what an endpoint misses is still written down; what comes later is not. What was written is kept
/// like every other message.
pub const MISSED_MS_MAX: i64 = 30 * DAY_MS;

/// One receiver of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// In whose log the message stands.
    pub merchant_id: MerchantId,
    /// Where it goes.
    pub url: String,
    /// The endpoint that has this URL; `None` where a call named the URL itself.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// Whether that endpoint is disabled, so that the message is only remembered.
    pub is_disabled: bool,
}

impl Receiver {
    const fn named_by_call(merchant_id: MerchantId, url: String) -> Self {
        Self { merchant_id, url, endpoint_id: None, is_disabled: false }
    }

    /// The endpoint as a receiver as of `now`; `None` where it was disabled too long ago.
    fn of(endpoint: WebhookEndpoint, now: Timestamp) -> Option<Self> {
        let is_disabled = match endpoint.state {
            EndpointState::Enabled { .. } => false,
            EndpointState::Disabled { since, .. } if now.ms_since(since) < MISSED_MS_MAX => true,
            EndpointState::Disabled { .. } => return None,
        };
        let (merchant_id, endpoint_id) = (endpoint.merchant_id, Some(endpoint.id));
        Some(Self { merchant_id, url: endpoint.terms.url, endpoint_id, is_disabled })
    }
}

/// The receivers of one event, each URL once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receivers(Vec<Receiver>);

impl Receivers {
    /// Adds a receiver whose URL is not there yet. Where the one that is there is disabled and this one is not, this one takes
    /// its place: the URL is told.
    fn add(&mut self, receiver: Receiver) {
        match self.0.iter_mut().find(|known| known.url == receiver.url) {
            None => self.0.push(receiver),
            Some(known) if known.is_disabled && !receiver.is_disabled => *known = receiver,
            Some(_) => {}
        }
    }

    fn extend(&mut self, more: Self) {
        more.0.into_iter().for_each(|receiver| self.add(receiver));
    }

    /// The receivers.
    pub fn iter(&self) -> impl Iterator<Item = &Receiver> {
        self.0.iter()
    }

    /// Those in whose log it stands, and the others.
    pub fn split_by_owner(self, owner: MerchantId) -> (Self, Self) {
        let (own, others) = self.0.into_iter().partition(|receiver| receiver.merchant_id == owner);
        (Self(own), Self(others))
    }
}

impl From<Receiver> for Receivers {
    fn from(receiver: Receiver) -> Self {
        Self(vec![receiver])
    }
}

/// The merchant's own endpoints that want this event.
pub fn own_receivers(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    event: &Event,
    now: Timestamp,
) -> Result<Receivers, StoreError> {
    let mut receivers = Receivers::default();
    let endpoints = webhook_endpoints::of_merchant(tx, merchant)?;
    let wanting = endpoints.into_iter().filter(|endpoint| endpoint.wants(event));
    wanting.filter_map(|endpoint| Receiver::of(endpoint, now)).for_each(|receiver| receivers.add(receiver));
    Ok(receivers)
}

/// Where an event of an order is told: at the call's own URL, else at the endpoints of whoever made the call; and at the
/// merchant's endpoints where a provider made it.
pub fn order_receivers(
    tx: &mut dyn ReadTx,
    order: &Order,
    event: &Event,
    now: Timestamp,
) -> Result<Receivers, StoreError> {
    let caller = key_owner(order);
    let mut receivers = match &order.texts.webhook_url {
        Some(url) => Receiver::named_by_call(caller, url.clone()).into(),
        None => own_receivers(tx, caller, event, now)?,
    };
    if order.on_behalf.is_some() {
        receivers.extend(own_receivers(tx, order.merchant_id, event, now)?);
    }
    Ok(receivers)
}

/// Where a refund is told: at the refund call's own URL, else where the order's events are and at the endpoints of whoever
/// asked for the refund; and at the merchant's endpoints where a provider asked.
pub fn refund_receivers(
    tx: &mut dyn ReadTx,
    (order, refund): (&Order, &Refund),
    event: &Event,
    now: Timestamp,
) -> Result<Receivers, StoreError> {
    let caller = refund.on_behalf.map_or(refund.merchant_id, |on_behalf| on_behalf.provider_id);
    let mut receivers = match &refund.terms.webhook_url {
        Some(url) => Receiver::named_by_call(caller, url.clone()).into(),
        None => order_receivers(tx, order, event, now)?,
    };
    if let Some(on_behalf) = refund.on_behalf {
        let is_new = refund.terms.webhook_url.is_none() && order.on_behalf.map(|by| by.provider_id) != Some(caller);
        if is_new {
            receivers.extend(own_receivers(tx, on_behalf.provider_id, event, now)?);
        }
        receivers.extend(own_receivers(tx, order.merchant_id, event, now)?);
    }
    Ok(receivers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(merchant: i64, url: &str, is_disabled: bool) -> Receiver {
        let endpoint_id = Some(WebhookEndpointId::new(merchant));
        Receiver { merchant_id: MerchantId::new(merchant), url: url.to_owned(), endpoint_id, is_disabled }
    }

    #[test]
    fn one_url_gets_one_message_and_a_living_one_where_it_can() {
        let mut receivers = Receivers::default();
        for (merchant, url, is_disabled) in
            [(1, "a", true), (1, "b", false), (2, "a", false), (2, "b", true), (2, "c", true), (3, "a", false)]
        {
            receivers.add(receiver(merchant, url, is_disabled));
        }
        let expected = [receiver(2, "a", false), receiver(1, "b", false), receiver(2, "c", true)];
        assert_eq!(receivers, Receivers(expected.to_vec()));
    }
}
