//! *Details* of one record, and its token on request.

use axum::extract::{Path, Query, State};
use countersign_domain::Timestamp;
use countersign_domain::authorization::{AuthorizationState, StateName};
use countersign_domain::id::{AuthorizationId, MerchantId};
use countersign_service::Platform;
use countersign_service::authorizations::{self as consent, AuthorizationView, RecordError, RequestError};
use countersign_store::ReadTx;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::own_record;
use crate::describe::{address_list, is_shared_token, limits_words, pill, provider_timeline, scope_texts, status_text};
use crate::failure::Failure;
use crate::handlers::Answer;
use crate::handlers::helpers::{id, not_found, ok};
use crate::pages::{AuthorizationCreatedPage, AuthorizationDetailPage, TokenView};
use crate::paths;
use crate::session::{ProviderMember, SessionForm};
use crate::state::WebState;
use crate::view::{Moment, Place};

/// Characters of a token that stay visible at each end.
const VISIBLE: usize = 4;

/// Set right after the request was made: the link to share comes first.
#[derive(Deserialize)]
pub(crate) struct JustMade {
    created: Option<String>,
}

fn failed(error: RecordError) -> Failure {
    match error {
        RecordError::Store(error) => error.into(),
        error => Failure::internal(error),
    }
}

fn masked(token: &str) -> String {
    let end = token.len().saturating_sub(VISIBLE);
    format!("{}…{}", token.get(..VISIBLE).unwrap_or_default(), token.get(end..).unwrap_or_default())
}

/// The record, and its token where that is of any use.
fn record_and_token(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    (provider, id): (MerchantId, AuthorizationId),
    now: Timestamp,
) -> Result<Option<(AuthorizationView, Option<SecretString>)>, RecordError> {
    let Some(view) = own_record(tx, (provider, id), now)? else { return Ok(None) };
    let holder = view.changes.as_deref().unwrap_or(&view.record);
    let token = if is_shared_token(holder.state_at(now)) {
        Some(SecretString::from(consent::open_token(tx, platform, holder.id)?.expose()))
    } else {
        None
    };
    Ok(Some((view, token)))
}

async fn load(
    state: &WebState,
    provider: &ProviderMember,
    id: AuthorizationId,
) -> Result<(AuthorizationView, Option<SecretString>), Failure> {
    let (of, now) = ((provider.member.id(), id), state.platform().business_now());
    let read =
        state.platform().read("authorization_detail", move |tx, platform| record_and_token(tx, platform, of, now));
    read.await.map_err(failed)?.ok_or_else(not_found)
}

fn page(
    state: &WebState,
    provider: &ProviderMember,
    view: AuthorizationView,
    token: TokenView,
) -> AuthorizationDetailPage {
    let now = state.platform().business_now();
    let record = &view.record;
    let public_id = record.id.to_string();
    let is_open = record.state_at(now) == StateName::Pending;
    let grant = record.state.grant();
    let ends_at = if is_open { Some(record.request.expires_at) } else { grant.and_then(|grant| grant.ends_at) };
    AuthorizationDetailPage {
        chrome: provider.member.chrome(Place::TechnicalVendor),
        merchant_id: record.merchant_id.to_string(),
        status: pill(record, now),
        status_text: status_text(record, now).to_owned(),
        token,
        scopes: scope_texts(view.scopes),
        addresses: address_list(&view.addresses),
        limits: grant.map(|grant| limits_words(&grant.limits, grant.ends_at)).unwrap_or_default(),
        expires: ends_at.map(|at| Moment::at(at.ms(), now.ms())),
        review_url: is_open.then(|| state.platform().links.review(record.id)),
        cancel_href: is_open.then(|| paths::authorization_cancel(&public_id)),
        timeline: provider_timeline(record, &view.merchant_name, now),
        authorization_id: public_id,
        merchant_name: view.merchant_name,
    }
}

fn created_page(
    state: &WebState,
    provider: &ProviderMember,
    view: AuthorizationView,
    replaced_older: bool,
) -> AuthorizationCreatedPage {
    let (record, now) = (&view.record, state.platform().business_now());
    AuthorizationCreatedPage {
        chrome: provider.member.chrome(Place::TechnicalVendor),
        merchant_id: record.merchant_id.to_string(),
        review_url: state.platform().links.review(record.id),
        expires: Moment::at(record.request.expires_at.ms(), now.ms()),
        scopes: scope_texts(record.request.scopes),
        detail_href: paths::authorization(&record.id.to_string()),
        replaced_older,
        is_change: record.changes.is_some(),
        merchant_name: view.merchant_name,
    }
}

/// The page, with the token masked.
pub(crate) async fn detail(
    State(state): State<WebState>,
    Path(text): Path<String>,
    Query(just): Query<JustMade>,
    provider: ProviderMember,
) -> Answer {
    let (view, token) = load(&state, &provider, id(&text)?).await?;
    if let (Some(how), AuthorizationState::Pending) = (just.created, &view.record.state) {
        return ok(&created_page(&state, &provider, view, how == "replaced"));
    }
    let token = token.map_or(TokenView::None, |token| TokenView::Masked(masked(token.expose_secret())));
    ok(&page(&state, &provider, view, token))
}

/// The page with the whole token; that it was shown is recorded first.
pub(crate) async fn reveal(
    State(state): State<WebState>,
    Path(text): Path<String>,
    provider: ProviderMember,
    SessionForm(_): SessionForm,
) -> Answer {
    let record = id(&text)?;
    let (view, token) = load(&state, &provider, record).await?;
    let Some(token) = token else { return ok(&page(&state, &provider, view, TokenView::None)) };
    let platform = state.platform();
    let (of, who) = (provider.member.id(), (provider.member.actor(), platform.business_now()));
    let recorded =
        platform.write("authorization_reveal", move |tx, _| consent::record_reveal(tx, of, record, who)).await;
    recorded.map_err(|error| match error {
        RequestError::Store(error) => error.into(),
        error => Failure::internal(error),
    })?;
    ok(&page(&state, &provider, view, TokenView::Shown(token.expose_secret().to_owned())))
}
