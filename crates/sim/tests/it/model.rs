//! Random sequences agree with the reference on every answer and balance.

use std::collections::BTreeSet;

use countersign_sim::model::{Account, Expected, Member, Model};
use countersign_sim::{Coin, Holder, Step, play_fresh, sequences};
use countersign_testkit::Engine;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Fixed, so that the test command runs the same sequences each time; `cargo xtask torture` draws others.
const SEED: [u8; 32] = *b"sequences of the test command :)";

fn agrees(engine: Engine, cases: u32) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
    let outcome = runner.run(&sequences(), |sequence: Vec<Step>| {
        play_fresh(engine, &sequence).map_err(|difference| TestCaseError::fail(difference.to_string()))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn sequences_agree_with_the_reference_on_sqlite() {
    agrees(Engine::Sqlite, 60);
}

#[test]
fn sequences_agree_with_the_reference_on_postgresql() {
    agrees(Engine::Postgres, 20);
}

/// What a step led to, in words: its name with the code or outcome, and each word that the answer tells.
fn outcomes(step: &Step, expected: &Expected) -> Vec<String> {
    let debug = format!("{step:?}");
    let name = debug.split(' ').next().expect("a name");
    match expected {
        Expected::Silence => vec![name.to_owned()],
        Expected::Payment(made) => vec![format!("{name} {made}")],
        Expected::Call(code, members) => {
            let words = members.iter().filter_map(|(_, member)| match member {
                Member::Text(text) => Some(format!("{name} {text}")),
                Member::Amount(_) | Member::Count(_) => None,
            });
            words.chain([format!("{name} {code}")]).collect()
        }
    }
}

/// What must come up, else an agreement says little.
const WORTH_SEEING: &[&str] = &[
    "Confirm true",
    "PayOffer true",
    "PayOffer false",
    "Pay true",
    "Query PENDING",
    "Query REFUNDING",
    "Query REFUNDED",
    "Query FULL_REFUNDED",
    "Query XRP",
    "Close 400204",
    "Refund REFUND_PENDING",
    "Refund REFUND_SUCCESS",
    "Refund 400303",
    "Refund 400304",
    "QueryRefund REFUND_PENDING",
    "a remainder of rounding",
    "a provider in debt",
    "a refund that was held and arrived",
    "a price that was locked and has changed",
];

#[test]
fn sequences_come_by_what_the_model_is_for() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let sequence = sequences().new_tree(&mut runner).expect("a sequence").current();
        let mut model = Model::default();
        let mut price_changed = false;
        for step in &sequence {
            let held = model.books.get(Account::Held(Holder::Merchant, Coin::Usdt));
            let expected = model.step(step);
            seen.extend(outcomes(step, &expected));
            price_changed |= matches!(step, Step::SetPrice { .. });
            let mut notice = |what: &str, is_so: bool| is_so.then(|| seen.insert(what.to_owned()));
            notice("a remainder of rounding", model.books.get(Account::Rounding(Coin::Xrp)) > 0);
            notice("a provider in debt", model.books.get(Account::Debt(Coin::Usdt)) > 0);
            let arrived = model.books.get(Account::Held(Holder::Merchant, Coin::Usdt)) < held;
            notice("a refund that was held and arrived", arrived);
            let locked = matches!(step, Step::PayOffer { .. }) && expected == Expected::Payment(true);
            notice("a price that was locked and has changed", locked && price_changed);
        }
    }
    let missing: Vec<_> = WORTH_SEEING.iter().filter(|what| !seen.contains(**what)).collect();
    assert!(missing.is_empty(), "{missing:?} never came up; it did: {seen:?}");
}
