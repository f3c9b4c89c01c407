//! The machine's clocks.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use countersign_domain::Timestamp;
use countersign_service::Clock;
use countersign_store::MonotonicClock;

/// The wall clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the composition root is where the clock enters")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that only moves forward, for measuring durations.
#[expect(clippy::disallowed_methods, reason = "the composition root is where the clock enters")]
pub(crate) fn monotonic() -> MonotonicClock {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}
