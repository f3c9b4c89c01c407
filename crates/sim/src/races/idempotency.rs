//! One number, a hundred times at once, with equal and with different bodies: one effect.

use std::collections::BTreeSet;

use countersign_domain::ledger::Wallet;
use countersign_testkit::{Answer, TestApp};
use serde_json::Value;

use super::{by_code, order, paid_order, refund, storm, transfer};
use crate::stage::Stage;
use crate::step::{Coin, Holder, UNIT};

const RACERS: i64 = 100;
/// The amounts of calls with different bodies, in units.
const AMOUNTS: i64 = 4;

fn count(codes: &std::collections::BTreeMap<&str, usize>, code: &str) -> i64 {
    codes.get(code).map_or(0, |count| i64::try_from(*count).expect("a few racers"))
}

/// Calls of one number: all with the first body, or with one of four.
async fn race(stage: &Stage, path: &str, body: impl Fn(i64) -> Value, different: bool) -> Vec<Answer> {
    let amount = |racer| if different { 1 + racer % AMOUNTS } else { 1 };
    storm((0..RACERS).map(|racer| stage.merchant.call(path, body(amount(racer)))).collect()).await
}

/// How many calls have the body that won.
const fn alike(different: bool) -> i64 {
    if different { RACERS / AMOUNTS } else { RACERS }
}

/// One order is created; a repeat is refused even when it is the same to the letter (`decisions.md` row 27).
pub(super) async fn one_order_number_many_times_at_once(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let answers = race(&stage, "/v3/order", |units| order(&format!("o{round}"), units), round % 2 == 1).await;
        let codes = by_code(&answers);
        assert_eq!((count(&codes, "000000"), count(&codes, "400201")), (1, RACERS - 1), "round {round}: {codes:?}");
    }
    assert_eq!(stage.app.footprint().await.rows("orders"), i64::from(rounds));
}

/// One refund is made; its repeats get its answer, other bodies 400001 (`decisions.md` row 32).
pub(super) async fn one_refund_number_many_times_at_once(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let different = round % 2 == 1;
        let prepay_id = paid_order(&stage, &format!("o{round}"), 10).await;
        let before = stage.held(Holder::Payer(false), Wallet::Funding).await;
        let request = format!("r{round}");
        let answers = race(&stage, "/order/refund", |units| refund(&prepay_id, &request, units), different).await;
        let codes = by_code(&answers);
        let through = alike(different);
        assert_eq!((count(&codes, "000000"), count(&codes, "400001")), (through, RACERS - through), "round {round}");
        let first = answers.iter().filter(|answer| answer.body["data"]["duplicateRequest"] == "N");
        let won: Vec<String> = first.map(|answer| answer.text_of("refundAmount")).collect();
        assert_eq!(won.len(), 1, "round {round}: one is the first");
        let accepted = answers.iter().filter(|answer| answer.code == "000000");
        let ids: BTreeSet<String> = accepted.map(|answer| answer.body["data"]["refundId"].to_string()).collect();
        assert_eq!(ids.len(), 1, "round {round}: its repeats are told of it");
        let units: i64 = won[0].split('.').next().and_then(|text| text.parse().ok()).expect("an amount");
        let after = stage.held(Holder::Payer(false), Wallet::Funding).await;
        assert_eq!(after - before, units * UNIT, "round {round}");
    }
    assert_eq!(stage.app.footprint().await.rows("refunds"), i64::from(rounds));
}

/// One transfer is made; its repeats are told so, other bodies 400001 (`money.md` §4.1).
pub(super) async fn one_transfer_number_many_times_at_once(app: TestApp, rounds: u32) {
    let stage = Stage::set(app).await;
    for round in 0..rounds {
        let different = round % 2 == 1;
        stage.deposit(Holder::Merchant, Coin::Usdt, 10 * UNIT).await;
        let before = stage.held(Holder::Merchant, Wallet::Spot).await;
        let request = format!("t{round}");
        let answers = race(&stage, "/wallet/transfer", |units| transfer(&request, units, "TO_MAIN"), different).await;
        let codes = by_code(&answers);
        let through = alike(different);
        let counted = (count(&codes, "000000"), count(&codes, "000001"), count(&codes, "400001"));
        assert_eq!(counted, (1, through - 1, RACERS - through), "round {round}: {codes:?}");
        let first = answers.iter().find(|answer| answer.code == "000000").expect("one is the first");
        let units: i64 = first.text_of("amount").parse().expect("the amount as it was sent");
        assert_eq!(stage.held(Holder::Merchant, Wallet::Spot).await - before, units * UNIT, "round {round}");
    }
}
