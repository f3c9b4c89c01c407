//! Every path of the merchant API, by the wire's table of endpoints.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use countersign_wire::endpoint::PATH_PREFIX;
use countersign_wire::{Endpoint, EndpointId, Refusal};
use http::StatusCode;

use crate::answer::Rejection;
use crate::endpoints::{
    balance_v1, balance_v2, certificates, order_close, order_create, order_query, payer_verification,
};
use crate::endpoints::{provider_config_query, provider_create, provider_record, provider_record_get, sub_merchant};
use crate::endpoints::{refund, wallet_transfer};
use crate::finish::finish;
use crate::signed::{Signed, read_body};
use crate::state::{ApiState, Shared};

/// The merchant API: everything under `/binancepay/openapi`, unknown paths included.
///
/// A call goes through functions, not through layers around routes: every layer would cost each call a few boxed futures.
pub fn router(ApiState(state): ApiState) -> Router {
    let all = [PATH_PREFIX.to_owned(), format!("{PATH_PREFIX}/"), format!("{PATH_PREFIX}/{{*rest}}")];
    let call = |State(state), request| finish(state, request, serve);
    all.iter().fold(Router::new(), |router, path| router.route(path, any(call))).with_state(state)
}

async fn serve(state: Arc<Shared>, request: Request) -> Response {
    let Some(endpoint) = Endpoint::find(request.uri().path()) else {
        return unknown_path(&state, request).await.into_response();
    };
    match Signed::judge(state, endpoint, request).await {
        Ok(signed) => handle(endpoint.id, signed).await,
        Err(rejection) => rejection.into_response(),
    }
}

/// What a handler does with its call, as one type for all of them.
type Handled = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The handler of an endpoint.
fn handle(id: EndpointId, signed: Signed) -> Handled {
    match id {
        EndpointId::Certificates => boxed(certificates::query(signed)),
        EndpointId::ProviderConfigQuery => boxed(provider_config_query::query(signed)),
        EndpointId::ProviderCreate => boxed(provider_create::create(signed)),
        EndpointId::ProviderRecordGet => boxed(provider_record_get::get(signed)),
        EndpointId::ProviderRecord => boxed(provider_record::list(signed)),
        EndpointId::OrderCreateV1 => boxed(order_create::v1(signed)),
        EndpointId::OrderCreateV2 => boxed(order_create::v2(signed)),
        EndpointId::OrderCreateV3 => boxed(order_create::v3(signed)),
        EndpointId::OrderQueryV1 => boxed(order_query::v1::query(signed)),
        EndpointId::OrderQueryV2 => boxed(order_query::v2::query(signed)),
        EndpointId::OrderClose => boxed(order_close::close(signed)),
        EndpointId::OrderRefund => boxed(refund::refund(signed)),
        EndpointId::OrderRefundQuery => boxed(refund::query(signed)),
        EndpointId::PayerVerification => boxed(payer_verification::verify(signed)),
        EndpointId::BalanceV1 => boxed(balance_v1::query(signed)),
        EndpointId::BalanceV2 => boxed(balance_v2::query(signed)),
        EndpointId::WalletTransfer => boxed(wallet_transfer::create(signed)),
        EndpointId::WalletTransferQuery => boxed(wallet_transfer::query(signed)),
        EndpointId::SubMerchantAdd => boxed(sub_merchant::add(signed)),
        EndpointId::SubMerchantModify => boxed(sub_merchant::modify(signed)),
        EndpointId::SubMerchantQuery => boxed(sub_merchant::query(signed)),
    }
}

fn boxed<T: IntoResponse>(outcome: impl Future<Output = T> + Send + 'static) -> Handled {
    Box::pin(async move { outcome.await.into_response() })
}

/// Any other path (`decisions.md` row 2). Its body is read and thrown away, so that the connection can be kept.
async fn unknown_path(state: &Shared, request: Request) -> Rejection {
    let (parts, stream) = request.into_parts();
    let _ = read_body(&parts.headers, stream, state.settings.body_timeout).await;
    let refusal = Refusal::unknown_path(parts.uri.path());
    Rejection { status: Some(StatusCode::NOT_FOUND), ..refusal.into() }
}
