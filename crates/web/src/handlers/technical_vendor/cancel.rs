//! Taking an open request back.

use axum::extract::{Path, State};
use countersign_domain::authorization::StateName;
use countersign_domain::id::AuthorizationId;
use countersign_service::authorizations::{self as consent, RequestError};
use countersign_store::StoreError;

use super::own_record;
use crate::failure::{Failure, redirect};
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, not_found, ok};
use crate::pages::AuthorizationCancelPage;
use crate::paths;
use crate::session::{Notice, ProviderMember, SessionForm};
use crate::state::WebState;
use crate::view::Place;

/// Asks first. What is not open any more leads to its details.
pub(crate) async fn cancel_form(
    State(state): State<WebState>,
    Path(text): Path<String>,
    provider: ProviderMember,
) -> Answer {
    let record: AuthorizationId = id(&text)?;
    let (of, now) = ((provider.member.id(), record), state.platform().business_now());
    let read = state.platform().read("authorization_cancel_form", move |tx, _| own_record(tx, of, now));
    let view = read.await.map_err(|error: StoreError| Failure::from(error))?.ok_or_else(not_found)?;
    if view.record.state_at(now) != StateName::Pending {
        return Ok(redirect(&paths::authorization(&text)));
    }
    ok(&AuthorizationCancelPage {
        chrome: provider.member.chrome(Place::TechnicalVendor),
        authorization_id: text,
        merchant_name: view.merchant_name,
        merchant_id: view.record.merchant_id.to_string(),
    })
}

/// Takes it back.
pub(crate) async fn cancel(
    State(state): State<WebState>,
    Path(text): Path<String>,
    provider: ProviderMember,
    SessionForm(_): SessionForm,
) -> Answer {
    let record: AuthorizationId = id(&text)?;
    let platform = state.platform();
    let (of, who) = (provider.member.id(), (provider.member.actor(), platform.business_now()));
    match platform.write("authorization_cancel", move |tx, _| consent::cancel(tx, of, record, who)).await {
        Ok(()) => Ok(done(&state, paths::AUTHORIZATIONS, Notice::RequestCancelled)),
        Err(RequestError::NotOpen(_)) => Ok(done(&state, &paths::authorization(&text), Notice::NoLongerPossible)),
        Err(RequestError::Unknown) => Err(not_found()),
        Err(RequestError::Store(error)) => Err(error.into()),
        Err(error) => Err(Failure::internal(error)),
    }
}
