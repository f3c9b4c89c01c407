//! Each call: its path, its exact body, and its answer as recorded.

use std::sync::{Arc, Mutex};

use countersign_client::wire::WireDecimal;
use countersign_client::wire::requests::SubMerchantWrite;
use countersign_client::{
    AuthorizationToken, Exchange, Item, Observer, OrderBuilder, OrderReference, ScopeName, SubMerchantReference,
    Timeouts, Wallet,
};
use serde_json::{Value, json};

use crate::fake_api::{FakeApi, NONCE, NOW_MS, Script};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

const AUTHORIZATION: &str = r#"{"authorizationId":"210000000000000001","merchantName":"Shop","authorizationToken":"0123456789abcdef0123456789abcdef","merchantId":"1000100000001","status":"PENDING","redirectUrl":"https://pay.example/review-authorization?authId=210000000000000001","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":[]}"#;
const ORDER: &str = r#"{"currency":"USDT","totalFee":"0.01","prepayId":"270342174837137408","terminalType":"WEB","expireTime":1703728285249,"qrcodeLink":"q","qrContent":"c","checkoutUrl":"u","deeplink":"d","universalUrl":"v"}"#;
const STATE: &str = r#"{"merchantId":216447206,"prepayId":"270342174837137408","merchantTradeNo":"order72383730","status":"INITIAL","currency":"USDT","createTime":1703724685342,"orderAmount":"0.01000000"}"#;
const BALANCE: &str = r#"{"balance":[{"available":990000.00000000,"freeze":0E-8,"asset":"USDT","availableFiatValuation":989991.90516600,"availableBtcValuation":22.98780000}],"wallet":"FUNDING_WALLET","updateTime":1666937353019,"fiat":"USD"}"#;

fn token() -> AuthorizationToken {
    AuthorizationToken::new(TOKEN.to_owned())
}

fn apple<'a>() -> OrderBuilder<'a> {
    let item = Item::physical("7876763A3B", "Green Apple").category("D000").detail("Green colored sweet apple");
    OrderBuilder::new("order72383730", item).price("0.01", "USDT")
}

#[tokio::test]
async fn a_signature_is_the_known_one() {
    let api = FakeApi::start([Script::success(BALANCE)]).await;
    let client = api.client();
    let balances = client.on_behalf_of(&token()).balance(Wallet::Funding, Some("USDT")).await.unwrap();
    assert_eq!(balances.balance[0].available.text(), "990000.00000000");

    let asked = api.asked_once();
    assert_eq!(asked.path, "/binancepay/openapi/v2/balance");
    let body = r#"{"BinancePay-technicalServiceProviderAuthId":"0123456789abcdef0123456789abcdef","wallet":"FUNDING_WALLET","currency":"USDT"}"#;
    assert_eq!(asked.text(), body);
    assert_eq!(asked.header("binancepay-timestamp"), NOW_MS.to_string());
    assert_eq!(asked.header("binancepay-nonce"), NONCE);
    // Made with Python's hmac over the same bytes.
    let signature = "9B15E5A48DA099B286661D9E99E6165452984FB54C9CE2AEAD053B9FBF4B80B187ED1F9CCB96B468F534D7B79DEC02E7DEBC4E68F62C019FAA37D1B88A22C9B2";
    assert_eq!(asked.header("binancepay-signature"), signature);
}

