//! PostgreSQL's errors in our words, and what may be tried again.

use std::error::Error as _;
use std::sync::Arc;

use postgres::Error;
use postgres::error::{DbError, Severity, SqlState};

use crate::error::{BusyCause, ConstraintKind, StoreError};

/// Why a try is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    Serialization,
    Deadlock,
    LockTimeout,
    /// The connection is gone, or not to be used any more.
    Disconnect,
}

/// A failed statement: what to answer, and whether to try again instead.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) error: StoreError,
    pub(super) trouble: Option<Trouble>,
}

impl Failure {
    /// An error of our own, before anything reached the server.
    pub(super) fn own(error: StoreError) -> Self {
        Self { error, trouble: None }
    }
}

/// The failure of a statement.
pub(super) fn of(statement: &'static str, error: &Error) -> Failure {
    match error.as_db_error() {
        Some(reported) => reported_failure(statement, reported),
        None if is_lost(error) => lost(error),
        None => Failure::own(StoreError::Statement { statement, detail: Arc::from(with_source(error)) }),
    }
}

/// Whether COMMIT may have taken effect although it failed: true unless the server itself refused it.
pub(super) fn commit_is_ambiguous(error: &Error) -> bool {
    error.as_db_error().is_none_or(|reported| reported.parsed_severity() != Some(Severity::Error))
}

/// The failure of a connection that could not be made.
pub(super) fn lost(error: &Error) -> Failure {
    Failure { error: StoreError::Unavailable(Arc::from(with_source(error))), trouble: Some(Trouble::Disconnect) }
}

/// The driver's text leaves the cause out.
pub(super) fn with_source(error: &Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn is_lost(error: &Error) -> bool {
    error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

fn reported_failure(statement: &'static str, reported: &DbError) -> Failure {
    let code = reported.code();
    let text: Arc<str> = Arc::from(reported.message());
    let again = |trouble| Failure { error: StoreError::Unavailable(Arc::clone(&text)), trouble: Some(trouble) };
    if reported.parsed_severity() != Some(Severity::Error)
        || code.code().starts_with("08")
        || code.code().starts_with("57P")
    {
        return again(Trouble::Disconnect);
    }
    if let Some(kind) = constraint(code) {
        let name = Arc::from(reported.constraint().or(reported.column()).unwrap_or_default());
        return Failure::own(StoreError::Constraint { statement, kind, name });
    }
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE => again(Trouble::Serialization),
        SqlState::T_R_DEADLOCK_DETECTED => again(Trouble::Deadlock),
        SqlState::LOCK_NOT_AVAILABLE => {
            Failure { error: StoreError::Busy(BusyCause::Locked), trouble: Some(Trouble::LockTimeout) }
        }
        SqlState::DISK_FULL => Failure::own(StoreError::Busy(BusyCause::DiskFull)),
        SqlState::OUT_OF_MEMORY => Failure::own(StoreError::Busy(BusyCause::OutOfMemory)),
        SqlState::QUERY_CANCELED | SqlState::TOO_MANY_CONNECTIONS => Failure::own(StoreError::Unavailable(text)),
        SqlState::READ_ONLY_SQL_TRANSACTION => Failure::own(StoreError::ReadOnly),
        // A migration changed a table under a prepared statement: a new connection prepares anew.
        SqlState::FEATURE_NOT_SUPPORTED if reported.routine() == Some("RevalidateCachedQuery") => {
            again(Trouble::Disconnect)
        }
        _ => Failure::own(StoreError::Statement {
            statement,
            detail: Arc::from(format!("{} ({})", reported.message(), code.code())),
        }),
    }
}

fn constraint(code: &SqlState) -> Option<ConstraintKind> {
    match *code {
        SqlState::UNIQUE_VIOLATION => Some(ConstraintKind::Unique),
        SqlState::CHECK_VIOLATION => Some(ConstraintKind::Check),
        SqlState::NOT_NULL_VIOLATION => Some(ConstraintKind::NotNull),
        SqlState::FOREIGN_KEY_VIOLATION => Some(ConstraintKind::ForeignKey),
        _ => code.code().starts_with("23").then_some(ConstraintKind::Other),
    }
}
