//! Beginning and ending a session.

use axum::http::HeaderValue;
use countersign_domain::id::UserId;
use countersign_service::sign_in::{self, SignInError};

use super::cookie::SESSION;
use crate::state::WebState;

/// Begins a session for somebody who has proved to be `user`, always with a fresh secret, and answers the cookie to set.
pub async fn begin(state: &WebState, user: UserId) -> Result<HeaderValue, SignInError> {
    let platform = state.platform();
    let token = platform.draw_secret();
    let (hash, now) = (sign_in::session_hash(platform, &token), platform.wall_now());
    platform.write("session_begin", move |tx, _| sign_in::begin_session(tx, user, &hash, now)).await?;
    Ok(SESSION.set(state, &token))
}

/// Ends the session of this cookie and answers the header that takes the cookie away.
pub async fn end(state: &WebState, token: &str) -> Result<HeaderValue, SignInError> {
    let platform = state.platform();
    let hash = sign_in::session_hash(platform, token);
    platform.write("session_end", move |tx, _| sign_in::end_session(tx, &hash)).await?;
    Ok(SESSION.clear(state))
}
