//! What goes out because of what happened: rows written in the transaction of the cause, and what becomes of them.

mod body;
mod routing;
mod settle;

use countersign_domain::Timestamp;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::event::{
    AccessChange, AuthorizationChange, ContractChange, EmailPayoutOutcome, Event, PayoutProgress,
};
use countersign_domain::id::{MerchantId, OutboxId, WebhookEndpointId};
use countersign_domain::user::User;
use countersign_domain::webhook_endpoint::EventKind;
use countersign_store::queries::outbox::{self, Channel, NewMessage};
use countersign_store::queries::users;
use countersign_store::{StoreError, WriteTx};

use crate::platform::Platform;

pub use body::{keep_answer, keep_body, open_answer, open_body};
pub use routing::{MISSED_MS_MAX, Receiver, Receivers, order_receivers, own_receivers, refund_receivers};
pub use settle::{Judgement, judge, mail_endpoint_disabled, settle};

/// The stored kind and status of an event.
pub fn labels(event: &Event) -> (&'static str, &'static str) {
    let status = match event {
        Event::Authorization(event) => match event.change {
            AuthorizationChange::Agreed => "AGREED",
            AuthorizationChange::Rejected => "REJECTED",
            AuthorizationChange::Changed => "CHANGED",
            AuthorizationChange::Disabled => "DISABLED",
        },
        Event::OrderPaid(_) => "PAID",
        Event::OrderRefunded(_) => "SUCCEEDED",
        Event::OrderClosed(_) => "CLOSED",
        Event::RefundRejected(_) => "REJECTED",
        Event::Payout(event) => match event.progress {
            PayoutProgress::Accepted => "ACCEPTED",
            PayoutProgress::Processing => "PROCESSING",
            PayoutProgress::Succeeded => "SUCCEEDED",
            PayoutProgress::PartlySucceeded => "PARTLY_SUCCEEDED",
            PayoutProgress::Failed => "FAILED",
            PayoutProgress::Canceled => "CANCELED",
        },
        Event::EmailPayout(event) => match event.outcome {
            EmailPayoutOutcome::AwaitingReceipt => "AWAITING_RECEIPT",
            EmailPayoutOutcome::Received => "RECEIVED",
            EmailPayoutOutcome::Failed => "FAILED",
            EmailPayoutOutcome::Refunded => "REFUNDED",
        },
        Event::BalanceReportReady(_) => "READY",
        Event::DirectDebitContract(event) => match event.change {
            ContractChange::Signed => "SIGNED",
            ContractChange::Terminated { .. } => "TERMINATED",
            ContractChange::Expired => "EXPIRED",
        },
        Event::QrCodeScanned(_) => "SCANNED",
        Event::AccountShared(_) => "SHARED",
        Event::EndpointDisabled(_) => "DISABLED",
        Event::Access(event) => match event.change {
            AccessChange::NewDevice { .. } => "NEW_DEVICE",
            AccessChange::ResetAsked { .. } => "RESET_ASKED",
            AccessChange::PasswordChanged { .. } => "PASSWORD_CHANGED",
        },
    };
    let by_mail_alone = if matches!(event, Event::Access(_)) { "ACCESS" } else { "ENDPOINT" };
    (event.kind().map_or(by_mail_alone, EventKind::name), status)
}

/// Writes one webhook message per receiver.
pub fn notify(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    receivers: &Receivers,
    now: Timestamp,
) -> Result<(), StoreError> {
    for receiver in receivers.iter() {
        let addressed = Addressed {
            channel: Channel::Webhook,
            merchant_id: receiver.merchant_id,
            destination: &receiver.url,
            endpoint_id: receiver.endpoint_id,
            is_missed: receiver.is_disabled,
        };
        insert(tx, platform, event, &addressed, now)?;
    }
    Ok(())
}

/// Writes one webhook message per endpoint of `merchant` that wants this event.
pub fn notify_merchant(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let receivers = own_receivers(tx, merchant, event, now)?;
    notify(tx, platform, event, &receivers, now)
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
        let addressed = Addressed {
            channel: Channel::Mail,
            merchant_id: merchant,
            destination: &owner.email,
            endpoint_id: None,
            is_missed: false,
        };
        insert(tx, platform, event, &addressed, now)?;
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
    let addressed = Addressed {
        channel: Channel::Mail,
        merchant_id: MerchantId::new(PLATFORM_OWNER),
        destination: &person.email,
        endpoint_id: None,
        is_missed: false,
    };
    insert(tx, platform, event, &addressed, now)
}

/// Where one message goes, and in whose log it stands.
struct Addressed<'a> {
    channel: Channel,
    merchant_id: MerchantId,
    destination: &'a str,
    endpoint_id: Option<WebhookEndpointId>,
    is_missed: bool,
}

fn insert(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    event: &Event,
    to: &Addressed<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (event_kind, event_status) = labels(event);
    let json = serde_json::to_string(event).expect("an event has no map with odd keys");
    outbox::insert(
        tx,
        &NewMessage {
            id: OutboxId::new(platform.ids.next(now)),
            channel: to.channel,
            merchant_id: to.merchant_id,
            destination: to.destination,
            endpoint_id: to.endpoint_id,
            is_missed: to.is_missed,
            event_kind,
            event_status,
            subject: event.subject(),
            event: &json,
            body_sealed: match to.channel {
                Channel::Webhook => event.carries_secret(),
                Channel::Mail => event.mail_carries_secret(),
            },
            created_at: now,
        },
    )
}
