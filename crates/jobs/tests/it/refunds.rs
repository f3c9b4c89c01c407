//! What a receiver gets of a refund.

use countersign_domain::payer::PayerStatus;
use countersign_jobs::RunSummary;
use countersign_testkit::{Ordered, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::{GOODS, dispatcher, next_due, paid_order, run_due, sink};

/// Orders of the test in which nodes share the work.
const ORDERS: i64 = 24;

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

    // Nothing is told while it waits; once the payer is free it arrives and is told as any other, with the figures of its
    // acceptance and the instant of its arrival.
    async fn a_held_refund_is_told_when_it_arrives(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let prepay_id = paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        run_due(&dispatcher).await;
        let operator = app.operator().await;
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        for (request, amount) in [("r1", "0.5"), ("r2", "0.25")] {
            merchant.refund(&prepay_id, request, amount).await.data();
        }
        assert_eq!((run_due(&dispatcher).await, next_due(&dispatcher).await), (RunSummary::default(), None));
        app.advance_ms(60_000);
        operator.set_payer_status(payer.id, PayerStatus::Active).await;
        assert_eq!(next_due(&dispatcher).await, Some(app.now()));
        app.advance_ms(1_000);
        assert_eq!(run_due(&dispatcher).await, RunSummary { delivered: 2, released: 2, ..RunSummary::default() });
        assert_eq!((run_due(&dispatcher).await, next_due(&dispatcher).await), (RunSummary::default(), None));
        assert_eq!(app.usdt(&payer).await, "9.25");

        let mut told: Vec<(String, String, i64)> = sink.deliveries()[1..].iter().map(|delivery| {
            let notification = delivery.verified();
            assert_eq!((notification.biz_type.as_ref(), notification.biz_status.as_ref()), ("PAY_REFUND", "REFUND_SUCCESS"));
            let data: Value = serde_json::from_str(&notification.data).expect("JSON");
            let text = |key: &str| data["refundInfo"][key].as_str().expect("a text").to_owned();
            (text("refundRequestId"), text("refundedAmount"), data["transactTime"].as_i64().expect("a number"))
        }).collect();
        told.sort();
        let now = app.now().ms();
        assert_eq!(told, [("r1".into(), "0.50000000".into(), now), ("r2".into(), "0.75000000".into(), now)]);
    }

    // Two nodes and their loops come by at the same moment, while the payer is frozen and unfrozen again: each refund arrives
    // once and is told once.
    async fn nodes_share_what_was_held(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let other_node = crate::support::dispatcher(&app);
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let mut prepay_ids = Vec::new();
        for number in 0..ORDERS {
            prepay_ids.push(paid_order(&merchant, &payer, &format!("a{number}"), &sink.url("/hook")).await);
        }
        run_due(&dispatcher).await;
        let operator = app.operator().await;
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        for prepay_id in &prepay_ids {
            merchant.refund(prepay_id, &format!("r{prepay_id}"), "1.5").await.data();
        }
        assert_eq!(app.usdt(&payer).await, "64");
        operator.set_payer_status(payer.id, PayerStatus::Active).await;
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for running in [dispatcher.clone(), other_node.clone()] {
            let token = cancel.clone();
            tasks.spawn(async move { running.run(token).await });
        }
        let flicker = async {
            operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
            operator.set_payer_status(payer.id, PayerStatus::Active).await;
        };
        let (one, two, ()) = tokio::join!(dispatcher.run_due(), other_node.run_due(), flicker);
        assert!(one.is_ok() && two.is_ok());
        run_due(&dispatcher).await;
        assert_eq!(app.usdt(&payer).await, "100");
        assert_eq!(app.held(&merchant, countersign_domain::Currency::USDT).await.minor(), 0);
        cancel.cancel();
        tasks.join_all().await;
        let mut told: Vec<i64> = sink.deliveries().iter().map(|delivery| delivery.verified())
            .filter(|told| told.biz_type == "PAY_REFUND").map(|told| told.biz_id).collect();
        told.sort_unstable();
        let all = told.len();
        told.dedup();
        assert_eq!((all, told.len()), (prepay_ids.len(), prepay_ids.len()), "each is told once");
    }
}
