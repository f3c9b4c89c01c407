//! Refusing, and not being asked again.

use axum::extract::State;
use axum::http::StatusCode;
use countersign_domain::authorization::StateName;
use countersign_domain::id::AuthorizationId;
use countersign_service::authorizations::{self as consent, DecideError, REASON_LENGTH_MAX};
use countersign_store::queries::authorizations;

use super::approve::decided_at;
use super::case::{self, Refusal, refusal};
use super::page::{Faults, review_page};
use super::{closed, decider, unavailable};
use crate::describe::{limits_words, numeric_id, scope_texts};
use crate::failure::Failure;
use crate::forms::ReviewRejectForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{REFUSED, ok};
use crate::pages::{DecidedOutcome, ReviewDecidedPage};
use crate::render;
use crate::session::{Member, Reader, SessionForm};
use crate::state::WebState;
use crate::view::Place;

/// Refuses, and blocks the provider where that is ticked.
pub(crate) async fn reject(State(state): State<WebState>, reader: Reader, SessionForm(data): SessionForm) -> Answer {
    let member = match decider(reader) {
        Ok(member) => member,
        Err(chrome) => return unavailable(*chrome),
    };
    let form = ReviewRejectForm::read(&data);
    let Some(id) = numeric_id(&form.authorization_id) else { return unavailable(member.chrome(Place::Vendors)) };
    let blocked = form.block;
    match decide(&state, &member, id, form).await {
        Ok(()) => rejected(&state, &member, id, blocked).await,
        Err(error) => again(&state, &member, id, refusal(error)?).await,
    }
}

async fn decide(
    state: &WebState,
    member: &Member,
    id: AuthorizationId,
    form: ReviewRejectForm,
) -> Result<(), DecideError> {
    let (merchant, by, now) = (member.id(), member.user.id, state.platform().business_now());
    let write = state.platform().write("authorization_reject", move |tx, platform| {
        let said = (Some(form.digest.as_str()), form.reason.as_deref());
        consent::reject(tx, platform, (merchant, id, by), said, now)?;
        if form.block {
            let provider = authorizations::get(tx, id)?.ok_or(DecideError::Unknown)?.provider_id;
            consent::block_provider(tx, (merchant, provider, by), now)?;
        }
        Ok::<_, DecideError>(())
    });
    write.await?;
    state.wake();
    Ok(())
}

async fn rejected(state: &WebState, member: &Member, id: AuthorizationId, blocked: bool) -> Answer {
    let now = state.platform().business_now();
    let case = case::find(state, member.id(), Some(id)).await?;
    let case = case.ok_or_else(|| Failure::internal("a request that was just rejected is gone"))?;
    let grant = case.changed.as_ref().and_then(|changed| changed.state.grant());
    let outcome = if grant.is_some() { DecidedOutcome::ChangeRejected } else { DecidedOutcome::Rejected };
    ok(&ReviewDecidedPage {
        chrome: member.chrome(Place::Vendors),
        outcome,
        decided: decided_at(&case, now),
        scopes: grant.map(|grant| scope_texts(grant.scopes)).unwrap_or_default(),
        limits: grant.map(|grant| limits_words(&grant.limits, grant.ends_at)).unwrap_or_default(),
        blocked,
        vendor_href: closed::vendor_href(&case.request, case.changed.as_ref(), now),
        provider_id: case.provider.id.to_string(),
        provider_name: case.provider.name,
    })
}

async fn again(state: &WebState, member: &Member, id: AuthorizationId, refusal: Refusal) -> Answer {
    let now = state.platform().business_now();
    let found = match refusal {
        Refusal::Unavailable => None,
        _ => case::find(state, member.id(), Some(id)).await?,
    };
    let Some(case) = found else { return unavailable(member.chrome(Place::Vendors)) };
    if case.request.state_at(now) != StateName::Pending {
        return closed::closed(member, &case, now);
    }
    let (status, faults) = match refusal {
        Refusal::ReasonLength => {
            let reason = Some(format!("A reason has at most {REASON_LENGTH_MAX} characters."));
            (REFUSED, Faults { reason, ..Faults::default() })
        }
        _ => (StatusCode::CONFLICT, Faults { changed_meanwhile: true, ..Faults::default() }),
    };
    Ok(render::page(status, &review_page(member, &case, (None, faults), now))?)
}
