//! Paying against creating, both over HTTP; and payments to one merchant against payments to many. On SQLite.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use countersign_domain::id::OrderId;
use secrecy::ExposeSecret as _;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::market::{Market, Shop};
use super::{Comparison, Ratios};
use crate::application::{Application, Caller, Commits};
use crate::bare::{self, Act};
use crate::figures::rate;
use crate::listener;
use crate::load::{self, Cell};
use crate::options::Options;
use crate::signed_request::{Asked, PAY_PATH, next_number};

/// How many pay and create at once. With fewer, in a closed loop, the writer waits a good part of its time for the disk: creating
/// hides that behind the HTTP before it, paying does not.
const CONNECTIONS: usize = 256;
/// Over so many merchants payments are spread.
const MERCHANTS: usize = 10_000;
/// Orders of a round, for each second that a cell of the main table would be measured.
const ORDERS_PER_SECOND: usize = 5_000;
/// More orders than can be paid in a second.
const PAYABLE_PER_SECOND: usize = 40_000;

/// Both comparisons, on one database.
pub(super) fn compare(runtime: &Runtime, options: &Options, folder: &Path, ratios: &mut Ratios) -> Result<()> {
    let application = Application::open(&Application::sqlite(folder, "payments.db"), Commits::Shared)?;
    let market = Arc::new(runtime.block_on(Market::open(application))?);
    with_creating(runtime, options, &market, ratios)?;
    runtime.block_on(to_one_and_to_many(options, &market, ratios))
}

/// Orders are created by the merchant API, and paid by a handler that checks the same signature before it pays.
fn with_creating(runtime: &Runtime, options: &Options, market: &Arc<Market>, ratios: &mut Ratios) -> Result<()> {
    let mut servers = JoinSet::new();
    let caller = runtime.block_on(market.application.merchant())?;
    let shop = runtime.block_on(market.shops(1))?[0];
    let creating = listener::start(market.application.router(options.window_ms), &mut servers)?;
    let measure = |address, asked| {
        let cell = Cell {
            address,
            caller: &caller,
            asked,
            connections: CONNECTIONS,
            warm_up: options.warm_up(),
            measured: options.measured(),
        };
        load::run(&cell).map(|measurement| rate(measurement.latencies.len(), measurement.measured))
    };
    let seconds = (options.warm_up() + options.measured()).as_secs() + 1;
    let payable = PAYABLE_PER_SECOND * usize::try_from(seconds)?;
    for _ in 0..options.rounds {
        let created = measure(creating, Asked::Create)?;
        let (mut orders, _) = runtime.block_on(market.create(vec![shop; payable]))?;
        // Shops are paid about in the order in which they asked, whoever asked; ids are in the order of time.
        orders.sort_unstable();
        let router = bare::acting(PAY_PATH, key(&caller), options.window_ms, paying(market, orders));
        let address = listener::start(router, &mut servers)?;
        ratios.add(Comparison::Pay, measure(address, Asked::Pay)?, created);
    }
    Ok(())
}

fn key(caller: &Caller) -> (&str, &[u8]) {
    (&caller.key.key, caller.key.secret.expose_secret().as_bytes())
}

/// Pays one of `orders` for each number from the next one on.
fn paying(market: &Arc<Market>, orders: Vec<OrderId>) -> Act {
    let (market, first) = (Arc::clone(market), next_number());
    Arc::new(move |body| {
        let number = str::from_utf8(&body).ok().and_then(|text| text.parse::<u64>().ok());
        let place = number.and_then(|number| usize::try_from(number.checked_sub(first)?).ok());
        let payment = place.and_then(|place| Some(market.payment(place, *orders.get(place)?)));
        Box::pin(async move {
            match payment {
                Some(payment) => payment.await.is_ok(),
                None => false,
            }
        })
    })
}

async fn to_one_and_to_many(options: &Options, market: &Market, ratios: &mut Ratios) -> Result<()> {
    let many = market.shops(MERCHANTS).await?;
    let count = ORDERS_PER_SECOND * usize::try_from(options.measured().as_secs().max(1))?;
    let to_one: Vec<Shop> = vec![many[0]; count];
    let to_many: Vec<Shop> = many.iter().copied().cycle().take(count).collect();
    // Once for nothing: caches fill, and the file grows to its working size.
    paid_per_second(market, to_many.clone()).await?;
    for round in 0..options.rounds {
        // Whichever comes second finds a larger file; so they swap.
        let (one, spread);
        if round % 2 == 0 {
            one = paid_per_second(market, to_one.clone()).await?;
            spread = paid_per_second(market, to_many.clone()).await?;
        } else {
            spread = paid_per_second(market, to_many.clone()).await?;
            one = paid_per_second(market, to_one.clone()).await?;
        }
        ratios.add(Comparison::OneMerchant, one, spread);
    }
    Ok(())
}

/// Creates an order for each of `shops` and pays them all; how many payments that were per second.
async fn paid_per_second(market: &Market, shops: Vec<Shop>) -> Result<f64> {
    let (orders, _) = market.create(shops).await?;
    let count = u64::try_from(orders.len())?;
    let took: Duration = market.pay(orders).await?;
    Ok(rate(count, took))
}
