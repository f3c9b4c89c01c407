//! Refunds: what is sent, and what is answered and told.

use countersign_client::wire::webhooks::{Notification, biz_status};
use countersign_client::{AuthorizationToken, RefundBuilder, WebhookEvent};

use crate::fake_api::{FakeApi, Script};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const REFUNDED: &str = r#"{"refundId":270342174837137409,"refundRequestId":"r1","prepayId":"270342174837137408","orderAmount":"100.00000000","refundedAmount":"25.17000000","refundAmount":"25.17000000","remainingAttempts":9,"payerOpenId":"dde730c2e0ea1f1780cf26343b98fd3b","duplicateRequest":"N","refundStatus":"REFUND_SUCCESS","refundCommission":"0.25170000","refundedCommission":"0.25170000"}"#;
/// The page's sample, from before there were ids and commissions.
const OLD: &str = r#"{"refundRequestId":"r1","prepayId":"270342174837137408","orderAmount":"100.11","refundedAmount":"50.88","refundAmount":"25.17","remainingAttempts":8,"payerOpenId":"dde730c2e0ea1f1780cf26343b98fd3b","refundStatus":"REFUND_PENDING"}"#;

#[tokio::test]
async fn refunds_are_made_and_looked_up() {
    let api = FakeApi::start([REFUNDED, OLD, REFUNDED, REFUNDED].map(Script::success)).await;
    let (client, token) = (api.client(), AuthorizationToken::new(TOKEN.to_owned()));
    let refund = RefundBuilder::new("r1", "270342174837137408", "25.17").reason("broken").build().unwrap();
    let refunded = client.refund_order(&refund).await.unwrap();
    assert_eq!((refunded.refund_id, refunded.remaining_attempts), (Some(270_342_174_837_137_409), 9));
    let found = client.query_refund("r1").await.unwrap();
    assert_eq!((found.refund_id, found.refund_status.as_deref()), (None, Some("REFUND_PENDING")));
    let merchant = client.on_behalf_of(&token);
    merchant.refund_order(&refund).await.unwrap();
    merchant.query_refund("r1").await.unwrap();

    let own =
        r#"{"refundRequestId":"r1","prepayId":"270342174837137408","refundAmount":25.17,"refundReason":"broken"}"#;
    let query = r#"{"refundRequestId":"r1"}"#;
    let asked = api.asked();
    let expected = [("order/refund", own), ("order/refund/query", query)];
    for (index, (path, body)) in expected.into_iter().enumerate() {
        assert_eq!((asked[index].path.as_str(), asked[index].text()), (&*format!("/binancepay/openapi/{path}"), body));
        let spliced = body.replacen('{', &format!(r#"{{"BinancePay-technicalServiceProviderAuthId":"{TOKEN}","#), 1);
        assert_eq!((&asked[index + 2].path, asked[index + 2].text()), (&asked[index].path, spliced.as_str()));
    }
}

#[test]
fn mistakes_are_found_before_the_call() {
    let long = "x".repeat(65);
    let hook = |url| RefundBuilder::new("r1", "1", "1").webhook_url(url);
    for (builder, code) in [
        (RefundBuilder::new("", "1", "1"), "400100"),
        (RefundBuilder::new(long.as_str(), "1", "1"), "400101"),
        (RefundBuilder::new("r1", "1-2", "1"), "400101"),
        (RefundBuilder::new("r1", "1", "one"), "400101"),
        (RefundBuilder::new("r1", "1", "0"), "400102"),
        (RefundBuilder::new("r1", "1", "0.123456789"), "400101"),
        (hook("ftp://shop.example"), "400101"),
    ] {
        assert_eq!(builder.clone().build().expect_err("a mistake").code.digits(), code, "{builder:?}");
    }
    let refund = hook("https://shop.example/hook").build().unwrap();
    assert_eq!(refund.webhook_url.as_deref(), Some("https://shop.example/hook"));
}

/// clients.md W5.
#[test]
fn a_refund_that_is_told_of_is_read() {
    let body = br#"{"bizType":"PAY_REFUND","data":"{\"merchantTradeNo\":\"2223\",\"totalFee\":0.01,\"transactTime\":1633410900000,\"refundInfo\":{\"orderAmount\":\"0.01000000\",\"duplicateRequest\":\"N\",\"payerOpenId\":\"dde730c2e0ea1f1780cf26343b98fd3b\",\"prepayId\":\"123289163323899904\",\"refundRequestId\":\"68711039982968853\",\"refundedAmount\":\"0.01000000\",\"remainingAttempts\":9,\"refundAmount\":\"0.01000000\"},\"currency\":\"BUSD\",\"commission\":0,\"openUserId\":\"dde730c2e0ea1f1780cf26343b98fd3b\",\"productType\":\"LIVE_STREAM\",\"productName\":\"Tea\",\"tradeType\":\"APP\"}","bizIdStr":"123289163323899904","bizId":123289163323899904,"bizStatus":"REFUND_SUCCESS"}"#;
    let notification = Notification::parse(body).unwrap();
    assert_eq!(notification.biz_status, biz_status::REFUND_SUCCESS);
    let WebhookEvent::Refund(data) = WebhookEvent::of(&notification).unwrap() else { panic!("{notification:?}") };
    assert_eq!(
        (data.refund_info.refund_request_id.as_str(), data.refund_info.remaining_attempts),
        ("68711039982968853", 9)
    );
}
