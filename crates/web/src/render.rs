//! From a view model to an answer.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::{assets, headers};

/// Why a page could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template failed; with our templates that means memory ran out.
    #[error("a page could not be rendered")]
    Template(#[source] askama::Error),
}

/// Renders a page with the headers of [`headers`]. The caller logs the error and answers 500.
pub fn page<T: Template>(status: StatusCode, page: &T) -> Result<Response, RenderError> {
    let html = page.render().map_err(RenderError::Template)?;
    let mut response = (status, html).into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(headers::CACHE_CONTROL_PAGE));
    headers::secure(fields);
    Ok(response)
}

/// The HTML part of a mail, to be framed by a page of ours.
pub fn mail_part(html: String) -> Response {
    let mut response = html.into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(headers::CACHE_CONTROL_PAGE));
    headers::secure_mail_part(fields);
    response
}

/// POST, redirect, GET: leads to one of our own paths with 303. `None` when the path cannot stand in a header.
pub fn see_other(path: &str) -> Option<Response> {
    let location = HeaderValue::from_str(path).ok()?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(headers::CACHE_CONTROL_PAGE));
    headers::secure(response.headers_mut());
    Some(response)
}

/// One of our own files by its fingerprinted name (the last segment of `/portal/assets/<name>`); 404 for any other name.
pub fn asset(name: &str) -> Response {
    let Some(asset) = assets::find(name) else {
        let mut missing = StatusCode::NOT_FOUND.into_response();
        headers::secure(missing.headers_mut());
        return missing;
    };
    let mut response = asset.bytes.into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(headers::CACHE_CONTROL_ASSET));
    headers::secure(fields);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_served_for_ever_and_only_under_its_fingerprint() {
        let url = assets::url("countersign.css");
        let name = url.rsplit('/').next().expect("a path has a last segment");
        let found = asset(name);
        assert_eq!(found.status(), StatusCode::OK);
        assert_eq!(found.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(found.headers()[header::CACHE_CONTROL], headers::CACHE_CONTROL_ASSET);
        for wrong in ["countersign.css", "countersign-0000000000.css", "../Cargo.toml", ""] {
            assert_eq!(asset(wrong).status(), StatusCode::NOT_FOUND, "{wrong}");
        }
    }

    #[test]
    fn a_redirect_keeps_header_injection_out() {
        assert!(see_other("/portal\r\nset-cookie: x").is_none());
        let response = see_other("/portal").expect("a plain path");
        assert_eq!(response.headers()[header::LOCATION], "/portal");
        assert_eq!(response.headers()[header::X_FRAME_OPTIONS], "DENY");
    }
}
