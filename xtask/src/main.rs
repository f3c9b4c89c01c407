//! Development commands, run as `cargo xtask …`.
//!
//! `test` is the command of the README and of `.ci/run`: it prepares the machine, runs everything and ends with one line
//! `N passed, N failed`. The other commands are its parts, so that each can be run alone. Only the standard library and
//! `anyhow` are used, so that the first `cargo xtask` of a fresh clone compiles in seconds.
#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

mod citations;
mod compatibility;
mod dependencies;
mod docs;
mod postgres;
mod prepare;
mod process;
mod runners;
mod suite;
mod tally;
mod test;

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask COMMAND

  test [--only SUITE]… [FILTER]   install what is missing, then run every test; ends with `N passed, N failed`
                                  SUITE: fmt, clippy, rust, docs, python, clients-node, clients-rust, browser
  prepare                         only install what the tests need, or say what is missing
  pg [--fsync] [-- COMMAND…]      a private PostgreSQL: run COMMAND with COUNTERSIGN_TEST_POSTGRES set to its URL,
                                  or print the URL and wait for Enter
  docs [--check]                  write the generated pages of docs/, or compare them
  bench [ARGUMENTS…]              the load generator, release build
  torture [--seconds N] [--seed N]
                                  random sequences and races on both engines, as long as asked, until one fails
  deny                            licences, bans and sources of the dependencies (needs cargo-deny)
";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let passed = match command {
        "test" => test::run(rest)?,
        "prepare" => prepare::report(&prepare::ALL),
        "pg" => postgres::command(rest)?,
        "docs" => docs::command(rest)?,
        "bench" => bench(rest)?,
        "torture" => torture(rest)?,
        "deny" => dependencies::deny()?,
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            true
        }
        other => bail!("unknown command {other:?}\n\n{USAGE}"),
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the load generator, with a private PostgreSQL that syncs its commits beside it where there is one.
fn bench(arguments: &[String]) -> Result<bool> {
    let mut command = Command::new(process::cargo_program());
    command.args(["run", "--release", "--package", "countersign-loadgen", "--"]).args(arguments);
    match postgres::programs() {
        Some(_) => postgres::run_beside(postgres::Durability::Synced, &mut command),
        None => Ok(command.status()?.success()),
    }
}

/// Runs the torture of `crates/sim` with a private PostgreSQL beside it.
fn torture(arguments: &[String]) -> Result<bool> {
    let mut command = Command::new(process::cargo_program());
    command.args(["run", "--package", "countersign-sim", "--"]).args(arguments);
    postgres::run_beside(postgres::Durability::Unsynced, &mut command)
}
