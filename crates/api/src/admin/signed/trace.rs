//! What is left of calls that were refused: a line in the log, as long as there are not too many, and a count in any case.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use countersign_domain::Timestamp;
use countersign_domain::id::AdminKeyId;
use countersign_domain::time::MINUTE_MS;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// The most refusals of a minute that are logged each for itself.
const LOGGED_PER_MINUTE_MAX: u32 = 60;

/// Codes stand in a table, so their number is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

/// The admin API's metrics; clones share their counts.
#[derive(Clone, Default)]
pub struct AdminMetrics {
    refused: Family<CodeLabel, Counter>,
}

impl AdminMetrics {
    /// Puts the family into `registry`, under a name that begins `admin_`.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Calls of the admin API that were refused for who called or how, by code";
        registry.register("admin_calls_refused", help, self.refused.clone());
    }
}

/// What came to be known of a caller before its call was refused.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Caller {
    /// From where it called, as far as proxies are believed.
    pub(super) address: Option<IpAddr>,
    /// Whose key it named. That it is the key's owner is another question.
    pub(super) key: Option<AdminKeyId>,
}

/// Counts refusals and logs them.
pub(super) struct Trace {
    metrics: AdminMetrics,
    window: Mutex<Window>,
}

struct Window {
    begun_at: Timestamp,
    logged: u32,
    unlogged: u64,
}

impl Window {
    /// How many refusals went unlogged before this one; `None` where this one goes unlogged too.
    fn admit(&mut self, now: Timestamp) -> Option<u64> {
        if !(0..MINUTE_MS).contains(&now.ms_since(self.begun_at)) {
            (self.begun_at, self.logged) = (now, 0);
        }
        if self.logged >= LOGGED_PER_MINUTE_MAX {
            self.unlogged += 1;
            return None;
        }
        self.logged += 1;
        Some(std::mem::take(&mut self.unlogged))
    }
}

impl Trace {
    pub(super) fn new(metrics: AdminMetrics) -> Self {
        let window = Window { begun_at: Timestamp::from_ms(0), logged: 0, unlogged: 0 };
        Self { metrics, window: Mutex::new(window) }
    }

    /// Leaves what there is to be left of a refusal. What the caller sent is in none of it.
    pub(super) fn leave(&self, code: &'static str, caller: Caller, now: Timestamp) {
        self.metrics.refused.get_or_create(&CodeLabel { code }).inc();
        let admitted = self.window.lock().unwrap_or_else(PoisonError::into_inner).admit(now);
        let Some(unlogged) = admitted else { return };
        let (key, address) = (caller.key.map(AdminKeyId::get), caller.address.map(tracing::field::display));
        tracing::warn!(code, key, address, unlogged, "a call of the admin API was refused");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_lines_and_the_next_one_tells_how_many_it_left_out() {
        let mut window = Window { begun_at: Timestamp::from_ms(0), logged: 0, unlogged: 0 };
        let mut admit = |ms| window.admit(Timestamp::from_ms(ms));
        for number in 0..i64::from(LOGGED_PER_MINUTE_MAX) {
            assert_eq!(admit(1_000_000 + number), Some(0));
        }
        assert_eq!((admit(1_000_100), admit(1_000_000 + MINUTE_MS - 1)), (None, None));
        assert_eq!((admit(1_000_000 + MINUTE_MS), admit(1_000_001 + MINUTE_MS)), (Some(2), Some(0)));
        assert_eq!(admit(5), Some(0), "a clock that was set back begins anew");
    }
}
