//! Creating orders over HTTP on PostgreSQL against pgbench, which runs the same statements over as many connections.

use anyhow::Result;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::{Comparison, Ratios, pgbench};
use crate::application::{Application, Commits};
use crate::figures::rate;
use crate::listener;
use crate::load::{self, Cell};
use crate::options::Options;
use crate::plan::PAIRED_CONNECTIONS;
use crate::signed_request::Asked;

/// Where `cargo xtask bench` tells of the server that it has started, its commits synced.
const URL_VARIABLE: &str = "COUNTERSIGN_TEST_POSTGRES";
/// A fresh cluster has room for one schema of this name.
const SCHEMA: &str = "bench";

#[expect(clippy::disallowed_methods, reason = "the benchmark is a composition root, and there the environment is read")]
pub(super) fn compare(runtime: &Runtime, options: &Options, ratios: &mut Ratios) -> Result<()> {
    let Ok(server) = std::env::var(URL_VARIABLE) else {
        skipped("no PostgreSQL server; run `cargo xtask bench`, which starts one");
        return Ok(());
    };
    let application = Application::open(&format!("{server}?schema={SCHEMA}"), Commits::Shared)?;
    let caller = runtime.block_on(application.merchant())?;
    let mut servers = JoinSet::new();
    let address = listener::start(application.router(options.window_ms), &mut servers)?;
    let cell = Cell {
        address,
        caller: &caller,
        asked: Asked::Create,
        connections: PAIRED_CONNECTIONS,
        warm_up: options.warm_up(),
        measured: options.measured(),
    };
    let bench = pgbench::Script::prepare(&server, SCHEMA, runtime.block_on(application.shop())?)?;
    for _ in 0..options.rounds {
        let created = load::run(&cell)?;
        let base = bench.run(options.measured())?;
        ratios.add(Comparison::Postgres, rate(created.latencies.len(), created.measured), base);
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "progress for whoever waits; the table alone goes to standard output")]
fn skipped(why: &str) {
    eprintln!("PostgreSQL is left out: {why}");
}
