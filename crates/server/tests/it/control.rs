//! `contract.md` §3, call by call.

use serde_json::{Value, json};

use crate::support::{Sandbox, order, post, postgres_url};

async fn granted(sandbox: &Sandbox, scopes: Value) -> (String, String) {
    let body = json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "scopes": scopes, "ipWhitelist": []});
    let created = sandbox.data(&sandbox.actor("provider"), "/service/provider/create", &body).await;
    let id = created["authorizationId"].as_str().unwrap().to_owned();
    let decided =
        sandbox.controlled("/authorizations/decide", json!({"authorizationId": id, "decision": "approve"})).await;
    assert_eq!(decided, json!({"status": "AUTHORIZED"}));
    (id, created["authorizationToken"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn calls_need_the_token_and_refuse_in_json() {
    let sandbox = Sandbox::ephemeral();
    let url = format!("{}/clock", sandbox.text("/controlUrl"));
    for headers in [&[][..], &[("authorization", "Bearer wrong")][..], &[("authorization", "Basic eDp5")][..]] {
        let (status, _, body) = post(&url, headers, b"{}".to_vec()).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert!(status == 401 && body["error"].is_string(), "{status} {body}");
    }
    let cases = [
        ("/accounts", json!({"kind": "bank", "name": "x"})),
        ("/accounts", json!({"kind": "merchant"})),
        ("/accounts", json!({"kind": "merchant", "name": ""})),
        ("/wallets/credit", json!({"account": "1", "wallet": "FUNDING_WALLET", "currency": "USDT", "amount": "1"})),
        (
            "/wallets/credit",
            json!({"account": sandbox.text("/actors/payer/binanceId"), "wallet": "FUNDING_WALLET", "currency": "USDT", "amount": "-1"}),
        ),
        (
            "/wallets/credit",
            json!({"account": sandbox.text("/actors/payer/binanceId"), "wallet": "POCKET", "currency": "USDT", "amount": "1"}),
        ),
        (
            "/wallets/credit",
            json!({"account": sandbox.text("/actors/payer/binanceId"), "wallet": "SPOT_WALLET", "currency": "NOPE", "amount": "1"}),
        ),
        ("/accounts/freeze", json!({"account": "1"})),
        ("/accounts/unfreeze", json!({"account": sandbox.text("/actors/payer/binanceId"), "reason": " "})),
        ("/merchants/configure", json!({"merchantId": "1", "commissionPercent": "1"})),
        (
            "/merchants/configure",
            json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "commissionPercent": "101"}),
        ),
        (
            "/merchants/configure",
            json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "commissionPercent": "1", "commissionCap": "1"}),
        ),
        (
            "/merchants/configure",
            json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "commissionCurrency": "USDT"}),
        ),
        (
            "/merchants/configure",
            json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "commissionPercent": "1",
                "commissionCurrency": "USDT", "commissionMinimum": "2", "commissionCap": "1"}),
        ),
        ("/merchants/configure", json!({"merchantId": "1", "commissionPercent": "1", "commissionCurrency": "USDT"})),
        (
            "/providers/configure",
            json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "feeSharePercent": "1"}),
        ),
        (
            "/providers/configure",
            json!({"merchantId": sandbox.text("/actors/provider/merchantId"), "allowScopes": ["EVERYTHING"]}),
        ),
        ("/authorizations/decide", json!({"authorizationId": "1", "decision": "approve"})),
        ("/orders/pay", json!({"prepayId": "1", "payer": "1"})),
        ("/webhooks/endpoint", json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "url": "ftp://x"})),
        (
            "/webhooks/endpoint",
            json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "url": "http://169.254.169.254/"}),
        ),
        ("/clock/advance", json!({"ms": -1})),
        ("/faults", json!({"path": "/v2/order", "code": "999999"})),
        ("/restore", json!({"name": "never"})),
        ("/snapshot", json!({"name": "../../etc/passwd"})),
        ("/nothing", json!({})),
    ];
    for (path, body) in cases {
        let (status, answer) = sandbox.control(path, body.clone()).await;
        assert!((400..500).contains(&status) && answer["error"].is_string(), "{path} {body}: {status} {answer}");
    }
}

