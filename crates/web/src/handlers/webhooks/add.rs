//! One endpoint more.

use axum::extract::State;
use countersign_domain::webhook_endpoint::EndpointTerms;
use countersign_service::webhook_endpoints as service;
use countersign_store::StoreError;

use super::form::{Refused, of_terms, page, read, refusal};
use super::is_full;
use crate::failure::redirect;
use crate::forms::EndpointForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, ok, refused};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;

/// The form. Where there is no place for one more, the list says so.
pub(crate) async fn add_form(State(state): State<WebState>, member: Member) -> Answer {
    let owner = member.id();
    let read = state.platform().read("webhook_endpoints", move |tx, _| service::list(tx, owner));
    let known = read.await.map_err(|error: StoreError| error)?;
    if is_full(known.len()) {
        return Ok(redirect(paths::WEBHOOKS));
    }
    let fresh = of_terms(&EndpointTerms::of_everything("", ""));
    ok(&page(&member, None, &fresh, Refused::default()))
}

/// Adds it, or draws the form again.
pub(crate) async fn add(State(state): State<WebState>, member: Member, SessionForm(data): SessionForm) -> Answer {
    let form = EndpointForm::read(&data);
    let terms = match read(&state, &form, None) {
        Ok(terms) => terms,
        Err(why) => return refused(&page(&member, None, &form, why)),
    };
    let (owner, who) = (member.id(), (member.actor(), state.platform().business_now()));
    let write = state
        .platform()
        .write("webhook_endpoint_add", move |tx, platform| service::add(tx, platform, owner, &terms, who));
    match write.await {
        Ok(id) => Ok(done(&state, &paths::webhook(&id.to_string()), Notice::EndpointAdded)),
        Err(error) => refused(&page(&member, None, &form, refusal(error)?)),
    }
}
