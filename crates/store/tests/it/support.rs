//! What every test of the store needs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countersign_store::{
    CommandId, DatabaseUrl, SchemaName, Statement, Store, StoreError, StoreOptions, WriteTx, create_schema, drop_schema,
};

/// Whatever a use case answers: a refusal of its own, or the store's error.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The use case said no.
    Rule(&'static str),
    /// The store said no.
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The error of the store, or a panic that shows what came instead.
pub(crate) fn store_error<T: std::fmt::Debug>(answer: Result<T, Refused>) -> StoreError {
    match answer {
        Err(Refused::Store(error)) => error,
        other => panic!("not an error of the store: {other:?}"),
    }
}

/// Options whose monotonic clock stands still, so that time never ends a batch, and whose wall clock is fixed.
pub(crate) fn options() -> StoreOptions {
    let mut options = StoreOptions::new(Arc::new(|| Duration::ZERO), Arc::new(|| 1_700_000_000_000));
    options.migrate_on_start = true;
    options.postgres_writers = 4;
    options.postgres_readers = 2;
    options
}

/// A fresh command id: distinct within the run is all that is needed.
pub(crate) fn command() -> CommandId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut id = [0; 16];
    id[8..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    CommandId(id)
}

/// The URL of the PostgreSQL that `cargo xtask test` started.
#[expect(clippy::disallowed_methods, reason = "the harness hands the server's URL over in the environment")]
pub(crate) fn postgres_url() -> String {
    std::env::var("COUNTERSIGN_TEST_POSTGRES")
        .expect("COUNTERSIGN_TEST_POSTGRES is not set: run these tests through `cargo xtask test`, which starts a private PostgreSQL")
}

/// A schema of this test alone, dropped with it.
pub(crate) struct PgSchema {
    pub(crate) url: DatabaseUrl,
    server: DatabaseUrl,
    name: SchemaName,
}

impl PgSchema {
    /// Makes the schema on the server.
    pub(crate) fn new() -> Self {
        Self::through(&postgres_url())
    }

    /// Makes the schema directly, and has the store connect through `url`.
    pub(crate) fn through(url: &str) -> Self {
        let server: DatabaseUrl = postgres_url().parse().expect("the harness gives a valid URL");
        let name: SchemaName = unique_name().parse().expect("the name is made of allowed characters");
        create_schema(&server, &name).expect("the server lets its superuser make schemas");
        let url = url.parse::<DatabaseUrl>().expect("the test gives a valid URL").with_schema(name.clone());
        Self { url, server, name }
    }
}

impl PgSchema {
    /// The schema's name.
    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }
}

impl Drop for PgSchema {
    fn drop(&mut self) {
        // A schema that stays is no reason to hide why its test failed; the server goes with the test run.
        let _ = drop_schema(&self.server, &self.name);
    }
}

/// Unique across test processes that share a server: process id, start of the process, and a counter.
#[expect(clippy::disallowed_methods, reason = "test processes share one server and must not share names")]
fn unique_name() -> String {
    static START: OnceLock<u128> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let start =
        START.get_or_init(|| SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_micros());
    format!("it_{}_{}_{}", std::process::id(), start, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A store with whatever must outlive it.
pub(crate) struct Opened<G> {
    // Dropped first: its threads must be gone before their database is.
    pub(crate) store: Store,
    pub(crate) guard: G,
}

/// A gate that keeps a database thread inside a job until the test opens it.
#[derive(Clone)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn closed() -> Self {
        Self(Arc::new((Mutex::new(false), Condvar::new())))
    }

    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub(crate) fn pass(&self) {
        let open = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(open, |open| !*open).unwrap());
    }
}

/// Occupies one writing thread until the gate opens. Returns once the thread is inside the job.
pub(crate) fn occupy_writer(store: &Store) -> (Gate, std::thread::JoinHandle<()>) {
    let gate = Gate::closed();
    let (entered, inside) = mpsc::channel();
    let (store, passing) = (store.clone(), gate.clone());
    let thread = std::thread::spawn(move || {
        let answer = store.write_blocking("occupy", command(), move |_: &mut dyn WriteTx| -> Result<(), Refused> {
            let _ = entered.send(());
            passing.pass();
            Ok(())
        });
        answer.expect("the job that only waits succeeds");
    });
    inside.recv().expect("the writer takes the job");
    (gate, thread)
}

/// Waits until so many writes stand in the queue.
pub(crate) fn await_queued(store: &Store, writes: usize) {
    while store.health().queued_writes < writes {
        std::thread::yield_now();
    }
}

pub(crate) static MAKE_COUNTERS: Statement = Statement {
    name: "make_counters",
    sql: "CREATE TABLE probe_counters (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0))",
};
pub(crate) static MAKE_MARKS: Statement = Statement {
    name: "make_marks",
    sql: "CREATE TABLE probe_marks (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)",
};
pub(crate) static ADD_COUNTER: Statement =
    Statement { name: "add_counter", sql: "INSERT INTO probe_counters (id, n) VALUES ($1, $2)" };
pub(crate) static ADD_MARK: Statement =
    Statement { name: "add_mark", sql: "INSERT INTO probe_marks (id, n) VALUES ($1, $2)" };
pub(crate) static SET_COUNTER: Statement =
    Statement { name: "set_counter", sql: "UPDATE probe_counters SET n = $1 WHERE id = $2" };
pub(crate) static LOCK_COUNTER: Statement =
    Statement { name: "lock_counter", sql: "SELECT n FROM probe_counters WHERE id = $1 {for_update}" };
pub(crate) static GET_COUNTER: Statement =
    Statement { name: "get_counter", sql: "SELECT n FROM probe_counters WHERE id = $1" };
pub(crate) static COUNTERS: Statement =
    Statement { name: "counters", sql: "SELECT id FROM probe_counters ORDER BY id" };
pub(crate) static MARKS: Statement = Statement { name: "marks", sql: "SELECT id FROM probe_marks ORDER BY id" };

/// Makes the two tables that most tests write to.
pub(crate) fn make_tables(store: &Store) {
    let made = store.write_blocking("make_tables", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute(&MAKE_COUNTERS, &[])?;
        tx.execute(&MAKE_MARKS, &[])?;
        Ok(())
    });
    made.expect("a new database has room for two tables");
}

/// Adds a counter in a transaction of its own.
pub(crate) fn add_counter(store: &Store, id: i64, n: i64) -> Result<(), Refused> {
    store.write_blocking("add_counter", command(), move |tx: &mut dyn WriteTx| {
        Ok(tx.execute_one(&ADD_COUNTER, &[id.into(), n.into()])?)
    })
}

/// The ids in one of the tables, as a reader sees them.
pub(crate) fn ids(store: &Store, statement: &'static Statement) -> Vec<i64> {
    let read = store.read_blocking("ids", move |tx: &mut dyn countersign_store::ReadTx| -> Result<Vec<i64>, Refused> {
        let rows = tx.query(statement, &[])?;
        Ok(rows.iter().map(|row| row.int(0)).collect::<Result<_, _>>()?)
    });
    read.expect("the table can be read")
}

/// The value of a counter.
pub(crate) fn counter(store: &Store, id: i64) -> i64 {
    let read = store.read_blocking("counter", move |tx: &mut dyn countersign_store::ReadTx| -> Result<i64, Refused> {
        Ok(tx.query_one(&GET_COUNTER, &[id.into()])?.int(0)?)
    });
    read.expect("the counter exists")
}
