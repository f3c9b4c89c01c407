//! `contract.md` §2: one line of JSON, these keys, this world.

use serde_json::{Value, json};

use crate::support::{Sandbox, get, postgres_url};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn assert_shape(sandbox: &Sandbox) {
    let mut top = ["event", "version", "baseUrl", "portalUrl", "controlUrl", "controlToken", "actors"];
    top.sort_unstable();
    assert_eq!(keys(&sandbox.ready), top);
    assert_eq!(sandbox.ready["event"], "ready");
    let base = sandbox.text("/baseUrl");
    assert_eq!(sandbox.text("/portalUrl"), format!("{base}/portal"));
    assert_eq!(sandbox.text("/controlUrl"), format!("{base}/sandbox/v1"));
    for role in ["provider", "merchant", "partner"] {
        assert_eq!(
            keys(&sandbox.actor(role)),
            ["apiKey", "apiSecret", "email", "merchantId", "name", "password"],
            "{role}"
        );
        let key = sandbox.text(&format!("/actors/{role}/apiKey"));
        assert!(key.len() == 64 && key.starts_with("csbx"), "{key}");
    }
    assert_eq!(keys(&sandbox.actor("payer")), ["binanceId", "email", "name", "password"]);
    assert_eq!(keys(&sandbox.actor("operator")), ["email", "password"]);
}

/// What the seeded world promises about money and scopes.
async fn assert_world(sandbox: &Sandbox) {
    let provider = sandbox.actor("provider");
    let config = sandbox.data(&provider, "/service/provider/config/query", &json!({})).await;
    assert_eq!((config["allowFeeShare"].clone(), config["allowScopes"].as_array().unwrap().len()), (json!(false), 10));
    for role in ["provider", "merchant", "partner"] {
        let balance = sandbox.data(&sandbox.actor(role), "/v2/balance", &json!({"wallet": "FUNDING_WALLET"})).await;
        assert_eq!(balance["balance"].as_array().unwrap().len(), 1, "{role}: {balance}");
        assert_eq!(
            (balance["balance"][0]["asset"].clone(), balance["balance"][0]["available"].as_f64()),
            (json!("USDT"), Some(1_000.0))
        );
    }
    for (currency, expected) in [("USDT", "10001"), ("USDC", "10001"), ("BNB", "11"), ("BTC", "2")] {
        let body = json!({"account": sandbox.text("/actors/payer/binanceId"), "wallet": "FUNDING_WALLET", "currency": currency, "amount": "1"});
        assert_eq!(sandbox.controlled("/wallets/credit", body).await, json!({"available": expected}));
    }
}

#[tokio::test]
async fn an_ephemeral_sandbox_on_sqlite_is_the_promised_world() {
    let sandbox = Sandbox::ephemeral();
    assert_eq!(sandbox.line.matches('\n').count(), 1);
    assert_shape(&sandbox);
    assert_world(&sandbox).await;
    assert_eq!(sandbox.stop().code(), Some(0), "SIGTERM drains and ends with 0");
}

#[tokio::test]
async fn an_ephemeral_sandbox_on_postgresql_is_the_same_world() {
    let url = postgres_url();
    let sandbox = Sandbox::start(&["--ephemeral", "--database", &url]);
    assert_shape(&sandbox);
    assert_world(&sandbox).await;
    assert_eq!(sandbox.stop().code(), Some(0));
}

#[tokio::test]
async fn a_world_in_a_folder_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let first = Sandbox::start(&["--data", &data]);
    let actors = first.ready["actors"].clone();
    let merchant = first.actor("merchant");
    first.data(&merchant, "/v2/order", &crate::support::order("kept1", "1", None)).await;
    assert_eq!(first.stop().code(), Some(0));
    let second = Sandbox::start(&["--data", &data]);
    assert_eq!(second.ready["actors"], actors, "the same people with the same secrets");
    let order = second.data(&merchant, "/v2/order/query", &json!({"merchantTradeNo": "kept1"})).await;
    assert_eq!(order["status"], "INITIAL");
}

#[tokio::test]
async fn pages_answer_to_our_names_only_and_the_wire_to_any() {
    let sandbox = Sandbox::ephemeral();
    let base = sandbox.text("/baseUrl");
    let (status, ..) = get(&format!("{base}/portal/sign-in"), &[]).await;
    assert_eq!(status, 200);
    for path in ["/", "/mail", "/portal/sign-in"] {
        let (status, ..) = get(&format!("{base}{path}"), &[("host", "rebound.example")]).await;
        assert_eq!(status, 421, "{path}");
    }
    let (status, ..) = get(&format!("{base}/binancepay/openapi/v2/order"), &[("host", "bpay.binanceapi.com")]).await;
    assert_eq!(status, 400, "the wire's own refusal of a GET");
}