#[tokio::test]
async fn accounts_are_made_with_empty_wallets_and_credited() {
    let sandbox = Sandbox::ephemeral();
    for kind in ["provider", "merchant", "partner"] {
        let actor = sandbox.controlled("/accounts", json!({"kind": kind, "name": "Corner Shop"})).await;
        let names: Vec<&String> = actor.as_object().unwrap().keys().collect();
        assert_eq!(names, ["apiKey", "apiSecret", "email", "merchantId", "name", "password"]);
        let empty = sandbox.data(&actor, "/v2/balance", &json!({"wallet": "FUNDING_WALLET"})).await;
        assert_eq!(empty["balance"], json!([]), "{kind}");
        let credit =
            json!({"account": actor["merchantId"], "wallet": "SPOT_WALLET", "currency": "BTC", "amount": "0.5"});
        assert_eq!(sandbox.controlled("/wallets/credit", credit).await, json!({"available": "0.5"}));
    }
    let payer = sandbox.controlled("/accounts", json!({"kind": "payer", "name": "Pat"})).await;
    assert_eq!(payer.as_object().unwrap().len(), 4);
}

// What was held survives the process, and what was unfrozen while none ran is brought by the next.
#[tokio::test]
async fn a_refund_to_a_frozen_payer_waits_through_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--data", &folder.path().display().to_string()];
    let sandbox = Sandbox::start(&arguments);
    let (merchant, payer) = (sandbox.actor("merchant"), sandbox.text("/actors/payer/binanceId"));
    let placed = sandbox.data(&merchant, "/v2/order", &order("h1", "10", None)).await;
    sandbox.controlled("/orders/pay", json!({"prepayId": placed["prepayId"], "payer": payer})).await;
    let frozen = sandbox.controlled("/accounts/freeze", json!({"account": payer, "reason": "a test"})).await;
    assert_eq!(frozen, json!({"status": "FROZEN"}));
    let refund = json!({"refundRequestId": "r1", "prepayId": placed["prepayId"], "refundAmount": "10"});
    assert_eq!(sandbox.data(&merchant, "/order/refund", &refund).await["refundStatus"], "REFUND_PENDING");
    sandbox.stop();

    let sandbox = Sandbox::start(&arguments);
    let query = json!({"refundRequestId": "r1"});
    sandbox.controlled("/clock/advance", json!({"ms": 86_400_000})).await;
    assert_eq!(sandbox.data(&merchant, "/order/refund/query", &query).await["refundStatus"], "REFUND_PENDING");
    let order = json!({"prepayId": placed["prepayId"]});
    assert_eq!(sandbox.data(&merchant, "/v2/order/query", &order).await["status"], "REFUNDING");
    sandbox.controlled("/accounts/unfreeze", json!({"account": payer})).await;
    // The loop may be at it already; an advance ends when nothing is due.
    sandbox.controlled("/clock/advance", json!({"ms": 0})).await;
    assert_eq!(sandbox.data(&merchant, "/order/refund/query", &query).await["refundStatus"], "REFUND_SUCCESS");
    assert_eq!(sandbox.data(&merchant, "/v2/order/query", &order).await["status"], "FULL_REFUNDED");
}

#[tokio::test]
async fn commission_and_fee_share_are_configured_and_booked() {
    let sandbox = Sandbox::ephemeral();
    let (_, token) = granted(&sandbox, json!(["CHECKOUT"])).await;
    let (provider, merchant) = (sandbox.actor("provider"), sandbox.actor("merchant"));
    sandbox
        .controlled("/merchants/configure", json!({"merchantId": merchant["merchantId"], "commissionPercent": "1"}))
        .await;
    sandbox
        .controlled("/providers/configure", json!({"merchantId": provider["merchantId"], "feeSharePercent": 25}))
        .await;
    let config = sandbox.data(&provider, "/service/provider/config/query", &json!({})).await;
    assert_eq!(config["allowFeeShare"], true);
    let placed = sandbox.data(&provider, "/v2/order", &order("fee1", "100", Some(&token))).await;
    let pay =
        json!({"prepayId": placed["prepayId"], "payer": sandbox.text("/actors/payer/binanceId"), "currency": "USDT"});
    let paid = sandbox.controlled("/orders/pay", pay.clone()).await;
    assert_eq!(paid["status"], "PAID");
    assert!(paid["transactionId"].as_str().unwrap().starts_with("M_P_"));
    let (status, again) = sandbox.control("/orders/pay", pay).await;
    assert!(status == 400 && again["error"].as_str().unwrap().contains("paid already"), "{status} {again}");
    for (actor, expected) in [(&merchant, 1_099.0), (&provider, 1_000.25)] {
        let balance =
            sandbox.data(actor, "/v2/balance", &json!({"wallet": "FUNDING_WALLET", "currency": "USDT"})).await;
        assert_eq!(balance["balance"][0]["available"].as_f64(), Some(expected));
    }
}

