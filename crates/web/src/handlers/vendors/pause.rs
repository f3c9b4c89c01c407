//! Freezing and unfreezing.

use axum::extract::{Path, State};
use countersign_service::authorizations as consent;

use super::settled;
use crate::handlers::Answer;
use crate::handlers::helpers::id;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;

/// Pauses a grant.
pub(crate) async fn freeze(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let record = id(&text)?;
    let (subject, now) = ((member.id(), record, member.user.id), state.platform().business_now());
    let write =
        state.platform().write("authorization_freeze", move |tx, platform| consent::freeze(tx, platform, subject, now));
    settled(&state, (record, Notice::VendorFrozen), write.await)
}

/// Resumes it.
pub(crate) async fn unfreeze(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let record = id(&text)?;
    let (subject, now) = ((member.id(), record, member.user.id), state.platform().business_now());
    let write = state
        .platform()
        .write("authorization_unfreeze", move |tx, platform| consent::unfreeze(tx, platform, subject, now));
    settled(&state, (record, Notice::VendorUnfrozen), write.await)
}
