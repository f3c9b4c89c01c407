//! Every path of the merchant API, built from the wire's table of endpoints.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any};
use countersign_wire::endpoint::PATH_PREFIX;
use countersign_wire::{ENDPOINTS, EndpointId, Refusal};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;

use crate::answer::Rejection;
use crate::endpoints::{
    balance_v1, balance_v2, certificates, order_close, order_create, order_query, payer_verification,
};
use crate::endpoints::{provider_config_query, provider_create, provider_record, provider_record_get, sub_merchant};
use crate::endpoints::{refund, wallet_transfer};
use crate::finish::{finish, panicked};
use crate::signed::read_body;
use crate::state::{ApiState, Shared};

/// The merchant API: everything under `/binancepay/openapi`, unknown paths included.
pub fn router(ApiState(state): ApiState) -> Router {
    let mut router = Router::new();
    for endpoint in ENDPOINTS {
        router = router.route(&format!("{PATH_PREFIX}{}", endpoint.path), handler(endpoint.id));
    }
    for unknown in [PATH_PREFIX.to_owned(), format!("{PATH_PREFIX}/"), format!("{PATH_PREFIX}/{{*rest}}")] {
        router = router.route(&unknown, any(unknown_path));
    }
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&state), finish))
        .with_state(state)
}

/// The handler of an endpoint, for every method: that it must be POST is judged with the rest of the call.
fn handler(id: EndpointId) -> MethodRouter<Arc<Shared>> {
    match id {
        EndpointId::Certificates => any(certificates::query),
        EndpointId::ProviderConfigQuery => any(provider_config_query::query),
        EndpointId::ProviderCreate => any(provider_create::create),
        EndpointId::ProviderRecordGet => any(provider_record_get::get),
        EndpointId::ProviderRecord => any(provider_record::list),
        EndpointId::OrderCreateV1 => any(order_create::v1),
        EndpointId::OrderCreateV2 => any(order_create::v2),
        EndpointId::OrderCreateV3 => any(order_create::v3),
        EndpointId::OrderQueryV1 => any(order_query::v1::query),
        EndpointId::OrderQueryV2 => any(order_query::v2::query),
        EndpointId::OrderClose => any(order_close::close),
        EndpointId::OrderRefund => any(refund::refund),
        EndpointId::OrderRefundQuery => any(refund::query),
        EndpointId::PayerVerification => any(payer_verification::verify),
        EndpointId::BalanceV1 => any(balance_v1::query),
        EndpointId::BalanceV2 => any(balance_v2::query),
        EndpointId::WalletTransfer => any(wallet_transfer::create),
        EndpointId::WalletTransferQuery => any(wallet_transfer::query),
        EndpointId::SubMerchantAdd => any(sub_merchant::add),
        EndpointId::SubMerchantModify => any(sub_merchant::modify),
        EndpointId::SubMerchantQuery => any(sub_merchant::query),
    }
}

/// Any other path (`decisions.md` row 2). Its body is read and thrown away, so that the connection can be kept.
async fn unknown_path(State(state): State<Arc<Shared>>, request: Request) -> Rejection {
    let (parts, stream) = request.into_parts();
    let _ = read_body(&parts.headers, stream, state.settings.body_timeout).await;
    let refusal = Refusal::unknown_path(parts.uri.path());
    Rejection { status: Some(StatusCode::NOT_FOUND), ..refusal.into() }
}
