//! When a failed message is tried again (`decisions.md` row 41).

use countersign_crypto::{Entropy, random_bytes};
use countersign_domain::time::{HOUR_MS, MINUTE_MS};
use thiserror::Error;

/// The most retries that a configuration can ask for.
pub(super) const RETRIES_MAX: usize = 32;
/// The longest delay between two tries.
pub(super) const DELAY_MS_MAX: i64 = 30 * countersign_domain::time::DAY_MS;
/// The widest jitter, in percent to either side.
pub(super) const JITTER_PERCENT_MAX: u8 = 50;

/// Why a list of delays is no schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RetryScheduleError {
    /// Too many delays.
    #[error("at most {RETRIES_MAX} retries can be configured")]
    TooMany,
    /// A delay of nothing, below nothing, or absurdly long.
    #[error("a delay must lie between 1 and {DELAY_MS_MAX} milliseconds, this one is {0}")]
    Delay(i64),
    /// Too much jitter.
    #[error("jitter is at most {JITTER_PERCENT_MAX} percent")]
    Jitter,
}

/// The delays after each failed try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrySchedule {
    delays_ms: Vec<i64>,
    jitter_percent: u8,
}

impl Default for RetrySchedule {
    /// 5 s, 1 min, 5 min, 30 min, 2 h, 12 h, each ±20 %.
    fn default() -> Self {
        let delays_ms = vec![5_000, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS];
        Self { delays_ms, jitter_percent: 20 }
    }
}

impl RetrySchedule {
    /// These delays in milliseconds, each moved by up to `jitter_percent` to either side; an empty list means a single try.
    pub fn new(delays_ms: Vec<i64>, jitter_percent: u8) -> Result<Self, RetryScheduleError> {
        if delays_ms.len() > RETRIES_MAX {
            return Err(RetryScheduleError::TooMany);
        }
        if let Some(odd) = delays_ms.iter().find(|delay| !(1..=DELAY_MS_MAX).contains(*delay)) {
            return Err(RetryScheduleError::Delay(*odd));
        }
        if jitter_percent > JITTER_PERCENT_MAX {
            return Err(RetryScheduleError::Jitter);
        }
        Ok(Self { delays_ms, jitter_percent })
    }

    /// How long to wait after failed try number `attempt`, from 1; `None` after the last one.
    pub(super) fn delay_after(&self, attempt: i64, entropy: &dyn Entropy) -> Option<i64> {
        let delay = *self.delays_ms.get(usize::try_from(attempt - 1).ok()?)?;
        if self.jitter_percent == 0 {
            return Some(delay);
        }
        // Steps of a tenth of a percent. The remainder favours some by less than one in a hundred: it is only jitter.
        let span = i64::from(self.jitter_percent) * 10;
        let drawn = i64::from(u16::from_be_bytes(random_bytes::<2>(entropy)));
        let permille = 1_000 - span + drawn % (2 * span + 1);
        Some((delay * permille / 1_000).max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU16, Ordering};

    use super::*;

    /// Counts through all 16-bit numbers.
    #[derive(Default)]
    struct Counting(AtomicU16);

    impl Entropy for Counting {
        fn fill(&self, destination: &mut [u8]) {
            destination.copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        }
    }

    #[test]
    fn the_default_is_row_41() {
        let exact = RetrySchedule { jitter_percent: 0, ..RetrySchedule::default() };
        let delays: Vec<_> = (1..=7).map(|attempt| exact.delay_after(attempt, &Counting::default())).collect();
        let seconds = [5, 60, 300, 1_800, 7_200, 43_200].map(|seconds| Some(seconds * 1_000));
        assert_eq!(delays[..6], seconds);
        assert_eq!(delays[6], None, "the seventh try is the last");
        assert_eq!(exact.delay_after(0, &Counting::default()), None);
    }

    #[test]
    fn jitter_reaches_both_ends_and_no_further() {
        let entropy = Counting::default();
        let schedule = RetrySchedule::default();
        let delays: Vec<_> = (0..1_000).filter_map(|_| schedule.delay_after(2, &entropy)).collect();
        assert_eq!(delays.iter().min(), Some(&48_000));
        assert_eq!(delays.iter().max(), Some(&72_000));
    }

    #[test]
    fn odd_schedules_are_refused() {
        assert_eq!(RetrySchedule::new(vec![1; 33], 0), Err(RetryScheduleError::TooMany));
        assert_eq!(RetrySchedule::new(vec![5, 0], 0), Err(RetryScheduleError::Delay(0)));
        assert_eq!(RetrySchedule::new(vec![DELAY_MS_MAX + 1], 0), Err(RetryScheduleError::Delay(DELAY_MS_MAX + 1)));
        assert_eq!(RetrySchedule::new(vec![5], 51), Err(RetryScheduleError::Jitter));
        assert!(RetrySchedule::new(Vec::new(), 0).is_ok(), "a single try");
    }
}
