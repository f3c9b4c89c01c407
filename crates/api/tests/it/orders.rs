//! Orders and balances: what the answers look like, and what is refused.

use countersign_domain::external_posting::{ExternalReference, PostingKind, PostingTerms};
use countersign_domain::id::{OrderId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::{Amount, Currency, Scope, Timestamp};
use countersign_service::accounts::{self, AccountError};
use countersign_service::audit::Actor;
use countersign_service::operator::{self, Caller, NewPosting, PostError};
use countersign_service::orders::{self, ConfirmPrice, PayError};
use serde_json::{Value, json};

use crate::support::{App, NOW_MS, settings};

fn at() -> Timestamp {
    Timestamp::from_ms(NOW_MS)
}

/// An order body with these members set anew.
fn order(number: &str, changes: &Value) -> String {
    let mut body: Value = serde_json::from_str(&crate::calls::order(number)).expect("JSON");
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body.to_string()
}

fn order_v3(number: &str, changes: &Value) -> String {
    let goods = json!([{ "goodsType": "02", "goodsCategory": "Z000", "referenceGoodsId": "1", "goodsName": "Tea" },
                       { "goodsType": "01", "goodsCategory": "Z000", "referenceGoodsId": "2", "goodsName": "Pot" }]);
    let mut body: Value = serde_json::from_str(&order(number, changes)).expect("JSON");
    body.as_object_mut().expect("an object").remove("goods");
    body["goodsDetails"] = goods;
    body["description"] = json!("Tea for two");
    body.to_string()
}

/// A payer with 100 USDT.
async fn payer(app: &App) -> PayerId {
    let made = app.platform.write("test", |tx, platform| -> Result<_, AccountError> {
        accounts::create_payer(tx, platform, "Ann", (Actor::Operator, at()))
    });
    let payer = made.await.expect("a payer");
    deposit(app, Owner::Payer(payer), "100").await;
    payer
}

async fn deposit(app: &App, owner: Owner, amount: &'static str) {
    let amount = Amount::parse(amount, Currency::USDT).expect("an amount");
    let terms = PostingTerms { kind: PostingKind::Deposit, owner, wallet: Wallet::Funding, amount, note: None };
    let reference = ExternalReference::new(format!("for-{}", owner.number())).expect("a reference");
    let new = NewPosting { reference, terms };
    let posted = app.platform.write("test", move |tx, platform| -> Result<_, PostError> {
        operator::post(tx, platform, Caller::OPERATOR, &new, at())
    });
    posted.await.expect("no failure").expect("posted");
}

async fn pay(app: &App, prepay_id: &str, payer_id: PayerId) {
    let order_id = prepay_id.parse::<OrderId>().expect("an id");
    let command = ConfirmPrice { order_id, payer_id, currency: None };
    let paid = app.platform.write("test", move |tx, platform| -> Result<_, PayError> {
        orders::confirm_and_pay(tx, platform, &command, at())
    });
    paid.await.expect("paid");
}

#[tokio::test]
async fn an_order_is_created_queried_and_paid() {
    let app = App::new(settings());
    let key = app.shop().await;
    for (path, body) in [
        ("/v2/order", order("a2", &json!({}))),
        ("/v3/order", order_v3("a3", &json!({ "universalUrlAttach": "?a=b" }))),
    ] {
        let created = app.call(&key, path, &body).await;
        let data = created.data();
        assert_eq!(data["totalFee"], "25.17");
        assert_eq!(data["terminalType"], "WEB");
        assert_eq!(data["expireTime"], NOW_MS + 3_600_000);
        let mut answer = created.text.clone();
        let token = data["checkoutUrl"].as_str().expect("a link").rsplit('/').next().expect("a token").to_owned();
        assert_eq!(token.len(), 32);
        let (_, deeplink) =
            data["universalUrl"].as_str().expect("a link").rsplit_once("_dp=").expect("the deep link in base64");
        let deeplink = deeplink.split('&').next().expect("a split has a first part");
        answer = answer
            .replace(deeplink, "<deeplink>")
            .replace(&token, "<token>")
            .replace(data["prepayId"].as_str().expect("an id"), "<id>");
        insta::assert_snapshot!(format!("order_created{}", path.replace('/', "_")), answer);
    }
    let query = r#"{"merchantTradeNo":"a3"}"#;
    let initial = app.call(&key, "/v2/order/query", query).await;
    let id = initial.data()["prepayId"].as_str().expect("an id").to_owned();
    let redact = |text: &str| text.replace(&id, "<id>").replace(&key.merchant.to_string(), "<merchant>");
    insta::assert_snapshot!("order_initial", redact(&initial.text));

    let payer = payer(&app).await;
    pay(&app, &id, payer).await;
    let paid =
        app.call(&key, "/v2/order/query", &format!(r#"{{"prepayId":"{id}","merchantTradeNo":"no matter !"}}"#)).await;
    let data = paid.data();
    let transaction = data["transactionId"].as_str().expect("an id");
    assert!(transaction.strip_prefix("M_P_").expect("its prefix").bytes().all(|byte| byte.is_ascii_digit()));
    let text = redact(&paid.text)
        .replace(transaction, "M_P_<transfer>")
        .replace(&payer.to_string(), "<payer>")
        .replace(data["openUserId"].as_str().expect("an id"), "<open user>");
    insta::assert_snapshot!("order_paid", text);
}

#[tokio::test]
async fn orders_are_refused_with_their_codes() {
    let app = App::new(settings());
    let key = app.shop().await;
    app.call(&key, "/v2/order", &order("taken", &json!({}))).await.data();
    let rows: Vec<(&str, Value, &str, &str)> = vec![
        ("taken", json!({}), "400201", ""),
        ("b", json!({ "currency": "XYZ" }), "400102", "'currency'"),
        ("b", json!({ "currency": "XRP", "orderAmount": "1.0000001" }), "400101", "'orderAmount'"),
        ("b", json!({ "orderAmount": "92233720368.54775808" }), "400102", "'orderAmount'"),
        ("b", json!({ "orderAmount": 0 }), "400102", "'orderAmount'"),
        ("b", json!({ "currency": null, "fiatCurrency": "EUR", "fiatAmount": 3 }), "400102", "'fiatCurrency'"),
        ("b", json!({ "webhookUrl": "https://forbidden.example/" }), "400101", "'webhookUrl'"),
        ("b", json!({ "orderExpireTime": NOW_MS }), "400102", "'orderExpireTime'"),
        ("b", json!({ "orderExpireTime": NOW_MS + 15 * 86_400_000 + 1 }), "400102", "'orderExpireTime'"),
        ("b", json!({ "merchant": { "subMerchantId": "5" } }), "400206", ""),
        ("b", json!({ "merchant": { "subMerchantId": "9999999999999999999" } }), "400206", ""),
    ];
    for (number, changes, code, named) in rows {
        let answer = app.call(&key, "/v2/order", &order(number, &changes)).await;
        assert_eq!(answer.refused(), (400, code), "{changes}: {answer:?}");
        assert!(answer.message().contains(named), "{changes}: {answer:?}");
        assert!(answer.explanation().contains(" row ") || answer.explanation().contains("money.md"), "{answer:?}");
    }
    let after = order("b", &json!({ "orderExpireTime": NOW_MS + 15 * 86_400_000 }));
    assert_eq!(app.call(&key, "/v2/order", &after).await.data()["expireTime"], NOW_MS + 15 * 86_400_000);
}

#[tokio::test]
async fn a_time_field_is_explained_by_how_far_business_time_is_ahead() {
    let app = App::new(settings());
    let key = app.shop().await;
    app.business.advance(90_000);
    let answer = app.call(&key, "/v2/order", &order("c", &json!({ "orderExpireTime": NOW_MS + 60_000 }))).await;
    assert_eq!(answer.refused(), (400, "400102"));
    assert!(answer.explanation().contains("90000 ms ahead"), "{answer:?}");
}

#[tokio::test]
async fn a_partner_names_its_sub_merchant_on_v3() {
    let app = App::new(settings());
    let partner = app.merchant(MerchantKind::Partner).await;
    let key = app.key(partner, &[]).await;
    app.call(&key, "/v2/order", &order("d", &json!({}))).await.data();
    let answer = app.call(&key, "/v3/order", &order_v3("e", &json!({}))).await;
    assert_eq!(answer.refused(), (400, "400100"));
    assert!(answer.message().contains("'merchant.subMerchantId'"));
}

#[tokio::test]
async fn nobody_sees_anothers_order() {
    let app = App::new(settings());
    let (key, other) = (app.shop().await, app.shop().await);
    let created = app.call(&key, "/v2/order", &order("f", &json!({}))).await;
    let id = created.data()["prepayId"].as_str().expect("an id").to_owned();
    for body in
        [format!(r#"{{"prepayId":"{id}"}}"#), r#"{"merchantTradeNo":"f"}"#.to_owned(), r#"{"prepayId":"x"}"#.to_owned()]
    {
        assert_eq!(app.call(&other, "/v2/order/query", &body).await.refused(), (400, "400202"), "{body}");
    }
}

#[tokio::test]
async fn balances_are_shown_by_wallet() {
    let app = App::new(settings());
    let key = app.shop().await;
    let empty = app.call(&key, "/v2/balance", r#"{"wallet":"FUNDING_WALLET"}"#).await;
    assert_eq!(empty.data()["balance"], json!([]));
    deposit(&app, Owner::Merchant(key.merchant), "1.5").await;
    let all = app.call(&key, "/v2/balance", r#"{"wallet":"FUNDING_WALLET"}"#).await;
    insta::assert_snapshot!("balance", all.text);
    let one = app.call(&key, "/v2/balance", r#"{"wallet":"SPOT_WALLET","currency":"BTC"}"#).await;
    assert_eq!(one.data()["balance"][0]["asset"], "BTC");
    assert!(one.text.contains(r#""available":0.00000000"#), "{}", one.text);
    let unknown = app.call(&key, "/v2/balance", r#"{"wallet":"SPOT_WALLET","currency":"XYZ"}"#).await;
    assert_eq!(unknown.refused(), (400, "400102"));
    let ticked = app.key_with(key.merchant, &[], [Scope::Checkout].into_iter().collect()).await;
    let unticked = app.call(&ticked, "/v2/balance", r#"{"wallet":"SPOT_WALLET"}"#).await;
    assert_eq!(unticked.refused(), (400, "400606"));
    assert!(unticked.explanation().contains("BALANCE"));
}
