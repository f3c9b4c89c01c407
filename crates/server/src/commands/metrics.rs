//! The store's own counts and the age of the rates among the metrics, read when they are asked for.

use std::sync::Arc;

use countersign_service::Platform;
use countersign_store::{Condition, Store};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

struct StoreCollector(Store);

impl std::fmt::Debug for StoreCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreCollector")
    }
}

impl Collector for StoreCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let health = self.0.health();
        let stats = health.stats;
        let counts = [
            ("store_write_jobs", "Write jobs that were answered, refusals included", stats.write_jobs),
            ("store_committed_jobs", "Write jobs that committed", stats.committed_jobs),
            ("store_commits", "Commits; on SQLite one for a whole batch", stats.commits),
            ("store_read_jobs", "Read jobs that were answered", stats.read_jobs),
            ("store_queue_full", "Jobs that were turned away because the queue was full", stats.queue_full),
            ("store_panics", "Jobs that panicked", stats.panics),
            ("store_batches_lost", "Batches that SQLite rolled back by itself", stats.batches_lost),
            (
                "store_retries_serialization",
                "Transactions run again after a serialization failure",
                stats.retries_serialization,
            ),
            ("store_retries_deadlock", "Transactions run again after a deadlock", stats.retries_deadlock),
            (
                "store_retries_lock_timeout",
                "Transactions run again after a lock was not granted in time",
                stats.retries_lock_timeout,
            ),
            ("store_retries_disconnect", "Transactions run again after a lost connection", stats.retries_disconnect),
            ("store_ambiguous_commits", "Connections lost while COMMIT was under way", stats.ambiguous_commits),
            (
                "store_answered_from_commands",
                "Jobs answered out of what an earlier try had stored",
                stats.answered_from_commands,
            ),
            ("store_connects", "Connections made to PostgreSQL", stats.connects),
            ("store_checkpoints", "Checkpoints of SQLite's write-ahead log", stats.checkpoints),
        ];
        for (name, help, count) in counts {
            let counter = ConstCounter::new(count);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        let wal_pages = i64::try_from(stats.wal_pages).unwrap_or(i64::MAX);
        let levels = [
            ("store_wal_pages", "Pages in SQLite's write-ahead log after the last commit", wal_pages),
            ("store_queued_writes", "Writes waiting for a database thread", level(health.queued_writes)),
            ("store_queued_reads", "Reads waiting for a database thread", level(health.queued_reads)),
        ];
        for (name, help, now) in levels {
            let gauge = ConstGauge::new(now);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        encode_condition(&mut encoder, health.condition)
    }
}

fn level(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

const fn condition_name(condition: Condition) -> &'static str {
    match condition {
        Condition::Ready => "ready",
        Condition::DiskFull => "disk_full",
        Condition::Disconnected => "disconnected",
        Condition::Failed => "failed",
        Condition::Closed => "closed",
    }
}

/// One series for each condition, 1 for the one that holds, so that an alert can name what it is about.
fn encode_condition(encoder: &mut DescriptorEncoder<'_>, holds: Condition) -> Result<(), std::fmt::Error> {
    let all = [Condition::Ready, Condition::DiskFull, Condition::Disconnected, Condition::Failed, Condition::Closed];
    let help = "What the database can do: 1 for the condition that holds";
    let mut family = encoder.encode_descriptor("store_condition", help, None, MetricType::Gauge)?;
    for condition in all {
        let gauge = ConstGauge::new(i64::from(condition == holds));
        gauge.encode(family.encode_family(&[("condition", condition_name(condition))])?)?;
    }
    Ok(())
}

/// Registers the store's counts.
pub(super) fn register_store(registry: &mut Registry, store: Store) {
    registry.register_collector(Box::new(StoreCollector(store)));
}

struct RatesCollector(Arc<Platform>);

impl std::fmt::Debug for RatesCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RatesCollector")
    }
}

impl Collector for RatesCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        // Nothing is said where there is no age to tell: without a source, and until it has given something.
        let Some(taken_at) = self.0.rates.taken_at() else { return Ok(()) };
        let gauge = ConstGauge::new(self.0.wall_now().ms_since(taken_at) / 1_000);
        let help = "Seconds since the prices at hand were taken";
        gauge.encode(encoder.encode_descriptor("rates_age_seconds", help, None, gauge.metric_type())?)
    }
}

/// Registers the age of the rates.
pub(super) fn register_rates(registry: &mut Registry, platform: Arc<Platform>) {
    registry.register_collector(Box::new(RatesCollector(platform)));
}