/// Confirmed and paid in one go, at the sandbox's own prices; with the terms of the order's currency.
#[tokio::test]
async fn orders_are_paid_in_other_currencies() {
    let sandbox = Sandbox::ephemeral();
    let merchant = sandbox.actor("merchant");
    let terms = json!({"merchantId": merchant["merchantId"], "commissionCurrency": "USDT", "commissionPercent": 1,
        "commissionMinimum": "0.5", "commissionCap": 2});
    assert_eq!(sandbox.controlled("/merchants/configure", terms).await, json!({}));
    let payer = sandbox.text("/actors/payer/binanceId");
    for (number, currency, amount, charged) in [
        ("pays1", "BNB", "30", "0.50000000"),
        ("pays2", "BTC", "600", "2.00000000"),
        ("pays3", "USDT", "100", "1.00000000"),
    ] {
        let placed = sandbox.data(&merchant, "/v2/order", &order(number, amount, None)).await;
        let pay = json!({"prepayId": placed["prepayId"], "payer": payer, "currency": currency});
        assert_eq!(sandbox.controlled("/orders/pay", pay).await["status"], "PAID", "{currency}");
        let shown = sandbox.data(&merchant, "/v2/order/query", &json!({"prepayId": placed["prepayId"]})).await;
        assert_eq!((&shown["commission"], &shown["currency"]), (&json!(charged), &json!("USDT")), "{currency}");
        let given = &shown["paymentInfo"]["paymentInstructions"][0];
        assert_eq!(given["currency"], currency, "{given}");
    }
    let placed = sandbox.data(&merchant, "/v2/order", &order("pays4", "1", None)).await;
    let (status, refused) = sandbox
        .control("/orders/pay", json!({"prepayId": placed["prepayId"], "payer": payer, "currency": "ETH"}))
        .await;
    assert!(status == 400 && refused["error"].as_str().unwrap().contains("not enough ETH"), "{status} {refused}");
}

#[tokio::test]
async fn authorizations_are_narrowed_and_disabled_by_deciding_again() {
    let sandbox = Sandbox::ephemeral();
    let (id, token) = granted(&sandbox, json!(["CHECKOUT", "BALANCE"])).await;
    let provider = sandbox.actor("provider");
    let balance = json!({"wallet": "FUNDING_WALLET", "BinancePay-technicalServiceProviderAuthId": token});
    sandbox.data(&provider, "/v2/balance", &balance).await;
    let narrow = json!({"authorizationId": id, "decision": "approve", "scopes": ["CHECKOUT"]});
    assert_eq!(sandbox.controlled("/authorizations/decide", narrow).await, json!({"status": "AUTHORIZED"}));
    assert_eq!(sandbox.call(&provider, "/v2/balance", &balance).await.1["code"], "400606");
    let disable = json!({"authorizationId": id, "decision": "disable"});
    assert_eq!(sandbox.controlled("/authorizations/decide", disable).await, json!({"status": "DISABLED"}));
    assert_eq!(sandbox.call(&provider, "/v2/order", &order("late", "1", Some(&token))).await.1["code"], "400203");
}

#[tokio::test]
async fn faults_strike_as_often_as_planned() {
    let sandbox = Sandbox::ephemeral();
    let merchant = sandbox.actor("merchant");
    let planned = sandbox.controlled("/faults", json!({"path": "/v2/order", "code": "400501", "times": 2})).await;
    assert_eq!(planned, json!({"faults": [{"path": "/v2/order", "code": "400501", "times": 2}]}));
    for expected in ["400501", "400501", "000000"] {
        let (_, answer) = sandbox.call(&merchant, "/v2/order", &order("faulty", "1", None)).await;
        assert_eq!(answer["code"], expected);
    }
}

