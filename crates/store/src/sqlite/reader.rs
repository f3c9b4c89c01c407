//! A thread that reads.
//!
//! What is queued together reads together: a snapshot costs two system calls for SQLite's locks, nearly as much as a look by
//! key. It begins after the last of its group was taken from the queue, so each sees every write that was answered before it was asked.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;

use super::tx::{Prepared, SqliteTx};
use crate::error::StoreError;
use crate::job::{ReadJob, Verdict};
use crate::options::FatalHook;
use crate::statement::Statement;
use crate::stats::Condition;
use crate::store::Shared;

static BEGIN: Statement = Statement { name: "begin_read", sql: "BEGIN DEFERRED" };
static END: Statement = Statement { name: "end_read", sql: "ROLLBACK" };

/// The most reads that share a snapshot. Whoever waits behind a slow one waits for it, so they are few.
const GROUP_MAX: usize = 4;

/// Runs reads until the queue is closed and empty. `readers` threads do the same beside each other.
pub(super) fn run(connection: &Connection, readers: usize, shared: &Shared, fatal: &FatalHook) {
    let mut prepared = Prepared::new(connection);
    let mut group = VecDeque::with_capacity(GROUP_MAX);
    while shared.reads.pop_share(&mut group, GROUP_MAX, readers) {
        for mut job in group.drain(..) {
            let failure = run_one(connection, &mut prepared, &mut *job);
            shared.stats.read_jobs.one();
            note(failure, shared, fatal);
            job.answer();
        }
        if !connection.is_autocommit() {
            // Its reads stand and are answered; a snapshot that cannot be ended fails the next group.
            note(prepared.control(&END).err(), shared, fatal);
        }
    }
}

fn note(failure: Option<StoreError>, shared: &Shared, fatal: &FatalHook) {
    match failure {
        Some(StoreError::Fatal(cause)) => {
            shared.stats.set_condition(Condition::Failed);
            tracing::error!(%cause, "the database failed for good while reading");
            shared.close();
            fatal(&cause);
        }
        Some(StoreError::Panicked { .. }) => shared.stats.panics.one(),
        _ => {}
    }
}

/// Runs one read on the group's snapshot, which the first of them begins; its answer is kept in the job. Tells what failed in
/// the engine, if anything did.
fn run_one(connection: &Connection, prepared: &mut Prepared<'_>, job: &mut dyn ReadJob) -> Option<StoreError> {
    if connection.is_autocommit()
        && let Err(error) = prepared.control(&BEGIN)
    {
        job.fail(error.clone());
        return Some(error);
    }
    let mut tx = SqliteTx::new(prepared);
    let outcome = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
    let mut failure = tx.into_failure();
    if outcome.is_err() {
        failure = Some(StoreError::Panicked { job: job.name() });
    }
    match (outcome, &failure) {
        // The closure dealt with its own refusal or passed the error on: its answer stands.
        (Ok(Verdict::RollBack), _) | (Ok(Verdict::Commit), None) => {}
        (_, Some(error)) => job.fail(error.clone()),
        (Err(_), None) => unreachable!("a panic is a failure"),
    }
    failure
}
