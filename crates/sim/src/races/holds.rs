//! Refunds, the freezing of their payer, and the job that brings what was held: whoever comes first, the money is at one place
//! and arrives once.

use countersign_domain::Currency;
use countersign_domain::ledger::Wallet;
use countersign_testkit::TestApp;
use serde_json::json;

use super::{paid_order, refund};
use crate::stage::Stage;
use crate::step::{Holder, UNIT};

/// What one order of a round comes to, in units.
const UNITS: i64 = 10;
/// Orders of one round whose refunds wait at the same time.
const HELD: i64 = 4;

/// What the first payer has, and what the merchant holds, in minor units.
async fn at(stage: &Stage) -> (i64, i64) {
    let held = stage.app.held(&stage.merchant, Currency::USDT).await.minor();
    (stage.held(Holder::Payer(false), Wallet::Funding).await, held)
}

async fn refund_status(stage: &Stage, request: &str) -> String {
    let query = stage.merchant.call("/order/refund/query", json!({ "refundRequestId": request })).await;
    query.text_of("refundStatus")
}

/// A refund and a freeze: the payer has the money or it is held, as the answer says; once the freeze is answered all is held.
pub(super) async fn a_refund_against_the_freezing_of_its_payer(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let prepay_id = paid_order(&stage, &format!("o{round}"), UNITS).await;
        let (before, _) = at(&stage).await;
        let call = |name: &str, units| {
            stage.merchant.call("/order/refund", refund(&prepay_id, &format!("r{round}{name}"), units))
        };
        let freeze = stage.set_frozen(false, true);
        let answer = if round % 2 == 0 {
            tokio::join!(call("a", UNITS - 1), freeze).0
        } else {
            tokio::join!(freeze, call("a", UNITS - 1)).1
        };
        let now = at(&stage).await;
        match answer.text_of("refundStatus").as_str() {
            "REFUND_SUCCESS" => assert_eq!(now, (before + (UNITS - 1) * UNIT, 0), "round {round}"),
            "REFUND_PENDING" => assert_eq!(now, (before, (UNITS - 1) * UNIT), "round {round}"),
            other => panic!("round {round}: {other}"),
        }
        let late = call("b", 1).await;
        assert_eq!(late.text_of("refundStatus"), "REFUND_PENDING", "round {round}: the freeze was answered");
        stage.set_frozen(false, false).await;
        stage.app.release_refunds().await;
        assert_eq!(at(&stage).await, (before + UNITS * UNIT, 0), "round {round}: all has arrived");
    }
}

/// A refund, the unfreezing of its payer and a job: none is held without anything that brings it.
pub(super) async fn a_refund_against_the_unfreezing_of_its_payer(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let prepay_id = paid_order(&stage, &format!("o{round}"), UNITS).await;
        let (before, _) = at(&stage).await;
        stage.set_frozen(false, true).await;
        let call = stage.merchant.call("/order/refund", refund(&prepay_id, &format!("r{round}"), UNITS));
        let unfreeze = async {
            stage.set_frozen(false, false).await;
            stage.app.release_refunds().await;
        };
        let answer =
            if round % 2 == 0 { tokio::join!(call.send(), unfreeze).0 } else { tokio::join!(unfreeze, call.send()).1 };
        answer.data();
        stage.app.release_refunds().await;
        assert_eq!(refund_status(&stage, &format!("r{round}")).await, "REFUND_SUCCESS", "round {round}");
        assert_eq!(at(&stage).await, (before + UNITS * UNIT, 0), "round {round}");
        assert_eq!(stage.app.footprint().await.rows("refund_releases"), 0, "round {round}: no note is left");
    }
}

/// Two unfreezings, a freeze between them, and three jobs: each refund arrives once.
pub(super) async fn unfreezings_and_jobs_at_once(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    let unfreeze = || stage.set_frozen(false, false);
    let job = || stage.app.release_refunds();
    for round in 0..rounds {
        let mut prepay_ids = Vec::new();
        for order in 0..HELD {
            prepay_ids.push(paid_order(&stage, &format!("o{round}x{order}"), UNITS).await);
        }
        let (before, _) = at(&stage).await;
        stage.set_frozen(false, true).await;
        for (order, prepay_id) in prepay_ids.iter().enumerate() {
            let body = refund(prepay_id, &format!("r{round}x{order}"), UNITS);
            stage.merchant.call("/order/refund", body).await.data();
        }
        assert_eq!(at(&stage).await, (before, HELD * UNITS * UNIT), "round {round}");
        let released = if round % 2 == 0 {
            unfreeze().await;
            let ((), one, two, ()) = tokio::join!(stage.set_frozen(false, true), job(), job(), unfreeze());
            one + two
        } else {
            let ((), one, (), two) = tokio::join!(unfreeze(), job(), unfreeze(), job());
            one + two
        };
        // Which of the two came last in the first case is open.
        unfreeze().await;
        assert_eq!(released + job().await, HELD, "round {round}: each is brought by one job");
        assert_eq!(at(&stage).await, (before + HELD * UNITS * UNIT, 0), "round {round}");
    }
}