/// Webhooks that nobody answers are retried on the business clock, and parked after the last try.
#[tokio::test]
async fn advancing_the_clock_runs_everything_that_falls_due() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let merchant = sandbox.actor("merchant");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = json!({"merchantId": merchant["merchantId"], "url": format!("http://{closed}/hook")});
    assert_eq!(sandbox.controlled("/webhooks/endpoint", endpoint.clone()).await["url"], endpoint["url"]);
    let placed = sandbox.data(&merchant, "/v2/order", &order("hook1", "1", None)).await;
    sandbox
        .controlled(
            "/orders/pay",
            json!({"prepayId": placed["prepayId"], "payer": sandbox.text("/actors/payer/binanceId")}),
        )
        .await;
    let before = sandbox.controlled("/clock", json!({})).await["now"].as_i64().unwrap();
    let after = sandbox.controlled("/clock/advance", json!({"ms": 24 * 3_600_000})).await["now"].as_i64().unwrap();
    assert_eq!(after - before, 24 * 3_600_000);
    let listed = sandbox.controlled("/webhooks/deliveries", json!({"merchantId": merchant["merchantId"]})).await;
    let [delivery] = listed["deliveries"].as_array().unwrap().as_slice() else { panic!("one delivery: {listed}") };
    assert_eq!(
        *delivery,
        json!({"id": delivery["id"], "merchantId": merchant["merchantId"], "bizType": "PAY", "bizStatus": "PAY_SUCCESS", "bizIdStr": placed["prepayId"], "url": endpoint["url"],
               "attempts": 7, "state": "parked", "lastStatus": null})
    );
    assert!(delivery["id"].as_str().is_some_and(|id| id.parse::<i64>().is_ok()), "{delivery}");
    assert_eq!(
        sandbox
            .controlled("/webhooks/deliveries", json!({"merchantId": sandbox.text("/actors/partner/merchantId")}))
            .await,
        json!({"deliveries": []})
    );
}

#[tokio::test]
async fn requests_expire_when_the_clock_says_so() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let provider = sandbox.actor("provider");
    let body =
        json!({"merchantId": sandbox.text("/actors/merchant/merchantId"), "scopes": ["CHECKOUT"], "ipWhitelist": []});
    let created = sandbox.data(&provider, "/service/provider/create", &body).await;
    sandbox.controlled("/clock/advance", json!({"ms": 24 * 3_600_000})).await;
    let record =
        sandbox.data(&provider, "/service/provider/record/get", &json!({"merchantId": body["merchantId"]})).await;
    assert_eq!(record["status"], "EXPIRED");
    let late = json!({"authorizationId": created["authorizationId"], "decision": "approve"});
    assert_eq!(sandbox.control("/authorizations/decide", late).await.0, 400);
}

