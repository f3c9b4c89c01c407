//! Comparisons beside the main table: what else a shop does, each against a baseline that took turns with it.

mod market;
mod payments;
mod pgbench;
mod postgres;
mod queries;
mod ratios;

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
    ratios.keep(asked);
    Ok(ratios)
}
