//! Counters and the state of the database, for health checks and metrics.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use crate::statement::Engine;

/// What the database can do right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Reads and writes.
    Ready,
    /// Reads; the last batch of writes met a full disk.
    DiskFull,
    /// Nothing: the last attempt to reach the server failed.
    Disconnected,
    /// Nothing, for good.
    Failed,
    /// Nothing: the store was closed.
    Closed,
}

impl Condition {
    fn code(self) -> u8 {
        match self {
            Self::Ready => 0,
            Self::DiskFull => 1,
            Self::Disconnected => 2,
            Self::Failed => 3,
            Self::Closed => 4,
        }
    }

    fn of(code: u8) -> Self {
        match code {
            0 => Self::Ready,
            1 => Self::DiskFull,
            2 => Self::Disconnected,
            3 => Self::Failed,
            _ => Self::Closed,
        }
    }
}

/// The state of a store at one moment.
#[derive(Debug, Clone, Copy)]
pub struct StoreHealth {
    /// The engine.
    pub engine: Engine,
    /// What it can do.
    pub condition: Condition,
    /// Writes waiting for a thread.
    pub queued_writes: usize,
    /// Reads waiting for a thread.
    pub queued_reads: usize,
    /// The counters.
    pub stats: StoreStats,
}

/// Declares the counters once: atomic inside, plain numbers outside.
macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Counters since the store was opened.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct StoreStats {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        /// The counters as the database threads write them.
        #[derive(Default)]
        pub(crate) struct Stats {
            condition: AtomicU8,
            $(pub(crate) $name: Counter,)+
        }

        impl Stats {
            pub(crate) fn snapshot(&self) -> StoreStats {
                StoreStats { $($name: self.$name.get(),)+ }
            }
        }
    };
}

counters! {
    /// Write jobs that were answered, refusals included.
    write_jobs,
    /// Read jobs that were answered.
    read_jobs,
    /// Commits: on SQLite one per batch.
    commits,
    /// Jobs that committed.
    committed_jobs,
    /// Jobs turned away because the queue was full.
    queue_full,
    /// Jobs that panicked.
    panics,
    /// SQLite: batches that did not count and were run again or answered busy.
    batches_lost,
    /// SQLite: batches run again in savepoints because a job refused, failed or panicked after it had written.
    batches_careful,
    /// PostgreSQL: tries repeated after a serialization failure (40001).
    retries_serialization,
    /// PostgreSQL: tries repeated after a deadlock (40P01).
    retries_deadlock,
    /// PostgreSQL: tries repeated after a lock was not granted in time (55P03).
    retries_lock_timeout,
    /// PostgreSQL: tries repeated because the connection was lost.
    retries_disconnect,
    /// PostgreSQL: connections lost while COMMIT was under way.
    ambiguous_commits,
    /// PostgreSQL: jobs answered out of their `commands` row.
    answered_from_commands,
    /// PostgreSQL: connections made.
    connects,
    /// SQLite: checkpoints of the write-ahead log.
    checkpoints,
    /// SQLite: pages in the write-ahead log after the last commit (a level, not a count).
    wal_pages,
}

/// One counter; relaxed, since nothing is ordered by it.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Stats {
    pub(crate) fn condition(&self) -> Condition {
        Condition::of(self.condition.load(Ordering::Acquire))
    }

    /// Failed is never left; closed only for failed.
    pub(crate) fn set_condition(&self, condition: Condition) {
        let next = |now: u8| {
            let stays = match Condition::of(now) {
                Condition::Failed => true,
                Condition::Closed => condition != Condition::Failed,
                Condition::Ready | Condition::DiskFull | Condition::Disconnected => false,
            };
            (!stays).then(|| condition.code())
        };
        // An unchanged state is not an error.
        let _ = self.condition.fetch_update(Ordering::AcqRel, Ordering::Acquire, next);
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Stats};

    #[test]
    fn failed_and_closed_are_not_left() {
        use Condition::{Closed, Disconnected, DiskFull, Failed, Ready};
        let cases = [
            (vec![DiskFull], DiskFull),
            (vec![DiskFull, Ready], Ready),
            (vec![Disconnected, Closed, Ready], Closed),
            (vec![Failed, Ready], Failed),
            (vec![Failed, Closed], Failed),
            (vec![Closed, Failed], Failed),
        ];
        for (steps, end) in cases {
            let stats = Stats::default();
            for step in &steps {
                stats.set_condition(*step);
            }
            assert_eq!(stats.condition(), end, "{steps:?}");
        }
    }
}
