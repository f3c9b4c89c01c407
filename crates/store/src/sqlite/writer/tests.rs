//! The batch that SQLite rolls back by itself. The writer runs on the test's own thread over a closed queue, so every run is the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::super::wal;
use super::Writer;
use crate::error::{BusyCause, StoreError};
use crate::job::{CommandId, Job};
use crate::options::StoreOptions;
use crate::statement::Statement;
use crate::stats::{Condition, StoreStats};
use crate::store::Shared;
use crate::tx::WriteTx;

static ADD: Statement = Statement { name: "add", sql: "INSERT INTO t (id, half, data) VALUES ($1, $2, $3)" };
static MISSING_PARENT: Statement =
    Statement { name: "missing_parent", sql: "INSERT INTO late (id, parent) VALUES ($1, 77)" };
static FIND: Statement = Statement { name: "find", sql: "SELECT id FROM t WHERE id = $1" };

type Answer = oneshot::Receiver<Result<i64, StoreError>>;

/// A database on disk and a writer over it.
struct Bench {
    _folder: tempfile::TempDir,
    connection: Connection,
    shared: Arc<Shared>,
    options: StoreOptions,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("bench.db")).unwrap();
        let schema = "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
             CREATE TABLE t (id INTEGER NOT NULL, half INTEGER NOT NULL, data BLOB, PRIMARY KEY (id, half)) STRICT;
             CREATE TABLE late (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES late (id) DEFERRABLE INITIALLY DEFERRED) STRICT;";
        connection.execute_batch(schema).unwrap();
        let options = StoreOptions::new(Arc::new(|| Duration::ZERO), Arc::new(|| 0));
        let shared = Arc::new(Shared::new(&options));
        Self { _folder: folder, connection, shared, options }
    }

    fn push(&self, run: impl FnMut(&mut dyn WriteTx) -> Result<i64, StoreError> + Send + 'static) -> Answer {
        let (job, answer) = Job::new("bench", CommandId([0; 16]), run);
        assert!(self.shared.writes.push(Box::new(job)).is_ok());
        answer
    }

    /// A job that writes its two halves.
    fn push_pair(&self, id: i64) -> Answer {
        self.push(move |tx| add_pair(tx, id, &[]))
    }

    /// Runs everything queued in as few batches as the writer likes, then ends it.
    fn run(&mut self) -> StoreStats {
        self.run_after(0)
    }

    /// The same, as if a batch had been spoilt and that many were to be careful from the start.
    fn run_after(&mut self, careful_batches: u32) -> StoreStats {
        let wal = wal::watch(&mut self.connection, &self.shared).unwrap();
        self.shared.close();
        let mut writer = Writer::new(Arc::clone(&self.shared), wal, &self.options);
        writer.careful_batches = careful_batches;
        writer.run(&self.connection);
        self.shared.stats.snapshot()
    }

    /// The ids of pairs that are there, having checked that no half stands alone.
    fn pairs(&self) -> Vec<i64> {
        let mut statement = self.connection.prepare("SELECT id, count(*) FROM t GROUP BY id ORDER BY id").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(|row| {
            let (id, halves): (i64, i64) = row.unwrap();
            assert_eq!(halves, 2, "job {id} was committed by half");
            id
        })
        .collect()
    }
}

fn add_pair(tx: &mut dyn WriteTx, id: i64, data: &[u8]) -> Result<i64, StoreError> {
    tx.execute_one(&ADD, &[id.into(), 0_i64.into(), data.into()])?;
    tx.execute_one(&ADD, &[id.into(), 1_i64.into(), data.into()])?;
    Ok(id)
}

fn answer(receiver: Answer) -> Result<i64, StoreError> {
    receiver.blocking_recv().expect("every job is answered")
}

/// Interrupts the next statements while armed, as `sqlite3_interrupt` would.
fn interrupt_when(connection: &mut Connection, armed: &Arc<AtomicBool>) {
    let armed = Arc::clone(armed);
    connection.progress_handler(1, Some(move || armed.load(Ordering::SeqCst))).unwrap();
}

