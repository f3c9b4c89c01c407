//! Every page's address, who may call it, and what answers: one table, from which the router is built and which the guard
//! test walks through.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::failure::{Failure, redirect};
use crate::frame;
use crate::handlers::{
    api_keys, assets, blocked, checkout, dashboard, deliveries, forgot_password, orders, password_link, refused_calls,
    review, sign_in, sign_out, sub_merchants, technical_vendor, trial_balance, vendors, wallet, webhooks,
};
use crate::pages::ErrorKind;
use crate::paths;
use crate::state::WebState;

/// The largest form, in bytes.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// What lies below our own prefixes and is no page.
const UNKNOWN: [&str; 5] =
    ["/portal/{*rest}", "/checkout/{token}/{*rest}", "/qr/{token}/{*rest}", "/payment/{*rest}", "/en/{*rest}"];

/// Whom a route answers; everybody else is turned away before its handler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Anybody who is signed in; what is shown depends on for whom.
    SignedIn,
    /// People who act for a merchant of any kind.
    Member,
    /// People who act for a technical service provider.
    Provider,
    /// People who act for a channel partner.
    Partner,
    /// Payers.
    Payer,
    /// The operator.
    Operator,
}

/// How a route is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reading.
    Get,
    /// A form.
    Post,
}

struct Route {
    verb: Verb,
    path: &'static str,
    who: Who,
    handler: MethodRouter<WebState>,
}

/// A row of [`route_table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteRow {
    /// How it is called.
    pub verb: Verb,
    /// Its path, with `{…}` where an id goes.
    pub path: &'static str,
    /// Whom it answers.
    pub who: Who,
}

macro_rules! page {
    ($who:ident, $path:expr, $handler:expr) => {
        Route { verb: Verb::Get, path: $path, who: Who::$who, handler: get($handler) }
    };
}

macro_rules! form {
    ($who:ident, $path:expr, $handler:expr) => {
        Route { verb: Verb::Post, path: $path, who: Who::$who, handler: post($handler) }
    };
}

fn entrance() -> Vec<Route> {
    vec![
        page!(Anyone, "/portal/assets/{name}", assets::file),
        page!(Anyone, paths::SIGN_IN, sign_in::form),
        form!(Anyone, paths::SIGN_IN, sign_in::submit),
        form!(Anyone, paths::SIGN_OUT, sign_out::submit),
        page!(Anyone, paths::SIGNED_OUT, sign_out::done),
        page!(Anyone, paths::WELCOME, password_link::welcome_form),
        form!(Anyone, paths::WELCOME, password_link::welcome),
        page!(Anyone, paths::FORGOT_PASSWORD, forgot_password::form),
        form!(Anyone, paths::FORGOT_PASSWORD, forgot_password::submit),
        page!(Anyone, paths::LINK_SENT, forgot_password::sent),
        page!(Anyone, paths::RESET_PASSWORD, password_link::reset_form),
        form!(Anyone, paths::RESET_PASSWORD, password_link::reset),
        page!(SignedIn, paths::HOME, dashboard::home),
        page!(Anyone, "/en/dashboard/review-authorization", review::from_the_wire),
    ]
}

fn provider() -> Vec<Route> {
    vec![
        page!(Provider, paths::AUTHORIZATIONS, technical_vendor::list),
        page!(Provider, paths::AUTHORIZATION_ADD, technical_vendor::add_form),
        form!(Provider, paths::AUTHORIZATION_ADD, technical_vendor::add),
        page!(Provider, "/portal/technical-vendor/{id}", technical_vendor::detail),
        form!(Provider, "/portal/technical-vendor/{id}/reveal", technical_vendor::reveal),
        page!(Provider, "/portal/technical-vendor/{id}/cancel", technical_vendor::cancel_form),
        form!(Provider, "/portal/technical-vendor/{id}/cancel", technical_vendor::cancel),
    ]
}

fn partner() -> Vec<Route> {
    vec![
        page!(Partner, paths::SUB_MERCHANTS, sub_merchants::list),
        page!(Partner, paths::SUB_MERCHANT_ADD, sub_merchants::add_form),
        form!(Partner, paths::SUB_MERCHANT_ADD, sub_merchants::add),
        page!(Partner, "/portal/sub-merchants/{id}", sub_merchants::detail),
        page!(Partner, "/portal/sub-merchants/{id}/edit", sub_merchants::edit_form),
        form!(Partner, "/portal/sub-merchants/{id}/edit", sub_merchants::edit),
        page!(Partner, "/portal/sub-merchants/{id}/suspend", sub_merchants::suspend_form),
        form!(Partner, "/portal/sub-merchants/{id}/suspend", sub_merchants::suspend),
        form!(Partner, "/portal/sub-merchants/{id}/resume", sub_merchants::resume),
    ]
}

