//! The operator's admin API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use countersign_api::admin;
use countersign_domain::admin_key::ADMIN_KEYS_MAX;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::operator_ledger::posting;
use crate::support::{App, NOW_MS, Policy, settings};

async fn act(app: &App, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path).body(Body::from(body.to_string())).expect("a request");
    let response = admin::router(app.platform.clone(), Arc::new(Policy), Arc::new(|| ()))
        .oneshot(request)
        .await
        .expect("the router answers");
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn what_puts_messages_in_line_wakes_the_dispatcher() {
    let app = App::new(settings());
    let wakes = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&wakes);
    let wake: admin::Wake = Arc::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let router = admin::router(app.platform.clone(), Arc::new(Policy), wake);
    for (path, body, expected) in [
        ("/v1/webhooks/deliveries", json!({}), 0),
        ("/v1/webhooks/deliveries/recover", json!({ "since": 0 }), 1),
        ("/v1/webhooks/deliveries/resend", json!({ "deliveryId": "7" }), 1),
        ("/v1/webhooks/deliveries/recover", json!({}), 1),
    ] {
        let request = Request::post(path).body(Body::from(body.to_string())).expect("a request");
        router.clone().oneshot(request).await.expect("the router answers");
        assert_eq!(wakes.load(Ordering::SeqCst), expected, "{path} {body}");
    }
}

