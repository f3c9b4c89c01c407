//! Webhooks: what writing them costs, how fast they go out, and what a backlog and a dead receiver do to that.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use countersign_crypto::WebhookSigningKey;
use countersign_jobs::{
    DeliveryLimits, DeliveryMetrics, Dispatcher, DispatcherParts, NoMailer, OutboundClient, OutboundPolicy,
    OutboundTimeouts, RetrySchedule,
};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::market::{Market, Shop};
use super::receivers::Receivers;
use super::{Comparison, Ratios};
use crate::application::{Application, Commits};
use crate::clock::{OsEntropy, instant};
use crate::figures::{count, mebibytes, rate};
use crate::machine;
use crate::options::Options;

/// Payments made one after another, to count their commits.
const COUNTED_PAYMENTS: usize = 200;
/// A backlog of a day that went wrong.
const BACKLOG: usize = 100_000;
/// The same for a look.
const BACKLOG_QUICK: usize = 10_000;
/// Receivers among which a backlog is spread, and beside which the dead one stands.
const RECEIVERS: usize = 10;
/// Messages for each receiver, for each second that a cell of the main table would be measured.
const MESSAGES_PER_SECOND: usize = 150;
/// About as long as a notification.
const BODY: [u8; 700] = [b'x'; 700];
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A market whose payments are told to `receivers` in turn, and a dispatcher for them.
struct Post {
    market: Market,
    shop: Shop,
    dispatcher: Dispatcher,
}

impl Post {
    async fn open(folder: &Path, name: &str) -> Result<Self> {
        let market = Market::open(Application::open(&Application::sqlite(folder, name), Commits::Shared)?).await?;
        let shop = market.shops(1).await?[0];
        let dispatcher = Dispatcher::new(DispatcherParts {
            platform: Arc::clone(market.application.platform()),
            outbound: OutboundClient::new(OutboundPolicy::Sandbox, OutboundTimeouts::default())?,
            mailer: Arc::new(NoMailer),
            schedule: RetrySchedule::default(),
            jitter: Arc::new(OsEntropy),
            limits: DeliveryLimits::default(),
            metrics: DeliveryMetrics::default(),
        });
        Ok(Self { market, shop, dispatcher })
    }

    /// Has `count` payments wait to be told, to `urls` in turn.
    async fn owe(&self, urls: &[Arc<str>], count: usize) -> Result<()> {
        let told = urls.iter().cycle().take(count).map(|url| (self.shop, Arc::clone(url))).collect();
        let (mut orders, _) = self.market.create_told(told).await?;
        orders.sort_unstable();
        self.market.pay(orders).await?;
        Ok(())
    }

    /// Delivers until `receivers` have `count` messages; how long that took. `meanwhile` runs beside it and is then dropped.
    async fn deliver(&self, receivers: &Receivers, count: u64, meanwhile: impl Future<Output = ()>) -> Duration {
        let dispatcher = self.dispatcher.clone();
        let mut running = JoinSet::new();
        running.spawn(async move { dispatcher.run(CancellationToken::new()).await });
        let start = instant();
        tokio::select! {
            () = receivers.have(count) => {}
            () = meanwhile => unreachable!("it looks on for ever"),
        }
        // It ends with its set: what a dead receiver holds up is none of the figures.
        start.elapsed()
    }
}

/// Payments one after another: as each waits for its own commit, a webhook with a commit of its own would double their number.
pub(super) fn enqueue(runtime: &Runtime, folder: &Path, ratios: &mut Ratios) -> Result<()> {
    let market = Application::open(&Application::sqlite(folder, "enqueue.db"), Commits::Shared)?;
    let commits = runtime.block_on(async {
        let market = Market::open(market).await?;
        let shop = market.shops(1).await?[0];
        let (orders, _) = market.create(vec![shop; COUNTED_PAYMENTS]).await?;
        let store = market.application.store();
        let before = store.stats().commits;
        for order in orders {
            market.payment(0, order).await?;
        }
        anyhow::Ok(store.stats().commits - before)
    })?;
    ratios.add(Comparison::Enqueue, count(u64::try_from(COUNTED_PAYMENTS)?), count(commits));
    Ok(())
}

/// Delivers a backlog: how fast, against signing alone, and whether memory grows with what has gone out.
pub(super) fn drain(runtime: &Runtime, options: &Options, folder: &Path, ratios: &mut Ratios) -> Result<()> {
    let backlog = if options.quick { BACKLOG_QUICK } else { BACKLOG };
    let (all, tenth) = (u64::try_from(backlog)?, u64::try_from(backlog / 10)?);
    let signed = signatures_per_second(options.measured());
    runtime.block_on(async {
        let receivers = Receivers::start(RECEIVERS)?;
        let post = Post::open(folder, "drain.db").await?;
        post.owe(receivers.urls(), backlog).await?;
        let (mut early, mut most) = (None, None);
        let look = async {
            let mut looks = tokio::time::interval(LOOK);
            loop {
                looks.tick().await;
                let seen = if receivers.count() <= tenth { &mut early } else { &mut most };
                *seen = (*seen).max(machine::resident());
            }
        };
        let took = post.deliver(&receivers, all, look).await;
        ratios.add(Comparison::Deliver, rate(all, took), signed);
        let (early, most) = early.zip(most).context("the system does not tell this process's memory")?;
        ratios.add(Comparison::Drain, mebibytes(early), mebibytes(most));
        Ok(())
    })
}

/// What one core signs, a webhook's length each.
fn signatures_per_second(time: Duration) -> f64 {
    let key = WebhookSigningKey::published_test();
    let start = instant();
    let mut signed = 0;
    while start.elapsed() < time {
        std::hint::black_box(key.sign("1700000000000", "0123456789abcdef0123456789abcdef", &BODY));
        signed += 1;
    }
    rate(signed, start.elapsed())
}

/// Nine receivers alone, then with a tenth beside them that takes messages and never answers.
pub(super) fn dead_receiver(runtime: &Runtime, options: &Options, folder: &Path, ratios: &mut Ratios) -> Result<()> {
    let each = MESSAGES_PER_SECOND * usize::try_from(options.measured().as_secs().max(1))?;
    let expected = u64::try_from(each * (RECEIVERS - 1))?;
    for round in 0..options.rounds {
        let measure = async |with_dead: bool| {
            let mut receivers = Receivers::start(RECEIVERS - 1)?;
            let post = Post::open(folder, &format!("dead-{round}-{with_dead}.db")).await?;
            let mut urls = receivers.urls().to_vec();
            if with_dead {
                urls.push(receivers.add_dead()?);
            }
            post.owe(&urls, each * urls.len()).await?;
            let took = post.deliver(&receivers, expected, std::future::pending()).await;
            anyhow::Ok(rate(expected, took))
        };
        let alone = runtime.block_on(measure(false))?;
        ratios.add(Comparison::DeadReceiver, runtime.block_on(measure(true))?, alone);
    }
    Ok(())
}
