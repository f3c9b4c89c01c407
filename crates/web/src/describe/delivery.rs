//! Webhook messages as one line each.

use countersign_domain::Timestamp;
use countersign_store::queries::outbox::{Message, MessageState, ParkReason};

use super::foreign_text;
use crate::pages::DeliveryLine;
use crate::paths;
use crate::view::{Moment, StatusPill};

/// The words of the wire for a stored kind and status (`partner.md` §3), and what happened in plain ones.
const LABELS: &[(&str, &str, &str, &str, &str)] = &[
    ("AUTHORIZATION", "AGREED", "TECH_PROVIDER", "SUBMIT_AUTH_AGREE", "A merchant agreed"),
    ("AUTHORIZATION", "REJECTED", "TECH_PROVIDER", "SUBMIT_AUTH_REJECT", "A merchant refused"),
    ("AUTHORIZATION", "CHANGED", "TECH_PROVIDER", "TP_AUTH_CHANGED", "An authorization changed"),
    ("AUTHORIZATION", "DISABLED", "TECH_PROVIDER", "TP_AUTH_DISABLED", "An authorization ended"),
    ("ORDER", "PAID", "PAY", "PAY_SUCCESS", "An order was paid"),
    ("ORDER", "CLOSED", "PAY", "PAY_CLOSED", "An order ended without a payment"),
    ("REFUND", "SUCCEEDED", "PAY_REFUND", "REFUND_SUCCESS", "A refund reached its payer"),
    ("REFUND", "REJECTED", "PAY_REFUND", "REFUND_REJECTED", "A refund cannot be made"),
    ("PAYOUT", "ACCEPTED", "PAYOUT", "ACCEPTED", "Payouts were accepted"),
    ("PAYOUT", "PROCESSING", "PAYOUT", "PROCESSING", "Payouts are being made"),
    ("PAYOUT", "SUCCEEDED", "PAYOUT", "SUCCESS", "Payouts were made"),
    ("PAYOUT", "PARTLY_SUCCEEDED", "PAYOUT", "PART_SUCCESS", "Payouts were made in part"),
    ("PAYOUT", "FAILED", "PAYOUT", "FAILED", "Payouts failed"),
    ("PAYOUT", "CANCELED", "PAYOUT", "CANCELED", "Payouts were cancelled"),
    ("EXTERNAL_PAYOUT", "AWAITING_RECEIPT", "PAYOUT_NON_BN", "AWAITING_RECEIPT", "A payout waits to be received"),
    ("EXTERNAL_PAYOUT", "RECEIVED", "PAYOUT_NON_BN", "SUCCESS", "A payout was received"),
    ("EXTERNAL_PAYOUT", "FAILED", "PAYOUT_NON_BN", "FAIL", "A payout failed"),
    ("EXTERNAL_PAYOUT", "REFUNDED", "PAYOUT_NON_BN", "REFUNDED", "A payout came back"),
    ("BALANCE_REPORT", "READY", "BALANCE", "BALANCE_SUCCESS", "A balance report is ready"),
    ("DIRECT_DEBIT_CONTRACT", "SIGNED", "DIRECT_DEBIT_CT", "CONTRACT_SIGNED", "A contract was signed"),
    ("DIRECT_DEBIT_CONTRACT", "TERMINATED", "DIRECT_DEBIT_CT", "CONTRACT_TERMINATED", "A contract was ended"),
    ("DIRECT_DEBIT_CONTRACT", "EXPIRED", "DIRECT_DEBIT_CT", "CONTRACT_EXPIRED", "A contract ran out"),
    ("MERCHANT_QR_CODE", "SCANNED", "MERCHANT_QR_CODE", "MERCHANT_QR_CODE_SCANED", "A QR code was scanned"),
    ("SHARED_ACCOUNT_ID", "SHARED", "SHARE_ACCOUNT_ID", "SUCCESS", "An account ID was shared"),
];

/// The wire's words for what is stored of an event; the stored ones where there are none.
pub fn delivery_labels<'a>(kind: &'a str, status: &'a str) -> (&'a str, &'a str) {
    let row = LABELS.iter().find(|row| row.0 == kind && row.1 == status);
    row.map_or((kind, status), |row| (row.2, row.3))
}

/// What happened, in plain words; nothing for what is not known here.
pub(crate) fn event_words(kind: &str, status: &str) -> &'static str {
    LABELS.iter().find(|row| row.0 == kind && row.1 == status).map_or("", |row| row.4)
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
    let (biz_type, biz_status) = delivery_labels(&message.event_kind, &message.event_status);
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
    use super::*;
    use crate::describe::kind_of_code;

    #[test]
    fn every_event_has_words_and_a_type_that_can_be_filtered_by() {
        for (kind, status, biz_type, _, words) in LABELS {
            assert_eq!(kind_of_code(biz_type).map(countersign_domain::webhook_endpoint::EventKind::name), Some(*kind));
            assert_eq!(event_words(kind, status), *words);
            assert!(!words.is_empty() && !words.ends_with('.'), "{words}");
        }
        assert_eq!(event_words("A", "B"), "");
    }
}
