//! The store as its callers see it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::error::{BusyCause, OpenError, SnapshotError, StoreError};
use crate::job::{CommandId, Job, ReadJob, Reading, WriteJob};
use crate::options::StoreOptions;
use crate::queue::{Pause, PushError, Queue};
use crate::statement::Engine;
use crate::stats::{Condition, Stats, StoreHealth, StoreStats};
use crate::tx::{ReadTx, WriteTx};
use crate::url::{DatabaseUrl, Location};
use crate::{pg, sqlite};

/// What callers and database threads share.
pub(crate) struct Shared {
    pub(crate) writes: Queue<Box<dyn WriteJob>>,
    pub(crate) reads: Queue<Box<dyn ReadJob>>,
    pub(crate) pause: Pause,
    pub(crate) stats: Stats,
}

impl Shared {
    pub(crate) fn new(options: &StoreOptions) -> Self {
        Self {
            writes: Queue::new(options.queue_max),
            reads: Queue::new(options.queue_max),
            pause: Pause::default(),
            stats: Stats::default(),
        }
    }

    /// Takes no more jobs; the threads finish what is queued and end.
    pub(crate) fn close(&self) {
        self.writes.close();
        self.reads.close();
        self.pause.close();
    }
}

/// The threads of an engine, and what must stay alive until they end (the lock file).
pub(crate) struct Running {
    pub(crate) engine: Engine,
    pub(crate) writable: bool,
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) lock: Option<std::fs::File>,
    /// The SQLite file.
    pub(crate) file: Option<PathBuf>,
}

struct Inner {
    shared: Arc<Shared>,
    engine: Engine,
    writable: bool,
    threads: Vec<JoinHandle<()>>,
    file: Option<PathBuf>,
    /// Held for its lock; released after the threads ended, since fields drop after `Drop::drop`.
    _lock: Option<std::fs::File>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.close();
        let me = std::thread::current().id();
        for thread in self.threads.drain(..) {
            // The last handle may have been captured by a job: a thread cannot wait for itself.
            if thread.thread().id() != me && thread.join().is_err() {
                tracing::error!("a database thread had panicked");
            }
        }
        self.shared.stats.set_condition(Condition::Closed);
    }
}

/// A handle on one database; clones share its threads. Dropping the last clone waits for what is queued; [`Store::close`] does so without blocking.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

