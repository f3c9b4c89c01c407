//! Webhook bodies: names, order of keys and forms of numbers as recorded (clients.md §5, H3 to H5).

mod authorization;
mod balance_report;
mod direct_debit;
mod order;
mod payer;
mod payout;
mod refund;

use countersign_domain::Amount;
use countersign_domain::event::Event;
use countersign_domain::id::AuthorizationId;
use countersign_domain::order::Terminal;
use countersign_service::{Platform, authorizations, outbox};
use countersign_store::ReadTx;
use countersign_store::queries::outbox::Message;
use countersign_wire::names::TerminalName;
use countersign_wire::webhooks::{Notification, labels};
use countersign_wire::{AuthorizationToken, WireNumber};

use super::{RenderError, event_of};

/// `bizType` and `bizStatus` of an event; `None` where it is told by mail alone.
pub fn wire_labels(event: &Event) -> Option<(&'static str, &'static str)> {
    let (kind, status) = outbox::labels(event);
    labels(kind, status)
}

// `api` has the same table, for the reason that it has that of scopes.
/// The `tradeType` of data about an order: where its payer met it (clients.md H5).
fn trade_type(terminal: Terminal) -> String {
    let name = match terminal {
        Terminal::App => TerminalName::App,
        Terminal::Web => TerminalName::Web,
        Terminal::Wap => TerminalName::Wap,
        Terminal::MiniProgram => TerminalName::MiniProgram,
        Terminal::PaymentLink => TerminalName::PaymentLink,
        Terminal::Others => TerminalName::Others,
    };
    name.as_str().to_owned()
}

/// The body of a webhook message, unsealed. It may carry a token: seal it before it is stored.
pub fn render_webhook(platform: &Platform, tx: &mut dyn ReadTx, message: &Message) -> Result<Vec<u8>, RenderError> {
    let event = event_of(message)?;
    let notification = notification(&event, &message.destination, |authorization| {
        let token = authorizations::open_token(tx, platform, authorization)?;
        Ok(AuthorizationToken::new(token.expose().to_owned()))
    })?;
    Ok(notification.to_bytes())
}

/// What `destination` is told of an event. `token_of` opens the token of an authorization, where the event is about one.
pub fn notification(
    event: &Event,
    destination: &str,
    token_of: impl FnOnce(AuthorizationId) -> Result<AuthorizationToken, RenderError>,
) -> Result<Notification, RenderError> {
    let (kind, status) = wire_labels(event).ok_or(RenderError::NoWebhook)?;
    let id = event.subject();
    Ok(match event {
        Event::Authorization(event) => {
            let token = token_of(event.token_of)?;
            Notification::new(kind, status, id, &authorization::data(event, token))
        }
        Event::OrderPaid(event) => Notification::new(kind, status, id, &order::paid(event)?),
        Event::OrderClosed(event) => Notification::new(kind, status, id, &order::not_paid(event)),
        Event::OrderRefunded(event) | Event::RefundRejected(event) => {
            Notification::new(kind, status, id, &refund::data(event))
        }
        Event::Payout(event) => Notification::new(kind, status, id, &payout::batch(event, status)),
        Event::EmailPayout(event) => Notification::new(kind, status, id, &payout::to_email(event, status)),
        Event::BalanceReportReady(event) => {
            Notification::new(kind, status, id, &balance_report::data(event, destination))
        }
        Event::DirectDebitContract(event) => Notification::new(kind, status, id, &direct_debit::data(event)),
        Event::QrCodeScanned(event) => Notification::new(kind, status, id, &payer::scanned(event)),
        Event::AccountShared(event) => Notification::new(kind, status, id, &payer::shared(event)),
        Event::EndpointDisabled(_) | Event::Access(_) => return Err(RenderError::NoWebhook),
    }?)
}

fn padded(amount: Amount) -> WireNumber {
    WireNumber::padded(amount.minor(), amount.currency().scale())
}

fn commission(amount: Amount) -> WireNumber {
    WireNumber::commission(amount.minor(), amount.currency().scale())
}
