//! Comparisons beside the main table: what else a shop does, each against a baseline that took turns with it.

mod deliveries;
mod market;
mod payments;
mod pgbench;
mod postgres;
mod queries;
mod ratios;
mod receivers;

use std::path::Path;

use anyhow::Result;

use crate::options::Options;
pub(crate) use ratios::Ratios;

/// What is compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Comparison {
    /// Paying orders (postings and the webhook's row) against creating them.
    Pay,
    /// All payments to one merchant against as many to many merchants.
    OneMerchant,
    /// `v2/order/query` against the bare handler.
    Query,
    /// Creating orders on PostgreSQL against pgbench with the same statements.
    Postgres,
    /// Payments, one after another and with a webhook each, against the commits that they make.
    Enqueue,
    /// Signed webhooks that arrive against RSA-2048 signatures on one core.
    Deliver,
    /// The process's memory early in the delivery of a backlog against the most that it takes later.
    Drain,
    /// What nine receivers get beside a dead tenth against what they get alone.
    DeadReceiver,
}

/// Makes the comparisons that were asked for.
pub(crate) fn run(options: &Options, folder: &Path) -> Result<Ratios> {
    let asked = options.comparisons();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let _entered = runtime.enter();
    let mut ratios = Ratios::default();
    let wanted = |comparison| asked.contains(&comparison);
    if wanted(Comparison::Pay) || wanted(Comparison::OneMerchant) {
        payments::compare(&runtime, options, folder, &mut ratios)?;
    }
    if wanted(Comparison::Query) {
        queries::compare(&runtime, options, folder, &mut ratios)?;
    }
    if wanted(Comparison::Postgres) {
        postgres::compare(&runtime, options, &mut ratios)?;
    }
    if wanted(Comparison::Enqueue) {
        deliveries::enqueue(&runtime, folder, &mut ratios)?;
    }
    if wanted(Comparison::Deliver) || wanted(Comparison::Drain) {
        deliveries::drain(&runtime, options, folder, &mut ratios)?;
    }
    if wanted(Comparison::DeadReceiver) {
        deliveries::dead_receiver(&runtime, options, folder, &mut ratios)?;
    }
    ratios.keep(asked);
    Ok(ratios)
}