impl Store {
    /// Opens a database and starts its threads. Blocks: it reads, migrates and syncs files, or connects.
    pub fn open(url: &DatabaseUrl, options: &StoreOptions) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared::new(options));
        let running = match &url.0 {
            Location::Sqlite(path) => sqlite::start(path, options, &shared)?,
            Location::Postgres { .. } => pg::start(url, options, &shared)?,
        };
        let Running { engine, writable, threads, lock, file } = running;
        Ok(Self { inner: Arc::new(Inner { shared, engine, writable, threads, file, _lock: lock }) })
    }

    /// Migrates a PostgreSQL database (`countersign migrate`), under a lock of ours, and answers the schema version. A SQLite database is migrated by
    /// opening it; this does the same and closes it again.
    pub fn migrate(url: &DatabaseUrl, options: &StoreOptions) -> Result<i32, OpenError> {
        match &url.0 {
            Location::Sqlite(_) => Self::open(url, options).map(drop)?,
            Location::Postgres { .. } => pg::migrate(url, options)?,
        }
        Ok(crate::migrate::newest(Engine::Sqlite))
    }

    /// Runs a transaction and answers after it is committed and synced. The closure may run more than once, each time on a clean transaction, and
    /// must not have effects of its own. An `Err` rolls back everything it wrote. Dropping the future does not stop the job.
    ///
    /// `T` must say the same after a way through JSON: on PostgreSQL it is stored with the effect, to answer after a lost COMMIT.
    pub async fn write<T, E, F>(&self, name: &'static str, command: CommandId, closure: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn WriteTx) -> Result<T, E> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.submit_write(name, command, closure)?;
        answer.await.unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// [`Store::write`] for a thread without a runtime; panics inside one.
    pub fn write_blocking<T, E, F>(&self, name: &'static str, command: CommandId, closure: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn WriteTx) -> Result<T, E> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.submit_write(name, command, closure)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// Runs a transaction on one consistent snapshot of what is committed. It sees every write that was answered before it began.
    pub async fn read<T, E, F>(&self, name: &'static str, closure: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.submit_read(name, closure)?;
        answer.await.unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// [`Store::read`] for a thread without a runtime; panics inside one.
    pub fn read_blocking<T, E, F>(&self, name: &'static str, closure: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let answer = self.submit_read(name, closure)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// What the database can do right now, with the counters.
    pub fn health(&self) -> StoreHealth {
        let shared = &self.inner.shared;
        StoreHealth {
            engine: self.inner.engine,
            condition: shared.stats.condition(),
            queued_writes: shared.writes.len(),
            queued_reads: shared.reads.len(),
            stats: shared.stats.snapshot(),
        }
    }

    /// The counters.
    pub fn stats(&self) -> StoreStats {
        self.inner.shared.stats.snapshot()
    }

    /// Copies the whole database, as of now, into a file of its own (SQLite only). Writes go on meanwhile. Blocks.
    pub fn snapshot_blocking(&self, to: &Path) -> Result<(), SnapshotError> {
        let file = self.inner.file.as_deref().ok_or(SnapshotError::Unsupported)?;
        sqlite::save(file, to)
    }

    /// Replaces the whole database by a snapshot (SQLite only), in one commit: a read sees all of the old state or all of the new. What was written
    /// since is lost; the caller sees to it that nothing is under way that matters. Blocks.
    pub fn restore_blocking(&self, from: &Path) -> Result<(), SnapshotError> {
        let file = self.inner.file.as_deref().ok_or(SnapshotError::Unsupported)?;
        if !self.inner.writable {
            return Err(SnapshotError::Copy(StoreError::ReadOnly));
        }
        sqlite::restore(file, from)
    }

    /// Takes no more jobs, on any clone; what is queued still runs. The threads end when the last clone is dropped; [`Store::close`] waits for them.
    pub fn drain(&self) {
        self.inner.shared.close();
    }

    /// Takes no more jobs, runs what is queued, and, when this is the last clone, waits until the database is closed and its lock free.
    pub async fn close(self) {
        self.drain();
        let (done, ended) = oneshot::channel::<()>();
        let inner = self.inner;
        // Joining threads blocks, so a thread of its own does it. If none can be had, dropping here is all that is left.
        let spawned = std::thread::Builder::new().name("store-close".to_owned()).spawn(move || {
            drop(inner);
            drop(done);
        });
        if spawned.is_ok() {
            // The sender is dropped, not used: the error is the signal.
            let _ = ended.await;
        }
    }

    /// [`Store::close`] for a thread without a runtime.
    pub fn close_blocking(self) {
        self.drain();
        drop(self);
    }

    fn submit_write<T, E, F>(
        &self,
        name: &'static str,
        command: CommandId,
        closure: F,
    ) -> Result<oneshot::Receiver<Result<T, E>>, E>
    where
        F: FnMut(&mut dyn WriteTx) -> Result<T, E> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if !self.inner.writable {
            return Err(E::from(StoreError::ReadOnly));
        }
        let (job, answer) = Job::new(name, command, closure);
        match self.inner.shared.writes.push(Box::new(job)) {
            Ok(()) => Ok(answer),
            Err((why, _job)) => Err(E::from(self.turned_away(why))),
        }
    }

    fn submit_read<T, E, F>(&self, name: &'static str, closure: F) -> Result<oneshot::Receiver<Result<T, E>>, E>
    where
        F: FnMut(&mut dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, answer) = Reading::new(name, closure);
        match self.inner.shared.reads.push(Box::new(job)) {
            Ok(()) => Ok(answer),
            Err((why, _job)) => Err(E::from(self.turned_away(why))),
        }
    }

    fn turned_away(&self, why: PushError) -> StoreError {
        match why {
            PushError::Full => {
                self.inner.shared.stats.queue_full.one();
                StoreError::Busy(BusyCause::QueueFull)
            }
            PushError::Closed if self.inner.shared.stats.condition() == Condition::Failed => {
                StoreError::Fatal(Arc::from("it had failed before; see the log"))
            }
            PushError::Closed => StoreError::Closed,
        }
    }
}