#[test]
fn an_interrupted_batch_is_run_again_and_every_job_counts_once() {
    let mut bench = Bench::new();
    let armed = Arc::new(AtomicBool::new(false));
    interrupt_when(&mut bench.connection, &armed);
    let runs = Arc::new(AtomicUsize::new(0));
    let before = bench.push_pair(1);
    let struck = {
        let (armed, runs) = (Arc::clone(&armed), Arc::clone(&runs));
        bench.push(move |tx| {
            let first = runs.fetch_add(1, Ordering::SeqCst) == 0;
            tx.execute_one(&ADD, &[2_i64.into(), 0_i64.into(), Option::<i64>::None.into()])?;
            armed.store(first, Ordering::SeqCst);
            let second = tx.execute_one(&ADD, &[2_i64.into(), 1_i64.into(), Option::<i64>::None.into()]);
            armed.store(false, Ordering::SeqCst);
            second.map(|()| 2)
        })
    };
    let after = bench.push_pair(3);
    let stats = bench.run();
    assert_eq!((answer(before).unwrap(), answer(struck).unwrap(), answer(after).unwrap()), (1, 2, 3));
    assert_eq!(bench.pairs(), [1, 2, 3]);
    assert_eq!(
        (runs.load(Ordering::SeqCst), stats.batches_lost, stats.commits),
        (2, 1, 2),
        "the job that had not begun comes with the next batch"
    );
}

#[test]
fn a_batch_that_is_always_interrupted_is_answered_busy_and_writes_nothing() {
    let mut bench = Bench::new();
    let armed = Arc::new(AtomicBool::new(false));
    interrupt_when(&mut bench.connection, &armed);
    let innocent = bench.push_pair(1);
    let struck = {
        let armed = Arc::clone(&armed);
        bench.push(move |tx| {
            armed.store(true, Ordering::SeqCst);
            let outcome = add_pair(tx, 2, &[]);
            armed.store(false, Ordering::SeqCst);
            outcome
        })
    };
    let stats = bench.run();
    for receiver in [innocent, struck] {
        assert!(matches!(answer(receiver), Err(StoreError::Busy(BusyCause::RolledBack))));
    }
    assert_eq!(bench.pairs(), Vec::<i64>::new());
    assert_eq!(stats.batches_lost, u64::from(super::RERUNS_MAX) + 1);
}

#[test]
fn a_job_that_fills_the_disk_is_busy_and_its_neighbours_are_not() {
    let mut bench = Bench::new();
    let pages: i64 = bench.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    bench.connection.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 8)).unwrap();
    let before = bench.push_pair(1);
    let large = bench.push(|tx| add_pair(tx, 2, &vec![7; 30_000]));
    let after = bench.push_pair(3);
    let stats = bench.run();
    assert_eq!((answer(before).unwrap(), answer(after).unwrap()), (1, 3));
    assert!(matches!(answer(large), Err(StoreError::Busy(BusyCause::DiskFull))));
    assert_eq!(bench.pairs(), [1, 3]);
    assert_eq!(stats.batches_lost, 1, "SQLite rolled the batch back by itself, or this test tests nothing");
    assert_eq!(bench.shared.stats.condition(), Condition::Ready, "the last batch had room");
}

