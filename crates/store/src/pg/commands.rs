//! Ambiguous commits.
//!
//! The transaction of every write also inserts a `commands` row: the command's id and what to answer. When the connection is lost while COMMIT is under
//! way, nobody here knows whether it took effect. The next try therefore *claims* the id before anything else. The claim waits for the lost transaction
//! if the server still has it open, and then either finds its row, in which case the stored answer is the answer, or inserts its own, in which case the
//! lost transaction can never commit any more and the closure runs again.

use super::connection::Connection;
use super::error::Failure;
use super::tx::run;
use crate::job::WriteJob;
use crate::statement::Statement;

static RECORD: Statement = Statement {
    name: "command_record",
    sql: "INSERT INTO commands (id, operation, answer, created_at) VALUES ($1, $2, $3, $4)",
};
static CLAIM: Statement = Statement {
    name: "command_claim",
    sql: "INSERT INTO commands (id, operation, answer, created_at) VALUES ($1, $2, '', $3) ON CONFLICT (id) DO NOTHING RETURNING operation",
};
static STORED: Statement = Statement { name: "command_stored", sql: "SELECT answer FROM commands WHERE id = $1" };
static COMPLETE: Statement =
    Statement { name: "command_complete", sql: "UPDATE commands SET answer = $1 WHERE id = $2" };

/// What became of the transaction whose COMMIT was lost.
pub(super) enum Claim {
    /// It did not commit and cannot any more.
    Ours,
    /// It committed; this is its answer.
    Stored(String),
}

/// Stores the answer of a first try with its effect.
pub(super) fn record(
    connection: &mut Connection,
    job: &dyn WriteJob,
    answer: &str,
    now_ms: i64,
) -> Result<(), Failure> {
    let id = job.command().0;
    run(connection, &RECORD, &[(&id).into(), job.name().into(), answer.into(), now_ms.into()]).map(drop)
}

/// Claims the id of a command whose COMMIT was lost.
pub(super) fn claim(connection: &mut Connection, job: &dyn WriteJob, now_ms: i64) -> Result<Claim, Failure> {
    let id = job.command().0;
    let (claimed, _) = run(connection, &CLAIM, &[(&id).into(), job.name().into(), now_ms.into()])?;
    if !claimed.is_empty() {
        return Ok(Claim::Ours);
    }
    let (stored, _) = run(connection, &STORED, &[(&id).into()])?;
    match stored.first() {
        Some(row) => Ok(Claim::Stored(row.text(0).map_err(Failure::own)?.to_owned())),
        // Retention deleted it between the two statements: it did commit, long ago. Its answer is gone.
        None => Err(Failure::own(crate::error::StoreError::OutcomeUnknown { job: job.name() })),
    }
}

/// Stores the answer in a row claimed before.
pub(super) fn complete(connection: &mut Connection, job: &dyn WriteJob, answer: &str) -> Result<(), Failure> {
    let id = job.command().0;
    run(connection, &COMPLETE, &[answer.into(), (&id).into()]).map(drop)
}
