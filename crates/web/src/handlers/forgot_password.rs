//! Asking for a link to set a new password. Every address gets one answer after the same work, so that the form does not tell
//! who has an account.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use countersign_domain::user::normalize_email;
use countersign_service::password_resets;
use countersign_service::sign_in::{self, SignInError};

use super::Answer;
use super::helpers::{REFUSED, ok, with_cookie};
use super::sign_in::failed;
use crate::failure::{Failure, redirect};
use crate::forms::ForgotPasswordForm;
use crate::pages::{ErrorKind, ForgotPasswordPage, LinkSentPage};
use crate::session::{self, Client, EntryForm};
use crate::state::WebState;
use crate::view::{Problem, TextField};
use crate::{paths, render};

const NO_ADDRESS: &str = "This is not an e-mail address.";

fn page(state: &WebState, headers: &HeaderMap, wrong: Option<&str>) -> Answer {
    let (csrf, cookie) = session::entry_token(state, headers);
    let mut chrome = session::bare_frame(state, headers);
    chrome.csrf = csrf;
    let page = ForgotPasswordPage {
        chrome,
        email: wrong.map_or_else(TextField::default, |typed| TextField::holding(typed).wrong(NO_ADDRESS)),
        problems: wrong.map(|_| Problem::of("email", NO_ADDRESS)).into_iter().collect(),
        mails_leave: state.settings().mails_leave,
    };
    let response = render::page(if wrong.is_some() { REFUSED } else { StatusCode::OK }, &page)?;
    Ok(match cookie {
        Some(cookie) => with_cookie(response, cookie),
        None => response,
    })
}

/// The form.
pub(crate) async fn form(State(state): State<WebState>, headers: HeaderMap) -> Answer {
    page(&state, &headers, None)
}

/// Has a link mailed where there is somebody to mail it to.
pub(crate) async fn submit(
    State(state): State<WebState>,
    headers: HeaderMap,
    client: Client,
    EntryForm(data): EntryForm,
) -> Answer {
    if !state.settings().mails_leave {
        return page(&state, &headers, None);
    }
    let form = ForgotPasswordForm::read(&data);
    if normalize_email(&form.email).is_none() {
        return page(&state, &headers, Some(&form.email));
    }
    let platform = state.platform();
    if !state.resets().take(client.address(), platform.wall_now()) {
        return Err(Failure::page(ErrorKind::TooMany));
    }
    // Drawn for everybody, as everything here is done for everybody; one commit either way.
    let token = platform.draw_secret();
    let asked = platform.write("password_reset_ask", move |tx, platform| {
        let now = (platform.wall_now(), platform.business_now());
        match sign_in::account(tx, &form.email)? {
            Some(account) => password_resets::ask(tx, platform, account.user.id, &token, now),
            None => Ok::<_, SignInError>(password_resets::note_stranger(tx, now.0)?),
        }
    });
    asked.await.map_err(failed)?;
    state.wake();
    Ok(redirect(paths::LINK_SENT))
}

/// After it.
pub(crate) async fn sent(State(state): State<WebState>, headers: HeaderMap) -> Answer {
    ok(&LinkSentPage { chrome: session::bare_frame(&state, &headers) })
}
