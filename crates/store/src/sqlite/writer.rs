//! The writer thread: group commit.
//!
//! While one batch is synced, the next fills the queue. Nobody of a batch is answered before its COMMIT returned, refusals included: they may rest on
//! what an earlier job of the same batch wrote. When SQLite rolled the batch back by itself, no job of it counts, whatever it had answered; it is run
//! again or answered busy.
//!
//! A batch is first tried without savepoints, because they cost every job and nearly no job needs one: a job that refuses has mostly only read, and then
//! there is nothing to take back. A job that refuses, fails or panics after it changed a row spoils the batch: the whole of it is rolled back, counts
//! for nothing, and is run again carefully, each job in a savepoint of its own. So is a batch that SQLite lost. A careful batch cannot be spoilt, so
//! spoiling costs a batch one rerun at most; and after a spoilt batch the next few are careful from the start, so that callers who bring about such
//! refusals all the time do not have every batch run twice. A closure that panicked is never run again, whatever becomes of its batch.

mod open;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rusqlite::Connection;

use self::open::{End, Open, Stop};
use super::tx::SqliteTx;
use super::wal::Wal;
use crate::error::{BusyCause, StoreError};
use crate::job::{Verdict, WriteJob};
use crate::options::StoreOptions;
use crate::stats::Condition;
use crate::store::Shared;

/// How often a batch that did not count is run again before the rest of it is answered busy.
const RERUNS_MAX: u32 = 8;
/// How many batches after a spoilt one begin in savepoints: at the worst one batch in this many runs twice.
const CAREFUL_AFTER_SPOILT: u32 = 16;

/// A job of the current batch.
struct Pending {
    job: Box<dyn WriteJob>,
    /// It panicked: its closure may be half done and is not run again, its answer stands.
    settled: bool,
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
    /// The jobs of the current batch run in savepoints.
    careful: bool,
    /// How many of the next batches begin in savepoints.
    careful_batches: u32,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, wal: Wal, options: &StoreOptions) -> Self {
        Self {
            shared,
            wal,
            options: options.clone(),
            waiting: VecDeque::new(),
            disk_full: false,
            careful: false,
            careful_batches: 0,
        }
    }

    /// Runs batches until the queue is closed and empty.
    pub(super) fn run(mut self, connection: &Connection) {
        let mut open = Open::new(connection);
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
        self.careful = self.careful_batches > 0;
        self.careful_batches = self.careful_batches.saturating_sub(1);
        let mut end = self.fill_and_commit(open, &mut batch);
        if matches!(end, End::Spoilt) {
            self.shared.stats.batches_careful.one();
            self.careful_batches = CAREFUL_AFTER_SPOILT;
            self.careful = true;
            // It goes on to take jobs where it broke off: a commit for half a batch would cost more than the savepoints do.
            end = self.fill_and_commit(open, &mut batch);
        }
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
            self.careful = true;
            end = self.run_again(open, &mut batch);
        }
        assert!(matches!(end, End::Committed), "a careful batch is not spoilt, so nobody is answered before a commit");
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

    /// An attempt that, after the jobs which the batch has already, takes more as long as there are any and the batch has room and time.
    fn fill_and_commit(&mut self, open: &mut Open<'_>, batch: &mut Vec<Pending>) -> End {
        if let Err(error) = open.begin() {
            // They are part of the batch that is answered.
            batch.extend(self.waiting.drain(..).map(|job| Pending { job, settled: false }));
            return open.lost(None, error);
        }
        let began = (self.options.monotonic)();
        if let Err(end) = self.run_all(open, batch) {
            return end;
        }
        while batch.len() < self.options.batch_jobs_max.max(1) {
            if self.waiting.is_empty() {
                self.shared.writes.drain_into(&mut self.waiting, self.options.batch_jobs_max - batch.len());
            }
            let Some(job) = self.waiting.pop_front() else { break };
            batch.push(Pending { job, settled: false });
            let last = batch.len() - 1;
            if let Err(stop) = self.run_one(open, batch.last_mut().expect("a job was just pushed")) {
                return open.stopped(last, stop);
            }
            if (self.options.monotonic)().saturating_sub(began) >= self.options.batch_time_max {
                break;
            }
        }
        self.commit(open)
    }

    /// A further attempt at the same jobs.
    fn run_again(&mut self, open: &mut Open<'_>, batch: &mut [Pending]) -> End {
        if let Err(error) = open.begin() {
            return open.lost(None, error);
        }
        match self.run_all(open, batch) {
            Ok(()) => self.commit(open),
            Err(end) => end,
        }
    }

    /// Runs every job of the batch but those that panicked. An `Err` has ended the transaction.
    fn run_all(&mut self, open: &mut Open<'_>, batch: &mut [Pending]) -> Result<(), End> {
        for (at, pending) in batch.iter_mut().enumerate().filter(|(_, pending)| !pending.settled) {
            self.run_one(open, pending).map_err(|stop| open.stopped(at, stop))?;
        }
        Ok(())
    }

    fn commit(&mut self, open: &mut Open<'_>) -> End {
        match open.commit() {
            Ok(()) => {
                self.shared.stats.commits.one();
                End::Committed
            }
            Err(error) => open.lost(None, error),
        }
    }

    /// Runs one job, in a savepoint of its own if the batch is careful. An `Err` means that nothing of the batch counts.
    fn run_one(&mut self, open: &mut Open<'_>, pending: &mut Pending) -> Result<(), Stop> {
        if self.careful {
            open.savepoint()?;
        }
        let mut tx = SqliteTx::new(&mut open.prepared);
        let outcome = catch_unwind(AssertUnwindSafe(|| pending.job.run(&mut tx)));
        let wrote = tx.wrote();
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
                Ok(Verdict::Commit) => self.keep(open),
                Ok(Verdict::RollBack) | Err(_) => self.take_back(open, wrote),
            };
        };
        if open.connection.is_autocommit() || matches!(error, StoreError::Fatal(_)) {
            return Err(Stop::Lost(error));
        }
        if wrote && !self.careful {
            // The careful run finds out anew whether the disk is full, and for whom.
            return Err(Stop::Spoilt);
        }
        self.disk_full |= matches!(error, StoreError::Busy(BusyCause::DiskFull));
        if self.disk_full {
            self.shared.stats.set_condition(Condition::DiskFull);
        }
        if matches!(outcome, Ok(Verdict::Commit)) {
            // The closure swallowed the error of a statement; on PostgreSQL its COMMIT would be a rollback.
            pending.job.fail(error);
        }
        self.take_back(open, wrote)
    }

    /// Leaves what the last job wrote in the transaction.
    fn keep(&self, open: &mut Open<'_>) -> Result<(), Stop> {
        if self.careful {
            open.release()?;
        }
        Ok(())
    }

    /// Takes back what the last job wrote, if anything. Without a savepoint that takes the whole batch back.
    fn take_back(&self, open: &mut Open<'_>, wrote: bool) -> Result<(), Stop> {
        match (self.careful, wrote) {
            (true, _) => open.undo().map_err(Stop::Lost),
            (false, true) => Err(Stop::Spoilt),
            (false, false) => Ok(()),
        }
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

#[cfg(test)]
mod tests;
