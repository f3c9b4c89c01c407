//! Counters of what was sent, for the metrics endpoint.

use std::time::Duration;

use countersign_store::queries::outbox::Channel;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds in seconds: from a receiver beside us to one that the time-out cuts off.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Outcome {
    /// It arrived.
    Delivered,
    /// It failed and is tried again.
    Retried,
    /// It failed and is not tried again.
    Parked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Way {
    Webhook,
    Mail,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    channel: Way,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WayLabels {
    channel: Way,
}

/// Counters of tries and the queue's state; clones share them.
#[derive(Clone)]
pub struct DeliveryMetrics {
    attempts: Family<Labels, Counter>,
    durations: Family<WayLabels, Histogram, fn() -> Histogram>,
    depth: Gauge,
    overdue: Gauge,
}

impl Default for DeliveryMetrics {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        Self {
            attempts: Family::default(),
            durations: Family::new_with_constructor(histogram),
            depth: Gauge::default(),
            overdue: Gauge::default(),
        }
    }
}

impl DeliveryMetrics {
    /// Names the metrics in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("delivery_attempts", "Tries by channel and outcome", self.attempts.clone());
        let help = "How long tries took, in seconds";
        registry.register("delivery_attempt_duration_seconds", help, self.durations.clone());
        registry.register("outbox_pending", "Messages that wait, as last counted", self.depth.clone());
        let help = "How long the message that is due first, of those to receivers that neither fail nor are slow, has waited beyond its time, in seconds, as last measured";
        registry.register("outbox_overdue_seconds", help, self.overdue.clone());
    }

    /// How many tries ended so.
    pub fn attempts(&self, channel: Channel, outcome: Outcome) -> u64 {
        self.attempts.get_or_create(&labels(channel, outcome)).get()
    }

    /// Messages that wait, as last counted.
    pub fn depth(&self) -> i64 {
        self.depth.get()
    }

    /// How many seconds the message that is due first has waited beyond its time, as last measured. Those to receivers that fail
    /// or are slow do not count: such a receiver alone is always late.
    pub fn overdue_seconds(&self) -> i64 {
        self.overdue.get()
    }

    pub(super) fn count(&self, channel: Channel, outcome: Outcome, duration_ms: i64) {
        let labels = labels(channel, outcome);
        self.attempts.get_or_create(&labels).inc();
        let duration = Duration::from_millis(u64::try_from(duration_ms).unwrap_or(0));
        self.durations.get_or_create(&WayLabels { channel: labels.channel }).observe(duration.as_secs_f64());
    }

    pub(super) fn measure(&self, depth: i64, overdue_ms: i64) {
        self.depth.set(depth);
        self.overdue.set(overdue_ms / 1_000);
    }
}

const fn labels(channel: Channel, outcome: Outcome) -> Labels {
    let channel = match channel {
        Channel::Webhook => Way::Webhook,
        Channel::Mail => Way::Mail,
    };
    Labels { channel, outcome }
}
