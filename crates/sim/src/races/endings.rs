//! The four ways in which an open order can end, at once.

use countersign_testkit::TestApp;
use serde_json::json;

use super::order;
use crate::stage::Stage;
use crate::step::{Coin, Holder, UNIT};

/// How long an order of this race can be paid.
const LIFETIME_MS: i64 = 60_000;

/// Two payments, a close and an expiry: exactly one happens, and the order tells which.
pub(super) async fn a_payment_against_a_close_an_expiry_and_another_payment(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for payer in [false, true] {
        stage.deposit(Holder::Payer(payer), Coin::Usdt, i64::from(rounds) * UNIT).await;
    }
    for round in 0..rounds {
        let mut body = order(&format!("o{round}"), 1);
        body["orderExpireTime"] = json!(stage.app.now().plus_ms(LIFETIME_MS).ms());
        let prepay_id = stage.merchant.call("/v3/order", body).await.text_of("prepayId");
        let close = stage.merchant.call("/order/close", json!({ "prepayId": prepay_id }));
        let expire = async {
            // One more task may run between the clock's step and the job, as in a real server.
            tokio::task::yield_now().await;
            stage.app.world().business().advance_ms(LIFETIME_MS);
            stage.app.expire_due().await;
        };
        let (first, second) = (stage.payer(false), stage.payer(true));
        // Which of the four is polled first changes from round to round.
        let (paid, closed) = if round % 2 == 0 {
            let (a, b, closed, ()) =
                tokio::join!(first.try_pay(&prepay_id, None), second.try_pay(&prepay_id, None), close, expire);
            ([a.is_ok(), b.is_ok()], closed)
        } else {
            let ((), closed, b, a) =
                tokio::join!(expire, close, second.try_pay(&prepay_id, None), first.try_pay(&prepay_id, None));
            ([a.is_ok(), b.is_ok()], closed)
        };
        let is_closed = closed.code == "000000";
        assert!(is_closed || closed.code == "400204", "round {round}: {}", closed.text);
        let query = stage.merchant.call("/v2/order/query", json!({ "prepayId": prepay_id })).await;
        let status = query.text_of("status");
        let expected = match (paid, is_closed) {
            ([true, false] | [false, true], false) => "PAID",
            ([false, false], true) => "CANCELED",
            ([false, false], false) => "EXPIRED",
            _ => panic!("round {round}: more than one won: {paid:?}, closed {is_closed}, {status}"),
        };
        assert_eq!(status, expected, "round {round}");
    }
}
