//! The writer thread: group commit.
//!
//! While one batch is synced, the next fills the queue. Nobody of a batch is answered before its COMMIT returned, refusals included: they may rest on
//! what an earlier job of the same batch wrote. When SQLite rolled the batch back by itself, no job of it counts, whatever it had answered; it is run
//! again or answered busy.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rusqlite::Connection;

use super::tx::{Prepared, SqliteTx};
use super::wal::Wal;
use crate::error::{BusyCause, StoreError};
use crate::job::{Verdict, WriteJob};
use crate::options::StoreOptions;
use crate::statement::Statement;
use crate::stats::Condition;
use crate::store::Shared;

static BEGIN: Statement = Statement { name: "begin", sql: "BEGIN IMMEDIATE" };
static SAVEPOINT: Statement = Statement { name: "savepoint", sql: "SAVEPOINT job" };
static RELEASE: Statement = Statement { name: "release", sql: "RELEASE job" };
static UNDO: Statement = Statement { name: "undo", sql: "ROLLBACK TO job" };
static COMMIT: Statement = Statement { name: "commit", sql: "COMMIT" };
static ROLLBACK: Statement = Statement { name: "rollback", sql: "ROLLBACK" };

/// How often a batch that did not count is run again before the rest of it is answered busy.
const RERUNS_MAX: u32 = 8;

/// A job of the current batch.
struct Pending {
    job: Box<dyn WriteJob>,
    /// It panicked: its closure may be half done and is not run again, its answer stands.
    settled: bool,
}

/// How one attempt at a batch ended.
enum End {
    Committed,
    /// Nothing of the batch counts. `culprit` is the job in whose statement it was lost; `None` is BEGIN or COMMIT.
    Lost {
        culprit: Option<usize>,
        error: StoreError,
    },
}