async fn done(app: &App, path: &str, body: &Value) -> Value {
    let (status, answer) = act(app, path, body).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn an_operator_sets_an_installation_up() {
    let app = App::new(settings());
    let operator = done(&app, "/v1/operators", &json!({ "email": "op@pay.example" })).await;
    assert!(operator["link"].as_str().expect("a link").starts_with("https://pay.example/portal/welcome?token="));
    let shop = done(&app, "/v1/merchants", &json!({ "name": "Shop", "email": "ann@shop.example" })).await;
    assert!(shop["link"].is_string() && shop["merchantId"].as_str().expect("an id").len() == 9);
    let partner = done(&app, "/v1/partners", &json!({ "name": "Partner" })).await;
    assert!(partner.get("link").is_none(), "nobody signs in, so there is no link");
    let payer = done(&app, "/v1/payers", &json!({ "name": "Ann" })).await;
    let provider =
        done(&app, "/v1/providers", &json!({ "name": "Provider", "allowedScopes": ["CHECKOUT", "BALANCE"] })).await;

    let key = json!({ "merchantId": provider["merchantId"], "name": "first", "addresses": ["198.51.100.0/24"] });
    let key = done(&app, "/v1/keys", &key).await;
    for name in ["apiKey", "apiSecret"] {
        assert_eq!(key[name].as_str().expect("a text").len(), 64, "{name}");
    }
    let provider = App::made_key(&key, provider["merchantId"].as_str().expect("an id"));
    let config = app.call(&provider, "/service/provider/config/query", "").await;
    assert_eq!(*config.data(), json!({ "allowFeeShare": false, "allowScopes": ["CHECKOUT", "BALANCE"] }));
    let id = provider.merchant.to_string();
    done(
        &app,
        "/v1/providers/configure",
        &json!({ "merchantId": id, "feeSharePercent": "12.5", "allowScopes": ["REFUND"] }),
    )
    .await;
    let config = app.call(&provider, "/service/provider/config/query", "").await;
    assert_eq!(*config.data(), json!({ "allowFeeShare": true, "allowScopes": ["REFUND"] }));
    done(&app, "/v1/merchants/configure", &json!({ "merchantId": id, "commissionPercent": "0.25" })).await;

    for (number, account) in
        [json!({ "binanceId": payer["binanceId"] }), json!({ "merchantId": shop["merchantId"] })].iter().enumerate()
    {
        for (kind, amount, left) in [("deposit", "1.5", "1.5"), ("withdrawal", "0.25", "1.25")] {
            let posting = posting(&format!("{kind}-{number}"), kind, account, amount);
            assert_eq!(done(&app, "/v1/postings", &posting).await["available"], left);
        }
        let reason = json!({ "account": account, "reason": "a test" });
        assert_eq!(done(&app, "/v1/accounts/freeze", &reason).await["status"], "FROZEN");
        assert_eq!(done(&app, "/v1/accounts/balance", &json!({ "account": account })).await["status"], "FROZEN");
        assert_eq!(done(&app, "/v1/accounts/unfreeze", &reason).await["changed"], true);
    }
    let balance = done(&app, "/v1/trial-balance", &json!({})).await;
    assert_eq!(
        (&balance["balanced"], &balance["currencies"][0]["platform"][0]["balance"]),
        (&json!(true), &json!("-2.5"))
    );
}

#[tokio::test]
async fn refusals_say_what_is_wrong() {
    let app = App::new(settings());
    let shop = done(&app, "/v1/merchants", &json!({ "name": "Shop", "email": "ann@shop.example" })).await;
    let id = &shop["merchantId"];
    let own = json!({ "merchantId": id });
    let rows = [
        ("/v1/merchants", json!({ "name": " " }), 400, "name"),
        ("/v1/merchants", json!({ "nam": "Shop" }), 400, "nam"),
        ("/v1/merchants", json!({ "name": "Two", "email": "ann@shop.example" }), 409, "e-mail"),
        ("/v1/merchants", json!({ "name": "Two", "email": "nobody" }), 400, "e-mail"),
        ("/v1/providers", json!({ "name": "P", "allowedScopes": ["ALL"] }), 400, "'ALL'"),
        ("/v1/keys", json!({ "merchantId": "1", "name": "k" }), 404, "no such merchant"),
        ("/v1/keys", json!({ "merchantId": "x", "name": "k" }), 400, "'x'"),
        ("/v1/keys", json!({ "merchantId": id, "name": "k", "addresses": ["10.0.0.1/8"] }), 400, "10.0.0.0/8"),
        ("/v1/providers/configure", json!({ "merchantId": id }), 400, "provider"),
        ("/v1/merchants/configure", json!({ "merchantId": id, "commissionPercent": "101" }), 400, "'101'"),
        ("/v1/merchants/configure", json!({ "merchantId": "1" }), 404, "no such merchant"),
        ("/v1/merchants/commission", json!({ "merchantId": id, "currency": "USD", "percent": "1" }), 400, "'USD'"),
        ("/v1/merchants/commission", json!({ "merchantId": id, "currency": "USDT", "percent": "x" }), 400, "'x'"),
        (
            "/v1/merchants/commission",
            json!({ "merchantId": id, "currency": "USDT", "percent": "1", "minimum": "-1" }),
            400,
            "from zero on",
        ),
        ("/v1/merchants/commissions", json!({ "merchantId": "1" }), 404, "no such merchant"),
        ("/v1/postings", posting("r", "deposit", &json!({ "merchantId": "1" }), "1"), 404, "no such account"),
        ("/v1/postings", posting("r", "withdrawal", &own, "1"), 422, "not enough USDT"),
        ("/v1/postings", posting("r", "deposit", &own, "-1"), 400, "above zero"),
        ("/v1/admin-keys", json!({ "name": "k", "capabilities": ["ledger.steal"] }), 400, "ledger.post"),
        ("/v1/admin-keys", json!({ "name": "k", "capabilities": [] }), 400, "capability"),
        ("/v1/admin-keys", json!({ "name": "", "capabilities": ["ledger.post"] }), 400, "name"),
        ("/v1/admin-keys", json!({ "name": "k", "capabilities": ["ledger.post"], "limits": ["USDT"] }), 400, "'USDT'"),
        (
            "/v1/admin-keys",
            json!({ "name": "k", "capabilities": ["ledger.read"], "limits": ["USDT:1/2"] }),
            400,
            "ledger.post",
        ),
        (
            "/v1/admin-keys",
            json!({ "name": "k", "capabilities": ["ledger.post"], "addresses": ["10.0.0.1/8"] }),
            400,
            "10.0.0.0/8",
        ),
        ("/v1/admin-keys/revoke", json!({ "id": "1" }), 404, "no such admin key"),
    ];
    for (path, body, status, words) in rows {
        let (found, answer) = act(&app, path, &body).await;
        assert_eq!(found, status, "{path} {body}: {answer}");
        assert!(answer["error"]["message"].as_str().expect("words").contains(words), "{path} {body}: {answer}");
    }
    // A refused owner takes the account along: nothing half-enrolled stays.
    let again = done(&app, "/v1/merchants", &json!({ "name": "Two", "email": "bob@shop.example" })).await;
    assert!(again["link"].is_string());
}

#[tokio::test]
async fn admin_keys_are_made_listed_and_revoked() {
    let app = App::new(settings());
    let new = json!({
        "name": "Custody", "capabilities": ["account.read", "ledger.post"], "addresses": ["192.0.2.0/24"], "limits": ["USDT:10/50"],
    });
    let made = done(&app, "/v1/admin-keys", &new).await;
    assert!(
        made["adminKey"].as_str().is_some_and(|key| key.len() == 64 && key.starts_with("csad")),
        "{}",
        made["adminKey"]
    );
    assert_eq!(made["adminSecret"].as_str().map(str::len), Some(64));
    let listed = done(&app, "/v1/admin-keys/list", &json!({})).await;
    let shown = json!({
        "id": made["id"], "adminKey": made["adminKey"], "name": "Custody", "capabilities": ["ledger.post", "account.read"],
        "addresses": ["192.0.2.0/24"], "limits": ["USDT:10/50"], "createdAt": NOW_MS,
    });
    assert_eq!(listed, json!({ "adminKeys": [shown] }), "without its secret");
    assert_eq!(done(&app, "/v1/admin-keys/revoke", &json!({ "id": made["id"] })).await, json!({}));
    assert_eq!(act(&app, "/v1/admin-keys/revoke", &json!({ "id": made["id"] })).await.0, 404, "it is revoked for good");
    for number in 0..ADMIN_KEYS_MAX {
        done(&app, "/v1/admin-keys", &json!({ "name": format!("k{number}"), "capabilities": ["ledger.read"] })).await;
    }
    let (status, answer) =
        act(&app, "/v1/admin-keys", &json!({ "name": "more", "capabilities": ["ledger.read"] })).await;
    assert_eq!((status, &answer["error"]["code"]), (409, &json!("too_many")));
    let listed = done(&app, "/v1/admin-keys/list", &json!({})).await;
    let last = listed["adminKeys"].as_array().expect("a list").last().expect("a key");
    assert_eq!((&last["id"], &last["revokedAt"]), (&made["id"], &json!(NOW_MS)), "revoked ones come last");
}
