//! The write-ahead log's size: watched at every commit, bounded by our own checkpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::error;
use crate::error::{BusyCause, StoreError};
use crate::stats::Condition;
use crate::store::Shared;

/// A checkpoint each so many pages: about 32 MiB. The last pages of each table and index are in the log again and again, and are
/// copied once.
const CHECKPOINT_PAGES: u64 = 8_000;
/// From here on writes are answered busy until readers let the log start anew: 1 GiB.
const WAL_PAGES_MAX: u64 = 262_144;

/// The log as the writer minds it, between batches.
pub(super) struct Wal {
    pages: Arc<AtomicU64>,
    checkpoint_at: u64,
    shared: Arc<Shared>,
}

/// Has SQLite tell the log's size at each commit.
pub(super) fn watch(connection: &mut Connection, shared: &Arc<Shared>) -> rusqlite::Result<Wal> {
    let pages = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&pages);
    let hook = move |_: &mut rusqlite::hooks::Wal, count: i32| {
        seen.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    };
    connection.wal_hook(Some(hook))?;
    Ok(Wal { pages, checkpoint_at: CHECKPOINT_PAGES, shared: Arc::clone(shared) })
}

impl Wal {
    /// Before a batch: whether the log still has room. When it has none, waits a bounded time for readers to let go.
    pub(super) fn make_room(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.pages.load(Ordering::Relaxed) < WAL_PAGES_MAX {
            return Ok(());
        }
        let busy = checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)")?;
        if busy {
            return Err(StoreError::Busy(BusyCause::WalFull));
        }
        self.pages.store(0, Ordering::Relaxed);
        self.shared.stats.checkpoints.one();
        Ok(())
    }

    /// After a batch was answered: copies the log into the database now and then. A full disk is no harm here, the log keeps everything.
    pub(super) fn tend(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let pages = self.pages.load(Ordering::Relaxed);
        self.shared.stats.wal_pages.set(pages);
        if pages < CHECKPOINT_PAGES {
            self.checkpoint_at = CHECKPOINT_PAGES;
        }
        if pages < self.checkpoint_at {
            return Ok(());
        }
        // A reader may keep the log from being emptied: try again only after as much again was written.
        self.checkpoint_at = pages + CHECKPOINT_PAGES;
        self.shared.stats.checkpoints.one();
        match checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)") {
            Err(StoreError::Busy(cause)) => {
                if cause == BusyCause::DiskFull {
                    self.shared.stats.set_condition(Condition::DiskFull);
                }
                Ok(())
            }
            outcome => outcome.map(drop),
        }
    }
}

/// Runs a checkpoint and tells whether it was kept from completing.
fn checkpoint(connection: &Connection, pragma: &str) -> Result<bool, StoreError> {
    connection
        .query_row(pragma, [], |row| row.get::<_, i64>(0))
        .map(|busy| busy != 0)
        .map_err(|error| error::of("wal_checkpoint", &error))
}
