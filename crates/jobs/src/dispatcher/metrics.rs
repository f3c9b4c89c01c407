//! Counters of what was sent, for the metrics endpoint.

use countersign_store::queries::outbox::Channel;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

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

/// Counters of tries and the queue's depth; clones share them.
#[derive(Clone, Default)]
pub struct DeliveryMetrics {
    attempts: Family<Labels, Counter>,
    depth: Gauge,
}

impl DeliveryMetrics {
    /// Names the metrics in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("delivery_attempts", "Tries by channel and outcome", self.attempts.clone());
        registry.register("outbox_pending", "Messages that wait, as last counted", self.depth.clone());
    }

    /// How many tries ended so.
    pub fn attempts(&self, channel: Channel, outcome: Outcome) -> u64 {
        self.attempts.get_or_create(&labels(channel, outcome)).get()
    }

    /// Messages that wait, as last counted.
    pub fn depth(&self) -> i64 {
        self.depth.get()
    }

    pub(super) fn count(&self, channel: Channel, outcome: Outcome) {
        self.attempts.get_or_create(&labels(channel, outcome)).inc();
    }

    pub(super) fn set_depth(&self, depth: i64) {
        self.depth.set(depth);
    }
}

const fn labels(channel: Channel, outcome: Outcome) -> Labels {
    let channel = match channel {
        Channel::Webhook => Way::Webhook,
        Channel::Mail => Way::Mail,
    };
    Labels { channel, outcome }
}
