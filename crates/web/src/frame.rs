//! Around every handler: odd addresses and foreign forms are turned away, failures become pages, and every answer gets its headers.

use std::any::Any;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::failure::{Failed, Failure};
use crate::pages::{ErrorKind, ErrorPage};
use crate::session::{self, FLASH, Reader};
use crate::state::WebState;
use crate::{address, headers, render};

/// Hexadecimal digits of the reference that leads from an error page to its log line.
const REFERENCE_DIGITS: usize = 12;

/// The middleware; the outermost one of this crate.
pub(crate) async fn frame(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let fields = request.headers().clone();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let mut response = match address::judge(request.uri()) {
        Err(refused) => refused.into_response(),
        Ok(()) if !method.is_safe() && session::is_foreign(&state, &fields) => {
            Failure::Page { kind: ErrorKind::BadRequest, status: StatusCode::FORBIDDEN }.into_response()
        }
        Ok(()) => next.run(request).await,
    };
    if let Some(failed) = failure_of(&mut response) {
        response = error_page(&state, &fields, (&method, &route), (response.status(), failed)).await;
    }
    finish(&state, &fields, &mut response);
    response
}

/// The failure that an answer carries. What the framework itself refuses (a query twice, a path that is no text) comes as
/// plain text and becomes a page too.
fn failure_of(response: &mut Response) -> Option<Failed> {
    if let Some(failed) = response.extensions_mut().remove::<Failed>() {
        return Some(failed);
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    (response.status().is_client_error() && is_text).then_some(Failed { kind: ErrorKind::BadRequest, cause: None })
}

fn finish(state: &WebState, request: &HeaderMap, response: &mut Response) {
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let fields = response.headers_mut();
    // A notice is said once: the page that says it takes it away.
    if is_page && FLASH.value(state, request).is_some() {
        fields.append(header::SET_COOKIE, FLASH.clear(state));
    }
    headers::secure(fields);
    let kept = HeaderValue::from_static(headers::CACHE_CONTROL_PAGE);
    fields.entry(header::CACHE_CONTROL).or_insert(kept);
}

async fn error_page(
    state: &WebState,
    fields: &HeaderMap,
    (method, route): (&Method, &str),
    (status, failed): (StatusCode, Failed),
) -> Response {
    let Failed { kind, cause } = failed;
    let mut reference = String::new();
    if let Some(cause) = cause {
        reference = state.platform().draw_secret();
        reference.truncate(REFERENCE_DIGITS);
        if kind == ErrorKind::Internal {
            tracing::error!(%method, route, reference, cause, "a page failed");
        } else {
            tracing::warn!(%method, route, reference, cause, "a page was answered busy");
        }
    }
    // Whoever is signed in keeps the header with the button to sign out, unless finding out is what failed.
    let reader = match kind {
        ErrorKind::Busy | ErrorKind::Internal => None,
        _ => Reader::find(state, fields).await.unwrap_or_default(),
    };
    let chrome = reader.map_or_else(|| session::bare_frame(state, fields), |reader| reader.plain_chrome());
    let mut response = render::page(status, &ErrorPage { chrome, kind, reference })
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    if kind == ErrorKind::Busy {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

/// A handler that panicked; what it said may quote anything, so only that it did is logged.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure::internal("the handler panicked").into_response()
}
