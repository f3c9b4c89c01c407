//! Closing, asking who pays, and the first version: path, body and answer of each call.

use countersign_client::wire::Body;
use countersign_client::wire::requests::{OrderCreateV1, PayerInformation, PayerVerification};
use countersign_client::{AuthorizationToken, OrderReference};

use crate::fake_api::{FakeApi, Script};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const CREATED: &str = r#"{"prepayId":"99695089974435840","tradeType":"WEB","expireTime":1703728285249,"qrcodeLink":"q","qrContent":"c","checkoutUrl":"u","deeplink":"d","universalUrl":"v"}"#;
/// clients.md 5, recorded in 2021-06.
const STATE: &str = r#"{"merchantId":98765987,"prepayId":"99695089974435840","merchantTradeNo":"a1","tradeType":"WEB","status":"INITIAL","currency":"USDT","totalFee":"0.50000000","productName":"Tea","productDetail":"green","createTime":1623772800000}"#;

const ORDER: &str =
    r#"{"merchantTradeNo":"a1","tradeType":"WEB","totalFee":0.50,"currency":"USDT","productName":"Tea"}"#;
const TOLD: &str =
    r#"{"binanceId":"354205155","payerType":"INDIVIDUAL","information":[{"category":"FIRST_NAME","value":"a"}]}"#;

#[tokio::test]
async fn each_call_is_made_for_oneself_and_for_a_merchant() {
    let scripts = [CREATED, STATE, "true", "false", CREATED, STATE, "true", "true"].map(Script::success);
    let api = FakeApi::start(scripts).await;
    let client = api.client();
    let body = Body::parse(ORDER.as_bytes()).unwrap();
    let order = OrderCreateV1::from_body(&body).unwrap();
    let told = PayerVerification {
        binance_id: "354205155".into(),
        payer_type: "INDIVIDUAL".into(),
        information: vec![PayerInformation { category: "FIRST_NAME".into(), value: "a".into() }],
    };
    let (by_id, by_number) = (OrderReference::PrepayId("99695089974435840"), OrderReference::MerchantTradeNo("a1"));
    assert_eq!(client.create_order_v1(&order).await.unwrap().trade_type, "WEB");
    assert_eq!(client.query_order_v1(by_id).await.unwrap().total_fee, "0.50000000");
    client.close_order(by_number).await.unwrap();
    assert!(!client.verify_payer(&told).await.unwrap());
    let token = AuthorizationToken::new(TOKEN.to_owned());
    let merchant = client.on_behalf_of(&token);
    merchant.create_order_v1(&order).await.unwrap();
    merchant.query_order_v1(by_id).await.unwrap();
    merchant.close_order(by_number).await.unwrap();
    assert!(merchant.verify_payer(&told).await.unwrap());

    let expected = [
        ("/order", ORDER),
        ("/order/query", r#"{"prepayId":"99695089974435840"}"#),
        ("/order/close", r#"{"merchantTradeNo":"a1"}"#),
        ("/order/payer/verification", TOLD),
    ];
    let asked = api.asked();
    for (index, (path, body)) in expected.into_iter().enumerate() {
        let (own, on_behalf) = (&asked[index], &asked[index + 4]);
        let path = format!("/binancepay/openapi{path}");
        assert_eq!((own.path.as_str(), own.text()), (path.as_str(), body));
        let spliced = body.replacen('{', &format!(r#"{{"BinancePay-technicalServiceProviderAuthId":"{TOKEN}","#), 1);
        assert_eq!((on_behalf.path.as_str(), on_behalf.text()), (path.as_str(), spliced.as_str()));
    }
}

#[tokio::test]
async fn a_close_that_is_refused_is_an_error() {
    let refused = r#"{"status":"FAIL","code":"400204","errorMessage":"Order status does not allow this action."}"#;
    let api = FakeApi::start([Script::new(400, refused), Script::success("null")]).await;
    let client = api.client();
    let order = OrderReference::PrepayId("1");
    let error = client.close_order(order).await.unwrap_err();
    assert!(error.to_string().contains("400204"), "{error}");
    client.close_order(order).await.expect_err("a success says true");
}
