//! Reading a form: its token first, its fields only when the token fits.

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::timeout;

use super::cookie::{ENTRY, SESSION};
use super::csrf;
use crate::failure::Failure;
use crate::forms::FormData;
use crate::pages::ErrorKind;
use crate::state::WebState;

/// Reads the fields without looking at the token, for pages that have another cookie to hold it against. A body that takes
/// longer than its time is given up, and hyper closes a connection whose request was not read to its end.
pub async fn read_fields(request: Request, state: &WebState) -> Result<FormData, Failure> {
    let reading = Form::<Vec<(String, String)>>::from_request(request, state);
    let late = |_| Failure::Page { kind: ErrorKind::BadRequest, status: StatusCode::REQUEST_TIMEOUT };
    let read = timeout(state.settings().body_timeout, reading).await.map_err(late)?;
    let Form(fields) = read.map_err(|_| Failure::page(ErrorKind::BadRequest))?;
    // No database text can hold it, and no browser sends it.
    if fields.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Failure::page(ErrorKind::BadRequest));
    }
    Ok(FormData::new(fields))
}

async fn checked(request: Request, state: &WebState, cookie: Option<String>) -> Result<FormData, Failure> {
    let form = read_fields(request, state).await?;
    match cookie {
        Some(cookie) if csrf::matches(state.platform(), &cookie, form.csrf()) => Ok(form),
        _ => Err(Failure::page(ErrorKind::FormExpired)),
    }
}

/// The fields of a form on a page of a signed-in person.
pub(crate) struct SessionForm(pub(crate) FormData);

impl FromRequest<WebState> for SessionForm {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, Failure> {
        let cookie = SESSION.secret(state, request.headers()).map(str::to_owned);
        checked(request, state, cookie).await.map(Self)
    }
}

/// The fields of a form that people fill in before they are signed in.
pub(crate) struct EntryForm(pub(crate) FormData);

impl FromRequest<WebState> for EntryForm {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, Failure> {
        let cookie = ENTRY.secret(state, request.headers()).map(str::to_owned);
        checked(request, state, cookie).await.map(Self)
    }
}

/// The token for a form of somebody who is not signed in, and the cookie to set where the browser has none yet.
pub(crate) fn entry_token(state: &WebState, headers: &HeaderMap) -> (String, Option<HeaderValue>) {
    let platform = state.platform();
    if let Some(cookie) = ENTRY.secret(state, headers) {
        return (csrf::token(platform, cookie), None);
    }
    let fresh = platform.draw_secret();
    (csrf::token(platform, &fresh), Some(ENTRY.set(state, &fresh)))
}
