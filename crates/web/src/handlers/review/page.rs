//! The open request as a page: everything that a decision would grant is on it.

use countersign_domain::authorization::{Authorization, AuthorizationState, Grant};
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_service::authorizations::{REASON_LENGTH_MAX, digest};

use super::case::Case;
use crate::describe::{Limits, LimitsFault, limits_form, limits_words, scope_texts};
use crate::forms::LimitsInput;
use crate::pages::{AddressLine, Change, LimitsForm, Requester, ReviewPage, ScopeLine};
use crate::session::Member;
use crate::view::{Moment, Place, Problem};

/// What was typed before the page is shown again.
pub(super) struct Typed {
    pub(super) scopes: ScopeSet,
    pub(super) limits: LimitsInput,
}

/// Why the page is shown again.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) scopes: Option<String>,
    pub(super) limits: LimitsFault,
    pub(super) reason: Option<String>,
    pub(super) changed_meanwhile: bool,
}

impl Faults {
    fn problems(&self) -> Vec<Problem> {
        let fields = [
            ("scopes", &self.scopes),
            ("limit_amount", &self.limits.amount),
            ("ends_on", &self.limits.ends_on),
            ("reason", &self.reason),
        ];
        fields.into_iter().filter_map(|(field, text)| Some(Problem::of(field, text.clone()?))).collect()
    }
}

fn history(case: &Case, now: Timestamp) -> String {
    let day = |at: Timestamp| Moment::day(at.ms(), now.ms()).human;
    let Some(last) = &case.last_grant else { return String::new() };
    let since = last.decided.map_or(last.created_at, |(at, _)| at);
    match last.state {
        AuthorizationState::Authorized(_) | AuthorizationState::Frozen(_) if last.overdue(now).is_none() => {
            format!("Has acted for you since {}.", day(since))
        }
        _ => format!("Acted for you before: from {}; it has ended.", day(since)),
    }
}

/// What would be asked for or end, in the order of pages.
fn scope_lines(asked: ScopeSet, today: Option<ScopeSet>, ticked: ScopeSet) -> Vec<ScopeLine> {
    let ticked = scope_texts(ticked);
    let before = scope_texts(today.unwrap_or(ScopeSet::EMPTY));
    let asked = scope_texts(asked);
    let has = |list: &[&crate::view::ScopeText], code| list.iter().any(|one| one.code == code);
    let lines = asked.iter().map(|text| ScopeLine {
        text,
        change: match (today.is_some(), has(&before, text.code)) {
            (false, _) => Change::None,
            (true, true) => Change::Unchanged,
            (true, false) => Change::Added,
        },
        ticked: has(&ticked, text.code),
    });
    let ending = before.iter().filter(|text| !has(&asked, text.code));
    lines.chain(ending.map(|text| ScopeLine { text, change: Change::Removed, ticked: false })).collect()
}

fn address_lines(asked: &AddressList, today: Option<&AddressList>) -> Vec<AddressLine> {
    let before = today.map(AddressList::ranges).unwrap_or_default();
    let asked_lines = asked.ranges().iter().map(|range| AddressLine {
        text: range.to_string(),
        change: match (today.is_some(), before.contains(range)) {
            (false, _) => Change::None,
            (true, true) => Change::Unchanged,
            (true, false) => Change::Added,
        },
    });
    let ending = before.iter().filter(|range| !asked.ranges().contains(range));
    asked_lines.chain(ending.map(|range| AddressLine { text: range.to_string(), change: Change::Removed })).collect()
}

fn requester(case: &Case, now: Timestamp) -> Requester {
    Requester {
        name: case.provider.name.clone(),
        id: case.provider.id.to_string(),
        known_since: Moment::day(case.provider.created_at.ms(), now.ms()),
        history: history(case, now),
    }
}

fn grant_of(changed: Option<&Authorization>) -> Option<&Grant> {
    changed.and_then(|changed| changed.state.grant())
}

/// The page as of `now`; `typed` is what a refused form held.
pub(super) fn review_page(
    member: &Member,
    case: &Case,
    (typed, faults): (Option<&Typed>, Faults),
    now: Timestamp,
) -> ReviewPage {
    let request = &case.request;
    let today = grant_of(case.changed.as_ref());
    // What the operator no longer allows the provider cannot be granted, so it is not offered.
    let asked = request.request.scopes.intersection(case.provider.allowed_scopes());
    let in_force = today.map(|grant| Limits { order: grant.limits.clone(), ends_at: grant.ends_at });
    let limits = match typed {
        Some(typed) => LimitsForm::typed(&typed.limits, &faults.limits, now),
        None => limits_form(in_force.as_ref(), now),
    };
    ReviewPage {
        chrome: member.chrome(Place::Vendors),
        authorization_id: request.id.to_string(),
        digest: digest(request, case.changed.as_ref()),
        requester: requester(case, now),
        merchant_name: member.merchant.name.clone(),
        merchant_id: member.id().to_string(),
        is_change: request.changes.is_some(),
        scopes: scope_lines(asked, today.map(|grant| grant.scopes), typed.map_or(asked, |typed| typed.scopes)),
        addresses: address_lines(&request.request.addresses, today.map(|grant| &grant.addresses)),
        limits_today: today.map(|grant| limits_words(&grant.limits, grant.ends_at)).unwrap_or_default(),
        limits,
        created: Moment::at(request.created_at.ms(), now.ms()),
        expires: Moment::at(request.request.expires_at.ms(), now.ms()),
        changed_meanwhile: faults.changed_meanwhile,
        problems: faults.problems(),
        scopes_error: faults.scopes,
        reason_max: REASON_LENGTH_MAX,
    }
}
