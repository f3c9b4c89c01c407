//! What a receiver gets of a refund.

use countersign_jobs::RunSummary;
use countersign_testkit::{Ordered, on_both_engines};
use serde_json::json;

use crate::support::{GOODS, dispatcher, paid_order, run_due, sink};

on_both_engines! {
    // clients.md W5, partner.md 3.4: the recorded keys in their order, the refund an object, amounts in it strings.
    async fn a_refund_is_told_as_recorded(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        app.operator().await.set_commission(merchant.id, 10_000).await;
        let prepay_id = paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        run_due(&dispatcher).await;
        app.advance_ms(60_000);
        let refunded = merchant.refund(&prepay_id, "r1", "0.5").await;
        merchant.refund(&prepay_id, "r1", "0.5").await.data();
        assert_eq!(run_due(&dispatcher).await, RunSummary { delivered: 1, ..RunSummary::default() });

        let deliveries = sink.deliveries();
        let [_, delivery] = deliveries.as_slice() else { panic!("two deliveries were expected: {deliveries:?}") };
        let notification = delivery.verified();
        assert_eq!((notification.biz_type.as_ref(), notification.biz_status.as_ref()), ("PAY_REFUND", "REFUND_SUCCESS"));
        assert_eq!(notification.biz_id.to_string(), prepay_id);
        let body = std::str::from_utf8(&delivery.body).expect("JSON is UTF-8");
        assert_eq!(Ordered::parse(body).keys(), ["bizType", "data", "bizIdStr", "bizId", "bizStatus"]);
        let order = merchant.call("/v2/order/query", json!({"prepayId": prepay_id})).await;
        let (open_id, user) = (refunded.text_of("payerOpenId"), order.text_of("openUserId"));
        let goods = json!(GOODS);
        let expected = format!(
            r#"{{"merchantTradeNo":"a1","totalFee":1.50000000,"transactTime":{},"refundInfo":{{"orderAmount":"1.50000000","duplicateRequest":"N","payerOpenId":"{open_id}","prepayId":"{prepay_id}","refundRequestId":"r1","refundedAmount":"0.50000000","remainingAttempts":9,"refundAmount":"0.50000000"}},"currency":"USDT","commission":0.01500000,"openUserId":"{user}","productType":"02","productName":{goods},"tradeType":"WEB"}}"#,
            app.now().ms()
        );
        assert_eq!(notification.data, expected);
        assert_eq!(run_due(&dispatcher).await, RunSummary::default(), "once, and the repeat not at all");
    }
}
