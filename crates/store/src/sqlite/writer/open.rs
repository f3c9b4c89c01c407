//! The writer's connection: the beginning, the end and the savepoints of its transaction.

use std::sync::Arc;

use rusqlite::Connection;

use crate::error::StoreError;
use crate::sqlite::tx::Prepared;
use crate::statement::Statement;

static BEGIN: Statement = Statement { name: "begin", sql: "BEGIN IMMEDIATE" };
static SAVEPOINT: Statement = Statement { name: "savepoint", sql: "SAVEPOINT job" };
static RELEASE: Statement = Statement { name: "release", sql: "RELEASE job" };
static UNDO: Statement = Statement { name: "undo", sql: "ROLLBACK TO job" };
static COMMIT: Statement = Statement { name: "commit", sql: "COMMIT" };
static ROLLBACK: Statement = Statement { name: "rollback", sql: "ROLLBACK" };

/// How one attempt at a batch ended.
pub(super) enum End {
    Committed,
    /// A job did not want what it had written without a savepoint. Nothing of the batch counts, and nobody is to blame.
    Spoilt,
    /// Nothing of the batch counts. `culprit` is the job in whose statement it was lost; `None` is BEGIN or COMMIT.
    Lost {
        culprit: Option<usize>,
        error: StoreError,
    },
}

/// Why a batch cannot go on after one of its jobs.
pub(super) enum Stop {
    /// See [`End::Spoilt`].
    Spoilt,
    /// The transaction was lost in this job.
    Lost(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Lost(error)
    }
}

/// The connection with its prepared statements.
pub(super) struct Open<'c> {
    pub(super) connection: &'c Connection,
    pub(super) prepared: Prepared<'c>,
}

impl<'c> Open<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, prepared: Prepared::new(connection) }
    }

    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.prepared.control(&BEGIN)
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        self.prepared.control(&COMMIT)
    }

    pub(super) fn savepoint(&mut self) -> Result<(), StoreError> {
        self.prepared.control(&SAVEPOINT)
    }

    /// Keeps what the job in the savepoint wrote.
    pub(super) fn release(&mut self) -> Result<(), StoreError> {
        self.prepared.control(&RELEASE)
    }

    /// Takes back what the job in the savepoint wrote.
    pub(super) fn undo(&mut self) -> Result<(), StoreError> {
        self.prepared.control(&UNDO)?;
        self.release()
    }

    /// Ends the transaction after the job at `at`.
    pub(super) fn stopped(&mut self, at: usize, stop: Stop) -> End {
        match stop {
            Stop::Lost(error) => self.lost(Some(at), error),
            Stop::Spoilt => match self.abandon("a batch was spoilt") {
                Ok(()) => End::Spoilt,
                Err(error) => End::Lost { culprit: Some(at), error },
            },
        }
    }

    /// Ends a lost transaction, if SQLite has not done so itself.
    pub(super) fn lost(&mut self, culprit: Option<usize>, error: StoreError) -> End {
        let error = self.abandon(&error).err().unwrap_or(error);
        End::Lost { culprit, error }
    }

    /// Rolls back. An `Err` is fatal: a transaction that cannot be ended would swallow every later one.
    fn abandon(&mut self, why: &(impl std::fmt::Display + ?Sized)) -> Result<(), StoreError> {
        if !self.connection.is_autocommit()
            && let Err(second) = self.prepared.control(&ROLLBACK)
            && !self.connection.is_autocommit()
        {
            let cause = format!("{why}; and its transaction could not be rolled back: {second}");
            return Err(StoreError::Fatal(Arc::from(cause)));
        }
        Ok(())
    }
}
