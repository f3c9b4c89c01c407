//! Random sequences agree with the reference on every answer and balance.

use countersign_sim::{Step, play_fresh, sequences};
use countersign_testkit::Engine;
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
