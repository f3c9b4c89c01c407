//! Saying something else of an endpoint.

use axum::extract::{Path, State};
use countersign_service::webhook_endpoints as service;

use super::find;
use super::form::{Refused, of_terms, page, read, refusal};
use crate::forms::EndpointForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, ok, refused};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;

/// The form as things are.
pub(crate) async fn edit_form(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let found = find(&state, &member, id(&text)?).await?;
    ok(&page(&member, Some(&found), &of_terms(&found.terms), Refused::default()))
}

/// Saves it, or draws the form again.
pub(crate) async fn edit(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(data): SessionForm,
) -> Answer {
    let found = find(&state, &member, id(&text)?).await?;
    let form = EndpointForm::read(&data);
    let terms = match read(&state, &form, Some(&found)) {
        Ok(terms) => terms,
        Err(why) => return refused(&page(&member, Some(&found), &form, why)),
    };
    let (of, who) = ((member.id(), found.id), (member.actor(), state.platform().business_now()));
    let write =
        state.platform().write("webhook_endpoint_edit", move |tx, _| service::edit(tx, of.0, of.1, &terms, who));
    match write.await {
        Ok(()) => Ok(done(&state, &paths::webhook(&text), Notice::EndpointSaved)),
        Err(error) => refused(&page(&member, Some(&found), &form, refusal(error)?)),
    }
}
