//! Silence for a while, and its end.

use axum::extract::{Path, State};
use countersign_domain::id::WebhookEndpointId;
use countersign_service::webhook_endpoints::{self as service, EndpointError};

use super::failed;
use crate::describe::minute_text;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;

/// Enables it, and offers to send what it missed.
pub(crate) async fn enable(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let (owner, endpoint): (_, WebhookEndpointId) = (member.id(), id(&text)?);
    let who = (member.actor(), state.platform().business_now());
    let write =
        state.platform().write("webhook_endpoint_enable", move |tx, _| service::enable(tx, owner, endpoint, who));
    let page = paths::webhook(&text);
    match write.await {
        Ok(Some(missed)) => {
            Ok(done(&state, &paths::recover(&minute_text(missed.since), &text), Notice::EndpointEnabled))
        }
        Ok(None) => Ok(done(&state, &page, Notice::EndpointEnabled)),
        Err(EndpointError::Held) => Ok(done(&state, &page, Notice::EndpointHeld)),
        Err(error) => Err(failed(error)),
    }
}

/// Disables it.
pub(crate) async fn disable(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(_): SessionForm,
) -> Answer {
    let (owner, endpoint): (_, WebhookEndpointId) = (member.id(), id(&text)?);
    let who = (member.actor(), state.platform().business_now());
    let write =
        state.platform().write("webhook_endpoint_disable", move |tx, _| service::disable(tx, owner, endpoint, who));
    write.await.map_err(failed)?;
    Ok(done(&state, &paths::webhook(&text), Notice::EndpointDisabled))
}