fn merchant() -> Vec<Route> {
    vec![
        page!(SignedIn, paths::REVIEW, review::show),
        form!(SignedIn, paths::REVIEW_APPROVE, review::approve),
        form!(SignedIn, paths::REVIEW_REJECT, review::reject),
        page!(Member, paths::VENDORS, vendors::list),
        page!(Member, "/portal/vendors/{id}", vendors::detail),
        form!(Member, "/portal/vendors/{id}", vendors::narrow),
        form!(Member, "/portal/vendors/{id}/freeze", vendors::freeze),
        form!(Member, "/portal/vendors/{id}/unfreeze", vendors::unfreeze),
        page!(Member, "/portal/vendors/{id}/disable", vendors::disable_form),
        form!(Member, "/portal/vendors/{id}/disable", vendors::disable),
        page!(Member, paths::BLOCKED, blocked::list),
        form!(Member, paths::UNBLOCK, blocked::unblock),
        page!(Member, paths::ORDERS, orders::list),
        page!(Member, "/portal/orders/{id}", orders::detail),
        page!(Member, "/portal/orders/{id}/refund", orders::refund_form),
        form!(Member, "/portal/orders/{id}/refund", orders::refund),
        page!(Member, "/portal/orders/{id}/close", orders::close_form),
        form!(Member, "/portal/orders/{id}/close", orders::close),
        page!(Member, paths::API_KEYS, api_keys::list),
        page!(Member, paths::API_KEY_ADD, api_keys::add_form),
        form!(Member, paths::API_KEY_ADD, api_keys::add),
        form!(Member, "/portal/developers/api-keys/{id}/delete", api_keys::delete),
        page!(Member, "/portal/developers/api-keys/{id}/refused", refused_calls::list),
        page!(Member, "/portal/developers/api-keys/{id}/refused/{number}", refused_calls::detail),
    ]
}

fn webhooks() -> Vec<Route> {
    vec![
        page!(Member, paths::WEBHOOKS, webhooks::list),
        page!(Member, paths::WEBHOOK_ADD, webhooks::add_form),
        form!(Member, paths::WEBHOOK_ADD, webhooks::add),
        page!(Member, "/portal/developers/webhook/{id}/edit", webhooks::edit_form),
        form!(Member, "/portal/developers/webhook/{id}/edit", webhooks::edit),
        form!(Member, "/portal/developers/webhook/{id}/enable", webhooks::enable),
        form!(Member, "/portal/developers/webhook/{id}/disable", webhooks::disable),
        page!(Member, "/portal/developers/webhook/{id}/remove", webhooks::remove_form),
        form!(Member, "/portal/developers/webhook/{id}/remove", webhooks::remove),
        page!(Member, paths::DELIVERIES, deliveries::list),
        page!(Member, paths::DELIVERIES_RECOVER, deliveries::recover_form),
        form!(Member, paths::DELIVERIES_RECOVER, deliveries::recover),
        page!(Member, "/portal/developers/deliveries/{id}", deliveries::detail),
        form!(Member, "/portal/developers/deliveries/{id}/resend", deliveries::resend),
    ]
}

fn payer() -> Vec<Route> {
    vec![
        page!(Payer, paths::WALLET, wallet::show),
        form!(Payer, paths::WALLET_OPEN, wallet::open),
        page!(Payer, "/portal/wallet/payments/{id}", wallet::receipt),
        page!(Anyone, "/checkout/{token}", checkout::show),
        page!(Anyone, "/checkout/{token}/qr.png", checkout::qr_image),
        page!(Anyone, "/checkout/{token}/events", checkout::events),
        form!(Payer, "/checkout/{token}/confirm", checkout::confirm),
        form!(Payer, "/checkout/{token}/pay", checkout::pay),
        page!(Anyone, "/qr/{token}", checkout::from_qr),
        page!(Anyone, "/payment/secpay", checkout::from_app),
    ]
}

fn operator() -> Vec<Route> {
    vec![page!(Operator, paths::TRIAL_BALANCE, trial_balance::show)]
}

fn routes() -> Vec<Route> {
    [entrance(), provider(), partner(), merchant(), webhooks(), payer(), operator()].into_iter().flatten().collect()
}

/// Every route of [`router`], for tests that must not forget one.
pub fn route_table() -> Vec<RouteRow> {
    routes().into_iter().map(|route| RouteRow { verb: route.verb, path: route.path, who: route.who }).collect()
}

async fn not_found() -> Failure {
    Failure::page(ErrorKind::NotFound)
}

async fn wrong_method() -> Failure {
    Failure::Page { kind: ErrorKind::BadRequest, status: StatusCode::METHOD_NOT_ALLOWED }
}

/// Puts error pages, headers and the guard against foreign forms around pages; the sandbox's own pages need it too.
pub fn framed(pages: Router, state: WebState) -> Router {
    pages
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CatchPanicLayer::custom(frame::panicked))
        .layer(middleware::from_fn_with_state(state, frame::frame))
}

/// Portal, checkout and assets. It has no fallback, so that it merges with the merchant API; unknown paths below its own
/// prefixes get the error page here, all others through [`elsewhere`].
pub fn router(state: WebState) -> Router {
    let mut pages = Router::new();
    for route in routes() {
        pages = pages.route(route.path, route.handler);
    }
    for unknown in UNKNOWN {
        pages = pages.route(unknown, axum::routing::any(not_found));
    }
    pages = pages.route("/portal/", get(|| async { redirect(paths::HOME) }));
    let pages = pages.method_not_allowed_fallback(wrong_method);
    framed(pages.with_state(state.clone()), state)
}

/// For every path that nothing else answers: `/` leads to the portal, the rest is the error page. For `fallback_service`.
pub fn elsewhere(state: WebState) -> Router {
    let pages = Router::new().route("/", get(|| async { redirect(paths::HOME) })).fallback(not_found);
    framed(pages, state)
}
