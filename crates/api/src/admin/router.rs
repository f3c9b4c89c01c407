//! The paths on the Unix socket: JSON over POST; a success is 2xx, a refusal is `{"error":{"code":"…","message":"…"}}`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::post;
use bytes::Bytes;
use countersign_service::Platform;
use countersign_service::operator::Caller;
use countersign_service::webhook_endpoints::UrlPolicy;

use super::account::{account_balance, freeze_account, unfreeze_account};
use super::accounts::{create_merchant, create_operator, create_partner, create_payer, create_provider};
use super::admin_keys::{create_admin_key, list_admin_keys, revoke_admin_key};
use super::commission::{list_commissions, remove_commission, set_commission};
use super::configure::{configure_merchant, configure_provider};
use super::json::{answer, read};
use super::keys::create_key;
use super::postings::create_posting;
use super::trial_balance::trial_balance;
use super::webhooks::{
    add_endpoint, disable_endpoint, edit_endpoint, enable_endpoint, list_deliveries, list_endpoints,
    recover_deliveries, remove_endpoint, resend_delivery, show_delivery,
};

/// Tells the dispatcher that something is in line, so that it does not wait for its next look.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What acts need.
#[derive(Clone)]
struct House {
    platform: Arc<Platform>,
    policy: Arc<dyn UrlPolicy>,
    wake: Wake,
}

/// The handler of one act: reads its body, performs it, answers. Acts that systems may ask for too are told that it is the
/// operator who asks here; those that are given URLs, which may be called. After those that put
/// messages in line the dispatcher is woken.
macro_rules! act {
    (@$house:ident, $body:ident, $perform:path, $($given:expr),*) => {
        match read(&$body) {
            Ok(request) => answer($perform(&$house.platform, $($given,)* request).await),
            Err(error) => error.into_response(),
        }
    };
    ($perform:path $(, $caller:expr)?) => {
        post(|State(house): State<House>, body: Bytes| async move { act!(@house, body, $perform, $($caller)?) })
    };
    (wakes: $perform:path, $caller:expr) => {
        post(|State(house): State<House>, body: Bytes| async move {
            let answer = act!(@house, body, $perform, $caller);
            if answer.status().is_success() {
                (house.wake)();
            }
            answer
        })
    };
    (urls: $perform:path, $caller:expr) => {
        post(|State(house): State<House>, body: Bytes| async move {
            act!(@house, body, $perform, house.policy.as_ref(), $caller)
        })
    };
}

/// The admin API on its socket. Whoever reaches it is the operator: serve it where only the operator can connect. Which receivers of webhooks may be named
/// is `policy`'s to say; `wake` tells the dispatcher that something is in line.
pub fn router(platform: Arc<Platform>, policy: Arc<dyn UrlPolicy>, wake: Wake) -> Router {
    Router::new()
        .route("/v1/merchants", act!(create_merchant))
        .route("/v1/merchants/configure", act!(configure_merchant))
        .route("/v1/merchants/commission", act!(set_commission))
        .route("/v1/merchants/commission/remove", act!(remove_commission))
        .route("/v1/merchants/commissions", act!(list_commissions))
        .route("/v1/providers", act!(create_provider))
        .route("/v1/providers/configure", act!(configure_provider))
        .route("/v1/partners", act!(create_partner))
        .route("/v1/payers", act!(create_payer))
        .route("/v1/keys", act!(create_key))
        .route("/v1/operators", act!(create_operator))
        .route("/v1/admin-keys", act!(create_admin_key))
        .route("/v1/admin-keys/list", act!(list_admin_keys))
        .route("/v1/admin-keys/revoke", act!(revoke_admin_key))
        .route("/v1/postings", act!(create_posting, Caller::OPERATOR))
        .route("/v1/accounts/freeze", act!(freeze_account, Caller::OPERATOR))
        .route("/v1/accounts/unfreeze", act!(unfreeze_account, Caller::OPERATOR))
        .route("/v1/accounts/balance", act!(account_balance, Caller::OPERATOR))
        .route("/v1/trial-balance", act!(trial_balance, Caller::OPERATOR))
        .route("/v1/webhooks/endpoints", act!(list_endpoints, Caller::OPERATOR))
        .route("/v1/webhooks/endpoints/add", act!(urls: add_endpoint, Caller::OPERATOR))
        .route("/v1/webhooks/endpoints/edit", act!(urls: edit_endpoint, Caller::OPERATOR))
        .route("/v1/webhooks/endpoints/enable", act!(enable_endpoint, Caller::OPERATOR))
        .route("/v1/webhooks/endpoints/disable", act!(wakes: disable_endpoint, Caller::OPERATOR))
        .route("/v1/webhooks/endpoints/remove", act!(remove_endpoint, Caller::OPERATOR))
        .route("/v1/webhooks/deliveries", act!(list_deliveries, Caller::OPERATOR))
        .route("/v1/webhooks/deliveries/show", act!(show_delivery, Caller::OPERATOR))
        .route("/v1/webhooks/deliveries/resend", act!(wakes: resend_delivery, Caller::OPERATOR))
        .route("/v1/webhooks/deliveries/recover", act!(wakes: recover_deliveries, Caller::OPERATOR))
        .with_state(House { platform, policy, wake })
}
