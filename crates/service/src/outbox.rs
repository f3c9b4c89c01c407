//! What goes out because of what happened: rows written in the transaction of the cause.

use countersign_domain::Timestamp;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::event::{AccessChange, AuthorizationChange, Event};
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_domain::order::Order;
use countersign_domain::refund::Refund;
use countersign_domain::user::User;
use countersign_store::queries::outbox::{self, Channel, NewMessage};
use countersign_store::queries::{users, webhook_endpoints};
use countersign_store::{StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use crate::audit::{self, Actor};
use crate::orders::key_owner;
use crate::platform::{Collides, Platform};

/// The receivers of one event: in whose log each stands, and where it goes.
type Targets = Vec<(MerchantId, String)>;

/// The stored kind and status of an event.
pub fn labels(event: &Event) -> (&'static str, &'static str) {
    match event {
        Event::Authorization(event) => (
            "AUTHORIZATION",
            match event.change {
                AuthorizationChange::Agreed => "AGREED",
                AuthorizationChange::Rejected => "REJECTED",
                AuthorizationChange::Changed => "CHANGED",
                AuthorizationChange::Disabled => "DISABLED",
            },
        ),
        Event::OrderPaid(_) => ("ORDER", "PAID"),
        Event::OrderRefunded(_) => ("REFUND", "SUCCEEDED"),
        Event::OrderClosed(_) => ("ORDER", "CLOSED"),
        Event::Access(event) => (
            "ACCESS",
            match event.change {
                AccessChange::NewDevice { .. } => "NEW_DEVICE",
                AccessChange::ResetAsked { .. } => "RESET_ASKED",
                AccessChange::PasswordChanged { .. } => "PASSWORD_CHANGED",
            },
        ),
    }
}

fn endpoints(tx: &mut dyn WriteTx, merchant: MerchantId) -> Result<Targets, StoreError> {
    Ok(webhook_endpoints::of_merchant(tx, merchant)?.into_iter().map(|endpoint| (merchant, endpoint.url)).collect())
}

/// Where notifications of an order go (`decisions.md` row 28): the call's own URL, else the endpoints of whoever made the
/// call; and the merchant's endpoints where a provider made it. One URL gets one message.
pub fn order_targets(tx: &mut dyn WriteTx, order: &Order) -> Result<Targets, StoreError> {
    let caller = key_owner(order);
    let mut targets = match &order.texts.webhook_url {
        Some(url) => vec![(caller, url.clone())],
        None => endpoints(tx, caller)?,
    };
    if order.on_behalf.is_some() {
        add(&mut targets, endpoints(tx, order.merchant_id)?);
    }
    Ok(targets)
}

/// Where notifications of a refund go (`decisions.md` row 28): the refund call's own URL, else where the order's go and the
/// endpoints of whoever asked for the refund; and the merchant's endpoints where a provider asked. One URL gets one message.
pub fn refund_targets(tx: &mut dyn WriteTx, order: &Order, refund: &Refund) -> Result<Targets, StoreError> {
    let caller = refund.on_behalf.map_or(refund.merchant_id, |on_behalf| on_behalf.provider_id);
    let mut targets = match &refund.terms.webhook_url {
        Some(url) => vec![(caller, url.clone())],
        None => order_targets(tx, order)?,
    };
    if let Some(on_behalf) = refund.on_behalf {
        let is_new = refund.terms.webhook_url.is_none() && order.on_behalf.map(|by| by.provider_id) != Some(caller);
        if is_new {
            add(&mut targets, endpoints(tx, on_behalf.provider_id)?);
        }
        add(&mut targets, endpoints(tx, order.merchant_id)?);
    }
    Ok(targets)
}

/// Adds those receivers whose URLs are not there yet.
fn add(targets: &mut Targets, more: Targets) {
    for (merchant, url) in more {
        if targets.iter().all(|(_, known)| *known != url) {
            targets.push((merchant, url));
        }
    }
}

/// Writes one webhook message per target.
pub fn notify(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    targets: &Targets,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (merchant_id, url) in targets {
        insert(tx, platform, event, (Channel::Webhook, *merchant_id, url), now)?;
    }
    Ok(())
}

/// Writes one webhook message per endpoint of `merchant`.
pub fn notify_merchant(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let targets = endpoints(tx, merchant)?;
    notify(tx, platform, event, &targets, now)
}

/// Writes one mail per person who acts for `merchant`.
pub fn mail_owners(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    for owner in users::owners(tx, merchant)? {
        insert(tx, platform, event, (Channel::Mail, merchant, &owner.email), now)?;
    }
    Ok(())
}

/// Writes a mail to one person about the own account. It stands in no merchant's log: a merchant's people share that one.
pub fn mail_person(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    person: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    let log = MerchantId::new(PLATFORM_OWNER);
    insert(tx, platform, event, (Channel::Mail, log, &person.email), now)
}

/// Why a message was not put back in line.
#[derive(Debug, Error)]
pub enum RetryError {
    /// The merchant has no parked webhook with this id.
    #[error("there is no such message to send again")]
    Unknown,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collides for RetryError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Puts a parked webhook of `merchant` back in line, due at once.
pub fn retry(
    tx: &mut dyn WriteTx,
    merchant: MerchantId,
    id: OutboxId,
    (actor, now): (Actor, Timestamp),
) -> Result<(), RetryError> {
    if !outbox::retry(tx, merchant, id, now)? {
        return Err(RetryError::Unknown);
    }
    Ok(audit::record(tx, merchant.get(), actor, ("webhook_redeliver", &json!({ "message": id.get() })), now)?)
}

fn insert(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    (channel, merchant_id, destination): (Channel, MerchantId, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (event_kind, event_status) = labels(event);
    let json = serde_json::to_string(event).expect("an event has no map with odd keys");
    outbox::insert(
        tx,
        &NewMessage {
            id: OutboxId::new(platform.ids.next(now)),
            channel,
            merchant_id,
            destination,
            event_kind,
            event_status,
            subject: event.subject(),
            event: &json,
            body_sealed: match channel {
                Channel::Webhook => event.carries_secret(),
                Channel::Mail => event.mail_carries_secret(),
            },
            created_at: now,
        },
    )
}
