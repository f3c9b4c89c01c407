//! Where an authorization stands, in words.

use countersign_domain::Timestamp;
use countersign_domain::authorization::{Authorization, AuthorizationState, ExpiryReason, Origin, StateName};

use crate::pages::VendorState;
use crate::view::{Moment, StatusPill, TimelineEntry, Tone};

/// The word for where a record stands at `now`.
pub(crate) fn pill(record: &Authorization, now: Timestamp) -> StatusPill {
    match record.state_at(now) {
        StateName::Pending => StatusPill::authorization("PENDING"),
        StateName::Authorized => StatusPill::authorization("AUTHORIZED"),
        StateName::Frozen => StatusPill::authorization("FROZEN"),
        StateName::Disabled => StatusPill::authorization("DISABLED"),
        StateName::Rejected => StatusPill::authorization("REJECTED"),
        StateName::Applied => StatusPill::new("Approved", Tone::Good),
        StateName::Expired if matches!(record.state, AuthorizationState::Expired(ExpiryReason::Cancelled, _)) => {
            StatusPill::authorization("CANCELLED")
        }
        StateName::Expired => StatusPill::authorization("EXPIRED"),
    }
}

/// The word for what was decided on a request, whatever became of the grant since.
pub(crate) fn decision_pill(record: &Authorization) -> StatusPill {
    match record.state {
        AuthorizationState::Rejected => StatusPill::authorization("REJECTED"),
        AuthorizationState::Applied => StatusPill::new("Approved", Tone::Good),
        _ => StatusPill::authorization("AUTHORIZED"),
    }
}

/// Whether the token of a record in this state is of any use to its provider.
pub(crate) const fn is_shared_token(state: StateName) -> bool {
    matches!(state, StateName::Authorized | StateName::Frozen)
}

/// What the state means for the provider's calls.
pub(crate) fn status_text(record: &Authorization, now: Timestamp) -> &'static str {
    match (record.state_at(now), record.changes.is_some()) {
        (StateName::Pending, false) => "The merchant has not decided yet. Calls with this token are refused.",
        (StateName::Pending, true) => "The merchant has not decided yet. Until then, what it granted before holds.",
        (StateName::Authorized, _) => "Calls with this token act for the merchant.",
        (StateName::Frozen, _) => "The merchant paused it. Calls with this token are refused until it is resumed.",
        (StateName::Disabled, _) => "The merchant withdrew it for good. Calls with this token are refused.",
        (StateName::Rejected, false) => "The merchant refused. Calls with this token are refused.",
        (StateName::Rejected, true) => "The merchant refused the change. What it granted before holds.",
        (StateName::Applied, _) => "The merchant agreed to the change.",
        (StateName::Expired, _) => "It has ended. You can ask again.",
    }
}

/// What a merchant can still do with a record that is or was a grant; `None` for any other.
pub(crate) fn vendor_state(record: &Authorization, now: Timestamp) -> Option<VendorState> {
    match (record.state_at(now), &record.state) {
        (StateName::Authorized, _) => Some(VendorState::Authorized),
        (StateName::Frozen, _) => Some(VendorState::Frozen),
        (StateName::Disabled, _) => Some(VendorState::Ended),
        (StateName::Expired, AuthorizationState::Authorized(_) | AuthorizationState::Frozen(_)) => {
            Some(VendorState::Ended)
        }
        (StateName::Expired, AuthorizationState::Expired(ExpiryReason::GrantEnded, _)) => Some(VendorState::Ended),
        _ => None,
    }
}

/// Who did what, as far as the reader may know.
struct Names<'a> {
    asked_by: Option<&'a str>,
    decided_by: Option<&'a str>,
}

fn entries(record: &Authorization, names: &Names<'_>, now: Timestamp) -> Vec<TimelineEntry> {
    let entry = |at: Timestamp, text: &str, actor: Option<&str>, pill| TimelineEntry {
        at: Moment::at(at.ms(), now.ms()),
        text: text.to_owned(),
        actor: actor.map(str::to_owned),
        pill,
    };
    let asked = match (record.changes.is_some(), record.origin) {
        (false, Origin::Api) => "Asked for authority through the API",
        (false, Origin::Portal) => "Asked for authority",
        (true, Origin::Api) => "Asked for a change through the API",
        (true, Origin::Portal) => "Asked for a change",
    };
    let mut entries = vec![entry(record.created_at, asked, names.asked_by, Some(StatusPill::authorization("PENDING")))];
    if let Some((at, _)) = record.decided {
        let text = if record.state == AuthorizationState::Rejected { "Rejected" } else { "Approved" };
        entries.push(entry(at, text, names.decided_by, Some(decision_pill(record))));
    }
    let changed = record.changed_at;
    let since_decided = record.decided.is_none_or(|(at, _)| changed > at);
    let last = match &record.state {
        AuthorizationState::Authorized(_) if since_decided => Some((changed, "Changed or resumed", names.decided_by)),
        AuthorizationState::Frozen(_) => Some((changed, "Frozen", names.decided_by)),
        AuthorizationState::Disabled(_) => Some((changed, "Disabled for good", names.decided_by)),
        AuthorizationState::Expired(ExpiryReason::Deadline, _) => Some((changed, "Nobody decided in time", None)),
        AuthorizationState::Expired(ExpiryReason::Superseded, _) => Some((changed, "Replaced", None)),
        AuthorizationState::Expired(ExpiryReason::Cancelled, _) => Some((changed, "Cancelled", names.asked_by)),
        AuthorizationState::Expired(ExpiryReason::GrantEnded, _) => Some((changed, "Ended by its own date", None)),
        _ => None,
    };
    if let Some((at, text, actor)) = last {
        entries.push(entry(at, text, actor, Some(pill(record, now))));
    } else if let Some(end) = overdue_at(record, now) {
        entries.push(entry(end, "Ended because its time was over", None, Some(pill(record, now))));
    }
    entries.reverse();
    entries
}

/// When a record ended that no job has marked yet.
fn overdue_at(record: &Authorization, now: Timestamp) -> Option<Timestamp> {
    record.overdue(now)?;
    match record.state.grant() {
        Some(grant) => grant.ends_at,
        None => Some(record.request.expires_at),
    }
}

/// The history as the provider sees it, newest first: whose people decided stays the merchant's business.
pub(crate) fn provider_timeline(record: &Authorization, merchant_name: &str, now: Timestamp) -> Vec<TimelineEntry> {
    entries(record, &Names { asked_by: None, decided_by: Some(merchant_name) }, now)
}

/// The history as the merchant sees it, newest first.
pub(crate) fn merchant_timeline(
    record: &Authorization,
    (provider_name, decided_by): (&str, Option<&str>),
    now: Timestamp,
) -> Vec<TimelineEntry> {
    entries(record, &Names { asked_by: Some(provider_name), decided_by }, now)
}
