//! SQLite's errors in our words.

use std::sync::Arc;

use rusqlite::{Error, ErrorCode, ffi};

use crate::error::{BusyCause, ConstraintKind, StoreError};

/// The error of a statement.
pub(super) fn of(statement: &'static str, error: &Error) -> StoreError {
    let Error::SqliteFailure(failure, _) = error else {
        return StoreError::Statement { statement, detail: Arc::from(error.to_string()) };
    };
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            StoreError::Busy(BusyCause::Locked)
        }
        ErrorCode::DiskFull => StoreError::Busy(BusyCause::DiskFull),
        ErrorCode::OutOfMemory => StoreError::Busy(BusyCause::OutOfMemory),
        ErrorCode::OperationInterrupted | ErrorCode::OperationAborted => StoreError::Busy(BusyCause::RolledBack),
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            StoreError::Fatal(Arc::from(error.to_string()))
        }
        ErrorCode::ConstraintViolation => StoreError::Constraint {
            statement,
            kind: constraint(failure.extended_code),
            name: Arc::from(error.to_string()),
        },
        _ => StoreError::Statement { statement, detail: Arc::from(error.to_string()) },
    }
}

fn constraint(extended: i32) -> ConstraintKind {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ConstraintKind::Unique
        }
        ffi::SQLITE_CONSTRAINT_CHECK => ConstraintKind::Check,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ConstraintKind::NotNull,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ConstraintKind::ForeignKey,
        _ => ConstraintKind::Other,
    }
}
