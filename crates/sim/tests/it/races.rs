//! Every race, a few rounds of it; `cargo xtask torture` runs them for as long as asked.

use countersign_sim::races::ALL;
use countersign_testkit::{Engine, run};

/// Rounds of races of few calls.
const ROUNDS: u32 = 60;
/// Rounds of races of a hundred calls.
const ROUNDS_OF_STORMS: u32 = 6;

fn hold(engine: Engine, name: &str) {
    let (_, race) = ALL.iter().find(|(known, _)| *known == name).expect("the race is in the list");
    let rounds = if name.contains("many_times_at_once") { ROUNDS_OF_STORMS } else { ROUNDS };
    run(engine, |app| race(app, rounds));
}

macro_rules! races {
    ($($name:ident,)+) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        mod sqlite {
            $(#[test] fn $name() { super::hold(countersign_testkit::Engine::Sqlite, stringify!($name)); })+
        }
        mod postgresql {
            $(#[test] fn $name() { super::hold(countersign_testkit::Engine::Postgres, stringify!($name)); })+
        }
    };
}

races! {
    refunds_that_together_exceed_the_order,
    a_refund_against_a_transfer_of_the_same_money,
    a_payment_against_a_close_an_expiry_and_another_payment,
    a_refund_against_the_freezing_of_its_payer,
    a_refund_against_the_unfreezing_of_its_payer,
    unfreezings_and_jobs_at_once,
    transfers_of_the_same_balance,
    one_order_number_many_times_at_once,
    one_refund_number_many_times_at_once,
    one_transfer_number_many_times_at_once,
    a_token_disabled_while_its_orders_are_created,
}

#[test]
fn every_race_of_the_list_is_run() {
    let listed: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(NAMES, listed, "name the new race in both lists");
}
