//! The store's own counts among the metrics, read when they are asked for.

use countersign_store::Store;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::registry::Registry;

struct StoreCollector(Store);

impl std::fmt::Debug for StoreCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreCollector")
    }
}

impl Collector for StoreCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let stats = self.0.stats();
        let counts = [
            ("store_write_jobs", "Write jobs that were answered, refusals included", stats.write_jobs),
            ("store_committed_jobs", "Write jobs that committed", stats.committed_jobs),
            ("store_commits", "Commits; on SQLite one for a whole batch", stats.commits),
            ("store_read_jobs", "Read jobs that were answered", stats.read_jobs),
            ("store_queue_full", "Jobs that were turned away because the queue was full", stats.queue_full),
            ("store_panics", "Jobs that panicked", stats.panics),
            ("store_batches_lost", "Batches that SQLite rolled back by itself", stats.batches_lost),
            ("store_retries_serialization", "Transactions run again after a serialization failure", stats.retries_serialization),
            ("store_retries_deadlock", "Transactions run again after a deadlock", stats.retries_deadlock),
            ("store_retries_disconnect", "Transactions run again after a lost connection", stats.retries_disconnect),
            ("store_ambiguous_commits", "Connections lost while COMMIT was under way", stats.ambiguous_commits),
        ];
        for (name, help, count) in counts {
            let counter = ConstCounter::new(count);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        Ok(())
    }
}

/// Registers the store's counts.
pub(super) fn register_store(registry: &mut Registry, store: Store) {
    registry.register_collector(Box::new(StoreCollector(store)));
}
