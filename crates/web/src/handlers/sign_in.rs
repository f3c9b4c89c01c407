//! Signing in. Unknown address, wrong password and locked account get one answer after the same work, so that the form
//! does not tell who has an account.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_domain::id::UserId;
use countersign_service::sign_in::{self as service, SignInError};
use countersign_store::StoreError;
use serde::Deserialize;

use super::Answer;
use super::helpers::{REFUSED, with_cookie};
use crate::failure::{Failure, redirect};
use crate::forms::{SignInForm, own_path};
use crate::pages::SignInPage;
use crate::session::{self, Client, EntryForm, Proof, Visitor};
use crate::state::WebState;
use crate::view::{Problem, TextField};
use crate::{paths, render};

/// What is said to everybody who is not let in.
const REFUSAL: &str = "This e-mail address and password do not belong together. After several wrong passwords an account \
                       stays closed for 15 minutes.";

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

fn reason(next: &str) -> &'static str {
    if next.starts_with(paths::REVIEW) {
        "Sign in to review the request of a provider."
    } else if next.starts_with("/checkout/") {
        "Sign in to pay."
    } else {
        ""
    }
}

fn page(state: &WebState, headers: &HeaderMap, (visitor, next): (&Visitor, &str), refused: Option<&str>) -> Answer {
    let (csrf, cookie) = session::entry_token(state, headers);
    let mut chrome = visitor.plain_chrome();
    // Whoever came here wants to be somebody: the header of a session would carry a token that is not this form's.
    chrome.user = None;
    chrome.csrf = csrf;
    let page = SignInPage {
        chrome,
        email: TextField::holding(refused.unwrap_or_default()),
        problems: refused.map(|_| Problem::of("email", REFUSAL)).into_iter().collect(),
        locked_until: None,
        next: next.to_owned(),
        reason: reason(next).to_owned(),
    };
    let status = if refused.is_some() { REFUSED } else { StatusCode::OK };
    let response = render::page(status, &page)?;
    Ok(match cookie {
        Some(cookie) => with_cookie(response, cookie),
        None => response,
    })
}

fn onward(next: &str) -> &str {
    own_path(next).unwrap_or(paths::HOME)
}

/// The form; whoever is signed in already goes on.
pub(crate) async fn form(
    State(state): State<WebState>,
    Query(Next { next }): Query<Next>,
    headers: HeaderMap,
    visitor: Visitor,
) -> Answer {
    if visitor.reader.is_some() {
        return Ok(redirect(onward(&next)));
    }
    page(&state, &headers, (&visitor, own_path(&next).unwrap_or_default()), None)
}

/// The person behind address and password, if they belong together and the account is not locked.
async fn prove(state: &WebState, form: &SignInForm) -> Result<Option<UserId>, Failure> {
    let platform = state.platform();
    let (email, now) = (form.email.clone(), platform.wall_now());
    let account = platform.read("account_by_email", move |tx, _| service::account(tx, &email)).await;
    let account = account.map_err(|error: StoreError| Failure::from(error))?;
    let open = account.filter(|account| !service::is_locked(account, now));
    let stored = open.as_ref().and_then(|account| account.password_hash.clone());
    let is_right = state.passwords().verify(form.password.clone(), stored).await?;
    let user = open.map(|account| account.user.id);
    if is_right && user.is_some() {
        return Ok(user);
    }
    // One commit either way: without one an address that nobody has would be refused sooner.
    let failure = platform.write("sign_in_failure", move |tx, _| match user {
        Some(user) => service::record_failure(tx, user, now),
        None => service::record_stranger(tx, now),
    });
    failure.await.map_err(failed)?;
    Ok(None)
}

/// Errors of the use cases that are ours.
pub(crate) fn failed(error: SignInError) -> Failure {
    match error {
        SignInError::Store(error) => error.into(),
        error => Failure::internal(error),
    }
}

/// Begins a session for somebody who has proved who it is.
pub(crate) async fn enter(
    state: &WebState,
    (user, proof): (UserId, Proof),
    client: &Client,
    next: &str,
) -> Result<Option<Response>, Failure> {
    match session::begin_on(state, user, client, proof).await {
        Ok(cookies) => Ok(Some(cookies.into_iter().fold(redirect(onward(next)), with_cookie))),
        // Locked by somebody else's tries meanwhile.
        Err(SignInError::Locked) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// Tries a password.
pub(crate) async fn submit(
    State(state): State<WebState>,
    headers: HeaderMap,
    visitor: Visitor,
    client: Client,
    EntryForm(data): EntryForm,
) -> Answer {
    let form = SignInForm::read(&data);
    if let Some(user) = prove(&state, &form).await?
        && let Some(response) = enter(&state, (user, Proof::Password), &client, &form.next).await?
    {
        return Ok(response);
    }
    page(&state, &headers, (&visitor, own_path(&form.next).unwrap_or_default()), Some(&form.email))
}
