//! A request of the reader's own merchant that is no longer open.

use axum::http::StatusCode;
use countersign_domain::Timestamp;
use countersign_domain::authorization::{Authorization, AuthorizationState, ExpiryReason};

use super::case::Case;
use crate::describe::{decision_pill, vendor_state};
use crate::handlers::Answer;
use crate::pages::{ReviewClosedPage, ReviewClosedReason};
use crate::session::Member;
use crate::view::{Moment, Place, StatusPill};
use crate::{paths, render};

fn reason(case: &Case, now: Timestamp) -> ReviewClosedReason {
    let request = &case.request;
    let moment = |at: Timestamp| Moment::at(at.ms(), now.ms());
    if let Some((at, _)) = request.decided {
        let by = case.decided_by.clone().unwrap_or_default();
        return ReviewClosedReason::Decided { status: decision_pill(request), at: moment(at), by };
    }
    let newer = case.newest.as_ref().filter(|newest| newest.id != request.id);
    match (&request.state, newer) {
        (AuthorizationState::Expired(ExpiryReason::Cancelled, _), _) => {
            ReviewClosedReason::Cancelled(moment(request.changed_at))
        }
        (AuthorizationState::Expired(ExpiryReason::Superseded, _), Some(newer)) => {
            ReviewClosedReason::Replaced { newer_href: paths::review(&newer.id.to_string()) }
        }
        // A request to change a grant dies with the grant.
        (AuthorizationState::Expired(ExpiryReason::Superseded, _), None) => ReviewClosedReason::Decided {
            status: StatusPill::authorization("DISABLED"),
            at: moment(request.changed_at),
            by: String::new(),
        },
        _ => ReviewClosedReason::Expired(moment(request.request.expires_at)),
    }
}

/// The page of the grant that belongs to a request, where there is or was one.
pub(super) fn vendor_href(record: &Authorization, changed: Option<&Authorization>, now: Timestamp) -> Option<String> {
    let grant = changed.unwrap_or(record);
    vendor_state(grant, now).map(|_| paths::vendor(&grant.id.to_string()))
}

/// Why there is nothing to decide any more.
pub(super) fn closed(member: &Member, case: &Case, now: Timestamp) -> Answer {
    let reason = reason(case, now);
    let status = match reason {
        ReviewClosedReason::Decided { .. } => StatusCode::CONFLICT,
        ReviewClosedReason::Expired(_) | ReviewClosedReason::Cancelled(_) | ReviewClosedReason::Replaced { .. } => {
            StatusCode::GONE
        }
    };
    let page = ReviewClosedPage {
        chrome: member.chrome(Place::Vendors),
        provider_name: case.provider.name.clone(),
        provider_id: case.provider.id.to_string(),
        vendor_href: vendor_href(&case.request, case.changed.as_ref(), now),
        reason,
    };
    Ok(render::page(status, &page)?)
}
