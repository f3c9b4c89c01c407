//! What is stored of an event, in the words of the wire (`partner.md` §3.2).

use countersign_domain::webhook_endpoint::{EventFilter, EventKind};
use countersign_wire::webhooks::{biz_status as status, biz_type as kind};

use crate::admin::error::AdminError;

/// Stored kind and status, `bizType` and `bizStatus`.
const LABELS: &[(&str, &str, &str, &str)] = &[
    ("ORDER", "PAID", kind::PAY, status::PAY_SUCCESS),
    ("ORDER", "CLOSED", kind::PAY, status::PAY_CLOSED),
    ("REFUND", "SUCCEEDED", kind::PAY_REFUND, status::REFUND_SUCCESS),
    ("REFUND", "REJECTED", kind::PAY_REFUND, status::REFUND_REJECTED),
    ("PAYOUT", "ACCEPTED", kind::PAYOUT, status::ACCEPTED),
    ("PAYOUT", "PROCESSING", kind::PAYOUT, status::PROCESSING),
    ("PAYOUT", "SUCCEEDED", kind::PAYOUT, status::SUCCESS),
    ("PAYOUT", "PARTLY_SUCCEEDED", kind::PAYOUT, status::PART_SUCCESS),
    ("PAYOUT", "FAILED", kind::PAYOUT, status::FAILED),
    ("PAYOUT", "CANCELED", kind::PAYOUT, status::CANCELED),
    ("EXTERNAL_PAYOUT", "AWAITING_RECEIPT", kind::PAYOUT_NON_BN, status::AWAITING_RECEIPT),
    ("EXTERNAL_PAYOUT", "RECEIVED", kind::PAYOUT_NON_BN, status::SUCCESS),
    ("EXTERNAL_PAYOUT", "FAILED", kind::PAYOUT_NON_BN, status::FAIL),
    ("EXTERNAL_PAYOUT", "REFUNDED", kind::PAYOUT_NON_BN, status::REFUNDED),
    ("BALANCE_REPORT", "READY", kind::BALANCE, status::BALANCE_SUCCESS),
    ("DIRECT_DEBIT_CONTRACT", "SIGNED", kind::DIRECT_DEBIT_CT, status::CONTRACT_SIGNED),
    ("DIRECT_DEBIT_CONTRACT", "TERMINATED", kind::DIRECT_DEBIT_CT, status::CONTRACT_TERMINATED),
    ("DIRECT_DEBIT_CONTRACT", "EXPIRED", kind::DIRECT_DEBIT_CT, status::CONTRACT_EXPIRED),
    ("AUTHORIZATION", "AGREED", kind::TECH_PROVIDER, status::SUBMIT_AUTH_AGREE),
    ("AUTHORIZATION", "REJECTED", kind::TECH_PROVIDER, status::SUBMIT_AUTH_REJECT),
    ("AUTHORIZATION", "CHANGED", kind::TECH_PROVIDER, status::TP_AUTH_CHANGED),
    ("AUTHORIZATION", "DISABLED", kind::TECH_PROVIDER, status::TP_AUTH_DISABLED),
    ("MERCHANT_QR_CODE", "SCANNED", kind::MERCHANT_QR_CODE, status::MERCHANT_QR_CODE_SCANED),
    ("SHARED_ACCOUNT_ID", "SHARED", kind::SHARE_ACCOUNT_ID, status::SUCCESS),
];

/// `bizType` and `bizStatus` of what is stored; the stored words where there are none.
pub fn delivery_labels<'a>(kind: &'a str, status: &'a str) -> (&'a str, &'a str) {
    let row = LABELS.iter().find(|row| row.0 == kind && row.1 == status);
    row.map_or((kind, status), |row| (row.2, row.3))
}

/// The `bizType` of a kind of events.
pub(super) fn biz_type(of: EventKind) -> &'static str {
    let row = LABELS.iter().find(|row| row.0 == of.name());
    row.expect("every kind of events has its row").2
}

/// The kind of events with this `bizType`.
pub(super) fn event_kind(biz_type: &str) -> Result<EventKind, AdminError> {
    let row = LABELS.iter().find(|row| row.2 == biz_type);
    row.and_then(|row| EventKind::from_name(row.0)).ok_or_else(|| AdminError::EventType(biz_type.to_owned()))
}

/// The filter that lets these values of `bizType` through; everything where there are none.
pub fn event_filter(biz_types: &[String]) -> Result<EventFilter, AdminError> {
    biz_types.iter().map(|biz_type| event_kind(biz_type)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_type_that_leads_back() {
        for kind in EventKind::ALL {
            assert_eq!(event_kind(biz_type(kind)).expect("it is a type"), kind);
        }
        assert!(event_kind("ORDER").is_err());
    }
}
