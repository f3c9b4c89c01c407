//! Whether the queue keeps up, and one line in the log where it does not.

use std::sync::Mutex;

use countersign_domain::Timestamp;
use countersign_domain::time::MINUTE_MS;

use super::worker::lock;

/// How long the message that is due first may wait beyond its time before somebody is told: ten minutes of business time,
/// unless the configuration says otherwise.
pub const OVERDUE_MS_MAX: i64 = 10 * MINUTE_MS;

/// What there is to say of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// It fell behind.
    Behind,
    /// It has caught up.
    CaughtUp,
}

/// How the queue was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    InTime,
    /// Late for the first time, which is not told yet: who has just begun does not know which receivers fail.
    Late,
    /// Late at least twice in a row, which is told.
    Behind,
}

/// Remembers whether the queue is behind, so that it is told once.
pub(super) struct Watch {
    overdue_ms_max: i64,
    found: Mutex<Found>,
}

impl Watch {
    pub(super) const fn new(overdue_ms_max: i64) -> Self {
        Self { overdue_ms_max, found: Mutex::new(Found::InTime) }
    }

    /// How long the first message has waited beyond its time, as of `now`.
    pub(super) fn overdue_ms(next_due: Option<Timestamp>, now: Timestamp) -> i64 {
        next_due.map_or(0, |due| now.ms_since(due).max(0))
    }

    /// What there is to say, now that the first message waits so long: once when that was too long twice in a row, and once when
    /// it is over.
    pub(super) fn notice(&self, overdue_ms: i64) -> Option<Notice> {
        let mut found = lock(&self.found);
        let (now, notice) = match (*found, overdue_ms > self.overdue_ms_max) {
            (Found::InTime, true) => (Found::Late, None),
            (Found::Late, true) => (Found::Behind, Some(Notice::Behind)),
            (Found::Behind, true) => (Found::Behind, None),
            (Found::Behind, false) => (Found::InTime, Some(Notice::CaughtUp)),
            (Found::InTime | Found::Late, false) => (Found::InTime, None),
        };
        *found = now;
        notice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_episode_is_told_once() {
        let watch = Watch::new(100);
        let told: Vec<_> =
            [0, 100, 101, 5_000, 101, 100, 0, 200, 0, 200, 200, 200].map(|overdue| watch.notice(overdue)).into();
        let (behind, caught_up) = (Some(Notice::Behind), Some(Notice::CaughtUp));
        let expected = [None, None, None, behind, None, caught_up, None, None, None, None, behind, None];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_due_later_is_not_overdue() {
        let at = Timestamp::from_ms;
        let rows = [(None, 0), (Some(at(50)), 50), (Some(at(100)), 0), (Some(at(900)), 0)];
        for (due, overdue) in rows {
            assert_eq!(Watch::overdue_ms(due, at(100)), overdue);
        }
    }
}
