//! What a call must have, and the order in which it is judged.

use axum::body::Body;
use countersign_wire::endpoint::PATH_PREFIX;
use countersign_wire::{ENDPOINTS, ResultCode};
use http::{HeaderValue, Method};
use serde_json::json;

use crate::support::{App, settings};

/// An order body with this number.
pub(crate) fn order(number: &str) -> String {
    json!({
        "env": { "terminalType": "WEB" }, "merchantTradeNo": number, "orderAmount": 25.17, "currency": "USDT",
        "goods": { "goodsType": "02", "goodsCategory": "Z000", "referenceGoodsId": "1", "goodsName": "Tea" }
    })
    .to_string()
}

#[tokio::test]
async fn every_registered_endpoint_has_a_handler_and_nothing_else_has() {
    let app = App::new(settings());
    let key = app.shop().await;
    for endpoint in ENDPOINTS {
        let answer = app.call(&key, endpoint.path, "{}").await;
        assert_ne!(answer.status, 404, "{} is in the table of endpoints and has no route", endpoint.path);
        assert_ne!(answer.code(), "400000", "{}: {answer:?}", endpoint.path);
    }
    for path in ["", "/", "/v3/orders", "/v2/order/", "/certificates/x", "/V3/order", "/%2e%2e"] {
        let answer = app.call(&key, path, "{}").await;
        assert_eq!(answer.refused(), (404, "400001"), "{path}");
        assert!(answer.message().contains(PATH_PREFIX), "{path} names the nearest path");
    }
}

#[tokio::test]
async fn only_post_is_a_call() {
    let app = App::new(settings());
    let key = app.shop().await;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let mut request = app.signed(&key, "/v2/balance", "{}");
        *request.method_mut() = method;
        assert_eq!(app.send(request).await.refused(), (400, "400006"));
    }
}

