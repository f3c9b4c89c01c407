//! The benchmark behind `cargo xtask bench`: signed orders against the real API, beside baselines of the same run.
//!
//! Everything runs in one process on one machine: the API over SQLite in a folder on disk, a handler that only checks the
//! signature, the same API with one commit per order, and the load. Absolute figures say little about another machine; the
//! ratios between variants that took turns on this one do. `docs/BENCHMARKS.md` explains the table.
#![expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

mod application;
mod bare;
mod clock;
mod compare;
mod connection;
mod expectations;
mod figures;
mod listener;
mod load;
mod machine;
mod options;
mod plan;
mod results;
mod signed_request;
mod table;
mod variant;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;

use crate::options::Options;

/// That of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Above this the figures say more about the neighbours than about Countersign.
const NEIGHBOURS_PERCENT_MAX: f64 = 10.0;

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    // As the server logs: spans are made and entered, and their cost is part of the figures.
    let filter = tracing_subscriber::EnvFilter::new("info");
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(false)
        .init();

    std::fs::create_dir_all(&options.folder).with_context(|| format!("cannot make {}", options.folder.display()))?;
    let folder = tempfile::Builder::new().prefix("run-").tempdir_in(&options.folder)?;
    let facts = machine::Facts::gather(folder.path())?;
    let before = machine::Ticks::now();
    let results = if options.wants_table() { Some(plan::run(&options, folder.path())?) } else { None };
    let comparisons = compare::run(&options, folder.path())?;
    let neighbours =
        before.zip(machine::Ticks::now()).map(|(before, after)| figures::neighbours_percent(before, after));

    let format = if options.markdown { table::Format::Markdown } else { table::Format::Plain };
    if let Some(results) = &results {
        println!("{}", table::render(results, format));
    }
    println!("{facts}");
    if let Some(share) = neighbours.filter(|share| *share > NEIGHBOURS_PERCENT_MAX) {
        println!("warning: other programs took {share:.0} % of the processor time used; run again on a quiet machine");
    }
    let expectations = results.as_ref().map(expectations::judge).unwrap_or_default();
    for expectation in &expectations {
        println!("{expectation}");
    }
    for comparison in comparisons.iter() {
        println!("{comparison}");
    }
    let failed = expectations.iter().any(|expectation| !expectation.met)
        || comparisons.iter().any(|comparison| !comparison.is_met());
    Ok(if options.strict && failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
