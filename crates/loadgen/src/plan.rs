//! Which cell is measured when.
//!
//! Machines are not steady: the variants of one number of connections run right after one another, the whole is repeated, and
//! ratios are taken within a round.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;
use countersign_store::Store;
use secrecy::ExposeSecret as _;
use tokio::task::JoinSet;

use crate::application::{Application, Caller, Commits};
use crate::load::{self, Cell, Measurement};
use crate::options::Options;
use crate::results::Results;
use crate::signed_request::Asked;
use crate::variant::Variant;
use crate::{bare, listener};

/// At how many connections calls on behalf are compared with own ones.
pub(crate) const PAIRED_CONNECTIONS: usize = 64;
/// Pairs of own calls and calls on behalf, for each round of the others: the difference is small, so it needs more looks.
const PAIRS_PER_ROUND: u32 = 2;

/// Where a variant is served, and who calls it.
struct Target {
    variant: Variant,
    address: SocketAddr,
    caller: Caller,
    /// Where its orders go.
    store: Option<Store>,
}

/// The whole benchmark: servers, and cell after cell.
pub(crate) fn run(options: &Options, folder: &Path) -> Result<Results> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let _entered = runtime.enter();
    let mut servers = JoinSet::new();
    let targets = runtime.block_on(start(folder, options.window_ms, &mut servers))?;
    let mut run = Run { options, targets, results: Results::default() };
    if options.only.is_empty() {
        run.turns(&Variant::TAKING_TURNS)?;
        run.pairs()?;
    } else {
        run.turns(&options.only)?;
    }
    Ok(run.results)
}

/// Starts a server for each variant.
async fn start(folder: &Path, window_ms: i64, servers: &mut JoinSet<io::Result<()>>) -> Result<Vec<Target>> {
    let shared = Application::open(&Application::sqlite(folder, "shared.db"), Commits::Shared)?;
    let single = Application::open(&Application::sqlite(folder, "single.db"), Commits::OnePerOrder)?;
    let (merchant, provider) = (shared.merchant().await?, shared.provider().await?);
    let address = listener::start(shared.router(window_ms), servers)?;
    let bare = bare::router((&merchant.key.key, merchant.key.secret.expose_secret().as_bytes()), window_ms);
    let bare = Target {
        variant: Variant::Bare,
        address: listener::start(bare, servers)?,
        caller: merchant.clone(),
        store: None,
    };
    let single_address = listener::start(single.router(window_ms), servers)?;
    Ok(vec![
        bare,
        Target { variant: Variant::Orders, address, caller: merchant, store: Some(shared.store()) },
        Target { variant: Variant::OnBehalf, address, caller: provider, store: Some(shared.store()) },
        Target {
            variant: Variant::OneCommit,
            address: single_address,
            caller: single.merchant().await?,
            store: Some(single.store()),
        },
    ])
}

struct Run<'o> {
    options: &'o Options,
    targets: Vec<Target>,
    results: Results,
}

impl Run<'_> {
    /// Every number of connections, every variant, round after round.
    fn turns(&mut self, variants: &[Variant]) -> Result<()> {
        for round in 1..=self.options.rounds {
            for &connections in &self.options.connections {
                for &variant in variants {
                    eprint_progress(round, self.options.rounds, (connections, variant));
                    let measurement = self.measure(variant, connections)?;
                    self.results.add((connections, variant), &measurement);
                }
            }
        }
        Ok(())
    }

    /// Own calls and calls on behalf, whichever first in turn.
    fn pairs(&mut self) -> Result<()> {
        let pairs = self.options.rounds * PAIRS_PER_ROUND;
        for pair in 1..=pairs {
            eprint_progress(pair, pairs, (PAIRED_CONNECTIONS, Variant::OnBehalf));
            let (own, on_behalf);
            if pair % 2 == 0 {
                own = self.measure(Variant::Orders, PAIRED_CONNECTIONS)?;
                on_behalf = self.measure(Variant::OnBehalf, PAIRED_CONNECTIONS)?;
            } else {
                on_behalf = self.measure(Variant::OnBehalf, PAIRED_CONNECTIONS)?;
                own = self.measure(Variant::Orders, PAIRED_CONNECTIONS)?;
            }
            self.results.add_pair(&own, &on_behalf);
        }
        Ok(())
    }

    fn measure(&self, variant: Variant, connections: usize) -> Result<Measurement> {
        let target = self.targets.iter().find(|target| target.variant == variant).expect("every variant has a server");
        let cell = Cell {
            address: target.address,
            caller: &target.caller,
            asked: Asked::Create,
            connections,
            warm_up: self.options.warm_up(),
            measured: self.options.measured(),
        };
        let counted = || target.store.as_ref().map(Store::stats);
        let before = counted();
        let measurement = load::run(&cell)?;
        let commits = before.zip(counted()).map(|(before, after)| load::Commits {
            orders: after.committed_jobs - before.committed_jobs,
            commits: after.commits - before.commits,
        });
        Ok(Measurement { commits, ..measurement })
    }
}

#[expect(clippy::print_stderr, reason = "progress for whoever waits; the table alone goes to standard output")]
fn eprint_progress(round: u32, rounds: u32, (connections, variant): (usize, Variant)) {
    eprintln!("round {round} of {rounds}: {} at {connections}", variant.label());
}