// What falls due at the end of an order is told before the clock's answer comes, retries of the message included.
#[tokio::test]
async fn orders_expire_and_are_told_when_the_clock_says_so() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let merchant = sandbox.actor("merchant");
    let id = sandbox.text("/actors/merchant/merchantId");
    // Nobody listens there any more, so the message fails and is tried again, six times over.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = json!({"merchantId": id, "url": format!("http://{closed}/hook")});
    sandbox.controlled("/webhooks/endpoint", endpoint).await;
    sandbox.data(&merchant, "/v2/order", &order("late", "1", None)).await;
    sandbox.data(&merchant, "/v2/order", &order("closed", "1", None)).await;
    let close = json!({"merchantTradeNo": "closed"});
    assert_eq!(sandbox.data(&merchant, "/order/close", &close).await, json!(true));
    let status = async |number: &str| {
        sandbox.data(&merchant, "/v2/order/query", &json!({"merchantTradeNo": number})).await["status"].clone()
    };
    sandbox.controlled("/clock/advance", json!({"ms": 3_599_999})).await;
    assert_eq!((status("late").await, status("closed").await), (json!("INITIAL"), json!("CANCELED")));
    let told = async || {
        let deliveries = sandbox.controlled("/webhooks/deliveries", json!({"merchantId": id})).await;
        let rows = deliveries["deliveries"].as_array().expect("a list").clone();
        rows.iter().map(|row| format!("{} {} {}", row["bizStatus"], row["attempts"], row["state"])).collect::<Vec<_>>()
    };
    assert_eq!(told().await, [r#""PAY_CLOSED" 5 "pending""#]);
    sandbox.controlled("/clock/advance", json!({"ms": 1})).await;
    assert_eq!(status("late").await, "EXPIRED");
    let mut both = told().await;
    both.sort();
    assert_eq!(both, [r#""PAY_CLOSED" 1 "pending""#, r#""PAY_CLOSED" 5 "pending""#]);
    sandbox.controlled("/clock/advance", json!({"ms": 24 * 3_600_000})).await;
    assert_eq!(told().await, [r#""PAY_CLOSED" 7 "parked""#; 2]);
}

// contract.md 3, and one optional field more: who a payer is.
#[tokio::test]
async fn payers_are_identified_when_they_are_enrolled() {
    let sandbox = Sandbox::ephemeral();
    let merchant = sandbox.actor("merchant");
    let names = |first: &str, last: &str, born: &str| {
        json!([{"category": "FIRST_NAME", "value": first}, {"category": "LAST_NAME", "value": last},
               {"category": "DATE_OF_BIRTH", "value": born}])
    };
    let asked = |id: &Value, information: Value| json!({"binanceId": id, "payerType": "INDIVIDUAL", "information": information});
    let seeded = json!(sandbox.text("/actors/payer/binanceId"));
    let path = "/order/payer/verification";
    let robin = asked(&seeded, names("Robin", "Reader", "1990-02-28"));
    assert_eq!(sandbox.data(&merchant, path, &robin).await, json!(true));
    let other = asked(&seeded, names("Robin", "Reader", "1990-03-01"));
    assert_eq!(sandbox.data(&merchant, path, &other).await, json!(false));

    let ann = names("Ann", "O'Neill", "1980-01-01");
    let enrol = async |identity: Value| {
        let body = json!({"kind": "payer", "name": "Ann", "identity": identity});
        sandbox.controlled("/accounts", body).await["binanceId"].clone()
    };
    let known = enrol(json!({"payerType": "INDIVIDUAL", "information": ann})).await;
    assert_eq!(sandbox.data(&merchant, path, &asked(&known, ann.clone())).await, json!(true));
    let begun = enrol(json!({"payerType": "INDIVIDUAL", "kyc": "INCOMPLETE", "information": ann})).await;
    for id in [begun, enrol(Value::Null).await] {
        assert_eq!(sandbox.call(&merchant, path, &asked(&id, ann.clone())).await.1["code"], "400602");
    }
    for (body, reason) in [
        (
            json!({"kind": "merchant", "name": "Shop", "identity": {"payerType": "INDIVIDUAL", "information": ann}}),
            "only a payer",
        ),
        (
            json!({"kind": "payer", "name": "Ann", "identity": {"payerType": "INDIVIDUAL", "information": []}}),
            "missing",
        ),
        (
            json!({"kind": "payer", "name": "Ann", "identity": {"payerType": "CORPORATE",
                   "information": [{"category": "HAIR", "value": "red"}]}}),
            "HAIR",
        ),
    ] {
        let (status, answer) = sandbox.control("/accounts", body).await;
        assert!(
            status == 400 && answer["error"].as_str().is_some_and(|text| text.contains(reason)),
            "{status} {answer}"
        );
    }
}

#[tokio::test]
async fn approvals_write_mails_that_never_show_the_token() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let (_, token) = granted(&sandbox, json!(["CHECKOUT"])).await;
    sandbox.controlled("/clock/advance", json!({"ms": 0})).await;
    let mails = sandbox.controlled("/mail", json!({})).await;
    let to: Vec<&str> = mails["messages"].as_array().unwrap().iter().map(|mail| mail["to"].as_str().unwrap()).collect();
    assert!(to.contains(&"provider@sandbox.example") && to.contains(&"merchant@sandbox.example"), "{mails}");
    assert!(!mails.to_string().contains(&token));
}

#[tokio::test]
async fn a_snapshot_is_restored_with_its_clock() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let merchant = sandbox.actor("merchant");
    sandbox.data(&merchant, "/v2/order", &order("kept", "1", None)).await;
    let now = sandbox.controlled("/clock", json!({})).await;
    assert_eq!(sandbox.controlled("/snapshot", json!({"name": "before"})).await, json!({"name": "before"}));
    sandbox.data(&merchant, "/v2/order", &order("lost", "1", None)).await;
    sandbox.controlled("/clock/advance", json!({"ms": 5_000})).await;
    assert_eq!(sandbox.controlled("/restore", json!({"name": "before"})).await, json!({"name": "before"}));
    assert_eq!(sandbox.controlled("/clock", json!({})).await, now);
    sandbox.data(&merchant, "/v2/order/query", &json!({"merchantTradeNo": "kept"})).await;
    assert_eq!(
        sandbox.call(&merchant, "/v2/order/query", &json!({"merchantTradeNo": "lost"})).await.1["code"],
        "400202"
    );
}

#[tokio::test]
async fn snapshots_are_refused_on_postgresql() {
    let url = postgres_url();
    let sandbox = Sandbox::start(&["--ephemeral", "--database", &url]);
    let (status, answer) = sandbox.control("/snapshot", json!({"name": "x"})).await;
    assert!(status == 400 && answer["error"].as_str().unwrap().contains("SQLite"), "{status} {answer}");
}
