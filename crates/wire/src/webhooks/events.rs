//! How events that are stored under names of our own are called on the wire (partner.md 3.2).

use super::names::{biz_status as status, biz_type as kind};

/// One event: the kind and the status under which it is stored, and what a receiver is told.
struct Named {
    kind: &'static str,
    status: &'static str,
    biz_type: &'static str,
    biz_status: &'static str,
}

const fn row(stored: (&'static str, &'static str), told: (&'static str, &'static str)) -> Named {
    Named { kind: stored.0, status: stored.1, biz_type: told.0, biz_status: told.1 }
}

/// Every event that is told by webhook.
const EVENTS: &[Named] = &[
    row(("ORDER", "PAID"), (kind::PAY, status::PAY_SUCCESS)),
    row(("ORDER", "CLOSED"), (kind::PAY, status::PAY_CLOSED)),
    row(("REFUND", "SUCCEEDED"), (kind::PAY_REFUND, status::REFUND_SUCCESS)),
    row(("REFUND", "REJECTED"), (kind::PAY_REFUND, status::REFUND_REJECTED)),
    row(("PAYOUT", "ACCEPTED"), (kind::PAYOUT, status::ACCEPTED)),
    row(("PAYOUT", "PROCESSING"), (kind::PAYOUT, status::PROCESSING)),
    row(("PAYOUT", "SUCCEEDED"), (kind::PAYOUT, status::SUCCESS)),
    row(("PAYOUT", "PARTLY_SUCCEEDED"), (kind::PAYOUT, status::PART_SUCCESS)),
    row(("PAYOUT", "FAILED"), (kind::PAYOUT, status::FAILED)),
    row(("PAYOUT", "CANCELED"), (kind::PAYOUT, status::CANCELED)),
    row(("EXTERNAL_PAYOUT", "AWAITING_RECEIPT"), (kind::PAYOUT_NON_BN, status::AWAITING_RECEIPT)),
    row(("EXTERNAL_PAYOUT", "RECEIVED"), (kind::PAYOUT_NON_BN, status::SUCCESS)),
    row(("EXTERNAL_PAYOUT", "FAILED"), (kind::PAYOUT_NON_BN, status::FAIL)),
    row(("EXTERNAL_PAYOUT", "REFUNDED"), (kind::PAYOUT_NON_BN, status::REFUNDED)),
    row(("BALANCE_REPORT", "READY"), (kind::BALANCE, status::BALANCE_SUCCESS)),
    row(("DIRECT_DEBIT_CONTRACT", "SIGNED"), (kind::DIRECT_DEBIT_CT, status::CONTRACT_SIGNED)),
    row(("DIRECT_DEBIT_CONTRACT", "TERMINATED"), (kind::DIRECT_DEBIT_CT, status::CONTRACT_TERMINATED)),
    row(("DIRECT_DEBIT_CONTRACT", "EXPIRED"), (kind::DIRECT_DEBIT_CT, status::CONTRACT_EXPIRED)),
    row(("AUTHORIZATION", "AGREED"), (kind::TECH_PROVIDER, status::SUBMIT_AUTH_AGREE)),
    row(("AUTHORIZATION", "REJECTED"), (kind::TECH_PROVIDER, status::SUBMIT_AUTH_REJECT)),
    row(("AUTHORIZATION", "CHANGED"), (kind::TECH_PROVIDER, status::TP_AUTH_CHANGED)),
    row(("AUTHORIZATION", "DISABLED"), (kind::TECH_PROVIDER, status::TP_AUTH_DISABLED)),
    row(("MERCHANT_QR_CODE", "SCANNED"), (kind::MERCHANT_QR_CODE, status::MERCHANT_QR_CODE_SCANED)),
    row(("SHARED_ACCOUNT_ID", "SHARED"), (kind::SHARE_ACCOUNT_ID, status::SUCCESS)),
];

/// The kind and status of every event that is told by webhook, as they are stored.
pub fn stored_events() -> impl Iterator<Item = (&'static str, &'static str)> {
    EVENTS.iter().map(|event| (event.kind, event.status))
}

/// `bizType` and `bizStatus` of an event that is stored under this kind and status; `None` where it is told by mail alone.
pub fn labels(kind: &str, status: &str) -> Option<(&'static str, &'static str)> {
    let named = EVENTS.iter().find(|event| event.kind == kind && event.status == status);
    named.map(|event| (event.biz_type, event.biz_status))
}

/// The same for who shows what is stored: the stored words where there are no others.
pub fn labels_or_stored<'a>(kind: &'a str, status: &'a str) -> (&'a str, &'a str) {
    labels(kind, status).unwrap_or((kind, status))
}

/// The `bizType` of a stored kind.
pub fn biz_type_of(kind: &str) -> Option<&'static str> {
    EVENTS.iter().find(|event| event.kind == kind).map(|event| event.biz_type)
}

/// The stored kind of a `bizType`.
pub fn kind_of(biz_type: &str) -> Option<&'static str> {
    EVENTS.iter().find(|event| event.biz_type == biz_type).map(|event| event.kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_kind_has_one_type_and_a_type_one_kind() {
        for event in EVENTS {
            assert_eq!(biz_type_of(event.kind), Some(event.biz_type));
            assert_eq!(kind_of(event.biz_type), Some(event.kind));
            assert_eq!(labels(event.kind, event.status), Some((event.biz_type, event.biz_status)));
        }
        let stored: BTreeSet<_> = EVENTS.iter().map(|event| (event.kind, event.status)).collect();
        let told: BTreeSet<_> = EVENTS.iter().map(|event| (event.biz_type, event.biz_status)).collect();
        assert_eq!((stored.len(), told.len()), (EVENTS.len(), EVENTS.len()), "no two rows say the same");
        assert_eq!((labels("ACCESS", "NEW_DEVICE"), kind_of("ORDER"), biz_type_of("PAY")), (None, None, None));
        assert_eq!(labels_or_stored("A", "B"), ("A", "B"), "what is not known stays as it is stored");
    }
}
