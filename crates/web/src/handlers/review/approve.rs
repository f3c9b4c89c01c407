//! Agreeing.

use axum::extract::State;
use axum::http::StatusCode;
use countersign_domain::Timestamp;
use countersign_domain::authorization::StateName;
use countersign_domain::id::AuthorizationId;
use countersign_service::authorizations::{self as consent, Approval, DecideError};

use super::case::{self, Case, Refusal, refusal};
use super::page::{Faults, Typed, review_page};
use super::{closed, decider, unavailable};
use crate::describe::{Limits, LimitsFault, limits_words, numeric_id, read_limits, scope_set, scope_texts};
use crate::failure::Failure;
use crate::forms::ReviewApproveForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{REFUSED, ok};
use crate::pages::{DecidedOutcome, ErrorKind, ReviewDecidedPage};
use crate::render;
use crate::session::{Member, Reader, SessionForm};
use crate::state::WebState;
use crate::view::{Moment, Place};

const NO_SCOPE: &str = "Leave at least one permission ticked, or reject the request.";

/// Agrees to what was left ticked.
pub(crate) async fn approve(State(state): State<WebState>, reader: Reader, SessionForm(data): SessionForm) -> Answer {
    let member = match decider(reader) {
        Ok(member) => member,
        Err(chrome) => return unavailable(*chrome),
    };
    let form = ReviewApproveForm::read(&data);
    let Some(id) = numeric_id(&form.authorization_id) else { return unavailable(member.chrome(Place::Vendors)) };
    let scopes = scope_set(&form.scopes).ok_or(Failure::page(ErrorKind::BadRequest))?;
    let now = state.platform().business_now();
    let typed = Typed { scopes, limits: form.limits };
    let limits = match read_limits(&typed.limits, now) {
        Ok(limits) => limits,
        Err(limits) => {
            let scopes = scopes.is_empty().then(|| NO_SCOPE.to_owned());
            return again(&state, (&member, id), typed, Faults { scopes, limits, ..Faults::default() }).await;
        }
    };
    match decide(&state, (&member, id), (&typed, &limits, form.digest), now).await {
        Ok(()) => approved(&state, &member, id, (&typed, &limits)).await,
        Err(error) => refused(&state, (&member, id), typed, refusal(error)?).await,
    }
}

async fn decide(
    state: &WebState,
    (member, id): (&Member, AuthorizationId),
    (typed, limits, shown): (&Typed, &Limits, String),
    now: Timestamp,
) -> Result<(), DecideError> {
    let approval = Approval {
        merchant_id: member.id(),
        id,
        by: member.user.id,
        scopes: typed.scopes,
        limits: limits.order.clone(),
        ends_at: limits.ends_at,
        shown: Some(shown),
    };
    let write = state
        .platform()
        .write("authorization_approve", move |tx, platform| consent::approve(tx, platform, &approval, now));
    write.await?;
    state.wake();
    Ok(())
}

async fn approved(
    state: &WebState,
    member: &Member,
    id: AuthorizationId,
    (typed, limits): (&Typed, &Limits),
) -> Answer {
    let now = state.platform().business_now();
    let case = case::find(state, member.id(), Some(id)).await?;
    let case = case.ok_or_else(|| Failure::internal("a request that was just approved is gone"))?;
    let outcome =
        if case.request.changes.is_some() { DecidedOutcome::ChangeApproved } else { DecidedOutcome::Approved };
    ok(&ReviewDecidedPage {
        chrome: member.chrome(Place::Vendors),
        outcome,
        decided: decided_at(&case, now),
        scopes: scope_texts(typed.scopes),
        limits: limits_words(&limits.order, limits.ends_at),
        blocked: false,
        vendor_href: closed::vendor_href(&case.request, case.changed.as_ref(), now),
        provider_id: case.provider.id.to_string(),
        provider_name: case.provider.name,
    })
}

/// When the request was decided.
pub(super) fn decided_at(case: &Case, now: Timestamp) -> Moment {
    Moment::at(case.request.decided.map_or(now, |(at, _)| at).ms(), now.ms())
}

async fn refused(state: &WebState, (member, id): (&Member, AuthorizationId), typed: Typed, refusal: Refusal) -> Answer {
    let mut faults = Faults::default();
    match refusal {
        Refusal::Unavailable => return unavailable(member.chrome(Place::Vendors)),
        Refusal::NoScope => faults.scopes = Some(NO_SCOPE.to_owned()),
        Refusal::EndInThePast => {
            let ends_on = Some("Choose today or a later day.".to_owned());
            faults.limits = LimitsFault { ends_on, ..LimitsFault::default() };
        }
        Refusal::Closed | Refusal::Changed | Refusal::ReasonLength => faults.changed_meanwhile = true,
    }
    again(state, (member, id), typed, faults).await
}

/// The page again with what was typed; what was decided meanwhile is told as such.
async fn again(state: &WebState, (member, id): (&Member, AuthorizationId), typed: Typed, faults: Faults) -> Answer {
    let now = state.platform().business_now();
    let Some(case) = case::find(state, member.id(), Some(id)).await? else {
        return unavailable(member.chrome(Place::Vendors));
    };
    if case.request.state_at(now) != StateName::Pending {
        return closed::closed(member, &case, now);
    }
    let status = if faults.changed_meanwhile { StatusCode::CONFLICT } else { REFUSED };
    Ok(render::page(status, &review_page(member, &case, (Some(&typed), faults), now))?)
}
