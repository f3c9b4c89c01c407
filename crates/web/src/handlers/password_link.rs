//! Setting a password by a one-time link: the first one, from the link of an invitation, or a new one, from the link of a mail.
//! Both links meet the same form; what they do is kept apart by [`Purpose`].

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_crypto::random_bytes;
use countersign_domain::id::UserId;
use countersign_domain::user::{PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN};
use countersign_service::sign_in::{self as service, SignInError};
use countersign_service::sign_in_devices::Visit;
use countersign_service::{accounts, password_resets};
use countersign_store::StoreError;
use countersign_store::queries::users;
use serde::Deserialize;

use super::Answer;
use super::helpers::{REFUSED, done, with_cookie};
use super::sign_in::{enter, failed};
use crate::failure::Failure;
use crate::forms::SetPasswordForm;
use crate::pages::{LinkState, Purpose, SetPasswordPage};
use crate::session::{self, Client, EntryForm, Notice, Proof};
use crate::state::WebState;
use crate::view::Problem;
use crate::{paths, render};

/// The one-time link's secret.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

/// What is wrong with the two fields.
#[derive(Default)]
struct Faults {
    password: Option<String>,
    repeat: Option<String>,
}

async fn link_state(state: &WebState, purpose: Purpose, token: String) -> Result<LinkState, Failure> {
    let platform = state.platform();
    let now = platform.wall_now();
    let secret = token.clone();
    let found = platform.read("password_link", move |tx, platform| {
        let account = match purpose {
            Purpose::First => match users::welcome_link(tx, &service::welcome_hash(platform, &secret), now)? {
                Some(user) => users::get(tx, user)?,
                None => None,
            },
            Purpose::Reset => password_resets::holder(tx, &password_resets::link_hash(platform, &secret), now)?,
        };
        let Some(account) = account else { return Ok(None) };
        Ok::<_, StoreError>(Some((accounts::name_of(tx, account.user.role)?, account.user.email)))
    });
    Ok(match found.await? {
        Some((account, email)) => LinkState::Open { account, email, token },
        None => LinkState::Unusable,
    })
}

async fn page(
    state: &WebState,
    headers: &HeaderMap,
    (purpose, token): (Purpose, String),
    faults: Faults,
) -> Result<Response, Failure> {
    let link = link_state(state, purpose, token).await?;
    let (csrf, cookie) = session::entry_token(state, headers);
    let mut chrome = session::bare_frame(state, headers);
    chrome.csrf = csrf;
    let mut problems = Vec::new();
    problems.extend(faults.password.clone().map(|text| Problem::of("password", text)));
    problems.extend(faults.repeat.clone().map(|text| Problem::of("repeat", text)));
    let status = match (&link, problems.is_empty()) {
        (LinkState::Unusable, _) => StatusCode::GONE,
        (LinkState::Open { .. }, false) => REFUSED,
        (LinkState::Open { .. }, true) => StatusCode::OK,
    };
    let page = SetPasswordPage {
        chrome,
        purpose,
        state: link,
        password_error: faults.password,
        repeat_error: faults.repeat,
        problems,
        password_min: PASSWORD_LENGTH_MIN,
    };
    let response = render::page(status, &page)?;
    Ok(match cookie {
        Some(cookie) => with_cookie(response, cookie),
        None => response,
    })
}

fn check(form: &SetPasswordForm) -> Faults {
    let too_short_or_long = service::check_password_length(&form.password).is_err();
    let text = || format!("Use at least {PASSWORD_LENGTH_MIN} characters and at most {PASSWORD_LENGTH_MAX} bytes.");
    Faults {
        password: too_short_or_long.then(text),
        repeat: (form.password != form.repeat).then(|| "The two are not the same.".to_owned()),
    }
}

/// Judges the form, then uses the link up. An error is the page to answer instead.
async fn set(
    state: &WebState,
    headers: &HeaderMap,
    (purpose, form): (Purpose, SetPasswordForm),
    visit: &Visit,
) -> Result<Result<UserId, Response>, Failure> {
    let faults = check(&form);
    let is_wrong = faults.password.is_some() || faults.repeat.is_some();
    // Hashing is dear: not for a link that is dead anyway.
    if is_wrong || link_state(state, purpose, form.token.clone()).await? == LinkState::Unusable {
        return page(state, headers, (purpose, form.token), faults).await.map(Err);
    }
    let platform = state.platform();
    let password = state.passwords().hash(form.password.clone(), random_bytes(platform.entropy())).await?;
    let (token, visit) = (form.token.clone(), visit.clone());
    let now = (platform.wall_now(), platform.business_now());
    let set = platform.write("password_set", move |tx, platform| match purpose {
        Purpose::First => service::set_first_password(tx, &service::welcome_hash(platform, &token), &password, now),
        Purpose::Reset => {
            let link = password_resets::link_hash(platform, &token);
            password_resets::set_password(tx, platform, &link, (&password, &visit), now)
        }
    });
    match set.await {
        Ok(user) => Ok(Ok(user)),
        Err(SignInError::LinkDead) => page(state, headers, (purpose, form.token), Faults::default()).await.map(Err),
        Err(error) => Err(failed(error)),
    }
}

/// The form behind the link of an invitation.
pub(crate) async fn welcome_form(
    State(state): State<WebState>,
    Query(link): Query<Link>,
    headers: HeaderMap,
) -> Answer {
    page(&state, &headers, (Purpose::First, link.token), Faults::default()).await
}

/// Sets the first password and signs in.
pub(crate) async fn welcome(
    State(state): State<WebState>,
    headers: HeaderMap,
    client: Client,
    EntryForm(data): EntryForm,
) -> Answer {
    let form = SetPasswordForm::read(&data);
    match set(&state, &headers, (Purpose::First, form), &client.visit(state.platform())).await? {
        Ok(user) => {
            let entered = enter(&state, (user, Proof::Link), &client, paths::HOME).await?;
            entered.ok_or_else(|| Failure::internal("a fresh account is locked"))
        }
        Err(page) => Ok(page),
    }
}

/// The form behind the link of a mail.
pub(crate) async fn reset_form(State(state): State<WebState>, Query(link): Query<Link>, headers: HeaderMap) -> Answer {
    page(&state, &headers, (Purpose::Reset, link.token), Faults::default()).await
}

/// Sets a new password and leads to the sign-in page: whoever reads somebody's mail must at least show what was set.
pub(crate) async fn reset(
    State(state): State<WebState>,
    headers: HeaderMap,
    client: Client,
    EntryForm(data): EntryForm,
) -> Answer {
    let form = SetPasswordForm::read(&data);
    let visit = client.visit(state.platform());
    match set(&state, &headers, (Purpose::Reset, form), &visit).await? {
        Ok(_) => {
            state.wake();
            let led_on = done(&state, paths::SIGN_IN, Notice::PasswordSet);
            Ok(with_cookie(led_on, session::device_cookie(&state, &visit)))
        }
        Err(page) => Ok(page),
    }
}
