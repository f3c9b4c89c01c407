//! Refused calls on their way into the store: off the calls' path, few of each key, and dropped rather than waited for.
//!
//! A flood of refused calls, be it of one key or of many, costs memory up to [`QUEUED_MAX`] calls and one write for each batch.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_domain::Timestamp;
use countersign_domain::id::ApiKeyId;
use countersign_service::Platform;
use countersign_service::refusals::{self, RefusalError, RefusalLog, RefusedCall};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The most calls that wait; each holds at most a body of 16 KiB.
pub const QUEUED_MAX: usize = 256;
/// The most calls that are written in one transaction.
const BATCH_MAX: usize = 32;
/// The most keys whose last call is remembered.
const KEYS_MAX: usize = 4_096;
/// How far two kept calls of one key are apart, in milliseconds.
const APART_MS: i64 = 1_000;

/// Counts of what became of refused calls; clones share them.
#[derive(Clone, Default)]
pub struct RefusalMetrics {
    kept: Counter,
    dropped: Counter,
}

impl RefusalMetrics {
    /// Names the metrics in `registry`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("refusals_kept", "Refused calls kept for their owners", self.kept.clone());
        registry.register("refusals_dropped", "Refused calls of known keys that were not kept", self.dropped.clone());
    }

    /// How many were kept.
    pub fn kept(&self) -> u64 {
        self.kept.get()
    }

    /// How many were not.
    pub fn dropped(&self) -> u64 {
        self.dropped.get()
    }
}

#[derive(Default)]
struct Waiting {
    calls: VecDeque<RefusedCall>,
    last: HashMap<ApiKeyId, Timestamp>,
}

impl Waiting {
    /// Whether a key's turn has come; if so it is over.
    fn takes_turn(&mut self, key: ApiKeyId, at: Timestamp) -> bool {
        // A clock that was set back must not silence a key until it caught up.
        let recent = |last: Timestamp| at.ms_since(last).saturating_abs() < APART_MS;
        if self.last.get(&key).is_some_and(|last| recent(*last)) {
            return false;
        }
        if self.last.len() >= KEYS_MAX {
            self.last.retain(|_, last| recent(*last));
        }
        if self.last.len() >= KEYS_MAX {
            return false;
        }
        self.last.insert(key, at);
        true
    }

    fn take(&mut self, call: RefusedCall) -> bool {
        let taken = self.calls.len() < QUEUED_MAX && self.takes_turn(call.key, call.received_at);
        if taken {
            self.calls.push_back(call);
        }
        taken
    }
}

/// Where refused calls wait until they are written.
#[derive(Default)]
pub struct RefusalQueue {
    waiting: Mutex<Waiting>,
    woken: Notify,
    metrics: RefusalMetrics,
}

impl RefusalLog for RefusalQueue {
    fn offer(&self, call: RefusedCall) {
        if self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take(call) {
            self.woken.notify_one();
        } else {
            self.metrics.dropped.inc();
        }
    }
}

impl RefusalQueue {
    /// What became of the calls.
    pub const fn metrics(&self) -> &RefusalMetrics {
        &self.metrics
    }

    /// Writes what comes until it is told to stop, and then what still waits.
    pub async fn run(&self, platform: &Arc<Platform>, cancel: CancellationToken) {
        loop {
            tokio::select! {
                () = cancel.cancelled() => break,
                () = self.woken.notified() => self.keep_waiting(platform).await,
            }
        }
        self.keep_waiting(platform).await;
    }

    /// Writes what waits. What the database refuses is dropped: refusals are no money.
    pub async fn keep_waiting(&self, platform: &Arc<Platform>) {
        loop {
            let batch = self.batch();
            if batch.is_empty() {
                return;
            }
            let (all, batch) = (count(batch.len()), Arc::new(batch));
            let kept = platform.write("refusals_record", move |tx, platform| {
                let mut kept = 0_u64;
                for call in batch.iter() {
                    kept += u64::from(refusals::record(tx, platform, call)?);
                }
                Ok::<_, RefusalError>(kept)
            });
            let kept = kept.await.unwrap_or_else(|error| {
                tracing::warn!(%error, calls = all, "refused calls could not be kept for their owners");
                0
            });
            self.metrics.kept.inc_by(kept);
            self.metrics.dropped.inc_by(all.saturating_sub(kept));
        }
    }

    fn batch(&self) -> Vec<RefusedCall> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let size = waiting.calls.len().min(BATCH_MAX);
        waiting.calls.drain(..size).collect()
    }
}

fn count(calls: usize) -> u64 {
    u64::try_from(calls).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn a_key_has_one_turn_a_second_whatever_the_clock_does() {
        let mut waiting = Waiting::default();
        let (key, other) = (ApiKeyId::new(1), ApiKeyId::new(2));
        let turns =
            [(key, 5_000, true), (key, 5_999, false), (other, 5_999, true), (key, 6_000, true), (key, 1_000, true)];
        for (key, ms, taken) in turns {
            assert_eq!(waiting.takes_turn(key, at(ms)), taken, "{key} at {ms}");
        }
    }

    #[test]
    fn the_memory_of_keys_is_bounded() {
        let mut waiting = Waiting::default();
        let keys = |from: i64| (from..).take(KEYS_MAX).map(ApiKeyId::new);
        assert!(keys(0).all(|key| waiting.takes_turn(key, at(0))));
        assert!(!waiting.takes_turn(ApiKeyId::new(1_000_000), at(999)), "there is no room");
        assert!(keys(1_000_000).all(|key| waiting.takes_turn(key, at(1_000))), "the old ones went");
        assert_eq!(waiting.last.len(), KEYS_MAX);
    }
}
