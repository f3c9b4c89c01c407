//! What all signed calls share, and how each is answered.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use countersign_domain::AddressList;
use countersign_domain::id::AdminKeyId;
use countersign_service::Platform;
use countersign_service::admin_keys::{self, AdminKeyError, VerifyingAdminKey};
use countersign_service::webhook_endpoints::UrlPolicy;
use http::{HeaderName, HeaderValue};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use super::call::SignedCall;
use super::endpoint::{AdminEndpoint, AdminEndpointId};
use super::refused::CallRefused;
use super::trace::{AdminMetrics, Caller, Trace};
use crate::admin::account::{account_balance, freeze_account, unfreeze_account};
use crate::admin::error::AdminError;
use crate::admin::json::told;
use crate::admin::postings::create_posting;
use crate::admin::router::Wake;
use crate::admin::trial_balance::trial_balance;
use crate::admin::webhooks::{
    add_endpoint, disable_endpoint, edit_endpoint, enable_endpoint, list_deliveries, list_endpoints,
    recover_deliveries, remove_endpoint, resend_delivery, show_delivery,
};
use crate::signed::{KeyCache, ReplaySet};

/// The header that names a call in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the log calls paths that are no endpoint.
const UNKNOWN: &str = "unknown";

/// What an operator decides about the admin API.
#[derive(Debug, Clone)]
pub struct AdminApiSettings {
    /// How far a call's timestamp may lie from the wall clock, each way, in milliseconds.
    pub timestamp_window_ms: i64,
    /// Proxies whose `X-Forwarded-For` is believed. Empty: none.
    pub trusted_proxies: AddressList,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How long a call may take as a whole.
    pub request_timeout: Duration,
    /// Begins every request id of this process: distinct between processes that share a log.
    pub request_id_prefix: String,
}

/// Shared by every call.
pub(super) struct Shared {
    pub(super) platform: Arc<Platform>,
    policy: Arc<dyn UrlPolicy>,
    wake: Wake,
    pub(super) settings: AdminApiSettings,
    pub(super) replays: ReplaySet<AdminKeyId>,
    keys: KeyCache<VerifyingAdminKey>,
    requests: AtomicU64,
    trace: Trace,
}

impl Shared {
    /// The admin key whose text this is, revoked ones included.
    pub(super) async fn find_key(&self, text: &str) -> Result<Option<Arc<VerifyingAdminKey>>, AdminKeyError> {
        let look_up = |text: String| {
            self.platform.read("admin_key_find", move |tx, platform| admin_keys::find(tx, platform, &text))
        };
        self.keys.find(text, look_up).await
    }

    /// Wakes the dispatcher after an act that put messages in line.
    fn woken(&self, outcome: Result<Response, AdminError>) -> Result<Response, AdminError> {
        outcome.inspect(|_| (self.wake)())
    }

    fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}-a{number:x}", self.settings.request_id_prefix)
    }
}

/// The admin API for signed calls, unknown paths included. Which receivers of webhooks may be named is `policy`'s to say; `wake`
/// tells the dispatcher that something is in line.
pub fn signed_router(
    platform: Arc<Platform>,
    (policy, wake): (Arc<dyn UrlPolicy>, Wake),
    settings: AdminApiSettings,
    metrics: AdminMetrics,
) -> Router {
    let shared = Shared {
        replays: ReplaySet::new(settings.timestamp_window_ms),
        keys: KeyCache::new(),
        requests: AtomicU64::new(0),
        trace: Trace::new(metrics),
        platform,
        policy,
        wake,
        settings,
    };
    Router::new().fallback(handle).layer(CatchPanicLayer::custom(panicked)).with_state(Arc::new(shared))
}

/// Every path comes here: that it is none is judged with the rest of the call.
async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let request_id = shared.request_id();
    let endpoint = AdminEndpoint::find(request.uri().path()).map_or(UNKNOWN, |endpoint| endpoint.path);
    let span = tracing::info_span!("admin_api", request_id, endpoint);
    let answered = async {
        let mut known = Caller::default();
        let run = tokio::time::timeout(shared.settings.request_timeout, perform(&shared, request, &mut known));
        let outcome = run.await.unwrap_or_else(|_| Err(CallRefused::TimedOut.into()));
        if let Some(code) = outcome.as_ref().err().and_then(AdminError::callers_fault) {
            shared.trace.leave(code, known, shared.platform.wall_now());
        }
        let response = outcome.unwrap_or_else(AdminError::into_response);
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = answered.instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

async fn perform(shared: &Shared, request: Request, known: &mut Caller) -> Result<Response, AdminError> {
    let call = SignedCall::judge(shared, request, known).await?;
    let (platform, policy, caller) = (&shared.platform, shared.policy.as_ref(), call.caller);
    match call.endpoint.id {
        AdminEndpointId::PostingCreate => told(create_posting(platform, caller, call.read()?).await),
        AdminEndpointId::AccountFreeze => told(freeze_account(platform, caller, call.read()?).await),
        AdminEndpointId::AccountUnfreeze => told(unfreeze_account(platform, caller, call.read()?).await),
        AdminEndpointId::AccountBalance => told(account_balance(platform, caller, call.read()?).await),
        AdminEndpointId::TrialBalance => told(trial_balance(platform, caller, call.read()?).await),
        AdminEndpointId::WebhookEndpoints => told(list_endpoints(platform, caller, call.read()?).await),
        AdminEndpointId::WebhookEndpointAdd => told(add_endpoint(platform, policy, caller, call.read()?).await),
        AdminEndpointId::WebhookEndpointEdit => told(edit_endpoint(platform, policy, caller, call.read()?).await),
        AdminEndpointId::WebhookEndpointEnable => told(enable_endpoint(platform, caller, call.read()?).await),
        AdminEndpointId::WebhookEndpointDisable => {
            shared.woken(told(disable_endpoint(platform, caller, call.read()?).await))
        }
        AdminEndpointId::WebhookEndpointRemove => told(remove_endpoint(platform, caller, call.read()?).await),
        AdminEndpointId::WebhookDeliveries => told(list_deliveries(platform, caller, call.read()?).await),
        AdminEndpointId::WebhookDelivery => told(show_delivery(platform, caller, call.read()?).await),
        AdminEndpointId::WebhookResend => shared.woken(told(resend_delivery(platform, caller, call.read()?).await)),
        AdminEndpointId::WebhookRecover => shared.woken(told(recover_deliveries(platform, caller, call.read()?).await)),
    }
}

/// A panic in an act, as the caller gets it. What it said was printed by the process's own hook.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    AdminError::from(CallRefused::Failed("an act panicked")).into_response()
}
