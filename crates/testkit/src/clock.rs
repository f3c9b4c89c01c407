//! A clock that a test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use countersign_domain::Timestamp;
use countersign_service::Clock;

/// Stands still until it is told otherwise.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.ms()))
    }

    /// Puts the hands to `at`, backwards too.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.ms(), Ordering::SeqCst);
    }

    /// Moves the hands by `ms` milliseconds and tells where they then stand.
    pub fn advance_ms(&self, ms: i64) -> Timestamp {
        Timestamp::from_ms(self.0.fetch_add(ms, Ordering::SeqCst) + ms)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.load(Ordering::SeqCst))
    }
}
