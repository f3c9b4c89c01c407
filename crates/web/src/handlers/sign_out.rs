//! Signing out.

use axum::extract::FromRequest;
use axum::extract::{Request, State};

use super::Answer;
use super::helpers::{ok, with_cookie};
use super::sign_in::failed;
use crate::failure::redirect;
use crate::pages::SignedOutPage;
use crate::paths;
use crate::session::{self, SessionForm, Visitor};
use crate::state::WebState;

/// Ends the session of this browser. Without one there is nothing to guard and nothing to do.
pub(crate) async fn submit(State(state): State<WebState>, visitor: Visitor, request: Request) -> Answer {
    let Some(reader) = visitor.reader else { return Ok(redirect(paths::SIGNED_OUT)) };
    SessionForm::from_request(request, &state).await?;
    let cookie = session::end(&state, &reader.token).await.map_err(failed)?;
    Ok(with_cookie(redirect(paths::SIGNED_OUT), cookie))
}

/// After it.
pub(crate) async fn done(visitor: Visitor) -> Answer {
    ok(&SignedOutPage { chrome: visitor.plain_chrome() })
}
