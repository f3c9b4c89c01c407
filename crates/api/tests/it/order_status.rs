//! How an order's status reads on both versions of the query, whichever way it got there (money.md 1.10).

use countersign_domain::id::{OfferId, OrderId};
use countersign_domain::order::{Failure, Offer, Order, OrderStatus};
use countersign_domain::rates::Rate;
use countersign_domain::time::{HOUR_MS, MINUTE_MS};
use countersign_service::Platform;
use countersign_store::queries::orders;
use countersign_store::{StoreError, WriteTx};
use countersign_testkit::{Merchant, TestApp, on_both_engines};
use serde_json::{Value, json};

use crate::samples::order_of;

/// Brings an order where only a checkout brings it otherwise.
async fn bring(app: &TestApp, prepay_id: &str, step: impl FnOnce(Order) -> Order + Clone + Send + 'static) {
    let id: OrderId = prepay_id.parse().expect("a prepay id is a number");
    let write = move |tx: &mut dyn WriteTx, _: &Platform| {
        let order = orders::lock(tx, id)?.expect("the order exists");
        orders::update(tx, &order.map(step.clone()))
    };
    app.platform()
        .write("bring", write)
        .await
        .map_err(|error: StoreError| error.to_string())
        .expect("it can be written");
}

/// The statuses on the two versions.
async fn read(merchant: &Merchant, prepay_id: &str) -> [Value; 2] {
    let body = || json!({"prepayId": prepay_id});
    let first = merchant.call("/order/query", body()).await.data()["status"].clone();
    [first, merchant.call("/v2/order/query", body()).await.data()["status"].clone()]
}

on_both_engines! {
    async fn every_status_reads_as_the_pages_say(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("1000").await);
        let (id, now) = (payer.id, app.now());
        let both = |status: &str| [json!(status), json!(status)];

        let open = order_of(&merchant, "open").await;
        assert_eq!(read(&merchant, &open).await, both("INITIAL"));
        let pending = order_of(&merchant, "pending").await;
        bring(&app, &pending, move |order| {
            let offer = Offer { id: OfferId::new(1), payer_id: id, pays: order.amount, price: Rate::ONE, confirmed_at: now, held_since: now, until: now.plus_ms(MINUTE_MS) };
            order.confirm(offer, now).expect("it is open")
        }).await;
        assert_eq!(read(&merchant, &pending).await, both("PENDING"));
        let told = merchant.close(&pending).await.refused("400204");
        assert!(told.explanation().starts_with("the order is PENDING;"), "{}", told.explanation());
        let failed = order_of(&merchant, "failed").await;
        bring(&app, &failed, move |order| order.fail(id, Failure::MerchantFrozen, now).expect("it is open")).await;
        assert_eq!(read(&merchant, &failed).await, both("ERROR"));
        let told = merchant.close(&failed).await.refused("400204");
        assert!(told.explanation().starts_with("the order is ERROR;"), "{}", told.explanation());

        let paid = order_of(&merchant, "paid").await;
        payer.pay(&paid).await;
        assert_eq!(read(&merchant, &paid).await, both("PAID"));
        let refund = |request: &str, amount: &str| {
            merchant.refund(&paid, request, amount)
        };
        refund("r1", "5").await.data();
        assert_eq!(read(&merchant, &paid).await, both("REFUNDED"));
        refund("r2", "20.17").await.data();
        assert_eq!(read(&merchant, &paid).await, ["REFUNDED", "FULL_REFUNDED"].map(Value::from), "row 33");
        let told = merchant.close(&paid).await.refused("400204");
        assert!(told.explanation().starts_with("the order is FULL_REFUNDED;"), "{}", told.explanation());

        let closed = order_of(&merchant, "closed").await;
        merchant.close(&closed).await.data();
        assert_eq!(read(&merchant, &closed).await, both("CANCELED"));

        // A confirmed price that no longer holds leaves the order open, and one that nobody pays expires.
        app.advance_ms(MINUTE_MS);
        assert_eq!(read(&merchant, &pending).await, both("INITIAL"));
        app.advance_ms(HOUR_MS);
        for order in [&open, &pending] {
            assert_eq!(read(&merchant, order).await, both("EXPIRED"));
        }
        assert_eq!(app.expire_due().await, 2);
        for (order, status) in [(&pending, "EXPIRED"), (&failed, "ERROR"), (&closed, "CANCELED")] {
            assert_eq!(read(&merchant, order).await, both(status), "ends are final");
        }
        assert_eq!(OrderStatus::ALL.len(), 9, "REFUNDING alone is not seen here: refunds arrive at once");
    }
}
