//! The control API of `contract.md` §3: JSON over POST with a bearer token.
//!
//! It moves the world from outside, for tests and demonstrations: enrols actors, freezes them, hands out money, decides, pays,
//! moves the clock, plans faults. Every act goes through the same use cases as the real thing.

mod accounts;
mod authorizations;
mod body;
mod clock;
mod faults;
mod identity;
mod orders;
mod outbox;
mod rates;
mod refusal;
mod settings;
mod snapshots;
mod standing;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use countersign_crypto::constant_time_eq;
use countersign_jobs::Dispatcher;
use countersign_service::platform::Platform;
use countersign_service::webhook_endpoints::UrlPolicy;
use secrecy::{ExposeSecret, SecretString};

use crate::clock::BusinessClock;
use crate::faults::Faults;
use crate::listeners::Listeners;
use crate::world::World;
use refusal::Refusal;

/// Where the control API lives.
pub const PREFIX: &str = "/sandbox/v1";
/// The largest body, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What the control API moves.
#[derive(Clone)]
pub struct Control {
    /// The platform.
    pub platform: Arc<Platform>,
    /// Runs what falls due.
    pub dispatcher: Arc<Dispatcher>,
    /// Business time.
    pub clock: Arc<BusinessClock>,
    /// The seeded actors.
    pub world: Arc<World>,
    /// Who is told of everything while it holds its call.
    pub listeners: Arc<Listeners>,
    /// Planned faults.
    pub faults: Arc<Faults>,
    /// Which receivers may be named.
    pub outbound: Arc<dyn UrlPolicy>,
    /// What callers prove themselves with.
    pub token: Arc<SecretString>,
    /// Where snapshots are kept; `None` where the engine has none.
    pub snapshots: Option<Arc<std::path::PathBuf>>,
}

/// Every control call.
pub fn router(control: Control) -> Router {
    let calls = Router::new()
        .route("/accounts", post(accounts::create))
        .route("/accounts/freeze", post(standing::freeze))
        .route("/accounts/unfreeze", post(standing::unfreeze))
        .route("/wallets/credit", post(accounts::credit))
        .route("/merchants/configure", post(settings::merchant))
        .route("/providers/configure", post(settings::provider))
        .route("/authorizations/decide", post(authorizations::decide))
        .route("/orders/pay", post(orders::pay))
        .route("/webhooks/endpoint", post(webhooks::endpoint))
        .route("/webhooks/deliveries", post(webhooks::deliveries))
        .route("/webhooks/resend", post(webhooks::resend))
        .route("/webhooks/trigger", post(webhooks::trigger))
        .route("/webhooks/listen", post(webhooks::listen))
        .route("/webhooks/unlisten", post(webhooks::unlisten))
        .route("/mail", post(outbox::mail))
        .route("/clock", post(clock::now))
        .route("/clock/advance", post(clock::advance))
        .route("/faults", post(faults::plan))
        .route("/rates", post(rates::change))
        .route("/snapshot", post(snapshots::take))
        .route("/restore", post(snapshots::restore))
        .fallback(|| async { Refusal::new(StatusCode::NOT_FOUND, "there is no such control call") })
        .method_not_allowed_fallback(|| async {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "control calls are POST")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&control.token), authenticate))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(control);
    Router::new().nest(PREFIX, calls)
}

async fn authenticate(State(token): State<Arc<SecretString>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match bearer {
        Some((_, given)) if constant_time_eq(given.trim().as_bytes(), token.expose_secret().as_bytes()) => {
            next.run(request).await
        }
        _ => Refusal::new(
            StatusCode::UNAUTHORIZED,
            "send 'Authorization: Bearer <controlToken>' with the token of the ready line",
        )
        .into_response(),
    }
}
