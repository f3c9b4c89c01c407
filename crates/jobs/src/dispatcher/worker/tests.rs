//! Single turns of the loop.

use std::time::Duration;

use countersign_domain::id::{PayerId, RefundId};
use countersign_domain::payer::PayerStatus;
use countersign_domain::time::HOUR_MS;
use countersign_service::orders::DUE_BATCH_MAX;
use countersign_service::refunds::RELEASE_BATCH_MAX;
use countersign_store::queries::refunds as refund_rows;
use countersign_testkit::{Engine, Merchant, SeededEntropy, TestApp, WebhookSink, run};
use serde_json::json;

use super::*;
use crate::mail::KeptMailer;
use crate::outbound::{OutboundClient, OutboundPolicy, OutboundTimeouts};

/// Long enough that it never ends a try on a busy machine.
const PATIENT: Duration = Duration::from_mins(1);

fn worker(app: &TestApp) -> Arc<Worker> {
    let timeouts = OutboundTimeouts { connect: PATIENT, whole: PATIENT };
    Arc::new(Worker::new(DispatcherParts {
        platform: Arc::clone(app.platform()),
        outbound: OutboundClient::new(OutboundPolicy::Sandbox, timeouts).expect("the client is made"),
        mailer: Arc::new(KeptMailer),
        schedule: RetrySchedule::default(),
        jitter: Arc::new(SeededEntropy::new(7)),
        limits: DeliveryLimits::default(),
        metrics: DeliveryMetrics::default(),
    }))
}

/// Creates an order that tells `url`; its prepay id.
async fn open_order(merchant: &Merchant, number: &str, url: Option<&str>) -> String {
    let order = json!({
        "env": {"terminalType": "WEB"},
        "merchantTradeNo": number,
        "orderAmount": 1,
        "currency": "USDT",
        "goods": {"goodsType": "02", "goodsCategory": "Z000", "referenceGoodsId": "g1", "goodsName": "Tea"},
        "webhookUrl": url,
    });
    merchant.call("/v2/order", order).await.text_of("prepayId")
}

async fn count_overdue(app: &TestApp) -> usize {
    let overdue =
        app.platform().read("overdue", |tx, platform| order_rows::overdue(tx, platform.business_now(), 1_000));
    let overdue: Result<Vec<_>, StoreError> = overdue.await;
    overdue.expect("they can be read").len()
}

#[test]
fn messages_go_out_between_two_batches_of_what_ends() {
    run(Engine::Sqlite, |app| async move {
        let batch = usize::try_from(DUE_BATCH_MAX).expect("few");
        let (sink, worker) = (WebhookSink::start(&app.platform().webhook_key).await, worker(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        payer.pay(&open_order(&merchant, "paid", Some(&sink.url("/hook"))).await).await;
        for number in 0..=batch {
            open_order(&merchant, &format!("a{number}"), None).await;
        }
        app.advance_ms(HOUR_MS);
        let mut sweep_at = worker.platform.wall_now();
        assert!(worker.step(true, &mut sweep_at).await.expect("a turn"), "it goes on at once");
        // No other turn comes, and the message arrives.
        sink.wait_for(1).await;
        assert_eq!(count_overdue(&app).await, 1);
        assert!(worker.step(true, &mut sweep_at).await.expect("a turn"));
        assert_eq!(count_overdue(&app).await, 0);
        assert!(!worker.step(true, &mut sweep_at).await.expect("a turn"), "nothing is left");
        worker.tasks.close();
        worker.tasks.wait().await;
    });
}

async fn count_held(app: &TestApp, payer: PayerId) -> usize {
    let held =
        app.platform().read("held", move |tx, _| refund_rows::held_for_payer(tx, payer, RefundId::new(0), 1_000));
    let held: Result<Vec<_>, StoreError> = held.await;
    held.expect("they can be read").len()
}

#[test]
fn messages_go_out_between_two_batches_of_refunds_to_one_payer() {
    run(Engine::Sqlite, |app| async move {
        let batch = usize::try_from(RELEASE_BATCH_MAX).expect("few");
        let (sink, worker) = (WebhookSink::start(&app.platform().webhook_key).await, worker(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let operator = app.operator().await;
        let mut orders = Vec::new();
        for number in 0..=batch / 10 {
            orders.push(open_order(&merchant, &format!("a{number}"), Some(&sink.url("/hook"))).await);
            payer.pay(&orders[number]).await;
        }
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        for number in 0..=batch {
            // An order takes ten.
            merchant.refund(&orders[number / 10], &format!("r{number}"), "0.01").await.data();
        }
        operator.set_payer_status(payer.id, PayerStatus::Active).await;
        let mut sweep_at = worker.platform.wall_now();
        assert!(worker.step(true, &mut sweep_at).await.expect("a turn"), "it goes on at once");
        sink.wait_for(orders.len()).await;
        assert_eq!(count_held(&app, payer.id).await, 1);
        while worker.step(true, &mut sweep_at).await.expect("a turn") {}
        assert_eq!(count_held(&app, payer.id).await, 0);
        assert_eq!(worker.next_other().await.expect("it can be read"), None, "the note is gone");
        worker.tasks.close();
        worker.tasks.wait().await;
    });
}
