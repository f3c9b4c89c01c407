//! Webhook messages in the list of deliveries.

use countersign_domain::Timestamp;
use countersign_store::queries::outbox::{Message, MessageState, ParkReason};

use crate::pages::DeliveryLine;
use crate::view::{Moment, StatusPill};

/// The words of the wire for a stored kind and status (`partner.md` §3).
const LABELS: &[(&str, &str, &str, &str)] = &[
    ("AUTHORIZATION", "AGREED", "TECH_PROVIDER", "SUBMIT_AUTH_AGREE"),
    ("AUTHORIZATION", "REJECTED", "TECH_PROVIDER", "SUBMIT_AUTH_REJECT"),
    ("AUTHORIZATION", "CHANGED", "TECH_PROVIDER", "TP_AUTH_CHANGED"),
    ("AUTHORIZATION", "DISABLED", "TECH_PROVIDER", "TP_AUTH_DISABLED"),
    ("ORDER", "PAID", "PAY", "PAY_SUCCESS"),
    ("ORDER", "CLOSED", "PAY", "PAY_CLOSED"),
    ("REFUND", "SUCCEEDED", "PAY_REFUND", "REFUND_SUCCESS"),
    ("REFUND", "REJECTED", "PAY_REFUND", "REFUND_REJECTED"),
    ("PAYOUT", "ACCEPTED", "PAYOUT", "ACCEPTED"),
    ("PAYOUT", "PROCESSING", "PAYOUT", "PROCESSING"),
    ("PAYOUT", "SUCCEEDED", "PAYOUT", "SUCCESS"),
    ("PAYOUT", "PARTLY_SUCCEEDED", "PAYOUT", "PART_SUCCESS"),
    ("PAYOUT", "FAILED", "PAYOUT", "FAILED"),
    ("PAYOUT", "CANCELED", "PAYOUT", "CANCELED"),
    ("EXTERNAL_PAYOUT", "AWAITING_RECEIPT", "PAYOUT_NON_BN", "AWAITING_RECEIPT"),
    ("EXTERNAL_PAYOUT", "RECEIVED", "PAYOUT_NON_BN", "SUCCESS"),
    ("EXTERNAL_PAYOUT", "FAILED", "PAYOUT_NON_BN", "FAIL"),
    ("EXTERNAL_PAYOUT", "REFUNDED", "PAYOUT_NON_BN", "REFUNDED"),
    ("BALANCE_REPORT", "READY", "BALANCE", "BALANCE_SUCCESS"),
    ("DIRECT_DEBIT_CONTRACT", "SIGNED", "DIRECT_DEBIT_CT", "CONTRACT_SIGNED"),
    ("DIRECT_DEBIT_CONTRACT", "TERMINATED", "DIRECT_DEBIT_CT", "CONTRACT_TERMINATED"),
    ("DIRECT_DEBIT_CONTRACT", "EXPIRED", "DIRECT_DEBIT_CT", "CONTRACT_EXPIRED"),
    ("MERCHANT_QR_CODE", "SCANNED", "MERCHANT_QR_CODE", "MERCHANT_QR_CODE_SCANED"),
    ("SHARED_ACCOUNT_ID", "SHARED", "SHARE_ACCOUNT_ID", "SUCCESS"),
];

/// The wire's words for what is stored of an event; the stored ones where there are none.
pub fn delivery_labels<'a>(kind: &'a str, status: &'a str) -> (&'a str, &'a str) {
    let row = LABELS.iter().find(|row| row.0 == kind && row.1 == status);
    row.map_or((kind, status), |row| (row.2, row.3))
}

/// One delivery.
pub(crate) fn delivery_line(message: &Message, now: Timestamp) -> DeliveryLine {
    let (biz_type, biz_status) = delivery_labels(&message.event_kind, &message.event_status);
    let state = match message.state {
        MessageState::Pending => "pending",
        MessageState::Delivered => "delivered",
        MessageState::Parked(_) => "parked",
    };
    let last_result = match (&message.last_error, message.last_status) {
        (Some(error), Some(status)) => format!("HTTP {status}: {error}"),
        (Some(error), None) => error.clone(),
        (None, Some(status)) => format!("HTTP {status}"),
        (None, None) if message.state == MessageState::Parked(ParkReason::EndpointDisabled) => {
            "not sent: the endpoint was disabled".to_owned()
        }
        (None, None) => String::new(),
    };
    let waits = message.state == MessageState::Pending && message.attempts > 0;
    DeliveryLine {
        delivery_id: message.id.to_string(),
        biz_type: biz_type.to_owned(),
        biz_status: biz_status.to_owned(),
        biz_id: message.subject.to_string(),
        url: message.destination.clone(),
        state: StatusPill::delivery(state),
        attempts: u32::try_from(message.attempts).unwrap_or(u32::MAX),
        last_result,
        at: Moment::at(message.finished_at.unwrap_or(message.created_at).ms(), now.ms()),
        next: waits.then(|| Moment::at(message.next_attempt_at.ms(), now.ms())),
        may_retry: matches!(message.state, MessageState::Parked(_)),
    }
}
