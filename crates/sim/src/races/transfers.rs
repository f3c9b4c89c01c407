//! One balance, many who want it.

use countersign_domain::ledger::Wallet;
use countersign_testkit::TestApp;

use super::{by_code, storm, transfer};
use crate::stage::Stage;
use crate::step::{Coin, Holder, UNIT};

const RACERS: usize = 10;

/// Ten transfers of 30 out of 100: three go through.
pub(super) async fn transfers_of_the_same_balance(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let held = stage.held(Holder::Merchant, Wallet::Funding).await;
        stage.deposit(Holder::Merchant, Coin::Usdt, 100 * UNIT - held).await;
        let call =
            |racer| stage.merchant.call("/wallet/transfer", transfer(&format!("t{round}x{racer}"), 30, "TO_MAIN"));
        let answers = storm((0..RACERS).map(call).collect()).await;
        assert_eq!(by_code(&answers), [("000000", 3), ("400611", RACERS - 3)].into(), "round {round}");
        assert_eq!(stage.held(Holder::Merchant, Wallet::Funding).await, 10 * UNIT, "round {round}");
    }
}
