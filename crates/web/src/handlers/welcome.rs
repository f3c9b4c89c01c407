//! Setting the first password from a one-time link.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use countersign_crypto::random_bytes;
use countersign_domain::user::{PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Role};
use countersign_service::sign_in::{self as service, SignInError};
use countersign_store::queries::{merchants, payers, users};
use countersign_store::{ReadTx, StoreError};
use serde::Deserialize;

use super::Answer;
use super::helpers::{REFUSED, with_cookie};
use super::sign_in::{enter, failed};
use crate::failure::Failure;
use crate::forms::WelcomeForm;
use crate::pages::{WelcomePage, WelcomeState};
use crate::session::{self, EntryForm};
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

fn account_name(tx: &mut dyn ReadTx, role: Role) -> Result<String, StoreError> {
    Ok(match role {
        Role::Owner(id) => merchants::get(tx, id)?.map(|merchant| merchant.name).unwrap_or_default(),
        Role::Payer(id) => payers::name(tx, id)?.unwrap_or_default(),
        Role::Operator => "Operator".to_owned(),
    })
}

async fn link_state(state: &WebState, token: String) -> Result<WelcomeState, Failure> {
    let platform = state.platform();
    let (hash, now) = (service::welcome_hash(platform, &token), platform.wall_now());
    let found = platform.read("welcome_link", move |tx, _| {
        let Some(id) = users::welcome_link(tx, &hash, now)? else { return Ok(None) };
        let Some(account) = users::get(tx, id)? else { return Ok(None) };
        Ok::<_, StoreError>(Some((account_name(tx, account.user.role)?, account.user.email)))
    });
    Ok(match found.await? {
        Some((account, email)) => WelcomeState::Open { account, email, token },
        None => WelcomeState::Unusable,
    })
}

async fn page(state: &WebState, headers: &HeaderMap, token: String, faults: Faults) -> Result<Response, Failure> {
    let link = link_state(state, token).await?;
    let (csrf, cookie) = session::entry_token(state, headers);
    let mut chrome = session::bare_frame(state, headers);
    chrome.csrf = csrf;
    let mut problems = Vec::new();
    problems.extend(faults.password.clone().map(|text| Problem::of("password", text)));
    problems.extend(faults.repeat.clone().map(|text| Problem::of("repeat", text)));
    let status = match (&link, problems.is_empty()) {
        (WelcomeState::Unusable, _) => StatusCode::GONE,
        (WelcomeState::Open { .. }, false) => REFUSED,
        (WelcomeState::Open { .. }, true) => StatusCode::OK,
    };
    let page = WelcomePage {
        chrome,
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

/// The form.
pub(crate) async fn form(State(state): State<WebState>, Query(link): Query<Link>, headers: HeaderMap) -> Answer {
    page(&state, &headers, link.token, Faults::default()).await
}

fn check(form: &WelcomeForm) -> Faults {
    let too_short_or_long = service::check_password_length(&form.password).is_err();
    let text = || format!("Use at least {PASSWORD_LENGTH_MIN} characters and at most {PASSWORD_LENGTH_MAX} bytes.");
    Faults {
        password: too_short_or_long.then(text),
        repeat: (form.password != form.repeat).then(|| "The two are not the same.".to_owned()),
    }
}

/// Uses the link up, sets the password and signs in.
pub(crate) async fn submit(State(state): State<WebState>, headers: HeaderMap, EntryForm(data): EntryForm) -> Answer {
    let form = WelcomeForm::read(&data);
    let faults = check(&form);
    if faults.password.is_some() || faults.repeat.is_some() {
        return page(&state, &headers, form.token, faults).await;
    }
    // Hashing is dear: not for a link that is dead anyway.
    if link_state(&state, form.token.clone()).await? == WelcomeState::Unusable {
        return page(&state, &headers, form.token, Faults::default()).await;
    }
    let platform = state.platform();
    let password = state.passwords().hash(form.password.clone(), random_bytes(platform.entropy())).await?;
    let link = service::welcome_hash(platform, &form.token);
    let now = (platform.wall_now(), platform.business_now());
    let set = platform.write("first_password_set", move |tx, _| service::set_first_password(tx, &link, &password, now));
    match set.await {
        Ok(user) => {
            enter(&state, user, paths::HOME).await?.ok_or_else(|| Failure::internal("a fresh account is locked"))
        }
        Err(SignInError::LinkDead) => page(&state, &headers, form.token, Faults::default()).await,
        Err(error) => Err(failed(error)),
    }
}
