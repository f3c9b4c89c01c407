//! A thread that reads: one snapshot per job.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;

use super::tx::{Prepared, SqliteTx};
use crate::error::StoreError;
use crate::job::ReadJob;
use crate::options::FatalHook;
use crate::statement::Statement;
use crate::stats::Condition;
use crate::store::Shared;

static BEGIN: Statement = Statement { name: "begin_read", sql: "BEGIN DEFERRED" };
static END: Statement = Statement { name: "end_read", sql: "ROLLBACK" };

/// Runs reads until the queue is closed and empty.
pub(super) fn run(connection: &Connection, shared: &Shared, fatal: &FatalHook) {
    let mut prepared = Prepared::new(connection);
    while let Some(mut job) = shared.reads.pop() {
        let failure = run_one(connection, &mut prepared, &mut *job);
        if let Some(StoreError::Fatal(cause)) = &failure {
            shared.stats.set_condition(Condition::Failed);
            tracing::error!(%cause, "the database failed for good while reading");
            shared.close();
            fatal(cause);
        }
        if matches!(failure, Some(StoreError::Panicked { .. })) {
            shared.stats.panics.one();
        }
        shared.stats.read_jobs.one();
        job.answer();
    }
}

/// Runs one read on one snapshot; its answer is kept in the job. Tells what failed in the engine, if anything did.
fn run_one(connection: &Connection, prepared: &mut Prepared<'_>, job: &mut dyn ReadJob) -> Option<StoreError> {
    if let Err(error) = prepared.control(&BEGIN) {
        job.fail(error.clone());
        return Some(error);
    }
    let mut tx = SqliteTx::new(prepared);
    let outcome = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx)));
    let mut failure = tx.into_failure();
    if outcome.is_err() {
        failure = Some(StoreError::Panicked { job: job.name() });
    }
    if !connection.is_autocommit()
        && let Err(error) = prepared.control(&END)
    {
        failure = failure.or(Some(error));
    }
    match (outcome, &failure) {
        // The closure dealt with its own refusal or passed the error on: its answer stands.
        (Ok(crate::job::Verdict::RollBack), _) | (Ok(crate::job::Verdict::Commit), None) => {}
        (_, Some(error)) => job.fail(error.clone()),
        (Err(_), None) => unreachable!("a panic is a failure"),
    }
    failure
}
