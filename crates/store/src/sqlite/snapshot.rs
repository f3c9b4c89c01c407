//! Snapshots of the whole file, for the sandbox.
//!
//! Both directions use SQLite's backup in a single step on connections of their own, so the copy is consistent and the replacement is one commit; the
//! writer and the readers notice it as they would any other commit.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{connection, error, lock};
use crate::error::{BusyCause, SnapshotError, StoreError};

/// Copies the database at `file` into `to`, replacing an older snapshot only once the new one is whole.
pub(crate) fn save(file: &Path, to: &Path) -> Result<(), SnapshotError> {
    let refused = |cause: &std::io::Error| SnapshotError::Write { path: to.to_owned(), cause: cause.to_string() };
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    match fs::remove_file(&partial) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => return Err(refused(&cause)),
        _ => {}
    }
    lock::private().open(&partial).map_err(|cause| refused(&cause))?;
    let from = connection::open_reader(file)?;
    let mut into = Connection::open(&partial).map_err(|error| connection::refusal(&partial, &error))?;
    copy(&from, &mut into)?;
    into.close().map_err(|(_, error)| error::of("snapshot", &error))?;
    fs::rename(&partial, to).map_err(|cause| refused(&cause))
}

/// Replaces the content of the database at `file` by the snapshot `from`.
pub(crate) fn restore(file: &Path, from: &Path) -> Result<(), SnapshotError> {
    let source = connection::open_snapshot(from)?;
    let mut into = connection::open_for_restore(file)?;
    Ok(copy(&source, &mut into)?)
}

fn copy(from: &Connection, into: &mut Connection) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| error::of("snapshot", &error);
    let backup = Backup::new(from, into).map_err(failed)?;
    match backup.step(-1).map_err(failed)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Busy(BusyCause::Locked)),
    }
}
