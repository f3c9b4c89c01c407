//! Paying against creating, and payments to one merchant against payments to many, on SQLite.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio::runtime::Runtime;

use super::market::{Market, Shop};
use super::{Comparison, Ratios};
use crate::application::{Application, Commits};
use crate::figures::rate;
use crate::options::Options;

/// Over so many merchants payments are spread.
const MERCHANTS: usize = 10_000;
/// Orders of a round, for each second that a cell of the main table would be measured.
const ORDERS_PER_SECOND: usize = 5_000;

/// Orders that were created and paid, per second.
struct Turn {
    created: f64,
    paid: f64,
}

pub(super) fn compare(runtime: &Runtime, options: &Options, folder: &Path, ratios: &mut Ratios) -> Result<()> {
    runtime.block_on(async {
        let application = Application::open(&Application::sqlite(folder, "payments.db"), Commits::Shared)?;
        let market = Market::open(application).await?;
        let many = market.shops(MERCHANTS).await?;
        let count = ORDERS_PER_SECOND * usize::try_from(options.measured().as_secs().max(1))?;
        let to_one: Vec<Shop> = vec![many[0]; count];
        let to_many: Vec<Shop> = many.iter().copied().cycle().take(count).collect();
        // Once for nothing: caches fill, and the file grows to its working size.
        turn(&market, to_many.clone()).await?;
        for round in 0..options.rounds {
            // Whichever comes second finds a larger file; so they swap.
            let (one, many);
            if round % 2 == 0 {
                one = turn(&market, to_one.clone()).await?;
                many = turn(&market, to_many.clone()).await?;
            } else {
                many = turn(&market, to_many.clone()).await?;
                one = turn(&market, to_one.clone()).await?;
            }
            ratios.add(Comparison::Pay, many.paid, many.created);
            ratios.add(Comparison::OneMerchant, one.paid, many.paid);
        }
        Ok(())
    })
}

async fn turn(market: &Market, shops: Vec<Shop>) -> Result<Turn> {
    let per_second = |count: usize, took: Duration| rate(u64::try_from(count).unwrap_or(u64::MAX), took);
    let count = shops.len();
    let (orders, creating) = market.create(shops).await?;
    let paying = market.pay(orders).await?;
    Ok(Turn { created: per_second(count, creating), paid: per_second(count, paying) })
}
