//! Every page with values that could be real; shared by the tests and the `gallery` example.

mod access;
mod checkout;
mod money;
mod orders;
mod review;
mod sandbox;
mod sub_merchants;
mod wallet;
mod webhooks;

use askama::Template;
use countersign_web::view::{
    Choice, Chrome, Flash, Moment, Money, Nav, Place, SandboxBanner, StatusPill, TimelineEntry, Tone, UserBadge,
    Visitor,
};

pub(crate) use review::hostile;

/// A rendered page.
pub(crate) struct Sample {
    /// File name without ending.
    pub(crate) name: &'static str,
    /// What a browser gets.
    pub(crate) html: String,
}

/// 2026-11-21T20:14:00Z, the instant all samples are seen at.
pub(crate) const NOW: i64 = 1_795_292_040_000;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

pub(crate) fn all() -> Vec<Sample> {
    let mut samples = access::all();
    samples.extend(review::all());
    samples.extend(money::all());
    samples.extend(orders::all());
    samples.extend(checkout::all());
    samples.extend(wallet::all());
    samples.extend(sandbox::all());
    samples.extend(sub_merchants::all());
    samples.extend(webhooks::all());
    samples.push(Sample { name: "review-hostile", html: hostile() });
    samples
}

pub(crate) fn sample(name: &'static str, page: &impl Template) -> Sample {
    Sample { name, html: page.render().expect("a sample renders") }
}

pub(crate) fn at(offset_ms: i64) -> Moment {
    Moment::at(NOW + offset_ms, NOW)
}

pub(crate) fn usdt(amount: &str) -> Money {
    Money::new(amount, "USDT")
}

pub(crate) fn event(offset_ms: i64, text: &str, actor: &str, pill: Option<StatusPill>) -> TimelineEntry {
    let actor = (!actor.is_empty()).then(|| actor.to_owned());
    TimelineEntry { at: at(offset_ms), text: text.to_owned(), actor, pill }
}

pub(crate) fn choice(value: &str, label: &str, selected: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), selected }
}

fn chrome(user: Option<UserBadge>, nav: Option<Nav>) -> Chrome {
    Chrome { sandbox: Some(SandboxBanner::default()), user, nav, flash: None, csrf: "c5f0".repeat(8) }
}

pub(crate) fn anonymous() -> Chrome {
    chrome(None, None)
}

pub(crate) fn merchant(place: Option<Place>) -> Chrome {
    let user = UserBadge {
        account: "Harbour Books".to_owned(),
        account_id: "1000100000002".to_owned(),
        email: "owner@harbour.example".to_owned(),
    };
    let visitor = Visitor { in_sandbox: true, pending_requests: 1, ..Visitor::default() };
    chrome(Some(user), Some(Nav::merchant(visitor, place)))
}

pub(crate) fn provider(place: Option<Place>) -> Chrome {
    let user = UserBadge {
        account: "Acme Checkout".to_owned(),
        account_id: "1000100000001".to_owned(),
        email: "ops@acme.example".to_owned(),
    };
    let visitor = Visitor { is_provider: true, in_sandbox: true, ..Visitor::default() };
    chrome(Some(user), Some(Nav::merchant(visitor, place)))
}

pub(crate) fn partner(place: Option<Place>) -> Chrome {
    let user = UserBadge {
        account: "Harbour Partners".to_owned(),
        account_id: "1000100000003".to_owned(),
        email: "ops@partners.example".to_owned(),
    };
    let visitor = Visitor { is_partner: true, in_sandbox: true, ..Visitor::default() };
    chrome(Some(user), Some(Nav::merchant(visitor, place)))
}

pub(crate) fn payer(with_menu: bool) -> Chrome {
    let user = UserBadge {
        account: "Paula Payer".to_owned(),
        account_id: "38755197".to_owned(),
        email: "paula@payer.example".to_owned(),
    };
    chrome(Some(user), with_menu.then(|| Nav::payer(true, Some(Place::Home))))
}

pub(crate) fn operator() -> Chrome {
    let user =
        UserBadge { account: "Operator".to_owned(), account_id: String::new(), email: "ops@pay.example".to_owned() };
    chrome(Some(user), Some(Nav::operator(true, Some(Place::TrialBalance))))
}

pub(crate) fn flashed(mut chrome: Chrome, tone: Tone, text: &str) -> Chrome {
    chrome.flash = Some(Flash { tone, text: text.to_owned() });
    chrome
}
