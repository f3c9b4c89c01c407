//! What happened to an order, when, and who did it.

use countersign_domain::order::{Failure, Offer, Order, OrderState, OrderStatus, Payment};
use countersign_domain::rates::Rate;
use countersign_domain::refund::{Refund, RefundState};
use countersign_domain::{Amount, Currency, Timestamp};

use super::{Dossier, amount_words};
use crate::describe::rate_words;
use crate::view::{Moment, StatusPill, TimelineEntry};

/// What did it where nobody did.
const SYSTEM: &str = "the platform";
const PAYER: &str = "the payer";

/// An entry before it is known from when it is looked at.
struct Event {
    at: Timestamp,
    text: String,
    actor: Option<String>,
    status: Option<OrderStatus>,
}

impl Event {
    fn new(at: Timestamp, text: impl Into<String>, actor: impl Into<String>) -> Self {
        Self { at, text: text.into(), actor: Some(actor.into()), status: None }
    }

    fn to(self, status: OrderStatus) -> Self {
        Self { status: Some(status), ..self }
    }
}

/// A price in words: `0.07 BNB, at 1 BNB = 600 USDT`.
pub(super) fn price_words(pays: Amount, price: Rate, own: Currency) -> String {
    let rate = rate_words((pays.currency(), price), own);
    if rate.is_empty() { amount_words(pays) } else { format!("{}, at {rate}", amount_words(pays)) }
}

fn confirmed(offer: &Offer, own: Currency, now: Timestamp) -> Vec<Event> {
    let text = format!("Price confirmed: {}", price_words(offer.pays, offer.price, own));
    let confirmed = Event::new(offer.confirmed_at, text, PAYER).to(OrderStatus::Pending);
    let lapsed = (offer.until <= now).then(|| Event::new(offer.until, "The confirmed price lapsed", SYSTEM));
    [confirmed].into_iter().chain(lapsed).collect()
}

fn paid(payment: &Payment, own: Currency) -> Vec<Event> {
    let text = format!("Paid: {}", price_words(payment.paid, payment.price, own));
    let confirmed = payment.confirmed_at.map(|at| Event::new(at, "Price confirmed", PAYER).to(OrderStatus::Pending));
    confirmed.into_iter().chain([Event::new(payment.paid_at, text, PAYER).to(OrderStatus::Paid)]).collect()
}

fn ended(order: &Order, closed_by: Option<&String>, now: Timestamp) -> Vec<Event> {
    let own = order.amount.currency();
    let mut events = match &order.state {
        OrderState::Initial => Vec::new(),
        OrderState::Pending(offer) => confirmed(offer, own, now),
        OrderState::Paid(payment, _) => paid(payment, own),
        OrderState::Canceled { at, .. } => {
            let event = Event::new(*at, "Closed", "").to(OrderStatus::Canceled);
            vec![Event { actor: closed_by.cloned(), ..event }]
        }
        OrderState::Failed { at, why: Failure::MerchantFrozen } => {
            vec![Event::new(*at, "Not paid, because your account was frozen", SYSTEM).to(OrderStatus::Error)]
        }
        OrderState::Expired { .. } => Vec::new(),
    };
    if order.status_at(now) == OrderStatus::Expired {
        events.push(Event::new(order.expires_at, "Nobody paid in time", SYSTEM).to(OrderStatus::Expired));
    }
    events
}

fn refunded(order: &Order, (refund, asked_by): &(Refund, String)) -> Vec<Event> {
    let amount = amount_words(refund.figures.amount);
    let asked = match &refund.terms.reason {
        Some(reason) => format!("Refund of {amount}: {reason}"),
        None => format!("Refund of {amount}"),
    };
    let asked = Event::new(refund.accepted_at, asked, asked_by);
    match refund.state {
        RefundState::Pending { .. } => {
            // What keeps it is between the payer and the operator.
            let waits = format!("The {amount} are held until the payer can take them");
            vec![asked, Event::new(refund.accepted_at, waits, SYSTEM).to(OrderStatus::Refunding)]
        }
        RefundState::Succeeded { at, .. } => {
            let is_all = refund.figures.refunded == order.amount;
            let status = if is_all { OrderStatus::FullRefunded } else { OrderStatus::Refunded };
            vec![asked, Event::new(at, format!("The payer has the {amount}"), SYSTEM).to(status)]
        }
    }
}

impl Dossier {
    /// The time line, newest first.
    pub(crate) fn history(&self, now: Timestamp) -> Vec<TimelineEntry> {
        let order = &self.order;
        let created =
            Event::new(order.created_at, "Created through the API", &self.created_by).to(OrderStatus::Initial);
        let mut events = vec![created];
        events.extend(ended(order, self.closed_by.as_ref(), now));
        events.extend(self.refunds.iter().flat_map(|refund| refunded(order, refund)));
        // What happened at the same instant stays in the order of things.
        events.sort_by_key(|event| event.at);
        let entry = |event: Event| TimelineEntry {
            at: Moment::at(event.at.ms(), now.ms()),
            text: event.text,
            actor: event.actor,
            pill: event.status.map(StatusPill::order),
        };
        events.into_iter().rev().map(entry).collect()
    }
}
