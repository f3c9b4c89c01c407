//! Counts and durations of calls, by endpoint and result code.

use std::time::Duration;

use countersign_store::MonotonicClock;
use countersign_wire::ResultCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds in seconds: from below one fsync to the request timeout.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Labels hold table entries only, so their number is bounded by endpoints times codes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    endpoint: &'static str,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndpointLabels {
    endpoint: &'static str,
}

/// The merchant API's metrics; clones share their counts.
#[derive(Clone)]
pub struct ApiMetrics {
    monotonic: MonotonicClock,
    calls: Family<CallLabels, Counter>,
    durations: Family<EndpointLabels, Histogram, fn() -> Histogram>,
}

impl ApiMetrics {
    /// No calls yet; durations are measured with this clock.
    pub fn new(monotonic: MonotonicClock) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        Self { monotonic, calls: Family::default(), durations: Family::new_with_constructor(histogram) }
    }

    /// Puts the families into `registry`, under names that begin `api_`.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Calls of the merchant API, by endpoint and result code";
        registry.register("api_calls", help, self.calls.clone());
        let help = "How long calls of the merchant API took, in seconds";
        registry.register("api_call_duration_seconds", help, self.durations.clone());
    }

    /// An instant to measure from.
    pub(crate) fn start(&self) -> Duration {
        (self.monotonic)()
    }

    /// Counts one call that ended.
    pub(crate) fn record(&self, endpoint: &'static str, code: ResultCode, started: Duration) {
        let elapsed = (self.monotonic)().saturating_sub(started);
        self.calls.get_or_create(&CallLabels { endpoint, code: code.digits() }).inc();
        self.durations.get_or_create(&EndpointLabels { endpoint }).observe(elapsed.as_secs_f64());
    }
}