#[tokio::test]
async fn the_content_type_is_json() {
    let app = App::new(settings());
    let key = app.shop().await;
    let rows: [(&str, &str, Option<&str>, Option<&str>); 9] = [
        ("/certificates", "", None, None),
        ("/certificates", "[]", Some("application/json"), None),
        ("/certificates", "null", Some("application/json; charset=utf-8"), None),
        ("/certificates", "{}", None, Some("400007")),
        ("/v2/balance", "", None, Some("400007")),
        ("/v2/balance", "", Some("application/json"), Some("400008")),
        ("/v2/balance", "{}", Some("text/json"), Some("400007")),
        ("/v2/balance", "{}", Some("application/jsonp"), Some("400007")),
        ("/v2/balance", r#"{"wallet":"FUNDING_WALLET"}"#, Some("Application/JSON;charset=UTF-8"), None),
    ];
    for (path, body, content_type, code) in rows {
        let mut request = app.signed(&key, path, body);
        request.headers_mut().remove("content-type");
        if let Some(content_type) = content_type {
            request.headers_mut().insert("content-type", HeaderValue::from_str(content_type).expect("a value"));
        }
        let answer = app.send(request).await;
        assert_eq!(answer.code(), code.unwrap_or("000000"), "{path} {body:?} {content_type:?}: {answer:?}");
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let app = App::new(settings());
    let key = app.shop().await;
    let fits = format!(r#"{{"wallet":"FUNDING_WALLET","x":"{}"}}"#, "x".repeat((1 << 20) - 34));
    assert_eq!(fits.len(), 1 << 20);
    app.call(&key, "/v2/balance", &fits).await.data();
    let too_large = format!("{fits} ");
    assert_eq!(app.call(&key, "/v2/balance", &too_large).await.refused(), (400, "400104"));
    let mut declared = app.signed(&key, "/v2/balance", &too_large);
    declared.headers_mut().insert("content-length", HeaderValue::from(too_large.len()));
    assert_eq!(app.send(declared).await.refused(), (400, "400104"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_given_up() {
    let app = App::new(settings());
    let key = app.shop().await;
    let mut request = app.signed(&key, "/v2/balance", "{}");
    *request.body_mut() = Body::new(Never);
    let answer = app.send(request).await;
    assert_eq!(answer.refused(), (400, "400008"));
    assert!(answer.explanation().contains("in time"), "{answer:?}");
}

/// A body that is always about to say something.
struct Never;

impl http_body::Body for Never {
    type Data = bytes::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, std::io::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn signatures_cover_the_bytes() {
    let app = App::new(settings());
    let key = app.shop().await;
    let other = app.shop().await;
    let good = r#"{"wallet":"FUNDING_WALLET"}"#;
    let mut changed = app.signed(&key, "/v2/balance", good);
    *changed.body_mut() = Body::from(r#"{"wallet":"FUNDING_WALLET" }"#);
    assert_eq!(app.send(changed).await.refused(), (401, "400002"));

    let mut lower = app.signed(&key, "/v2/balance", good);
    let signature = lower.headers()["BinancePay-Signature"].to_str().expect("text").to_ascii_lowercase();
    lower.headers_mut().insert("BinancePay-Signature", signature.parse().expect("a value"));
    let answer = app.send(lower).await;
    assert_eq!(answer.refused(), (401, "400002"));
    assert!(answer.explanation().contains("lower-case"), "{answer:?}");

    let mut foreign = app.signed(&key, "/v2/balance", good);
    foreign.headers_mut().insert("BinancePay-Certificate-SN", other.text.parse().expect("a value"));
    assert_eq!(app.send(foreign).await.refused(), (401, "400002"));

    let mut unknown = app.signed(&key, "/v2/balance", good);
    unknown.headers_mut().insert("BinancePay-Certificate-SN", "a".repeat(64).parse().expect("a value"));
    assert_eq!(app.send(unknown).await.refused(), (401, "400004"));
}

#[tokio::test]
async fn the_explanation_names_the_mistake() {
    let app = App::new(settings());
    let key = app.shop().await;
    let mut unsigned_body = app.signed(&key, "/v2/balance", "");
    *unsigned_body.body_mut() = Body::from("{}");
    assert!(app.send(unsigned_body).await.explanation().contains("empty body"));

    let mut padded = app.signed(&key, "/v2/balance", "{}");
    *padded.body_mut() = Body::from("{}\n");
    assert!(app.send(padded).await.explanation().contains("white space"));

    let silent = App::new(countersign_api::ApiSettings { explain: false, ..settings() });
    let key = silent.shop().await;
    let answer = silent.call(&key, "/v2/balance", "[]").await;
    assert_eq!(answer.refused(), (400, "400008"));
    assert_eq!(answer.explanation(), "");
}

#[tokio::test]
async fn the_window_is_kept_by_the_wall_clock() {
    let app = App::new(settings());
    let key = app.shop().await;
    app.business.advance(86_400_000);
    let body = r#"{"wallet":"FUNDING_WALLET"}"#;
    app.call(&key, "/v2/balance", body).await.data();
    let late = app.signed(&key, "/v2/balance", body);
    app.wall.advance(1_001);
    let answer = app.send(late).await;
    assert_eq!(answer.refused(), (401, "400003"));
    assert!(answer.explanation().contains("1001 ms behind"), "{answer:?}");
}

#[tokio::test]
async fn a_call_is_accepted_once_over_all_paths() {
    let app = App::new(settings());
    let key = app.shop().await;
    let body = r#"{"wallet":"FUNDING_WALLET"}"#;
    let again = |path: &str| {
        let request = app.signed(&key, "/v2/balance", body);
        let mut copy = http::Request::post(format!("{PATH_PREFIX}{path}")).body(Body::from(body)).expect("a request");
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        (request, copy)
    };
    for path in ["/v2/balance", "/certificates"] {
        let (first, second) = again(path);
        app.send(first).await.data();
        assert_eq!(app.send(second).await.refused(), (400, "400001"), "{path}");
    }
    // A call whose signature did not hold is not remembered: nobody can use up another's.
    let (mut forged, right) = again("/v2/balance");
    *forged.body_mut() = Body::from("{}");
    assert_eq!(app.send(forged).await.refused(), (401, "400002"));
    app.send(right).await.data();
}

#[tokio::test]
async fn a_keys_own_addresses_are_kept() {
    let app = App::new(settings());
    let shop = app.shop().await;
    let near = app.key(shop.merchant, &["198.51.100.0/24"]).await;
    let far = app.key(shop.merchant, &["203.0.113.9"]).await;
    let body = r#"{"wallet":"FUNDING_WALLET"}"#;
    app.call(&near, "/v2/balance", body).await.data();
    assert_eq!(app.call(&far, "/v2/balance", body).await.refused(), (401, "400004"));
    let mut mapped = app.signed(&near, "/v2/balance", body);
    let peer: std::net::SocketAddr = "[::ffff:198.51.100.9]:1".parse().expect("an address");
    mapped.extensions_mut().insert(axum::extract::ConnectInfo(peer));
    app.send(mapped).await.data();
    let mut forwarded = app.signed(&far, "/v2/balance", body);
    forwarded.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
    assert_eq!(app.send(forwarded).await.refused(), (401, "400004"), "no proxy is trusted");
}

#[tokio::test]
async fn a_revoked_key_is_dead_at_once() {
    let app = App::new(settings());
    let key = app.shop().await;
    for path in ["/v2/balance", "/certificates"] {
        app.call(&key, path, r#"{"wallet":"FUNDING_WALLET"}"#).await.data();
    }
    let (id, merchant) = (key.id, key.merchant);
    let at = countersign_domain::Timestamp::from_ms(crate::support::NOW_MS);
    let revoked = app.platform.write("test", move |tx, _| {
        countersign_service::api_keys::revoke(tx, merchant, id, (countersign_service::audit::Actor::Operator, at))
    });
    revoked.await.expect("revoked");
    for path in ["/v2/balance", "/certificates", "/v2/order/query"] {
        let answer = app.call(&key, path, r#"{"wallet":"FUNDING_WALLET","prepayId":"1"}"#).await;
        assert_eq!(answer.refused(), (401, "400004"), "{path}");
    }
}

#[tokio::test]
async fn rates_are_limited_per_key() {
    let limit = std::num::NonZeroU32::new(2);
    let app = App::new(countersign_api::ApiSettings { requests_per_second: limit, ..settings() });
    let (key, other) = (app.shop().await, app.shop().await);
    let body = r#"{"wallet":"FUNDING_WALLET"}"#;
    for _ in 0..2 {
        app.call(&key, "/v2/balance", body).await.data();
    }
    let answer = app.call(&key, "/v2/balance", body).await;
    assert_eq!(answer.refused(), (503, "400501"));
    assert_eq!(answer.headers["retry-after"], "1");
    app.call(&other, "/v2/balance", body).await.data();
    app.wall.advance(500);
    app.call(&key, "/v2/balance", body).await.data();
}

#[tokio::test]
async fn faults_come_after_the_signature() {
    let app = App::new(settings());
    let key = app.shop().await;
    app.faults.plan("/v2/order", ResultCode::UnknownError);
    app.faults.plan("/v2/order", ResultCode::InvalidParamWrongValue);
    let mut unsigned = app.signed(&key, "/v2/order", &order("a1"));
    unsigned.headers_mut().insert("BinancePay-Signature", "A".repeat(128).parse().expect("a value"));
    assert_eq!(app.send(unsigned).await.refused(), (401, "400002"));
    assert_eq!(app.call(&key, "/v2/order", &order("a1")).await.refused(), (500, "400000"));
    assert_eq!(app.call(&key, "/v2/order", &order("a1")).await.refused(), (400, "400102"));
    app.call(&key, "/v2/order", &order("a1")).await.data();
}

#[tokio::test]
async fn always_200_changes_the_status_alone() {
    let app =
        App::new(countersign_api::ApiSettings { fail_status: countersign_api::FailStatus::Always200, ..settings() });
    let key = app.shop().await;
    assert_eq!(app.call(&key, "/v2/balance", "{}").await.refused(), (200, "400100"));
    assert_eq!(app.call(&key, "/nothing", "{}").await.refused(), (200, "400001"));
}

#[tokio::test]
async fn calls_are_counted_by_endpoint_and_code() {
    let app = App::new(settings());
    let key = app.shop().await;
    app.call(&key, "/v2/balance", r#"{"wallet":"FUNDING_WALLET"}"#).await.data();
    let answer = app.call(&key, "/no/such/path", "{}").await;
    assert!(answer.headers.contains_key("x-request-id"));
    let mut registry = prometheus_client::registry::Registry::default();
    app.metrics.register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).expect("metrics print");
    for line in [
        r#"api_calls_total{endpoint="/v2/balance",code="000000"} 1"#,
        r#"api_calls_total{endpoint="unknown",code="400001"} 1"#,
        r#"api_call_duration_seconds_count{endpoint="/v2/balance"} 1"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
