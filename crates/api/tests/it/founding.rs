//! The founding document's flow with its own sample bodies, ids aside: query scopes, ask, decide, act for the merchant, get
//! paid; and the decisions about authorizations, `decisions.md` rows 16 to 20 and 28.

use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_domain::{Scope, ScopeSet};
use countersign_store::queries::outbox::{Channel, Message};
use countersign_testkit::{Answer, BASE_URL, Merchant, Provider, Terms, on_both_engines};
use countersign_wire::body::TOKEN_KEY;
use serde_json::{Value, json};

use crate::samples;

const CONFIG: &str = "/service/provider/config/query";
const CREATE: &str = "/service/provider/create";
const RECORD_GET: &str = "/service/provider/record/get";
const RECORD: &str = "/service/provider/record";

/// "Sample Request" of step 2, the merchant's id aside.
fn create_body(merchant: &Merchant) -> String {
    let sample = r#"{    "merchantId": "merchant1",    "scopes": [      "CONVERT",      "CHECKOUT"    ],    "ipWhitelist": [      "",      ""    ]}"#;
    sample.replace("merchant1", &merchant.id.to_string())
}

/// "Create Order API Request Example", the token aside.
fn order_body(token: &str) -> String {
    let sample = r#"{      "BinancePay-technicalServiceProviderAuthId":"334nfjhre0rbfle7",  "env" : {    "terminalType": "WEB"  },  "merchantTradeNo": "order72383730",  "orderAmount": 0.01,  "currency": "USDT",  "goods" : {    "goodsType": "01",    "goodsCategory": "D000",    "referenceGoodsId": "7876763A3B",    "goodsName": "Green Apple",    "goodsDetail": "Green colored sweet apple"  }}"#;
    sample.replace("334nfjhre0rbfle7", token)
}

/// The same without the token's line: "if no authorization token is passed, funds will be settled to your account instead".
fn own_order_body() -> String {
    let mut body: Value = serde_json::from_str(&order_body("x")).expect("the sample is JSON");
    body.as_object_mut().expect("an object").remove(TOKEN_KEY);
    body.to_string()
}

async fn ask(provider: &Provider, body: Value) -> Answer {
    provider.call(CREATE, body).await
}

fn request_for(merchant: &Merchant, scopes: &[&str], addresses: &[&str]) -> Value {
    json!({"merchantId": merchant.id.to_string(), "scopes": scopes, "ipWhitelist": addresses})
}

async fn record(provider: &Provider, merchant: &Merchant) -> Answer {
    provider.call(RECORD_GET, json!({"merchantId": merchant.id.to_string()})).await
}

/// Asserts what a record says in the fields that are given.
#[track_caller]
fn assert_shows(answer: &Answer, expected: &Value) {
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&answer.data()[key], value, "{key} in {}", answer.text);
    }
}

fn id(answer: &Answer) -> countersign_domain::id::AuthorizationId {
    answer.text_of("authorizationId").parse().expect("an id is a number")
}

fn labels(messages: &[Message]) -> Vec<(String, String)> {
    messages.iter().map(|message| (message.event_kind.clone(), message.event_status.clone())).collect()
}

