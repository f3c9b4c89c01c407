//! What the caller decides when it opens a store.

use std::sync::Arc;
use std::time::Duration;

use crate::url::SchemaName;

/// A clock that only moves forward, for bounding batches. The origin does not matter.
pub type MonotonicClock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Unix milliseconds, for the time of a `commands` row.
pub type WallClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Called once when the database failed for good; the server ends the process in it.
pub type FatalHook = Arc<dyn Fn(&str) + Send + Sync>;

/// The most jobs that wait for a database thread; one more is answered busy.
pub(crate) const QUEUE_MAX: usize = 4096;
/// The most jobs that share one commit on SQLite.
pub(crate) const BATCH_JOBS_MAX: usize = 256;
/// The longest a batch takes in jobs before it commits; a job that has begun is not cut.
pub(crate) const BATCH_TIME_MAX: Duration = Duration::from_millis(5);
/// Threads that read on SQLite.
const READERS: usize = 2;
/// Connections that write on PostgreSQL.
const PG_WRITERS: usize = 8;
/// Connections that read on PostgreSQL.
const PG_READERS: usize = 4;

/// Whether the store may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The server: takes the database's lock, migrates, writes.
    ReadWrite,
    /// `check` and other tools beside a running server: takes no lock, changes nothing.
    ReadOnly,
}

/// Encryption towards PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostgresTls {
    /// Plain TCP or a Unix socket.
    None,
}

/// Options of [`Store::open`](crate::Store::open). [`StoreOptions::new`] sets the defaults named at each field.
#[derive(Clone)]
#[non_exhaustive]
pub struct StoreOptions {
    /// Default [`Mode::ReadWrite`].
    pub mode: Mode,
    /// Bounds the time of a batch.
    pub monotonic: MonotonicClock,
    /// Stamps `commands` rows on PostgreSQL, so that retention can delete them.
    pub now_ms: WallClock,
    /// Ends the process after an I/O error. Default: nothing beyond answering [`StoreError::Fatal`](crate::StoreError::Fatal) to everybody.
    pub fatal: FatalHook,
    /// Bound of each queue. Default 4096.
    pub queue_max: usize,
    /// Jobs that share one commit on SQLite. Default 256.
    pub batch_jobs_max: usize,
    /// How long a batch takes in jobs. Default 5 ms.
    pub batch_time_max: Duration,
    /// Reading threads on SQLite. Default 2.
    pub sqlite_readers: usize,
    /// A bound on the SQLite file in pages of 4 KiB; full is answered busy. Default: what the disk gives.
    pub sqlite_pages_max: Option<u32>,
    /// Connections that write on PostgreSQL. Default 8.
    pub postgres_writers: usize,
    /// Connections that read on PostgreSQL. Default 4.
    pub postgres_readers: usize,
    /// Encryption towards PostgreSQL. Default none.
    pub postgres_tls: PostgresTls,
    /// The schema on PostgreSQL; overrides `?schema=` of the URL. Default: the server's search path.
    pub schema: Option<SchemaName>,
    /// Migrate PostgreSQL when opening. SQLite always does. Default false.
    pub migrate_on_start: bool,
}

impl StoreOptions {
    /// The defaults, with the two clocks that have none.
    pub fn new(monotonic: MonotonicClock, now_ms: WallClock) -> Self {
        Self {
            mode: Mode::ReadWrite,
            monotonic,
            now_ms,
            fatal: Arc::new(|_| ()),
            queue_max: QUEUE_MAX,
            batch_jobs_max: BATCH_JOBS_MAX,
            batch_time_max: BATCH_TIME_MAX,
            sqlite_readers: READERS,
            sqlite_pages_max: None,
            postgres_writers: PG_WRITERS,
            postgres_readers: PG_READERS,
            postgres_tls: PostgresTls::None,
            schema: None,
            migrate_on_start: false,
        }
    }
}
