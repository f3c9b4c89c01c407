//! A thread with one connection, running jobs and repeating what may be repeated.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::commands::{self, Claim};
use super::connection::{Connection, Target};
use super::error::{self, Failure, Trouble};
use super::retry::Tries;
use super::tx::PgTx;
use crate::error::StoreError;
use crate::job::{ReadJob, Verdict, WriteJob};
use crate::options::{StoreOptions, WallClock};
use crate::stats::{Condition, Stats};
use crate::store::Shared;

const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// One thread of the pool.
pub(super) struct Worker {
    target: Arc<Target>,
    shared: Arc<Shared>,
    now_ms: WallClock,
    /// Present while it is fit for another transaction.
    connection: Option<Connection>,
}

/// A try that did not answer the job.
struct Again {
    error: StoreError,
    trouble: Trouble,
    /// The connection was lost while COMMIT was under way.
    ambiguous: bool,
}

/// How one transaction ended.
enum End {
    /// The job holds its answer, and no transaction is open.
    Settled,
    /// The job holds its answer; the connection is not to be used again.
    SettledButLost,
    Failed(Failure),
    /// COMMIT was sent and not answered.
    Ambiguous(Failure),
}

impl Worker {
    pub(super) fn new(target: Arc<Target>, shared: Arc<Shared>, options: &StoreOptions) -> Self {
        Self { target, shared, now_ms: Arc::clone(&options.now_ms), connection: None }
    }

    /// Runs writes until the queue is closed and empty.
    pub(super) fn run_writes(mut self) {
        let shared = Arc::clone(&self.shared);
        while let Some(mut job) = shared.writes.pop() {
            self.write(&mut *job);
            shared.stats.write_jobs.one();
            job.answer();
        }
    }

    /// Runs reads until the queue is closed and empty.
    pub(super) fn run_reads(mut self) {
        let shared = Arc::clone(&self.shared);
        let mut turn: u64 = 0;
        while let Some(mut job) = shared.reads.pop() {
            turn = turn.wrapping_add(1);
            self.read(&mut *job, turn);
            shared.stats.read_jobs.one();
            job.answer();
        }
    }

    fn write(&mut self, job: &mut dyn WriteJob) {
        let mut tries = Tries::new(&job.command().0);
        let mut ambiguous = false;
        loop {
            let Err(again) = self.try_write(job, ambiguous) else { return };
            ambiguous |= again.ambiguous;
            if !self.waits(&mut tries, again.trouble) {
                let error = if ambiguous { StoreError::OutcomeUnknown { job: job.name() } } else { again.error };
                return job.fail(error);
            }
        }
    }

    fn read(&mut self, job: &mut dyn ReadJob, turn: u64) {
        // A read has no command id; its place in line tells two of them apart well enough.
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&turn.to_be_bytes());
        let mut tries = Tries::new(&seed);
        loop {
            let outcome = self.connected().map(|mut connection| {
                let end = read_once(&mut connection, job, &self.shared.stats);
                (connection, end)
            });
            let Err(again) = outcome.and_then(|(connection, end)| self.conclude(connection, end)) else { return };
            if !self.waits(&mut tries, again.trouble) {
                return job.fail(again.error);
            }
        }
    }

    fn try_write(&mut self, job: &mut dyn WriteJob, claims: bool) -> Result<(), Again> {
        let mut connection = self.connected()?;
        let end = write_once(
            &mut connection,
            job,
            claims,
            &Surroundings { now_ms: (self.now_ms)(), stats: &self.shared.stats },
        );
        self.conclude(connection, end)
    }

    /// The connection, made anew where there is none.
    fn connected(&mut self) -> Result<Connection, Again> {
        if let Some(connection) = self.connection.take()
            && !connection.client.is_closed()
        {
            return Ok(connection);
        }
        match self.target.connect() {
            Ok(client) => {
                self.shared.stats.connects.one();
                self.shared.stats.set_condition(Condition::Ready);
                Ok(Connection::new(client))
            }
            Err(error) => {
                self.shared.stats.set_condition(Condition::Disconnected);
                Err(Again { error: error::lost(&error).error, trouble: Trouble::Disconnect, ambiguous: false })
            }
        }
    }

    /// Keeps the connection if it is fit for more, and sorts a failed job's answer from a reason to try again.
    fn conclude(&mut self, connection: Connection, end: End) -> Result<(), Again> {
        match end {
            End::Settled => {
                self.connection = Some(connection);
                Ok(())
            }
            End::SettledButLost => Ok(()),
            End::Ambiguous(failure) => {
                self.shared.stats.ambiguous_commits.one();
                Err(Again { error: failure.error, trouble: Trouble::Disconnect, ambiguous: true })
            }
            End::Failed(failure) => {
                // Only a refused BEGIN comes here without a reason: a server that became a replica, say. Another connection may find the new one.
                let trouble = failure.trouble.unwrap_or(Trouble::Disconnect);
                let mut connection = connection;
                if trouble != Trouble::Disconnect && connection.client.batch_execute("ROLLBACK").is_ok() {
                    self.connection = Some(connection);
                }
                Err(Again { error: failure.error, trouble, ambiguous: false })
            }
        }
    }

    /// Counts and waits; false when there are no tries left. A closing store cuts the wait, not the tries: a lost COMMIT is still to be settled.
    fn waits(&self, tries: &mut Tries, trouble: Trouble) -> bool {
        let Some(pause) = tries.next(trouble) else { return false };
        let stats = &self.shared.stats;
        match trouble {
            Trouble::Serialization => stats.retries_serialization.one(),
            Trouble::Deadlock => stats.retries_deadlock.one(),
            Trouble::LockTimeout => stats.retries_lock_timeout.one(),
            Trouble::Disconnect => stats.retries_disconnect.one(),
        }
        self.shared.pause.wait(pause);
        true
    }
}

