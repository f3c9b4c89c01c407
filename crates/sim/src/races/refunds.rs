//! Money that goes back.

use countersign_domain::ledger::Wallet;
use countersign_testkit::TestApp;

use super::{by_code, paid_order, refund, storm, transfer};
use crate::stage::Stage;
use crate::step::{Holder, UNIT};

const RACERS: usize = 8;

/// Eight refunds of 30 on an order of 100: three go through, whatever their order.
pub(super) async fn refunds_that_together_exceed_the_order(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let prepay_id = paid_order(&stage, &format!("o{round}"), 100).await;
        let before = stage.held(Holder::Payer(false), Wallet::Funding).await;
        let call = |racer| stage.merchant.call("/order/refund", refund(&prepay_id, &format!("r{round}x{racer}"), 30));
        let answers = storm((0..RACERS).map(call).collect()).await;
        let codes = by_code(&answers);
        assert_eq!(codes, [("000000", 3), ("400303", RACERS - 3)].into(), "round {round}");
        let after = stage.held(Holder::Payer(false), Wallet::Funding).await;
        assert_eq!(after - before, 90 * UNIT, "round {round}: what the payer got back");
        let mut left: Vec<_> =
            answers.iter().filter_map(|answer| answer.body["data"]["remainingAttempts"].as_i64()).collect();
        left.sort_unstable();
        assert_eq!(left, [7, 8, 9], "round {round}: each is an attempt of its own");
    }
}

/// A refund and a transfer into the other wallet, each of all that the merchant has: one of them finds it gone.
pub(super) async fn a_refund_against_a_transfer_of_the_same_money(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let prepay_id = paid_order(&stage, &format!("o{round}"), 10).await;
        let answers = storm(vec![
            stage.merchant.call("/order/refund", refund(&prepay_id, &format!("r{round}"), 10)),
            stage.merchant.call("/wallet/transfer", transfer(&format!("t{round}"), 10, "TO_MAIN")),
        ])
        .await;
        let codes = by_code(&answers);
        let refunded = [("000000", 1), ("400611", 1)].into();
        let moved = [("000000", 1), ("400304", 1)].into();
        assert!(codes == refunded || codes == moved, "round {round}: {codes:?}");
        assert_eq!(stage.held(Holder::Merchant, Wallet::Funding).await, 0, "round {round}");
    }
}
