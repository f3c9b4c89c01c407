//! The machine's clocks and randomness: the benchmark is a composition root of its own, and the only other place beside the
//! server that reads them.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use countersign_crypto::Entropy;
use countersign_domain::Timestamp;
use countersign_service::Clock;
use countersign_store::MonotonicClock;

/// The wall clock, which is business time here as well.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(wall_ms())
    }
}

/// Unix milliseconds.
#[expect(clippy::disallowed_methods, reason = "the benchmark is a composition root, and there the clock enters")]
pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// An instant, for durations.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// A clock that only moves forward.
pub(crate) fn monotonic() -> MonotonicClock {
    let start = instant();
    Arc::new(move || start.elapsed())
}

/// The operating system's randomness, as the server has it.
pub(crate) struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(clippy::disallowed_methods, reason = "the benchmark is a composition root, and there randomness enters")]
    fn fill(&self, destination: &mut [u8]) {
        aws_lc_rs::rand::fill(destination).expect("the operating system gives random bytes");
    }
}