#[test]
fn a_refusal_of_a_lost_batch_is_decided_anew() {
    let mut bench = Bench::new();
    let armed = Arc::new(AtomicBool::new(false));
    interrupt_when(&mut bench.connection, &armed);
    // The first job writes only in its first run, which does not count; so the second, which refuses if it finds that row, must not refuse.
    let once = Arc::new(AtomicBool::new(true));
    let first = bench.push(move |tx| if once.swap(false, Ordering::SeqCst) { add_pair(tx, 1, &[]) } else { Ok(0) });
    let second = bench.push(|tx| {
        let found = tx.query(&FIND, &[1_i64.into()])?.len();
        if found > 0 { Err(StoreError::RowCount { statement: "find", expected: "none", found: 1 }) } else { Ok(2) }
    });
    let again = Arc::new(AtomicBool::new(true));
    let third = {
        let armed = Arc::clone(&armed);
        bench.push(move |tx| {
            armed.store(again.swap(false, Ordering::SeqCst), Ordering::SeqCst);
            let outcome = add_pair(tx, 3, &[]);
            armed.store(false, Ordering::SeqCst);
            outcome
        })
    };
    bench.run();
    assert_eq!((answer(first).unwrap(), answer(second).unwrap(), answer(third).unwrap()), (0, 2, 3));
    assert_eq!(bench.pairs(), [3]);
}

#[test]
fn a_panicked_job_is_not_run_again_with_its_batch() {
    let mut bench = Bench::new();
    let armed = Arc::new(AtomicBool::new(false));
    interrupt_when(&mut bench.connection, &armed);
    let runs = Arc::new(AtomicUsize::new(0));
    let panics = {
        let runs = Arc::clone(&runs);
        bench.push(move |tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            add_pair(tx, 1, &[])?;
            panic!("this job panics after it wrote")
        })
    };
    let again = Arc::new(AtomicBool::new(true));
    let struck = {
        let armed = Arc::clone(&armed);
        bench.push(move |tx| {
            armed.store(again.swap(false, Ordering::SeqCst), Ordering::SeqCst);
            let outcome = add_pair(tx, 2, &[]);
            armed.store(false, Ordering::SeqCst);
            outcome
        })
    };
    let stats = bench.run();
    assert!(matches!(answer(panics), Err(StoreError::Panicked { job: "bench" })));
    assert_eq!(answer(struck).unwrap(), 2);
    assert_eq!(bench.pairs(), [2]);
    assert_eq!((runs.load(Ordering::SeqCst), stats.batches_lost), (1, 1));
}

#[test]
fn what_commit_refuses_is_refused_to_the_job_that_wrote_it() {
    let mut bench = Bench::new();
    let before = bench.push_pair(1);
    let orphan = bench.push(|tx| tx.execute_one(&MISSING_PARENT, &[5_i64.into()]).map(|()| 5));
    let after = bench.push_pair(3);
    let stats = bench.run();
    assert_eq!((answer(before).unwrap(), answer(after).unwrap()), (1, 3));
    assert!(matches!(answer(orphan), Err(StoreError::Constraint { .. })));
    assert_eq!(bench.pairs(), [1, 3]);
    assert_eq!(stats.commits, 2);
}

static LATER: Statement = Statement { name: "later", sql: "UPDATE t SET half = half + 10 WHERE id = $1" };

fn refusal() -> StoreError {
    StoreError::RowCount { statement: "refusal", expected: "none", found: 1 }
}

#[test]
fn a_job_that_refuses_after_it_wrote_harms_nobody_and_leaves_nothing() {
    let mut bench = Bench::new();
    let before = bench.push_pair(1);
    let refuses = bench.push(|tx| add_pair(tx, 2, &[]).and_then(|_| Err(refusal())));
    let fails = bench.push(|tx| add_pair(tx, 4, &[]).and_then(|_| add_pair(tx, 1, &[])));
    let swallows = bench.push(|tx| Ok(add_pair(tx, 5, &[]).and_then(|_| add_pair(tx, 1, &[])).unwrap_or(5)));
    let after = bench.push_pair(3);
    let stats = bench.run();
    assert_eq!((answer(before).unwrap(), answer(after).unwrap()), (1, 3));
    assert!(matches!(answer(refuses), Err(StoreError::RowCount { statement: "refusal", .. })));
    for receiver in [fails, swallows] {
        assert!(matches!(answer(receiver), Err(StoreError::Constraint { .. })));
    }
    assert_eq!(bench.pairs(), [1, 3]);
    assert_eq!((stats.batches_careful, stats.batches_lost, stats.commits), (1, 0, 1), "one rerun, one batch");
}

