//! `cargo xtask torture`: random sequences and races on both engines for as long as asked, until one fails.
//!
//! Each pass prints the seed of its sequences; `--seed` repeats it. What the schedule of the threads decides no seed
//! repeats: for that there are many rounds.
#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use countersign_sim::races::ALL;
use countersign_sim::{Step, play_fresh, sequences};
use countersign_testkit::{Engine, run};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// How long it runs when nothing is said.
const SECONDS_DEFAULT: u64 = 600;
/// Sequences of one pass.
const SEQUENCES: u32 = 50;
/// Rounds of each race of one pass.
const ROUNDS: u32 = 50;

struct Options {
    seconds: u64,
    seed: u64,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { seconds: SECONDS_DEFAULT, seed: 1 };
        while let Some(name) = arguments.next() {
            let value = arguments.next().and_then(|value| value.parse().ok());
            match (name.as_str(), value) {
                ("--seconds", Some(seconds)) => options.seconds = seconds,
                ("--seed", Some(seed)) => options.seed = seed,
                _ => bail!("torture takes --seconds N and --seed N, not {name:?}"),
            }
        }
        Ok(options)
    }
}

#[expect(clippy::disallowed_methods, reason = "it runs for as long as asked")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let end = now() + Duration::from_secs(options.seconds);
    let mut seed = options.seed;
    while now() < end {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            println!("seed {seed} on {engine:?}: {SEQUENCES} sequences, {ROUNDS} rounds of {} races", ALL.len());
            hold_sequences(engine, seed)?;
            for (name, race) in ALL {
                if now() < end {
                    println!("  {name}");
                    run(engine, |app| race(app, ROUNDS));
                }
            }
        }
        seed = seed.wrapping_add(1);
    }
    println!("nothing was found");
    Ok(())
}

fn hold_sequences(engine: Engine, seed: u64) -> Result<()> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let play = |sequence: Vec<Step>| {
        play_fresh(engine, &sequence).map_err(|difference| TestCaseError::fail(difference.to_string()))
    };
    runner.run(&sequences(), play).map_err(|error| anyhow::anyhow!("seed {seed} on {engine:?}: {error}"))
}
