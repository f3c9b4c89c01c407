//! One endpoint less.

use axum::extract::{Path, State};
use countersign_domain::id::WebhookEndpointId;
use countersign_service::webhook_endpoints as service;

use super::{failed, find};
use crate::describe::endpoint_name;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, ok};
use crate::pages::WebhookRemovePage;
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::Place;

/// Asks first.
pub(crate) async fn remove_form(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let found = find(&state, &member, id(&text)?).await?;
    ok(&WebhookRemovePage {
        chrome: member.chrome(Place::Webhooks),
        endpoint_id: text,
        name: endpoint_name(&found),
        is_enabled: found.state.is_enabled(),
        url: found.terms.url,
    })
}

/// Removes it.
pub(crate) async fn remove(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let (owner, endpoint): (_, WebhookEndpointId) = (member.id(), id(&text)?);
    let who = (member.actor(), state.platform().business_now());
    let write =
        state.platform().write("webhook_endpoint_remove", move |tx, _| service::remove(tx, owner, endpoint, who));
    write.await.map_err(failed)?;
    Ok(done(&state, paths::WEBHOOKS, Notice::EndpointRemoved))
}
