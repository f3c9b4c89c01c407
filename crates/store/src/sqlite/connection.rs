//! Opening a SQLite file: settings, and refusals in one line.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use crate::error::OpenError;
use crate::migrate;
use crate::statement::Engine;

/// How long a statement waits for a lock that another program holds; our own threads never hold one against each other.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// To which size the write-ahead log is cut when it starts anew, in bytes.
const WAL_BYTES_KEPT: u32 = 64 << 20;

/// The one connection that writes. The schema's version is checked before anything is changed.
pub(super) fn open_writer(path: &Path, pages_max: Option<u32>) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| refusal(path, &error))?;
    let found = version(path, &connection)?;
    migrate::refuse_newer(Engine::Sqlite, found)?;
    configure_writer(&connection, pages_max).map_err(|error| refusal(path, &error))?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(|error| refusal(path, &error))?;
    if mode != "wal" {
        return Err(OpenError::Engine {
            database: shown(path),
            cause: "this file system does not support a write-ahead log".to_owned(),
        });
    }
    Ok(connection)
}

fn configure_writer(connection: &Connection, pages_max: Option<u32>) -> rusqlite::Result<()> {
    configure(connection)?;
    // 16 MiB. After a commit that split a page SQLite walks all that its cache holds, and what is written is mostly what was just written.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;")?;
    // We checkpoint ourselves: SQLite hides the errors of its automatic checkpoints, a failed fsync among them.
    connection
        .execute_batch(&format!("PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = {WAL_BYTES_KEPT};"))?;
    if let Some(pages) = pages_max {
        connection.execute_batch(&format!("PRAGMA max_page_count = {pages};"))?;
    }
    Ok(())
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // In memory: what savepoints and sorts would otherwise spill into temporary files, unsealed and slow.
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")
}

/// A connection of the server that reads only.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    open_reading(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// A connection beside a running server, or on a file nobody serves. Old and new schemas are refused alike, since statements would not fit.
pub(super) fn open_beside(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_reading(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    require_newest(path, &connection)?;
    Ok(connection)
}

/// A snapshot, to be restored: it must have exactly our schema.
pub(super) fn open_snapshot(path: &Path) -> Result<Connection, OpenError> {
    if !path.is_file() {
        return Err(OpenError::Missing { path: path.to_owned() });
    }
    let connection = open_reading(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    require_newest(path, &connection)?;
    Ok(connection)
}

/// A second writing connection, for one restore. It waits for the writer's batch like any other program would.
pub(super) fn open_for_restore(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        configure_writer(&connection, None)?;
        Ok(connection)
    };
    open().map_err(|error| refusal(path, &error))
}

fn require_newest(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let found = version(path, connection)?;
    migrate::refuse_newer(Engine::Sqlite, found)?;
    let needed = migrate::newest(Engine::Sqlite);
    if found < needed { Err(OpenError::SchemaOutdated { found, needed }) } else { Ok(()) }
}

fn open_reading(path: &Path, access: OpenFlags) -> Result<Connection, OpenError> {
    let open = || {
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        configure(&connection)?;
        // 64 MiB: what is asked for lies all over the tables.
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -65536;")?;
        Ok(connection)
    };
    open().map_err(|error| refusal(path, &error))
}

/// The schema version of a file: 0 when it is empty. Tables that are not ours are refused.
fn version(path: &Path, connection: &Connection) -> Result<i32, OpenError> {
    let read = || -> rusqlite::Result<(i64, i64)> {
        connection.query_row(
            "SELECT count(*), coalesce(sum(name = ?1), 0) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            [migrate::HISTORY],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    };
    match read().map_err(|error| refusal(path, &error))? {
        (0, _) => Ok(0),
        (_, 0) => Err(OpenError::Foreign { database: shown(path), detail: "they carry no schema version".to_owned() }),
        _ => connection
            .query_row(&format!("SELECT coalesce(max(version), 0) FROM {}", migrate::HISTORY), [], |row| row.get(0))
            .map_err(|error| refusal(path, &error)),
    }
}

/// How a file is named in messages.
pub(super) fn shown(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// An error while opening, in words that say what to do.
pub(super) fn refusal(path: &Path, error: &Error) -> OpenError {
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path: path.to_owned() },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            OpenError::NotWritable { path: path.to_owned(), cause }
        }
        Some(ErrorCode::DiskFull) => OpenError::DiskFull { database: shown(path) },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            OpenError::LockedByAnotherServer { database: shown(path) }
        }
        _ => OpenError::Engine { database: shown(path), cause },
    }
}
