//! Beginning and ending a session.

use axum::http::HeaderValue;
use countersign_domain::id::UserId;
use countersign_service::sign_in::{self, SignInError};
use countersign_service::sign_in_devices::{self, Visit};

use super::client::Client;
use super::cookie::{DEVICE, SESSION};
use crate::state::WebState;

/// How somebody has proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// With the password: a mail tells of a device that was not known.
    Password,
    /// With a one-time link that was handed out for this.
    Link,
}

/// Begins a session for somebody who has proved to be `user`, always with a fresh secret, and answers the cookie to set.
pub async fn begin(state: &WebState, user: UserId) -> Result<HeaderValue, SignInError> {
    let platform = state.platform();
    let token = platform.draw_secret();
    let (hash, now) = (sign_in::session_hash(platform, &token), platform.wall_now());
    platform.write("session_begin", move |tx, _| sign_in::begin_session(tx, user, &hash, now)).await?;
    Ok(SESSION.set(state, &token))
}

/// The same on a device that is remembered: the session's cookie and the device's.
pub(crate) async fn begin_on(
    state: &WebState,
    user: UserId,
    client: &Client,
    proof: Proof,
) -> Result<[HeaderValue; 2], SignInError> {
    let platform = state.platform();
    let (token, visit) = (platform.draw_secret(), client.visit(platform));
    let cookies = [SESSION.set(state, &token), device_cookie(state, &visit)];
    let hash = sign_in::session_hash(platform, &token);
    let begun = platform.write("session_begin", move |tx, platform| {
        let (wall, business) = (platform.wall_now(), platform.business_now());
        sign_in::begin_session(tx, user, &hash, wall)?;
        match proof {
            Proof::Password => sign_in_devices::notice(tx, platform, user, &visit, (wall, business))?,
            Proof::Link => sign_in_devices::remember(tx, platform, user, (&visit, wall))?,
        }
        Ok::<_, SignInError>(())
    });
    begun.await?;
    state.wake();
    Ok(cookies)
}

/// The cookie by which the browser of a visit is known from now on.
pub(crate) fn device_cookie(state: &WebState, visit: &Visit) -> HeaderValue {
    DEVICE.set(state, &visit.device)
}

/// Ends the session of this cookie and answers the header that takes the cookie away.
pub async fn end(state: &WebState, token: &str) -> Result<HeaderValue, SignInError> {
    let platform = state.platform();
    let hash = sign_in::session_hash(platform, token);
    platform.write("session_end", move |tx, _| sign_in::end_session(tx, &hash)).await?;
    Ok(SESSION.clear(state))
}
