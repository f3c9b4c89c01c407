//! The other addresses of an order: the QR code's picture, and links that lead to the checkout.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::bill::find;
use crate::failure::{Failure, redirect};
use crate::handlers::Answer;
use crate::handlers::helpers::not_found;
use crate::state::WebState;
use crate::{paths, qr};

/// The picture of the code (`decisions.md` row 58).
pub(crate) async fn qr_image(State(state): State<WebState>, Path(token): Path<String>) -> Answer {
    let bill = find(&state, token).await?;
    let text = state.platform().links.qr_content(&bill.order.checkout_token);
    let bytes = qr::png(&text).map_err(Failure::internal)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], bytes).into_response())
}

/// What a scanned code opens.
pub(crate) async fn from_qr(Path(token): Path<String>) -> Response {
    redirect(&paths::checkout(&token))
}

/// The token under the two names that links carry it.
#[derive(Deserialize)]
pub(crate) struct AppLink {
    #[serde(rename = "linkToken")]
    link: Option<String>,
    #[serde(rename = "tempToken")]
    temporary: Option<String>,
}

/// What a link for wallet apps opens where there is no app.
pub(crate) async fn from_app(Query(link): Query<AppLink>) -> Result<Response, Failure> {
    let token = link.link.or(link.temporary).ok_or_else(not_found)?;
    Ok(redirect(&paths::checkout(&token)))
}