#[tokio::test]
async fn provider_calls_send_what_the_pages_say() {
    let page = format!(r#"{{"total":1,"rows":[{AUTHORIZATION}]}}"#);
    let api = FakeApi::start([
        Script::success(r#"{"allowFeeShare":false,"allowScopes":["CONVERT","REFUND"]}"#),
        Script::success(AUTHORIZATION),
        Script::success(AUTHORIZATION),
        Script::success(&page),
        Script::success(&page),
    ])
    .await;
    let client = api.client();
    assert_eq!(client.provider_config().await.unwrap().allow_scopes, ["CONVERT", "REFUND"]);
    let scopes = [ScopeName::Convert, ScopeName::Checkout];
    let asked = client.create_authorization("merchant1", &scopes, &["", ""]).await.unwrap();
    assert_eq!((asked.status.as_str(), asked.authorization_token.reveal()), ("PENDING", TOKEN));
    assert_eq!(client.authorization("merchant1").await.unwrap(), asked);
    assert_eq!(client.authorizations(1, 10, None).await.unwrap().rows, [asked]);
    assert_eq!(client.authorizations(2, 5, Some("merchant1")).await.unwrap().total, 1);

    let requests: Vec<(String, String)> =
        api.asked().into_iter().map(|asked| (asked.path.clone(), asked.text().to_owned())).collect();
    let expected = [
        ("config/query", "{}"),
        ("create", r#"{"merchantId":"merchant1","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":["",""]}"#),
        ("record/get", r#"{"merchantId":"merchant1"}"#),
        ("record", r#"{"page":1,"rows":10}"#),
        ("record", r#"{"page":2,"rows":5,"merchantId":"merchant1"}"#),
    ]
    .map(|(path, body)| (format!("/binancepay/openapi/service/provider/{path}"), body.to_owned()));
    assert_eq!(requests, expected);
}

#[tokio::test]
async fn the_founding_order_is_sent_for_the_merchant() {
    let api = FakeApi::start([Script::success(ORDER), Script::success(ORDER)]).await;
    let client = api.client();
    let token = token();
    let merchant = client.on_behalf_of(&token);
    merchant.create_order_v2(&apple().build_v2().unwrap()).await.unwrap();
    let created = merchant.create_order(&apple().build().unwrap()).await.unwrap();
    assert_eq!((created.prepay_id.as_str(), created.total_fee.as_deref()), ("270342174837137408", Some("0.01")));

    let asked = api.asked();
    let goods = json!({
        "goodsType": "01",
        "goodsCategory": "D000",
        "referenceGoodsId": "7876763A3B",
        "goodsName": "Green Apple",
        "goodsDetail": "Green colored sweet apple",
    });
    let founding = json!({
        "BinancePay-technicalServiceProviderAuthId": TOKEN,
        "env": {"terminalType": "WEB"},
        "merchantTradeNo": "order72383730",
        "orderAmount": 0.01,
        "currency": "USDT",
        "goods": goods,
    });
    assert_eq!(asked[0].path, "/binancepay/openapi/v2/order");
    assert_eq!(asked[0].json(), founding);
    assert!(asked[0].text().contains(r#""orderAmount":0.01,"#), "{}", asked[0].text());
    assert_eq!(asked[1].path, "/binancepay/openapi/v3/order");
    let mut third = founding;
    let members = third.as_object_mut().unwrap();
    members.remove("goods");
    members.insert("description".into(), json!("Green Apple"));
    members.insert("goodsDetails".into(), json!([goods]));
    assert_eq!(asked[1].json(), third);
}

#[tokio::test]
async fn own_calls_carry_no_token() {
    let scripts = [ORDER, ORDER, STATE, STATE, BALANCE].map(Script::success);
    let api = FakeApi::start(scripts).await;
    let client = api.client();
    client.create_order(&apple().build().unwrap()).await.unwrap();
    client.create_order_v2(&apple().build_v2().unwrap()).await.unwrap();
    client.query_order(OrderReference::PrepayId("270342174837137408")).await.unwrap();
    let state = client.query_order(OrderReference::MerchantTradeNo("order72383730")).await.unwrap();
    assert_eq!((state.status.as_str(), state.merchant_id), ("INITIAL", 216_447_206));
    client.balance(Wallet::Spot, None).await.unwrap();

    let asked = api.asked();
    assert!(asked.iter().all(|request| !request.text().contains("AuthId")));
    assert_eq!(asked[2].text(), r#"{"prepayId":"270342174837137408"}"#);
    assert_eq!(asked[3].text(), r#"{"merchantTradeNo":"order72383730"}"#);
    assert_eq!(asked[3].path, "/binancepay/openapi/v2/order/query");
    assert_eq!(asked[4].text(), r#"{"wallet":"SPOT_WALLET"}"#);
}

#[tokio::test]
async fn an_endpoint_without_a_method_can_be_called() {
    let without_data = Script::new(200, r#"{"status":"SUCCESS","code":"000000"}"#);
    let repeated = Script::new(200, r#"{"status":"REPEAT_REQ_SUCCESS","code":"000001","data":{"tranId":"1"}}"#);
    let api = FakeApi::start([Script::success("true"), without_data, repeated]).await;
    let client = api.client();
    let close = json!({"prepayId": "1"});
    assert_eq!(client.call::<bool>("/order/close", &close).await.unwrap(), Some(true));
    assert_eq!(client.call::<Value>("/order/close", &close).await.unwrap(), None);
    let token = token();
    let transfer = client.on_behalf_of(&token).call::<Value>("/wallet/transfer", &json!({})).await.unwrap();
    assert_eq!(transfer, Some(json!({"tranId": "1"})));
    let asked = api.asked();
    assert_eq!(asked[0].path, "/binancepay/openapi/order/close");
    assert_eq!(asked[2].text(), format!(r#"{{"BinancePay-technicalServiceProviderAuthId":"{TOKEN}"}}"#));
}

#[tokio::test]
async fn an_observer_sees_what_went_over_the_wire() {
    #[derive(Default)]
    struct Seen(Mutex<Vec<String>>);
    impl Observer for Seen {
        fn answered(&self, exchange: &Exchange<'_>) {
            let request = String::from_utf8_lossy(exchange.request);
            let line = format!("{} {request} {} {:?}", exchange.path, exchange.http_status, exchange.explanation);
            self.0.lock().expect("no test panics here").push(line);
        }
    }
    let refused = Script::new(400, r#"{"status":"FAIL","code":"400202","errorMessage":"Order not found."}"#)
        .header("X-Countersign-Explain", "no such order");
    let api = FakeApi::start([Script::success("[]"), refused]).await;
    let seen = Arc::new(Seen::default());
    let client = api.builder(Timeouts::default()).observer(seen.clone()).build().unwrap();
    client.certificates().await.unwrap();
    client.query_order(OrderReference::PrepayId("1")).await.unwrap_err();
    let expected = [
        "/binancepay/openapi/certificates {} 200 None",
        r#"/binancepay/openapi/v2/order/query {"prepayId":"1"} 400 Some("no such order")"#,
    ];
    assert_eq!(*seen.0.lock().unwrap(), expected);
}

#[tokio::test]
async fn sub_merchants_are_enrolled_rewritten_and_looked_up() {
    const TOLD: &str = r#"{"subMerchantId":2107268400000001}"#;
    const HOUSE: &str = r#"{"merchantName":"Tea House","storeType":1,"merchantMcc":"1001","country":"SG","registrationNumber":"R-1","registrationCountry":"SG"}"#;
    let scripts = [TOLD, TOLD, HOUSE, "null", TOLD, TOLD, HOUSE].map(Script::success);
    let api = FakeApi::start(scripts).await;
    let client = api.client();
    let house = SubMerchantWrite {
        merchant_name: "Tea House".into(),
        merchant_mcc: "1001".into(),
        store_type: Some(1),
        country: Some("SG".into()),
        address: Some("1 Example Rd".into()),
        registration_number: Some("R-1".into()),
        registration_country: Some("SG".into()),
        ..SubMerchantWrite::default()
    };
    let id = client.sub_merchant_add(&house).await.unwrap();
    assert_eq!(id, 2_107_268_400_000_001);
    assert_eq!(client.sub_merchant_modify(id, &house).await.unwrap(), id);
    let found = client.sub_merchant_query(SubMerchantReference::Id(id)).await.unwrap().unwrap();
    assert_eq!((found.merchant_name.as_str(), found.store_type), ("Tea House", 1));
    assert_eq!(client.sub_merchant_query(SubMerchantReference::Name("Coffee House")).await.unwrap(), None);
    let token = token();
    let partner = client.on_behalf_of(&token);
    partner.sub_merchant_add(&house).await.unwrap();
    partner.sub_merchant_modify(id, &house).await.unwrap();
    partner.sub_merchant_query(SubMerchantReference::Name("Tea House")).await.unwrap().unwrap();

    let asked = api.asked();
    let expected = json!({
        "merchantName": "Tea House", "merchantMcc": "1001", "country": "SG", "address": "1 Example Rd",
        "registrationNumber": "R-1", "registrationCountry": "SG", "storeType": 1,
    });
    assert_eq!((asked[0].path.as_str(), asked[0].json()), ("/binancepay/openapi/submerchant/add", expected));
    assert_eq!(asked[1].path, "/binancepay/openapi/submerchant/modify");
    assert!(asked[1].text().starts_with(r#"{"subMerchantId":"2107268400000001","merchantName":"Tea House","#));
    assert_eq!(asked[2].path, "/binancepay/openapi/submerchant/query");
    assert_eq!(asked[2].text(), r#"{"subMerchantId":"2107268400000001"}"#);
    assert_eq!(asked[3].text(), r#"{"subMerchantName":"Coffee House"}"#);
    for (own, on_behalf) in [(0, 4), (1, 5)] {
        let spliced =
            asked[own].text().replacen('{', &format!(r#"{{"BinancePay-technicalServiceProviderAuthId":"{TOKEN}","#), 1);
        assert_eq!(asked[on_behalf].text(), spliced);
    }
    assert!(asked[6].text().contains(TOKEN) && asked[6].text().contains(r#""subMerchantName":"Tea House""#));
}

#[tokio::test]
async fn money_is_moved_between_wallets_and_asked_after() {
    const MADE: &str =
        r#"{"tranId":"t1","status":"SUCCESS","currency":"BNB","amount":"0.010","transferType":"TO_MAIN"}"#;
    const FOUND: &str = r#"{"tranId":"t1","status":"SUCCESS"}"#;
    const HELD: &str = r#"{"balance":990000.00000000,"asset":"BNB","fiat":"USD","availableFiatValuation":989991.90516600,"availableBtcValuation":22.98780000}"#;
    let repeated = Script::new(200, format!(r#"{{"status":"REPEAT_REQ_SUCCESS","code":"000001","data":{MADE}}}"#));
    let scripts = [Script::success(MADE), repeated];
    let api = FakeApi::start(scripts.into_iter().chain([FOUND, HELD, MADE, FOUND, HELD].map(Script::success))).await;
    let client = api.client();
    let amount = WireDecimal::from_text("0.010").unwrap();
    let made = client.transfer("t1", (&amount, "BNB"), Wallet::Spot).await.unwrap();
    assert_eq!((made.tran_id.as_str(), made.status.as_str(), made.amount.as_str()), ("t1", "SUCCESS", "0.010"));
    assert_eq!(client.transfer("t1", (&amount, "BNB"), Wallet::Spot).await.unwrap(), made);
    let found = client.transfer_result("t1").await.unwrap();
    assert_eq!((found.status.as_str(), found.amount), ("SUCCESS", None));
    assert_eq!(client.balance_v1(Wallet::Spot, "BNB").await.unwrap().balance.text(), "990000.00000000");
    let token = token();
    let merchant = client.on_behalf_of(&token);
    merchant.transfer("t1", (&amount, "BNB"), Wallet::Funding).await.unwrap();
    merchant.transfer_result("t1").await.unwrap();
    merchant.balance_v1(Wallet::Funding, "BNB").await.unwrap();

    let asked = api.asked();
    let paths = ["wallet/transfer", "wallet/transfer", "wallet/transfer/query", "balance"];
    for (asked, path) in asked.iter().zip(paths) {
        assert_eq!(asked.path, format!("/binancepay/openapi/{path}"));
        assert!(!asked.text().contains("AuthId"));
    }
    // The page types the amount as a string, and its digits stay.
    assert_eq!(asked[0].text(), r#"{"requestId":"t1","currency":"BNB","amount":"0.010","transferType":"TO_MAIN"}"#);
    assert_eq!(asked[2].text(), r#"{"tranId":"t1"}"#);
    assert_eq!(asked[3].text(), r#"{"wallet":"SPOT_WALLET","currency":"BNB"}"#);
    assert!(asked[4..].iter().all(|asked| asked.text().contains(TOKEN)));
    assert!(asked[4].text().ends_with(r#""amount":"0.010","transferType":"TO_PAY"}"#));
}