/// What a transaction needs besides its connection.
struct Surroundings<'s> {
    now_ms: i64,
    stats: &'s Stats,
}

fn write_once(connection: &mut Connection, job: &mut dyn WriteJob, claims: bool, around: &Surroundings<'_>) -> End {
    if let Err(error) = connection.client.batch_execute(BEGIN_WRITE) {
        return End::Failed(error::of("begin", &error));
    }
    if claims {
        match commands::claim(connection, job, around.now_ms) {
            Ok(Claim::Ours) => {}
            Ok(Claim::Stored(answer)) => {
                around.stats.answered_from_commands.one();
                job.restore(&answer);
                return roll_back(connection);
            }
            Err(failure) => return failed(connection, failure, |error| job.fail(error)),
        }
    }
    let mut tx = PgTx::new(connection);
    let outcome = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
    let failure = tx.into_failure();
    match (outcome, failure) {
        (Err(_), _) => {
            let name = job.name();
            tracing::error!(job = name, "a write job panicked; nothing of it is written");
            around.stats.panics.one();
            job.fail(StoreError::Panicked { job: name });
            roll_back(connection)
        }
        (Ok(_), Some(failure)) if failure.trouble.is_some() => End::Failed(failure),
        // The closure swallowed the error of a statement; its COMMIT would be a rollback.
        (Ok(Verdict::Commit), Some(failure)) => failed(connection, failure, |error| job.fail(error)),
        (Ok(Verdict::RollBack), _) => roll_back(connection),
        (Ok(Verdict::Commit), None) => commit(connection, job, claims, around),
    }
}

/// Stores the answer beside the effect and commits.
fn commit(connection: &mut Connection, job: &mut dyn WriteJob, claimed: bool, around: &Surroundings<'_>) -> End {
    let stored = job.kept().map_err(Failure::own).and_then(|answer| {
        if claimed {
            commands::complete(connection, job, &answer)
        } else {
            commands::record(connection, job, &answer, around.now_ms)
        }
    });
    if let Err(failure) = stored {
        return failed(connection, failure, |error| job.fail(error));
    }
    match connection.client.batch_execute("COMMIT") {
        Ok(()) => {
            around.stats.commits.one();
            around.stats.committed_jobs.one();
            End::Settled
        }
        Err(error) if error::commit_is_ambiguous(&error) => End::Ambiguous(error::lost(&error)),
        Err(error) => failed(connection, error::of("commit", &error), |error| job.fail(error)),
    }
}

fn read_once(connection: &mut Connection, job: &mut dyn ReadJob, stats: &Stats) -> End {
    if let Err(error) = connection.client.batch_execute(BEGIN_READ) {
        return End::Failed(error::of("begin_read", &error));
    }
    let mut tx = PgTx::new(connection);
    let outcome = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
    let failure = tx.into_failure();
    match (outcome, failure) {
        (Err(_), _) => {
            let name = job.name();
            tracing::error!(job = name, "a read job panicked");
            stats.panics.one();
            job.fail(StoreError::Panicked { job: name });
            roll_back(connection)
        }
        (Ok(_), Some(failure)) if failure.trouble.is_some() => End::Failed(failure),
        (Ok(Verdict::Commit), Some(failure)) => failed(connection, failure, |error| job.fail(error)),
        (Ok(_), _) => roll_back(connection),
    }
}

/// A failure to repeat goes up; any other is the job's answer.
fn failed(connection: &mut Connection, failure: Failure, fail: impl FnOnce(StoreError)) -> End {
    if failure.trouble.is_some() {
        return End::Failed(failure);
    }
    fail(failure.error);
    roll_back(connection)
}

/// Ends the transaction without effect. When that fails the connection is dropped, which has the same effect.
fn roll_back(connection: &mut Connection) -> End {
    match connection.client.batch_execute("ROLLBACK") {
        Ok(()) => End::Settled,
        Err(_) => End::SettledButLost,
    }
}
