//! Providers that may not ask.

use axum::extract::State;
use countersign_service::authorizations::{self as consent, DecideError};
use countersign_store::StoreError;
use countersign_store::queries::merchants;

use super::Answer;
use super::helpers::{done, not_found, ok};
use crate::describe::numeric_id;
use crate::failure::Failure;
use crate::forms::UnblockForm;
use crate::pages::{BlockedLine, BlockedProvidersPage};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::{Moment, Place};

/// The most that are listed, the newest.
const BLOCKED_MAX: i64 = 500;

/// The list.
pub(crate) async fn list(State(state): State<WebState>, member: Member) -> Answer {
    let (id, now) = (member.id(), state.platform().business_now());
    let read = state.platform().read("providers_blocked", move |tx, _| merchants::blocks(tx, id, BLOCKED_MAX));
    let blocks = read.await.map_err(|error: StoreError| Failure::from(error))?;
    let lines = blocks.into_iter().map(|block| BlockedLine {
        provider_name: block.provider_name,
        provider_id: block.provider_id.to_string(),
        since: Moment::at(block.since.ms(), now.ms()),
    });
    ok(&BlockedProvidersPage { chrome: member.chrome(Place::Blocked), lines: lines.collect() })
}

/// Lets a provider ask again.
pub(crate) async fn unblock(State(state): State<WebState>, member: Member, SessionForm(data): SessionForm) -> Answer {
    let provider = numeric_id(&UnblockForm::read(&data).provider_id).ok_or_else(not_found)?;
    let (merchant, by, now) = (member.id(), member.user.id, state.platform().business_now());
    let write = state
        .platform()
        .write("provider_unblock", move |tx, _| consent::unblock_provider(tx, (merchant, provider, by), now));
    match write.await {
        Ok(()) => Ok(done(&state, paths::BLOCKED, Notice::ProviderUnblocked)),
        Err(DecideError::Unknown) => Ok(done(&state, paths::BLOCKED, Notice::NoLongerPossible)),
        Err(DecideError::Store(error)) => Err(error.into()),
        Err(error) => Err(Failure::internal(error)),
    }
}