#[test]
fn a_job_that_refuses_without_having_changed_a_row_costs_no_rerun() {
    let mut bench = Bench::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let before = {
        let runs = Arc::clone(&runs);
        bench.push(move |tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            add_pair(tx, 1, &[])
        })
    };
    let read = bench.push(|tx| tx.query(&FIND, &[1_i64.into()]).and_then(|_| Err(refusal())));
    let missed = bench.push(|tx| tx.execute_one(&LATER, &[77_i64.into()]).map(|()| 0));
    let panics = bench.push(|tx| tx.query(&FIND, &[1_i64.into()]).map(|_| panic!("this job panics after it read")));
    let after = bench.push_pair(3);
    let stats = bench.run();
    assert_eq!((answer(before).unwrap(), answer(after).unwrap()), (1, 3));
    assert!(matches!(answer(read), Err(StoreError::RowCount { statement: "refusal", .. })));
    assert!(matches!(answer(missed), Err(StoreError::RowCount { statement: "later", found: 0, .. })));
    assert!(matches!(answer(panics), Err(StoreError::Panicked { .. })));
    assert_eq!(bench.pairs(), [1, 3]);
    assert_eq!((runs.load(Ordering::SeqCst), stats.batches_careful, stats.commits), (1, 0, 1));
}

#[test]
fn a_job_that_panics_after_it_wrote_is_not_run_again_and_its_neighbours_are() {
    let mut bench = Bench::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let before = bench.push_pair(1);
    let panics = {
        let runs = Arc::clone(&runs);
        bench.push(move |tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            add_pair(tx, 2, &[])?;
            panic!("this job panics after it wrote")
        })
    };
    let after = bench.push_pair(3);
    let stats = bench.run();
    assert!(matches!(answer(panics), Err(StoreError::Panicked { job: "bench" })));
    assert_eq!((answer(before).unwrap(), answer(after).unwrap()), (1, 3));
    assert_eq!(bench.pairs(), [1, 3]);
    assert_eq!((runs.load(Ordering::SeqCst), stats.panics, stats.batches_careful, stats.commits), (1, 1, 1, 1));
}

#[test]
fn after_a_spoilt_batch_the_next_ones_are_careful_from_the_start() {
    let mut bench = Bench::new();
    bench.options.batch_jobs_max = 1;
    let batches = i64::from(super::CAREFUL_AFTER_SPOILT) + 2;
    let refused: Vec<Answer> =
        (0..batches).map(|id| bench.push(move |tx| add_pair(tx, id, &[]).and_then(|_| Err(refusal())))).collect();
    let stats = bench.run();
    assert!(refused.into_iter().all(|receiver| answer(receiver).is_err()));
    assert_eq!(bench.pairs(), Vec::<i64>::new());
    assert_eq!(stats.batches_careful, 2, "the first batch and the one after the careful ones");
}

/// Not a test of behaviour: prints how much savepoints cost. `cargo test -p countersign-store --lib speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "it measures time and shows it")]
fn speed_of_batches_of_64_with_and_without_savepoints() {
    const ROUNDS: u32 = 12;
    const JOBS: u32 = 512;
    let mut spent = [Duration::ZERO; 2];
    for round in 0..ROUNDS * 2 {
        let careful = round % 2;
        let mut bench = Bench::new();
        bench.options.batch_jobs_max = 64;
        let answers: Vec<Answer> = (0..JOBS).map(|id| bench.push_pair(i64::from(id))).collect();
        let began = std::time::Instant::now();
        bench.run_after(careful * u32::MAX);
        spent[usize::from(careful == 1)] += began.elapsed();
        assert!(answers.into_iter().all(|receiver| answer(receiver).is_ok()));
    }
    let per_second = |time: Duration| u128::from(JOBS * ROUNDS) * 1_000_000 / time.as_micros();
    println!("jobs/s optimistic {}, careful {}", per_second(spent[0]), per_second(spent[1]));
}
