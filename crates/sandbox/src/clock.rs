//! The business clock of a sandbox: it runs with the wall or stands still, and can be moved forward, never back.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use countersign_domain::Timestamp;
use countersign_service::Clock;

/// 2026-01-01T00:00:00Z: where a seeded world begins and where a manual clock stands at first.
pub const FIXED_INSTANT: Timestamp = Timestamp::from_ms(1_767_225_600_000);

/// The most that the clock is moved at once: a hundred years.
pub const ADVANCE_MS_MAX: i64 = 100 * 366 * countersign_domain::time::DAY_MS;

/// The latest instant to which the clock is moved: a year before ids run out, so that a clock that runs on keeps some.
pub const CLOCK_LAST: Timestamp =
    Timestamp::from_ms(countersign_domain::id::ID_LAST_MS - 366 * countersign_domain::time::DAY_MS);

/// How business time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// With the wall clock, at a distance.
    Real,
    /// Only when told.
    Manual,
}

/// Business time.
pub struct BusinessClock {
    wall: Arc<dyn Clock>,
    pace: Pace,
    /// [`Pace::Real`]: milliseconds ahead of the wall. [`Pace::Manual`]: the instant.
    setting_ms: AtomicI64,
}

impl BusinessClock {
    /// A clock that reads `start` at this moment.
    pub fn new(wall: Arc<dyn Clock>, pace: Pace, start: Timestamp) -> Self {
        let setting_ms = match pace {
            Pace::Real => start.ms_since(wall.now()),
            Pace::Manual => start.ms(),
        };
        Self { wall, pace, setting_ms: AtomicI64::new(setting_ms) }
    }

    /// How its time passes.
    pub const fn pace(&self) -> Pace {
        self.pace
    }

    /// Sets the clock to `instant`, back as well as forward: for a restored world.
    pub(crate) fn set(&self, instant: Timestamp) {
        self.setting_ms.fetch_add(instant.ms_since(self.now()), Ordering::SeqCst);
    }

    /// Moves the clock to `target`; an instant that has passed leaves it where it is.
    pub fn move_to(&self, target: Timestamp) {
        let ahead = target.ms_since(self.now());
        if ahead > 0 {
            self.setting_ms.fetch_add(ahead, Ordering::SeqCst);
        }
    }
}

impl Clock for BusinessClock {
    fn now(&self) -> Timestamp {
        let setting = self.setting_ms.load(Ordering::SeqCst);
        match self.pace {
            Pace::Real => self.wall.now().plus_ms(setting),
            Pace::Manual => Timestamp::from_ms(setting),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Wall(AtomicI64);

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            Timestamp::from_ms(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn a_real_clock_runs_and_a_manual_one_stands() {
        let wall = Arc::new(Wall(AtomicI64::new(1_000)));
        let real = BusinessClock::new(wall.clone(), Pace::Real, Timestamp::from_ms(5_000));
        let manual = BusinessClock::new(wall.clone(), Pace::Manual, Timestamp::from_ms(5_000));
        wall.0.store(1_500, Ordering::SeqCst);
        assert_eq!((real.now().ms(), manual.now().ms()), (5_500, 5_000));
        real.move_to(Timestamp::from_ms(7_000));
        manual.move_to(Timestamp::from_ms(7_000));
        manual.move_to(Timestamp::from_ms(6_000));
        assert_eq!((real.now().ms(), manual.now().ms()), (7_000, 7_000));
    }
}
