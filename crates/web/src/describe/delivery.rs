//! Webhook messages as one line each.

use countersign_domain::Timestamp;
use countersign_store::queries::outbox::{Message, MessageState, ParkReason};
use countersign_wire::webhooks::labels_or_stored;

use super::foreign_text;
use crate::pages::DeliveryLine;
use crate::paths;
use crate::view::{Moment, StatusPill};

/// What happened in plain words, for a stored kind and status.
const WORDS: &[(&str, &str, &str)] = &[
    ("AUTHORIZATION", "AGREED", "A merchant agreed"),
    ("AUTHORIZATION", "REJECTED", "A merchant refused"),
    ("AUTHORIZATION", "CHANGED", "An authorization changed"),
    ("AUTHORIZATION", "DISABLED", "An authorization ended"),
    ("ORDER", "PAID", "An order was paid"),
    ("ORDER", "CLOSED", "An order ended without a payment"),
    ("REFUND", "SUCCEEDED", "A refund reached its payer"),
    ("REFUND", "REJECTED", "A refund cannot be made"),
    ("PAYOUT", "ACCEPTED", "Payouts were accepted"),
    ("PAYOUT", "PROCESSING", "Payouts are being made"),
    ("PAYOUT", "SUCCEEDED", "Payouts were made"),
    ("PAYOUT", "PARTLY_SUCCEEDED", "Payouts were made in part"),
    ("PAYOUT", "FAILED", "Payouts failed"),
    ("PAYOUT", "CANCELED", "Payouts were cancelled"),
    ("EXTERNAL_PAYOUT", "AWAITING_RECEIPT", "A payout waits to be received"),
    ("EXTERNAL_PAYOUT", "RECEIVED", "A payout was received"),
    ("EXTERNAL_PAYOUT", "FAILED", "A payout failed"),
    ("EXTERNAL_PAYOUT", "REFUNDED", "A payout came back"),
    ("BALANCE_REPORT", "READY", "A balance report is ready"),
    ("DIRECT_DEBIT_CONTRACT", "SIGNED", "A contract was signed"),
    ("DIRECT_DEBIT_CONTRACT", "TERMINATED", "A contract was ended"),
    ("DIRECT_DEBIT_CONTRACT", "EXPIRED", "A contract ran out"),
    ("MERCHANT_QR_CODE", "SCANNED", "A QR code was scanned"),
    ("SHARED_ACCOUNT_ID", "SHARED", "An account ID was shared"),
];

/// What happened, in plain words; nothing for what is not known here.
pub(crate) fn event_words(kind: &str, status: &str) -> &'static str {
    WORDS.iter().find(|row| row.0 == kind && row.1 == status).map_or("", |row| row.2)
}

/// Where a message stands, as people read it. A message that was missed or left out is told apart from one that was tried
/// in vain.
pub(crate) fn delivery_pill(message: &Message) -> StatusPill {
    StatusPill::delivery(match message.state {
        MessageState::Pending if message.attempts > message.round.tries_before => "retrying",
        MessageState::Pending => "pending",
        MessageState::Delivered => "delivered",
        MessageState::Parked(ParkReason::LastTry | ParkReason::Hopeless) => "failed",
        MessageState::Parked(ParkReason::EndpointDisabled) => "missed",
        MessageState::Parked(ParkReason::EndpointRemoved) => "dropped",
    })
}

/// How the last try went, or why there was none.
fn last_result(message: &Message) -> String {
    match (&message.last_error, message.last_status, message.state) {
        (Some(error), ..) => foreign_text(error),
        (None, Some(status), _) => format!("answered {status}"),
        (None, None, MessageState::Parked(ParkReason::EndpointDisabled)) => "the endpoint was disabled".to_owned(),
        (None, None, MessageState::Parked(ParkReason::EndpointRemoved)) => "the endpoint was removed".to_owned(),
        (None, None, _) => String::new(),
    }
}

/// One delivery.
pub(crate) fn delivery_line(message: &Message, now: Timestamp) -> DeliveryLine {
    let (biz_type, biz_status) = labels_or_stored(&message.event_kind, &message.event_status);
    let waits = message.state == MessageState::Pending && message.attempts > 0;
    DeliveryLine {
        href: paths::delivery(&message.id.to_string()),
        biz_type: biz_type.to_owned(),
        biz_status: biz_status.to_owned(),
        words: event_words(&message.event_kind, &message.event_status).to_owned(),
        biz_id: message.subject.to_string(),
        url: message.target().to_owned(),
        state: delivery_pill(message),
        attempts: u32::try_from(message.attempts).unwrap_or(u32::MAX),
        last_result: last_result(message),
        at: Moment::at(message.finished_at.unwrap_or(message.created_at).ms(), now.ms()),
        next: waits.then(|| Moment::at(message.next_attempt_at.ms(), now.ms())),
    }
}

#[cfg(test)]
mod tests {
    use countersign_wire::webhooks::stored_events;

    use super::*;

    #[test]
    fn every_event_that_is_told_has_words() {
        for (kind, status) in stored_events() {
            let words = event_words(kind, status);
            assert!(!words.is_empty() && !words.ends_with('.'), "{kind} {status}: {words}");
        }
        assert_eq!(stored_events().count(), WORDS.len(), "no words are left over");
        assert_eq!(event_words("A", "B"), "");
    }
}
