//! Whether an endpoint gets messages.

use crate::time::{DAY_MS, Timestamp};

/// How long an endpoint may fail, without a single success, before the platform disables it: five days of business time, unless
/// the configuration says otherwise.
pub const FAILING_MS_MAX: i64 = 5 * DAY_MS;

/// Who disabled an endpoint, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledBy {
    /// Its owner wants nothing for now.
    Owner,
    /// The platform, because every try since this instant had failed.
    Platform {
        /// When the first of them ended.
        failing_since: Timestamp,
    },
    /// The operator; only the operator enables it again.
    Operator {
        /// Since when everything had failed then, if it had.
        failing_since: Option<Timestamp>,
    },
}

/// Where an endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointState {
    /// It gets messages.
    Enabled {
        /// When the first failed try since the last success ended; `None` while it answers.
        failing_since: Option<Timestamp>,
    },
    /// It gets none; what it misses is remembered.
    Disabled {
        /// Since when.
        since: Timestamp,
        /// By whom.
        by: DisabledBy,
    },
}

impl EndpointState {
    /// A fresh start.
    pub const ENABLED: Self = Self::Enabled { failing_since: None };

    /// Whether it gets messages.
    pub const fn is_enabled(self) -> bool {
        matches!(self, Self::Enabled { .. })
    }

    /// Since when everything has failed here, whether that is over already because the platform stopped trying or not.
    pub const fn failing_since(self) -> Option<Timestamp> {
        match self {
            Self::Enabled { failing_since } => failing_since,
            Self::Disabled { by: DisabledBy::Platform { failing_since }, .. } => Some(failing_since),
            Self::Disabled { by: DisabledBy::Operator { failing_since }, .. } => failing_since,
            Self::Disabled { by: DisabledBy::Owner, .. } => None,
        }
    }

    /// Whether only the operator enables it again.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Disabled { by: DisabledBy::Operator { .. }, .. })
    }

    /// What the operator's word makes of it, whoever disabled it before. Its silence began when it did: nothing of what it missed
    /// is forgotten.
    pub const fn disabled_by_operator(self, now: Timestamp) -> Self {
        let since = match self {
            Self::Enabled { .. } => now,
            Self::Disabled { since, .. } => since,
        };
        Self::Disabled { since, by: DisabledBy::Operator { failing_since: self.failing_since() } }
    }

    /// What the owner's wish for silence makes of it; whoever disabled it first stays named.
    pub const fn disabled_by_owner(self, now: Timestamp) -> Self {
        match self {
            Self::Enabled { .. } => Self::Disabled { since: now, by: DisabledBy::Owner },
            disabled @ Self::Disabled { .. } => disabled,
        }
    }

    /// What a try that ended at `now` makes of it. After `failing_ms_max` of nothing but failures it is disabled. A try that
    /// was under way when it was disabled changes nothing.
    pub const fn after_try(self, succeeded: bool, now: Timestamp, failing_ms_max: i64) -> Self {
        match self {
            Self::Enabled { .. } if succeeded => Self::ENABLED,
            Self::Enabled { failing_since: None } => Self::Enabled { failing_since: Some(now) },
            Self::Enabled { failing_since: Some(failing_since) } if now.ms_since(failing_since) >= failing_ms_max => {
                Self::Disabled { since: now, by: DisabledBy::Platform { failing_since } }
            }
            unchanged => unchanged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn every_state_after_every_try() {
        let enabled = |since: Option<i64>| EndpointState::Enabled { failing_since: since.map(Timestamp::from_ms) };
        let owner = EndpointState::Disabled { since: at(1), by: DisabledBy::Owner };
        let platform = |since, failing| EndpointState::Disabled {
            since: at(since),
            by: DisabledBy::Platform { failing_since: at(failing) },
        };
        let rows = [
            (enabled(None), true, 500, enabled(None)),
            (enabled(None), false, 500, enabled(Some(500))),
            (enabled(Some(400)), true, 500, enabled(None)),
            (enabled(Some(400)), false, 499, enabled(Some(400))),
            (enabled(Some(400)), false, 500, platform(500, 400)),
            (enabled(Some(400)), true, 9_000, enabled(None)),
            (owner, true, 500, owner),
            (owner, false, 500, owner),
            (platform(500, 400), true, 600, platform(500, 400)),
            (platform(500, 400), false, 600, platform(500, 400)),
        ];
        for (before, succeeded, now, after) in rows {
            assert_eq!(before.after_try(succeeded, at(now), 100), after, "{before:?}, {succeeded} at {now}");
        }
    }

    #[test]
    fn whoever_disabled_it_first_stays_named() {
        let platform = EndpointState::Disabled { since: at(5), by: DisabledBy::Platform { failing_since: at(1) } };
        assert_eq!(platform.disabled_by_owner(at(9)), platform);
        let owner = EndpointState::Disabled { since: at(9), by: DisabledBy::Owner };
        assert_eq!(EndpointState::Enabled { failing_since: Some(at(1)) }.disabled_by_owner(at(9)), owner);
        assert_eq!((platform.failing_since(), owner.failing_since()), (Some(at(1)), None));
        assert!(EndpointState::ENABLED.is_enabled() && !owner.is_enabled());
    }

    #[test]
    fn the_operators_word_stands_over_every_other() {
        let operator = |since, failing: Option<i64>| EndpointState::Disabled {
            since: at(since),
            by: DisabledBy::Operator { failing_since: failing.map(Timestamp::from_ms) },
        };
        let owner = EndpointState::Disabled { since: at(5), by: DisabledBy::Owner };
        let platform = EndpointState::Disabled { since: at(5), by: DisabledBy::Platform { failing_since: at(1) } };
        let rows = [
            (EndpointState::ENABLED, operator(9, None)),
            (EndpointState::Enabled { failing_since: Some(at(1)) }, operator(9, Some(1))),
            (owner, operator(5, None)),
            (platform, operator(5, Some(1))),
            (operator(5, Some(1)), operator(5, Some(1))),
        ];
        for (before, after) in rows {
            assert_eq!(before.disabled_by_operator(at(9)), after, "{before:?}");
            assert!(after.is_held() && !before.is_held() || before == after);
            assert_eq!(after.disabled_by_owner(at(10)), after, "the owner changes nothing");
            assert_eq!(after.after_try(true, at(10), 100), after);
        }
    }
}