/// What the writer thread owns besides its connection.
pub(super) struct Writer {
    shared: Arc<Shared>,
    wal: Wal,
    options: StoreOptions,
    /// Taken from the queue, not yet in a batch.
    waiting: VecDeque<Box<dyn WriteJob>>,
    /// A statement of the current batch met a full disk.
    disk_full: bool,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, wal: Wal, options: &StoreOptions) -> Self {
        Self { shared, wal, options: options.clone(), waiting: VecDeque::new(), disk_full: false }
    }

    /// Runs batches until the queue is closed and empty.
    pub(super) fn run(mut self, connection: &Connection) {
        let mut open = Open { connection, prepared: Prepared::new(connection) };
        while let Some(first) = self.next() {
            self.waiting.push_front(first);
            let outcome = match self.wal.make_room(connection) {
                Ok(()) => self.batch(&mut open),
                Err(error) => self.turn_away(error),
            };
            if let Err(cause) = outcome.and_then(|()| self.wal.tend(connection)) {
                return self.die(&cause);
            }
        }
    }

    fn next(&mut self) -> Option<Box<dyn WriteJob>> {
        self.waiting.pop_front().or_else(|| self.shared.writes.pop())
    }

    /// Runs and commits one batch. An `Err` is the end of the database.
    fn batch(&mut self, open: &mut Open<'_>) -> Result<(), StoreError> {
        let mut batch = Vec::with_capacity(self.waiting.len());
        self.disk_full = false;
        let mut end = self.fill_and_commit(open, &mut batch);
        let mut reruns = 0;
        while let End::Lost { culprit, error } = end {
            self.shared.stats.batches_lost.one();
            if matches!(error, StoreError::Fatal(_)) {
                self.answer_all(batch, Some(&error));
                return Err(error);
            }
            if !self.recover(open, &mut batch, culprit, &error)? {
                return Ok(());
            }
            reruns += 1;
            if reruns > RERUNS_MAX {
                self.give_up(batch, &StoreError::Busy(BusyCause::RolledBack));
                return Ok(());
            }
            end = self.run_again(open, &mut batch);
        }
        self.shared.stats.committed_jobs.add(crate::tx::count(batch.len()));
        if !self.disk_full {
            self.shared.stats.set_condition(Condition::Ready);
        }
        self.answer_all(batch, None);
        Ok(())
    }

    /// After a batch did not count: answers whom it must, and tells whether the rest is to be run again.
    fn recover(
        &mut self,
        open: &mut Open<'_>,
        batch: &mut Vec<Pending>,
        culprit: Option<usize>,
        error: &StoreError,
    ) -> Result<bool, StoreError> {
        if matches!(error, StoreError::Busy(BusyCause::DiskFull)) {
            self.disk_full = true;
            self.shared.stats.set_condition(Condition::DiskFull);
        }
        match (culprit, error) {
            // Its own statement asked for more than there is; the others may well fit.
            (Some(at), StoreError::Busy(BusyCause::DiskFull | BusyCause::OutOfMemory)) => {
                self.answer_all(vec![batch.remove(at)], Some(error));
                Ok(true)
            }
            (Some(_), _) => Ok(true),
            // COMMIT was refused for what a job wrote: alone, each shows whether it was the one.
            (None, StoreError::Constraint { .. }) if batch.len() > 1 => {
                self.one_by_one(open, std::mem::take(batch)).map(|()| false)
            }
            // BEGIN was refused, or COMMIT found the disk full: nobody is to blame, nobody is served.
            (None, _) => {
                self.give_up(std::mem::take(batch), error);
                Ok(false)
            }
        }
    }

    /// The first attempt: takes jobs as long as there are any and the batch has room and time.
    fn fill_and_commit(&mut self, open: &mut Open<'_>, batch: &mut Vec<Pending>) -> End {
        if let Err(error) = open.prepared.control(&BEGIN) {
            // They are part of the batch that is answered.
            batch.extend(self.waiting.drain(..).map(|job| Pending { job, settled: false }));
            return open.lost(None, error);
        }
        let began = (self.options.monotonic)();
        while batch.len() < self.options.batch_jobs_max.max(1) {
            if self.waiting.is_empty() {
                self.shared.writes.drain_into(&mut self.waiting, self.options.batch_jobs_max - batch.len());
            }
            let Some(job) = self.waiting.pop_front() else { break };
            batch.push(Pending { job, settled: false });
            let last = batch.len() - 1;
            if let Err(error) = self.run_one(open, batch.last_mut().expect("a job was just pushed")) {
                return open.lost(Some(last), error);
            }
            if (self.options.monotonic)().saturating_sub(began) >= self.options.batch_time_max {
                break;
            }
        }
        self.commit(open)
    }

    /// A further attempt at the same jobs.
    fn run_again(&mut self, open: &mut Open<'_>, batch: &mut [Pending]) -> End {
        if let Err(error) = open.prepared.control(&BEGIN) {
            return open.lost(None, error);
        }
        for (at, pending) in batch.iter_mut().enumerate() {
            if pending.settled {
                continue;
            }
            if let Err(error) = self.run_one(open, pending) {
                return open.lost(Some(at), error);
            }
        }
        self.commit(open)
    }

    fn commit(&mut self, open: &mut Open<'_>) -> End {
        match open.prepared.control(&COMMIT) {
            Ok(()) => {
                self.shared.stats.commits.one();
                End::Committed
            }
            Err(error) => open.lost(None, error),
        }
    }

    /// Runs one job in a savepoint of its own. An `Err` means that the whole batch is lost.
    fn run_one(&mut self, open: &mut Open<'_>, pending: &mut Pending) -> Result<(), StoreError> {
        open.prepared.control(&SAVEPOINT)?;
        let mut tx = SqliteTx::new(&mut open.prepared);
        let outcome = catch_unwind(AssertUnwindSafe(|| pending.job.run(&mut tx)));
        let failure = tx.into_failure();
        if outcome.is_err() {
            let job = pending.job.name();
            tracing::error!(job, "a write job panicked; nothing of it is written");
            self.shared.stats.panics.one();
            pending.settled = true;
            pending.job.fail(StoreError::Panicked { job });
        }
        let Some(error) = failure else {
            return match outcome {
                Ok(Verdict::Commit) => open.prepared.control(&RELEASE),
                Ok(Verdict::RollBack) | Err(_) => open.undo(),
            };
        };
        if open.connection.is_autocommit() || matches!(error, StoreError::Fatal(_)) {
            return Err(error);
        }
        self.disk_full |= matches!(error, StoreError::Busy(BusyCause::DiskFull));
        if self.disk_full {
            self.shared.stats.set_condition(Condition::DiskFull);
        }
        if matches!(outcome, Ok(Verdict::Commit)) {
            // The closure swallowed the error of a statement; on PostgreSQL its COMMIT would be a rollback.
            pending.job.fail(error);
        }
        open.undo()
    }

    /// Each job in a batch of its own: the recursion ends because a batch of one never comes here.
    fn one_by_one(&mut self, open: &mut Open<'_>, batch: Vec<Pending>) -> Result<(), StoreError> {
        let later = std::mem::take(&mut self.waiting);
        let most = std::mem::replace(&mut self.options.batch_jobs_max, 1);
        let mut outcome = Ok(());
        for pending in batch {
            if pending.settled || outcome.is_err() {
                self.answer_all(vec![pending], outcome.as_ref().err());
                continue;
            }
            self.waiting.push_back(pending.job);
            outcome = self.batch(open);
        }
        self.options.batch_jobs_max = most;
        self.waiting = later;
        outcome
    }

    fn give_up(&mut self, batch: Vec<Pending>, error: &StoreError) {
        tracing::warn!(%error, jobs = batch.len(), "a batch of writes did not commit");
        self.answer_all(batch, Some(error));
    }

    /// Answers what is waiting without running it.
    fn turn_away(&mut self, error: StoreError) -> Result<(), StoreError> {
        if matches!(error, StoreError::Fatal(_)) {
            return Err(error);
        }
        let batch = self.waiting.drain(..).map(|job| Pending { job, settled: false }).collect();
        self.give_up(batch, &error);
        Ok(())
    }

    /// Hands every job's answer over: the kept one, or `instead`, which does not override a panic.
    fn answer_all(&mut self, batch: Vec<Pending>, instead: Option<&StoreError>) {
        self.shared.stats.write_jobs.add(crate::tx::count(batch.len()));
        for Pending { mut job, settled } in batch {
            if let Some(error) = instead
                && !settled
            {
                job.fail(error.clone());
            }
            job.answer();
        }
    }

    /// An I/O error: nothing in memory can be trusted any more. Answers everybody, then has the process ended.
    fn die(mut self, error: &StoreError) {
        tracing::error!(%error, "the database failed for good");
        self.shared.stats.set_condition(Condition::Failed);
        self.shared.close();
        while let Some(job) = self.next() {
            self.answer_all(vec![Pending { job, settled: false }], Some(error));
        }
        (self.options.fatal)(&error.to_string());
    }
}

/// The connection with its prepared statements.
struct Open<'c> {
    connection: &'c Connection,
    prepared: Prepared<'c>,
}

impl Open<'_> {
    /// Takes back what the job in the savepoint wrote.
    fn undo(&mut self) -> Result<(), StoreError> {
        self.prepared.control(&UNDO)?;
        self.prepared.control(&RELEASE)
    }

    /// Ends a lost transaction, if SQLite has not done so itself.
    fn lost(&mut self, culprit: Option<usize>, error: StoreError) -> End {
        if !self.connection.is_autocommit()
            && let Err(second) = self.prepared.control(&ROLLBACK)
            && !self.connection.is_autocommit()
        {
            // A transaction that cannot be ended would swallow every later one.
            let cause = format!("{error}; and its transaction could not be rolled back: {second}");
            return End::Lost { culprit, error: StoreError::Fatal(Arc::from(cause)) };
        }
        End::Lost { culprit, error }
    }
}

#[cfg(test)]
mod tests;