on_both_engines! {
    async fn the_founding_documents_flow(app: TestApp) {
        let (provider, merchant) = (app.provider("Technical Provider").await, app.merchant("Merchant One").await);
        let (operator, payer) = (app.operator().await, app.payer_with("1").await);
        provider.set_endpoint("https://provider.test/hook").await;
        merchant.set_endpoint("https://merchant.test/hook").await;

        // Step 1. The document's provider has seven of the ten scopes and no fee share.
        let seven = [
            Scope::Convert, Scope::Refund, Scope::Checkout, Scope::Payout, Scope::Report, Scope::InternalTransfer,
            Scope::Balance,
        ];
        operator.set_allowed_scopes(provider.id, seven.into_iter().collect()).await;
        let config = provider.call(CONFIG, json!({})).raw_body("").without_header("content-type").await;
        let sample = r#"{  "status": "SUCCESS",  "code": "000000",  "data": {    "allowFeeShare": false,    "allowScopes": [      "CONVERT",      "REFUND",      "CHECKOUT",      "PAYOUT",      "REPORT",      "INTERNAL_TRANSFER",      "BALANCE"    ]  }}"#;
        assert_eq!(config.ordered(), countersign_testkit::Ordered::parse(sample));

        // Step 2.
        let created = provider.call(CREATE, json!({})).raw_body(create_body(&merchant)).await;
        let (token, authorization) = (created.text_of("authorizationToken"), created.text_of("authorizationId"));
        let expected = format!(
            r#"{{"authorizationId":"{authorization}","merchantName":"Merchant One","authorizationToken":"{token}","merchantId":"{}","status":"PENDING","redirectUrl":"{BASE_URL}/portal/review-authorization?authId={authorization}","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":[]}}"#,
            merchant.id
        );
        assert_eq!(created.text, format!(r#"{{"status":"SUCCESS","code":"000000","data":{expected}}}"#));
        assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");

        // The token is handed out already, and inert.
        let order = || provider.call("/v2/order", json!({})).raw_body(order_body(&token));
        order().await.refused("400203");

        // Step 3. The merchant agrees; the provider is told.
        let terms = Terms::of(&[Scope::Convert, Scope::Checkout]);
        merchant.approve(id(&created), &terms).await.expect("it waits for the merchant");
        let told = app.messages(Channel::Webhook, provider.id).await;
        assert_eq!(labels(&told), [("AUTHORIZATION".to_owned(), "AGREED".to_owned())]);
        assert_eq!(told[0].destination, "https://provider.test/hook");
        assert_eq!(told[0].subject.to_string(), authorization);
        assert!(!told[0].event.contains(&token), "the stored event must not hold the token");
        assert_eq!(record(&provider, &merchant).await.data()["status"], "AUTHORIZED");

        // The call on behalf of the merchant: its order, its money.
        let placed = order().await;
        assert_eq!(placed.data()["totalFee"], "0.01");
        let prepay_id = placed.text_of("prepayId");
        assert_eq!(app.merchant_of(&prepay_id).await, merchant.id);
        payer.pay(&prepay_id).await;
        assert_eq!(app.usdt(&merchant).await, "0.01");
        assert_eq!(app.usdt(&provider).await, "0");
        assert_eq!(app.usdt(&payer).await, "0.99");
        let query = provider.call("/v2/order/query", json!({"prepayId": prepay_id})).on_behalf(token.as_str()).await;
        assert_eq!(query.data()["status"], "PAID");
        assert_eq!(query.data()["merchantId"], json!(merchant.id.get()));

        // "If no authorization token is passed, funds will be settled to your merchant account instead." The same
        // merchantTradeNo is another merchant's space.
        let own = provider.call("/v2/order", json!({})).raw_body(own_order_body()).await;
        payer.pay(&own.text_of("prepayId")).await;
        assert_eq!(app.usdt(&provider).await, "0.01");
        assert_eq!(app.usdt(&merchant).await, "0.01");

        // "Merchant Reject": another merchant says no.
        let shy = app.merchant("Shy").await;
        let asked = provider.call(CREATE, json!({})).raw_body(create_body(&shy)).await;
        shy.reject(id(&asked)).await.expect("it waits for the merchant");
        let told = app.messages(Channel::Webhook, provider.id).await;
        let last = told.last().expect("something was told");
        assert_eq!((last.event_status.as_str(), last.subject.to_string()), ("REJECTED", asked.text_of("authorizationId")));
        provider.call("/v2/order", json!({})).raw_body(order_body(&asked.text_of("authorizationToken"))).await.refused("400203");
    }

    // Row 20, and what the balance call says of both sides.
    async fn balances_follow_the_token(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let payer = app.payer_with("100").await;
        let authority = app.grant(&provider, &merchant, &[Scope::Checkout, Scope::Balance]).await;
        let order = provider.call("/v3/order", samples::order_v3("t1")).on_behalf(authority.token.as_str()).await;
        payer.pay(&order.text_of("prepayId")).await;
        let balance = || provider.call("/v2/balance", json!({"wallet": "FUNDING_WALLET", "currency": "USDT"}));
        let text = |answer: &Answer| {
            let data = answer.ordered();
            let list = data.get("data").and_then(|data| data.get("balance")).expect("a balance").to_string();
            countersign_testkit::Ordered::parse(&list).to_string()
        };
        assert!(text(&balance().on_behalf(authority.token.as_str()).await).contains("\"available\": 25.17000000"));
        assert!(text(&balance().await).contains("\"available\": 0.00000000"));
    }

    // Row 16.
    async fn a_second_request_supersedes_the_open_one(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let first = ask(&provider, request_for(&merchant, &["CHECKOUT"], &[])).await;
        let second = ask(&provider, request_for(&merchant, &["BALANCE"], &["203.0.113.7"])).await;
        assert_ne!(first.text_of("authorizationToken"), second.text_of("authorizationToken"));
        merchant.approve(id(&first), &Terms::of(&[Scope::Checkout])).await.expect_err("its link is dead");
        merchant.reject(id(&first)).await.expect_err("its link is dead");
        let newest = record(&provider, &merchant).await;
        assert_shows(&newest, &json!({"authorizationId": second.text_of("authorizationId"), "status": "PENDING",
            "scopes": ["BALANCE"], "ipWhitelist": ["203.0.113.7"]}));
        let page = provider.call(RECORD, json!({"page": 1, "rows": 10})).await;
        let statuses: Vec<_> = page.data()["rows"].as_array().expect("rows").iter().map(|row| row["status"].clone()).collect();
        assert_eq!(statuses, ["PENDING", "EXPIRED"]);
        merchant.approve(id(&second), &Terms::of(&[Scope::Balance])).await.expect("it is open");
        provider.call("/v2/order", samples::order_v2("t1")).on_behalf(first.text_of("authorizationToken")).await.refused("400203");
        // Requests of other pairs are not touched.
        let (other_provider, other_merchant) = (app.provider("Beta").await, app.merchant("Store").await);
        let a = ask(&other_provider, request_for(&merchant, &["CHECKOUT"], &[])).await;
        let b = ask(&other_provider, request_for(&other_merchant, &["CHECKOUT"], &[])).await;
        for (asked, who) in [(a, &merchant), (b, &other_merchant)] {
            who.approve(id(&asked), &Terms::of(&[Scope::Checkout])).await.expect("each pair has its own");
        }
    }

    // Row 17, agreed to.
    async fn a_change_request_replaces_the_grant_and_keeps_the_token(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint("https://provider.test/hook").await;
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let change = ask(&provider, request_for(&merchant, &["BALANCE"], &["203.0.113.0/24"])).await;
        assert_shows(&change, &json!({"authorizationToken": grant.token, "status": "PENDING", "scopes": ["BALANCE"]}));
        assert_ne!(id(&change), grant.id, "the request is a record of its own");
        let order = |number: &str| provider.call("/v2/order", samples::order_v2(number)).on_behalf(grant.token.as_str());
        let balance = || provider.call("/v2/balance", json!({"wallet": "SPOT_WALLET"})).on_behalf(grant.token.as_str());
        order("t1").await.data();
        balance().await.refused("400606");
        // Row 20: the one in force is shown, not the newer request.
        assert_shows(&record(&provider, &merchant).await,
            &json!({"authorizationId": grant.id.to_string(), "status": "AUTHORIZED", "scopes": ["CHECKOUT"]}));

        merchant.approve(id(&change), &Terms::of(&[Scope::Balance])).await.expect("it is open");
        order("t2").await.refused("400606");
        balance().await.data();
        balance().from_address("198.51.100.1").await.refused("400004");
        assert_shows(&record(&provider, &merchant).await, &json!({
            "authorizationId": grant.id.to_string(), "authorizationToken": grant.token, "status": "AUTHORIZED",
            "scopes": ["BALANCE"], "ipWhitelist": ["203.0.113.0/24"],
        }));
        let told = app.messages(Channel::Webhook, provider.id).await;
        let last = told.last().expect("something was told");
        assert_eq!((last.event_status.as_str(), last.subject), ("CHANGED", grant.id.get()), "with the grant's id");
        merchant.approve(id(&change), &Terms::of(&[Scope::Balance])).await.expect_err("decided once");
    }

    // Row 17, refused; and a withdrawal takes an open change request with it.
    async fn a_refused_change_leaves_the_grant(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint("https://provider.test/hook").await;
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let change = ask(&provider, request_for(&merchant, &["BALANCE"], &[])).await;
        merchant.reject(id(&change)).await.expect("it is open");
        provider.call("/v2/order", samples::order_v2("t1")).on_behalf(grant.token.as_str()).await.data();
        let told = app.messages(Channel::Webhook, provider.id).await;
        let last = told.last().expect("something was told");
        assert_eq!((last.event_status.as_str(), last.subject), ("REJECTED", id(&change).get()), "with the request's id");
        assert_shows(&record(&provider, &merchant).await, &json!({"authorizationId": grant.id.to_string(), "status": "AUTHORIZED"}));

        let change = ask(&provider, request_for(&merchant, &["BALANCE"], &[])).await;
        merchant.disable(grant.id).await.expect("it is in force");
        merchant.approve(id(&change), &Terms::of(&[Scope::Balance])).await.expect_err("the request died with its grant");
    }

    // Row 17: after DISABLED, REJECTED or EXPIRED there is a new token.
    async fn after_an_end_there_is_a_new_token(app: TestApp) {
        let provider = app.provider("Acme").await;
        let mut tokens = Vec::new();
        for end in ["disable", "reject", "expire", "end"] {
            let merchant = app.merchant(end).await;
            let old = provider.request(&merchant, &Terms::all()).await;
            match end {
                "disable" => {
                    merchant.approve(old.id, &Terms::all()).await.expect("it is open");
                    merchant.disable(old.id).await.expect("it is in force");
                }
                "reject" => merchant.reject(old.id).await.expect("it is open"),
                "expire" => app.advance_ms(DAY_MS),
                _ => {
                    let terms = Terms { ends_at: Some(app.now().plus_ms(1)), ..Terms::all() };
                    merchant.approve(old.id, &terms).await.expect("it is open");
                    app.advance_ms(1);
                }
            }
            let new = ask(&provider, request_for(&merchant, &["CHECKOUT"], &[])).await;
            assert_eq!(new.data()["status"], "PENDING", "{end}");
            merchant.approve(id(&new), &Terms::of(&[Scope::Checkout])).await.expect("it is open");
            let order = samples::order_v2("t1");
            provider.call("/v2/order", order.clone()).on_behalf(old.token.as_str()).await.refused("400203");
            provider.call("/v2/order", order).on_behalf(new.text_of("authorizationToken")).await.data();
            tokens.extend([old.token, new.text_of("authorizationToken")]);
        }
        let distinct: std::collections::BTreeSet<_> = tokens.iter().collect();
        assert_eq!(distinct.len(), tokens.len());
    }

    // Row 18.
    async fn a_request_can_be_decided_for_24_hours(app: TestApp) {
        let provider = app.provider("Acme").await;
        let (early, late) = (app.merchant("Early").await, app.merchant("Late").await);
        let first = ask(&provider, request_for(&early, &["CHECKOUT"], &[])).await;
        let second = ask(&provider, request_for(&late, &["CHECKOUT"], &[])).await;
        app.advance_ms(DAY_MS - 1);
        early.approve(id(&first), &Terms::of(&[Scope::Checkout])).await.expect("a millisecond is left");
        assert_shows(&record(&provider, &late).await, &json!({"status": "PENDING"}));
        app.advance_ms(1);
        late.approve(id(&second), &Terms::of(&[Scope::Checkout])).await.expect_err("it is too late");
        assert_shows(&record(&provider, &late).await, &json!({"status": "EXPIRED"}));
        assert_eq!(app.expire_due().await, 1, "the job records it");
        assert_shows(&record(&provider, &late).await, &json!({"status": "EXPIRED"}));
        assert_eq!(app.expire_due().await, 0);
    }

    // Row 19: the five names, and what a grant that ends by its own date tells.
    async fn statuses_have_their_five_names(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint("https://provider.test/hook").await;
        let status = async || record(&provider, &merchant).await.text_of("status");
        let asked = provider.request(&merchant, &Terms::all()).await;
        assert_eq!(status().await, "PENDING");
        merchant.reject(asked.id).await.expect("it is open");
        assert_eq!(status().await, "REJECTED");
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        assert_eq!(status().await, "AUTHORIZED");
        merchant.freeze(grant.id).await.expect("it is in force");
        assert_eq!(status().await, "DISABLED");
        merchant.unfreeze(grant.id).await.expect("it is frozen");
        assert_eq!(status().await, "AUTHORIZED");
        merchant.disable(grant.id).await.expect("it is in force");
        assert_eq!(status().await, "DISABLED");
        let terms = Terms { ends_at: Some(app.now().plus_ms(HOUR_MS)), ..Terms::of(&[Scope::Checkout]) };
        let ending = app.grant_on(&provider, &merchant, &terms).await;
        assert_eq!(status().await, "AUTHORIZED");
        app.advance_ms(HOUR_MS);
        assert_eq!(status().await, "EXPIRED");
        let before = app.messages(Channel::Webhook, provider.id).await.len();
        assert_eq!(app.expire_due().await, 1);
        let told = app.messages(Channel::Webhook, provider.id).await;
        assert_eq!(told.len(), before + 1);
        let last = told.last().expect("something was told");
        assert_eq!((last.event_status.as_str(), last.subject), ("DISABLED", ending.id.get()));
    }

    // Row 20: none.
    async fn a_merchant_that_was_never_asked_has_no_record(app: TestApp) {
        let (provider, stranger) = (app.provider("Acme").await, app.provider("Beta").await);
        let merchant = app.merchant("Shop").await;
        record(&provider, &merchant).await.refused("400208");
        app.grant(&stranger, &merchant, &[Scope::Checkout]).await;
        record(&provider, &merchant).await.refused("400208");
        provider.call(RECORD_GET, json!({"merchantId": "999"})).await.refused("400208");
        provider.call(RECORD_GET, json!({"merchantId": "merchant1"})).await.refused("400208");
        provider.call(RECORD_GET, json!({"merchantId": "99999999999999999999999999999999"})).await.refused("400208");
    }

    // Row 53.
    async fn requests_that_cannot_be_made_are_refused(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let operator = app.operator().await;
        let allowed: ScopeSet = [Scope::Checkout].into_iter().collect();
        operator.set_allowed_scopes(provider.id, allowed).await;
        let own = provider.id.to_string();
        let rows = [
            (json!({"merchantId": "123456789012", "scopes": ["CHECKOUT"], "ipWhitelist": []}), "400208"),
            (json!({"merchantId": "merchant1", "scopes": ["CHECKOUT"], "ipWhitelist": []}), "400208"),
            (json!({"merchantId": own, "scopes": ["CHECKOUT"], "ipWhitelist": []}), "400001"),
            (request_for(&merchant, &["CHECKOUT", "BALANCE"], &[]), "400102"),
            (request_for(&merchant, &["ORDERS"], &[]), "400102"),
            (request_for(&merchant, &[], &[]), "400100"),
            (request_for(&merchant, &["CHECKOUT"], &["10.0.0.300"]), "400101"),
            (request_for(&merchant, &["CHECKOUT"], &["10.0.0.1/8"]), "400101"),
            (request_for(&merchant, &["CHECKOUT"], &["shop.example"]), "400101"),
        ];
        let before = app.footprint().await;
        for (body, code) in rows {
            let answer = ask(&provider, body.clone()).await;
            assert_eq!(answer.code, code, "{body}: {}", answer.text);
        }
        merchant.call(CREATE, request_for(&merchant, &["CHECKOUT"], &[])).await.refused("400203");
        before.assert_same(&app.footprint().await, "a refused request");
        // A number instead of a string, blanks around addresses and repeated scopes do no harm.
        let lenient = json!({"merchantId": merchant.id.get(), "scopes": ["CHECKOUT", "CHECKOUT"], "ipWhitelist": ["", " 203.0.113.7 ", "203.0.113.7", null]});
        assert_shows(&ask(&provider, lenient).await, &json!({"scopes": ["CHECKOUT"], "ipWhitelist": ["203.0.113.7"], "merchantId": merchant.id.to_string()}));
    }

    async fn records_come_in_pages(app: TestApp) {
        let (provider, stranger) = (app.provider("Acme").await, app.provider("Beta").await);
        let mut asked = Vec::new();
        for number in 0..12 {
            let merchant = app.merchant(&format!("Shop {number}")).await;
            app.advance_ms(1);
            asked.push((provider.request(&merchant, &Terms::all()).await.id.to_string(), merchant));
        }
        stranger.request(&asked[0].1, &Terms::all()).await;
        let page = async |page: i64, rows: i64| {
            let answer = provider.call(RECORD, json!({"page": page, "rows": rows})).await;
            let ids: Vec<_> = answer.data()["rows"].as_array().expect("rows").iter().map(|row| row["authorizationId"].as_str().expect("an id").to_owned()).collect();
            (answer.data()["total"].as_i64().expect("a number"), ids)
        };
        let newest_first: Vec<_> = asked.iter().rev().map(|(id, _)| id.clone()).collect();
        assert_eq!(page(1, 5).await, (12, newest_first[..5].to_vec()));
        assert_eq!(page(2, 5).await, (12, newest_first[5..10].to_vec()));
        assert_eq!(page(3, 5).await, (12, newest_first[10..].to_vec()));
        assert_eq!(page(4, 5).await, (12, vec![]));
        assert_eq!(page(1_000_000, 10).await, (12, vec![]));
        let of_one = json!({"page": 1, "rows": 10, "merchantId": asked[3].1.id.to_string()});
        let answer = provider.call(RECORD, of_one).await;
        assert_eq!((answer.data()["total"].clone(), answer.data()["rows"].as_array().map(Vec::len)), (json!(1), Some(1)));
        let row = countersign_testkit::Ordered::parse(&answer.data()["rows"][0].to_string());
        assert_eq!(row.get("authorizationId").map(|id| id.text().to_owned()), Some(format!("\"{}\"", asked[3].0)));
        let text = answer.ordered();
        let Some(countersign_testkit::Ordered::List(rows)) = text.get("data").and_then(|data| data.get("rows")) else { panic!("{text}") };
        let keys = ["authorizationId", "merchantName", "authorizationToken", "merchantId", "status", "scopes", "ipWhitelist"];
        assert_eq!(rows[0].keys(), keys, "a record has no redirectUrl");
        assert_eq!(text.get("data").expect("data").keys(), ["total", "rows"]);
    }

    // A merchant narrows what it granted, without the provider.
    async fn a_grant_can_be_narrowed(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint("https://provider.test/hook").await;
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout, Scope::Balance]).await;
        merchant.regrant(grant.id, &Terms::of(&[Scope::Balance])).await.expect("it gives no new scope");
        provider.call("/v2/order", samples::order_v2("t1")).on_behalf(grant.token.as_str()).await.refused("400606");
        provider.call("/v2/balance", json!({"wallet": "SPOT_WALLET"})).on_behalf(grant.token.as_str()).await.data();
        merchant.regrant(grant.id, &Terms::of(&[Scope::Balance, Scope::Checkout])).await.expect_err("that would widen it");
        let told = app.messages(Channel::Webhook, provider.id).await;
        assert_eq!(told.last().map(|last| (last.event_status.as_str(), last.subject)), Some(("CHANGED", grant.id.get())));
        assert_shows(&record(&provider, &merchant).await, &json!({"scopes": ["BALANCE"], "status": "AUTHORIZED"}));
        // Whoever is not that merchant decides nothing.
        let other = app.merchant("Other").await;
        other.disable(grant.id).await.expect_err("it is not theirs");
        other.approve(grant.id, &Terms::all()).await.expect_err("it is not theirs");
    }

    // Rows 21: the commission, and the provider's share of it.
    async fn commission_and_fee_share_are_booked_with_the_payment(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let (operator, payer) = (app.operator().await, app.payer_with("1000").await);
        operator.set_commission(merchant.id, 10_000).await;
        operator.set_commission(provider.id, 10_000).await;
        operator.set_fee_share(provider.id, 250_000).await;
        let config = provider.call(CONFIG, json!({})).await;
        assert_eq!(config.data()["allowFeeShare"], true);
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let order = |number: &str, amount: &str| {
            let mut body = samples::order_v2(number);
            body["orderAmount"] = json!(amount);
            provider.call("/v2/order", body)
        };
        let placed = order("t1", "100").on_behalf(grant.token.as_str()).await.text_of("prepayId");
        payer.pay(&placed).await;
        assert_eq!(app.usdt(&merchant).await, "99");
        assert_eq!(app.usdt(&provider).await, "0.25");
        // What does not divide is rounded down, in the merchant's favour; the smallest amount bears no fee.
        let placed = order("t2", "0.00000001").on_behalf(grant.token.as_str()).await.text_of("prepayId");
        payer.pay(&placed).await;
        assert_eq!(app.usdt(&merchant).await, "99.00000001");
        assert_eq!(app.usdt(&provider).await, "0.25");
        // Its own orders earn a provider no share.
        let placed = order("t3", "100").await.text_of("prepayId");
        payer.pay(&placed).await;
        assert_eq!(app.usdt(&provider).await, "99.25");
        let query = provider.call("/v2/order/query", json!({"merchantTradeNo": "t1"})).on_behalf(grant.token).await;
        assert_eq!(query.data()["commission"], "1.00000000");
    }

    // Row 28: whose numbers, and where its webhooks go.
    async fn an_order_through_a_token_is_the_merchants(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let payer = app.payer_with("1000").await;
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let on_behalf = |body: Value| provider.call("/v2/order", body).on_behalf(grant.token.as_str());
        let url = |number: &str, url: &str| {
            let mut body = samples::order_v2(number);
            body["webhookUrl"] = json!(url);
            body
        };
        // One space of numbers, whoever creates.
        on_behalf(samples::order_v2("one")).await.data();
        merchant.call("/v2/order", samples::order_v2("one")).await.refused("400201");
        provider.call("/v2/order", samples::order_v2("one")).await.data();
        merchant.call("/v2/order/query", json!({"merchantTradeNo": "one"})).await.data();
        provider.set_endpoint("https://provider.test/hook").await;
        merchant.set_endpoint("https://merchant.test/hook").await;
        let shared = "https://merchant.test/hook";
        let (p, m) = (provider.id, merchant.id);
        let rows: Vec<(Value, Vec<(_, &str)>)> = vec![
            (samples::order_v2("a"), vec![(p, "https://provider.test/hook"), (m, "https://merchant.test/hook")]),
            (url("b", "https://call.test/x"), vec![(p, "https://call.test/x"), (m, "https://merchant.test/hook")]),
            (url("c", shared), vec![(p, shared)]),
        ];
        for (body, expected) in rows {
            let number = body["merchantTradeNo"].clone();
            let prepay_id = on_behalf(body).await.text_of("prepayId");
            payer.pay(&prepay_id).await;
            let mut told = Vec::new();
            for owner in [p, m] {
                let messages = app.messages(Channel::Webhook, owner).await;
                let of_order = messages.into_iter().filter(|message| message.subject.to_string() == prepay_id);
                told.extend(of_order.map(|message| (message.merchant_id, message.destination)));
            }
            let told: Vec<_> = told.iter().map(|(owner, url)| (*owner, url.as_str())).collect();
            assert_eq!(told, expected, "{number}");
        }
        // The merchant's own order is the merchant's alone.
        let own = merchant.call("/v2/order", samples::order_v2("d")).await.text_of("prepayId");
        payer.pay(&own).await;
        let to_provider = app.messages(Channel::Webhook, p).await;
        assert!(to_provider.iter().all(|message| message.subject.to_string() != own), "the provider learns nothing");
    }
}
