//! The review page in all its states.

use countersign_web::pages::{
    AddressLine, Change, DecidedOutcome, LimitsForm, Requester, ReviewClosedPage, ReviewClosedReason,
    ReviewDecidedPage, ReviewPage, ReviewUnavailablePage, ScopeLine,
};
use countersign_web::view::{Moment, Place, Problem, StatusPill, TextField, scope_text};

use super::access::limits;
use super::{DAY, HOUR, NOW, Sample, at, merchant, sample};

fn requester() -> Requester {
    Requester {
        name: "Acme Checkout".to_owned(),
        id: "1000100000001".to_owned(),
        known_since: Moment::day(NOW - 263 * DAY, NOW),
        history: String::new(),
    }
}

fn lines(scopes: &[(&str, Change)]) -> Vec<ScopeLine> {
    let line = |(code, change): &(&str, Change)| {
        let text = scope_text(code).expect("a scope of ours");
        ScopeLine { text, change: *change, ticked: *change != Change::Removed }
    };
    scopes.iter().map(line).collect()
}

fn address(text: &str, change: Change) -> AddressLine {
    AddressLine { text: text.to_owned(), change }
}

fn first() -> ReviewPage {
    ReviewPage {
        chrome: merchant(Some(Place::Vendors)),
        authorization_id: "210462863998500864".to_owned(),
        digest: "9f".repeat(32),
        requester: requester(),
        merchant_name: "Harbour Books".to_owned(),
        merchant_id: "1000100000002".to_owned(),
        is_change: false,
        scopes: lines(&[
            ("CHECKOUT", Change::None),
            ("REFUND", Change::None),
            ("PAYOUT", Change::None),
            ("BALANCE", Change::None),
        ]),
        scopes_error: None,
        addresses: vec![address("203.0.113.7", Change::None), address("2001:db8:4::/48", Change::None)],
        limits_today: vec![],
        limits: limits(),
        created: at(-2 * HOUR),
        expires: at(22 * HOUR),
        changed_meanwhile: false,
        problems: vec![],
        reason_max: 200,
    }
}

fn change() -> ReviewPage {
    ReviewPage {
        requester: Requester { history: "Has acted for you since 3 Mar 2026.".to_owned(), ..requester() },
        is_change: true,
        scopes: lines(&[
            ("CHECKOUT", Change::Unchanged),
            ("REFUND", Change::Unchanged),
            ("PAYOUT", Change::Added),
            ("REPORT", Change::Removed),
        ]),
        addresses: vec![
            address("203.0.113.7", Change::Unchanged),
            address("203.0.113.8", Change::Added),
            address("198.51.100.0/24", Change::Removed),
        ],
        limits_today: vec!["at most 500 USDT per order".to_owned()],
        limits: LimitsForm { order_amount: TextField::holding("500"), ..limits() },
        ..first()
    }
}

pub(super) fn all() -> Vec<Sample> {
    let any = ReviewPage {
        scopes: lines(&[("CHECKOUT", Change::None), ("BALANCE", Change::None)]),
        addresses: vec![],
        ..first()
    };
    let anywhere_change =
        ReviewPage { changed_meanwhile: true, addresses: vec![address("203.0.113.7", Change::Removed)], ..change() };
    let mut wrong = first();
    wrong.scopes.iter_mut().for_each(|line| line.ticked = false);
    wrong.scopes_error = Some("Leave at least one permission ticked, or reject the request.".to_owned());
    wrong.limits.order_amount = TextField::holding("12,5").wrong("Write the amount with a point, such as 12.5.");
    wrong.limits.ends_on = TextField::holding("2026-11-01").wrong("Choose a day after today.");
    wrong.problems = vec![
        Problem::of("scopes", "Leave at least one permission ticked, or reject the request."),
        Problem::of("limit_amount", "Write the amount with a point, such as 12.5."),
        Problem::of("ends_on", "Choose a day after today."),
    ];
    let mut samples = vec![
        sample("review", &first()),
        sample("review-any-address", &any),
        sample("review-change", &change()),
        sample("review-change-anywhere-changed", &anywhere_change),
        sample("review-wrong", &wrong),
        sample("review-unavailable", &ReviewUnavailablePage { chrome: merchant(Some(Place::Vendors)) }),
    ];
    samples.extend(decided());
    samples.extend(closed());
    samples
}

fn decided() -> [Sample; 4] {
    let page = |outcome, codes: &[&str], blocked: bool| ReviewDecidedPage {
        chrome: merchant(Some(Place::Vendors)),
        outcome,
        provider_name: "Acme Checkout".to_owned(),
        provider_id: "1000100000001".to_owned(),
        decided: at(0),
        scopes: codes.iter().filter_map(|code| scope_text(code)).collect(),
        limits: if codes.is_empty() { vec![] } else { vec!["At most 500 USDT per order".to_owned()] },
        blocked,
        vendor_href: (!codes.is_empty()).then(|| "/portal/vendors/210462863998500864".to_owned()),
    };
    [
        sample("review-approved", &page(DecidedOutcome::Approved, &["CHECKOUT", "REFUND"], false)),
        sample("review-change-approved", &page(DecidedOutcome::ChangeApproved, &["CHECKOUT"], false)),
        sample("review-rejected", &page(DecidedOutcome::Rejected, &[], true)),
        sample("review-change-rejected", &page(DecidedOutcome::ChangeRejected, &["CHECKOUT"], false)),
    ]
}

fn closed() -> [Sample; 4] {
    let page = |reason| ReviewClosedPage {
        chrome: merchant(Some(Place::Vendors)),
        provider_name: "Acme Checkout".to_owned(),
        provider_id: "1000100000001".to_owned(),
        reason,
        vendor_href: None,
    };
    let decided = ReviewClosedReason::Decided {
        status: StatusPill::authorization("AUTHORIZED"),
        at: at(-HOUR),
        by: "owner@harbour.example".to_owned(),
    };
    let newer = "/portal/review-authorization?authId=210462863998500999".to_owned();
    [
        sample("review-expired", &page(ReviewClosedReason::Expired(at(-3 * HOUR)))),
        sample("review-decided-before", &page(decided)),
        sample("review-cancelled", &page(ReviewClosedReason::Cancelled(at(-HOUR)))),
        sample("review-replaced", &page(ReviewClosedReason::Replaced { newer_href: newer })),
    ]
}

/// The review page with a provider that tries markup in every place it can name.
pub(crate) fn hostile() -> String {
    let evil = "\"><script>alert(1)</script>".to_owned();
    let page = ReviewPage {
        requester: Requester { name: evil.clone(), history: evil.clone(), ..requester() },
        addresses: vec![address(&evil, Change::None)],
        limits: LimitsForm { order_amount: TextField::holding(evil.clone()), ..limits() },
        merchant_name: evil,
        ..first()
    };
    sample("hostile", &page).html
}
