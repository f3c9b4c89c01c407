//! The operator's admin API.

use axum::body::Body;
use countersign_api::admin;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{App, settings};

async fn act(app: &App, path: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(path).body(Body::from(body.to_string())).expect("a request");
    let response = admin::router(app.platform.clone()).oneshot(request).await.expect("the router answers");
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
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

    for (account, sums) in [(&payer["binanceId"], ["1.5", "3"]), (&shop["merchantId"], ["1.5", "3"])] {
        for sum in sums {
            let deposit = json!({ "account": account, "wallet": "SPOT_WALLET", "currency": "USDT", "amount": "1.5" });
            assert_eq!(done(&app, "/v1/deposits", &deposit).await, json!({ "available": sum }));
        }
    }
}

#[tokio::test]
async fn refusals_say_what_is_wrong() {
    let app = App::new(settings());
    let shop = done(&app, "/v1/merchants", &json!({ "name": "Shop", "email": "ann@shop.example" })).await;
    let id = &shop["merchantId"];
    let deposit = |account: &str, wallet: &str, currency: &str, amount: &str| json!({ "account": account, "wallet": wallet, "currency": currency, "amount": amount });
    let own = id.as_str().expect("an id");
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
        ("/v1/deposits", deposit("1", "SPOT_WALLET", "USDT", "1"), 404, "no such account"),
        ("/v1/deposits", deposit(own, "WALLET", "USDT", "1"), 400, "'WALLET'"),
        ("/v1/deposits", deposit(own, "SPOT_WALLET", "USD", "1"), 400, "'USD'"),
        ("/v1/deposits", deposit(own, "SPOT_WALLET", "USDT", "-1"), 400, "above zero"),
        ("/v1/deposits", deposit(own, "SPOT_WALLET", "USDT", "1e3"), 400, "decimal"),
    ];
    for (path, body, status, words) in rows {
        let (found, answer) = act(&app, path, &body).await;
        assert_eq!(found, status, "{path} {body}: {answer}");
        assert!(answer["error"].as_str().expect("words").contains(words), "{path} {body}: {answer}");
    }
    // A refused owner takes the account along: nothing half-enrolled stays.
    let again = done(&app, "/v1/merchants", &json!({ "name": "Two", "email": "bob@shop.example" })).await;
    assert!(again["link"].is_string());
}
