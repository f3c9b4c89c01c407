//! SQLite: one writer thread with group commit, several reading threads, one server per file.
//!
//! No `commands` rows are written here. COMMIT is a call within the process: either it returned and everybody of the batch is answered, or the process
//! ended and there is nobody to answer. Nothing is ambiguous, so nothing needs to be looked up.

mod connection;
mod error;
mod lock;
mod reader;
mod snapshot;
mod tx;
mod wal;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

pub(crate) use snapshot::{restore, save};

use rusqlite::Connection;

use crate::error::OpenError;
use crate::migrate;
use crate::options::{Mode, StoreOptions};
use crate::statement::Engine;
use crate::store::{Running, Shared};

/// Opens the file, checks or migrates its schema, and starts the threads.
pub(crate) fn start(path: &Path, options: &StoreOptions, shared: &Arc<Shared>) -> Result<Running, OpenError> {
    match options.mode {
        Mode::ReadWrite => start_writable(path, options, shared),
        Mode::ReadOnly => start_readable(path, options, shared),
    }
}

fn start_writable(path: &Path, options: &StoreOptions, shared: &Arc<Shared>) -> Result<Running, OpenError> {
    let (path, lock) = lock::take(path)?;
    let mut connection = connection::open_writer(&path, options.sqlite_pages_max)?;
    migrate::run(Engine::Sqlite, &mut connection, &connection::shown(&path))?;
    let wal = wal::watch(&mut connection, shared).map_err(|error| connection::refusal(&path, &error))?;
    let readers = open_readers(&path, options, connection::open_reader)?;
    let writer = writer::Writer::new(Arc::clone(shared), wal, options);
    // From here on a failure must not leave threads waiting on an open queue.
    let mut threads = Vec::with_capacity(readers.len() + 1);
    let started = spawn("store-writer".to_owned(), move || writer.run(&connection))
        .and_then(|thread| {
            threads.push(thread);
            spawn_readers(readers, options, shared, &mut threads)
        })
        .map_err(|cause| OpenError::Engine { database: connection::shown(&path), cause: cause.to_string() });
    if let Err(error) = started {
        shared.close();
        return Err(error);
    }
    Ok(Running { engine: Engine::Sqlite, writable: true, threads, lock: Some(lock), file: Some(path) })
}

fn start_readable(path: &Path, options: &StoreOptions, shared: &Arc<Shared>) -> Result<Running, OpenError> {
    if !path.is_file() {
        return Err(OpenError::Missing { path: path.to_owned() });
    }
    let readers = open_readers(path, options, connection::open_beside)?;
    let mut threads = Vec::with_capacity(readers.len());
    if let Err(cause) = spawn_readers(readers, options, shared, &mut threads) {
        shared.close();
        return Err(OpenError::Engine { database: connection::shown(path), cause: cause.to_string() });
    }
    Ok(Running { engine: Engine::Sqlite, writable: false, threads, lock: None, file: Some(path.to_owned()) })
}

fn open_readers(
    path: &Path,
    options: &StoreOptions,
    open: impl Fn(&Path) -> Result<Connection, OpenError>,
) -> Result<Vec<Connection>, OpenError> {
    (0..options.sqlite_readers.max(1)).map(|_| open(path)).collect()
}

fn spawn_readers(
    connections: Vec<Connection>,
    options: &StoreOptions,
    shared: &Arc<Shared>,
    threads: &mut Vec<JoinHandle<()>>,
) -> std::io::Result<()> {
    let readers = connections.len();
    for (index, connection) in connections.into_iter().enumerate() {
        let shared = Arc::clone(shared);
        let fatal = Arc::clone(&options.fatal);
        threads
            .push(spawn(format!("store-reader-{index}"), move || reader::run(&connection, readers, &shared, &fatal))?);
    }
    Ok(())
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    Builder::new().name(name).spawn(run)
}
