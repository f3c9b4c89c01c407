//! PostgreSQL: a pool of threads, each with one synchronous connection; as many write at once as there are writing connections.
//!
//! Write transactions are READ COMMITTED with locked roots, reads are REPEATABLE READ, READ ONLY. What the server asks to repeat (40001, 40P01, a lock not
//! granted in time) and what a lost connection undid is run again, bounded and jittered. A connection lost *during* COMMIT is the one ambiguous case; see
//! `commands`.

mod commands;
mod connection;
mod error;
mod retry;
mod schema;
mod tx;
mod worker;

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

pub use schema::{create_schema, drop_schema};

use crate::error::OpenError;
use crate::migrate;
use crate::options::{Mode, StoreOptions};
use crate::statement::Engine;
use crate::store::{Running, Shared};
use crate::url::DatabaseUrl;
use connection::Target;
use worker::Worker;

/// Checks that the server answers and the schema fits, and starts the threads.
pub(crate) fn start(url: &DatabaseUrl, options: &StoreOptions, shared: &Arc<Shared>) -> Result<Running, OpenError> {
    let target = Arc::new(Target::new(url, options)?);
    let writable = options.mode == Mode::ReadWrite;
    let migrates = writable && options.migrate_on_start;
    schema::apart(|| schema::check(&target, migrates))?;
    let mut threads = Vec::new();
    let writers = if writable { options.postgres_writers.max(1) } else { 0 };
    let outcome = (0..writers)
        .try_for_each(|index| {
            let worker = Worker::new(Arc::clone(&target), Arc::clone(shared), options);
            spawn(format!("store-writer-{index}"), move || worker.run_writes(), &mut threads)
        })
        .and_then(|()| {
            (0..options.postgres_readers.max(1)).try_for_each(|index| {
                let worker = Worker::new(Arc::clone(&target), Arc::clone(shared), options);
                spawn(format!("store-reader-{index}"), move || worker.run_reads(), &mut threads)
            })
        });
    match outcome {
        Ok(()) => Ok(Running { engine: Engine::Postgres, writable, threads, lock: None, file: None }),
        Err(cause) => {
            shared.close();
            Err(OpenError::Engine { database: target.shown().to_owned(), cause: cause.to_string() })
        }
    }
}

/// Brings the schema to the newest version and answers it.
pub(crate) fn migrate(url: &DatabaseUrl, options: &StoreOptions) -> Result<(), OpenError> {
    let target = Target::new(url, options)?;
    schema::apart(|| schema::check(&target, true))
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static, threads: &mut Vec<JoinHandle<()>>) -> std::io::Result<()> {
    threads.push(Builder::new().name(name).spawn(run)?);
    Ok(())
}

/// The newest schema version, for messages.
fn newest() -> i32 {
    migrate::newest(Engine::Postgres)
}
