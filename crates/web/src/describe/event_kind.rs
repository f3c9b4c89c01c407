//! Kinds of events in plain words, and an endpoint's choice among them.

use countersign_domain::webhook_endpoint::{EventFilter, EventKind};
use countersign_wire::webhooks::biz_type;

use crate::view::{Choice, Tick};

/// A kind as people choose it.
pub(crate) struct KindWords {
    pub(crate) kind: EventKind,
    /// The wire's `bizType`, which forms and addresses carry (`partner.md` §3.2).
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    hint: &'static str,
}

const fn row(kind: EventKind, code: &'static str, label: &'static str, hint: &'static str) -> KindWords {
    KindWords { kind, code, label, hint }
}

/// Every kind, in the order of pages: what every shop has first.
const KINDS: &[KindWords] = &[
    row(EventKind::Order, biz_type::PAY, "Orders", "An order was paid, or ended without a payment."),
    row(EventKind::Refund, biz_type::PAY_REFUND, "Refunds", "A refund reached its payer, or cannot be made."),
    row(
        EventKind::Authorization,
        biz_type::TECH_PROVIDER,
        "Authorizations",
        "For technical service providers: a merchant agreed, refused, changed something or withdrew.",
    ),
    row(EventKind::Payout, biz_type::PAYOUT, "Payouts", "A batch of payouts was accepted, moved on or ended."),
    row(
        EventKind::ExternalPayout,
        biz_type::PAYOUT_NON_BN,
        "Payouts by e-mail",
        "Somebody without an account received a payout, or did not.",
    ),
    row(EventKind::BalanceReport, biz_type::BALANCE, "Balance reports", "A report can be downloaded."),
    row(
        EventKind::DirectDebitContract,
        biz_type::DIRECT_DEBIT_CT,
        "Direct debit contracts",
        "A customer signed a contract, or it ended.",
    ),
    row(EventKind::MerchantQrCode, biz_type::MERCHANT_QR_CODE, "QR codes", "Somebody scanned a QR code of yours."),
    row(
        EventKind::SharedAccountId,
        biz_type::SHARE_ACCOUNT_ID,
        "Shared account IDs",
        "A customer shared the ID of their account with you.",
    ),
];

/// The kind that a form or an address names.
pub(crate) fn kind_of_code(code: &str) -> Option<EventKind> {
    KINDS.iter().find(|row| row.code == code).map(|row| row.kind)
}

/// What an endpoint is told of.
pub(crate) fn filter_words(filter: &EventFilter) -> String {
    if filter.is_all() {
        return "Everything".to_owned();
    }
    let told = KINDS.iter().filter(|row| filter.holds(row.kind)).map(|row| row.label);
    told.collect::<Vec<_>>().join(", ")
}

/// Check boxes for the choice; `ticked` says which of their codes are ticked.
pub(crate) fn kind_ticks(ticked: impl Fn(&KindWords) -> bool) -> Vec<Tick> {
    let tick = |row: &KindWords| Tick {
        value: row.code.to_owned(),
        label: row.label.to_owned(),
        hint: row.hint.to_owned(),
        ticked: ticked(row),
    };
    KINDS.iter().map(tick).collect()
}

/// A drop-down list with every kind, and with all of them first.
pub(crate) fn kind_choices(chosen: Option<EventKind>) -> Vec<Choice> {
    let choice = |row: &KindWords| Choice {
        value: row.code.to_owned(),
        label: row.label.to_owned(),
        selected: chosen == Some(row.kind),
    };
    let all = Choice { value: String::new(), label: "All".to_owned(), selected: chosen.is_none() };
    std::iter::once(all).chain(KINDS.iter().map(choice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_chosen_and_is_read_back() {
        for kind in EventKind::ALL {
            let words = KINDS.iter().find(|row| row.kind == kind).expect("every kind has words");
            assert_eq!(kind_of_code(words.code), Some(kind));
            assert_eq!(countersign_wire::webhooks::biz_type_of(kind.name()), Some(words.code));
            assert!(words.hint.ends_with('.'), "{}", words.hint);
        }
        assert_eq!(KINDS.len(), EventKind::ALL.len());
        assert_eq!(kind_of_code("ORDER"), None);
    }

    #[test]
    fn a_filter_reads_as_what_it_lets_through() {
        assert_eq!(filter_words(&EventFilter::ALL), "Everything");
        let some: EventFilter = [EventKind::Refund, EventKind::Order].into_iter().collect();
        assert_eq!(filter_words(&some), "Orders, Refunds");
    }
}
