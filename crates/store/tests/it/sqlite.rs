//! What only SQLite has: group commit, a file that can be full, locked, foreign or damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_store::{
    BusyCause, Condition, DatabaseUrl, Mode, OpenError, SnapshotError, Statement, Store, StoreError, StoreOptions,
    WriteTx,
};

use crate::support::{
    ADD_COUNTER, ADD_MARK, COUNTERS, MARKS, Opened, Refused, add_counter, await_queued, command, counter, ids,
    make_tables, occupy_writer, options, store_error,
};

fn open_fresh(options: &StoreOptions) -> Opened<tempfile::TempDir> {
    let guard = tempfile::tempdir().expect("the system's temporary folder is writable");
    let store = Store::open(&url_in(&guard), options).expect("a new file can be opened");
    Opened { store, guard }
}

fn path_in(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("countersign.db")
}

fn url_in(folder: &tempfile::TempDir) -> DatabaseUrl {
    DatabaseUrl::sqlite(path_in(folder))
}

mod suite {
    store_conformance!(super::open_fresh);
}

#[test]
fn jobs_that_wait_together_share_one_commit() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    let (gate, occupied) = occupy_writer(&opened.store);
    let before = opened.store.stats().commits;
    let threads: Vec<_> = (0..100)
        .map(|id| {
            let store = opened.store.clone();
            std::thread::spawn(move || add_counter(&store, id, 0))
        })
        .collect();
    await_queued(&opened.store, 100);
    gate.open();
    occupied.join().unwrap();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(opened.store.stats().commits - before, 1, "101 jobs, one commit");
    assert_eq!(ids(&opened.store, &COUNTERS).len(), 100);
}

#[test]
fn a_batch_is_bounded_by_jobs() {
    let mut bounded = options();
    bounded.batch_jobs_max = 10;
    let opened = open_fresh(&bounded);
    make_tables(&opened.store);
    let (gate, occupied) = occupy_writer(&opened.store);
    let before = opened.store.stats().commits;
    let threads: Vec<_> = (0..39)
        .map(|id| {
            let store = opened.store.clone();
            std::thread::spawn(move || add_counter(&store, id, 0))
        })
        .collect();
    await_queued(&opened.store, 39);
    gate.open();
    occupied.join().unwrap();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(opened.store.stats().commits - before, 4, "40 jobs, ten to a commit");
}

static ADD_BLOB: Statement = Statement { name: "add_blob", sql: "INSERT INTO probe_blobs (id, data) VALUES ($1, $2)" };
static MAKE_BLOBS: Statement = Statement {
    name: "make_blobs",
    sql: "CREATE TABLE probe_blobs (id BIGINT NOT NULL PRIMARY KEY, data {bytes} NOT NULL)",
};
static BLOBS: Statement = Statement { name: "blobs", sql: "SELECT id FROM probe_blobs ORDER BY id" };
static DROP_BLOBS: Statement = Statement { name: "drop_blobs", sql: "DELETE FROM probe_blobs" };

fn make_blobs(store: &Store) {
    let made = store.write_blocking("make", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute(&MAKE_BLOBS, &[])?;
        Ok(())
    });
    made.unwrap();
}

/// Writes a mark and a blob of 64 KiB in one transaction.
fn add_blob(store: &Store, id: i64) -> Result<(), Refused> {
    store.write_blocking("add_blob", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute_one(&ADD_MARK, &[id.into(), id.into()])?;
        tx.execute_one(&ADD_BLOB, &[id.into(), (&vec![7; 65_536]).into()])?;
        Ok(())
    })
}

#[test]
fn a_full_disk_answers_busy_keeps_reading_and_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut small = options();
    small.sqlite_pages_max = Some(600);
    let store = Store::open(&url_in(&folder), &small).unwrap();
    make_tables(&store);
    make_blobs(&store);
    let (gate, occupied) = occupy_writer(&store);
    let threads: Vec<_> = (0..60)
        .map(|id| {
            let store = store.clone();
            std::thread::spawn(move || (id, add_blob(&store, id)))
        })
        .collect();
    await_queued(&store, 60);
    gate.open();
    occupied.join().unwrap();
    let mut acknowledged = Vec::new();
    for thread in threads {
        match thread.join().unwrap() {
            (id, Ok(())) => acknowledged.push(id),
            (_, refused) => {
                assert!(matches!(store_error(refused), StoreError::Busy(BusyCause::DiskFull | BusyCause::RolledBack)));
            }
        }
    }
    assert!(
        !acknowledged.is_empty() && acknowledged.len() < 60,
        "the disk must fill up within the test: {acknowledged:?}"
    );
    assert!(matches!(store_error(add_blob(&store, 99)), StoreError::Busy(BusyCause::DiskFull)));
    assert_eq!(store.health().condition, Condition::DiskFull);
    assert_eq!(
        (ids(&store, &BLOBS), ids(&store, &MARKS)),
        (acknowledged.clone(), acknowledged.clone()),
        "reads go on, halves there are none"
    );
    store.close_blocking();

    let store = Store::open(&url_in(&folder), &options()).unwrap();
    assert_eq!((ids(&store, &BLOBS), ids(&store, &MARKS)), (acknowledged.clone(), acknowledged));
}

#[test]
fn room_on_the_disk_makes_the_store_ready_again() {
    let mut small = options();
    small.sqlite_pages_max = Some(600);
    let opened = open_fresh(&small);
    make_tables(&opened.store);
    make_blobs(&opened.store);
    let full = (0..60).map(|id| add_blob(&opened.store, id)).find(Result::is_err).expect("60 blobs do not fit");
    assert!(matches!(store_error(full), StoreError::Busy(BusyCause::DiskFull)));
    let freed = opened.store.write_blocking("free", command(), |tx: &mut dyn WriteTx| -> Result<u64, Refused> {
        Ok(tx.execute(&DROP_BLOBS, &[])?)
    });
    assert!(freed.unwrap() > 0);
    assert_eq!(opened.store.health().condition, Condition::Ready);
    add_blob(&opened.store, 100).unwrap();
}

#[test]
fn a_database_that_fits_nowhere_says_that_the_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let mut tiny = options();
    tiny.sqlite_pages_max = Some(3);
    assert!(matches!(Store::open(&url_in(&folder), &tiny), Err(OpenError::DiskFull { .. })));
    // Nothing was kept of the attempt that could harm the next.
    Store::open(&url_in(&folder), &options()).unwrap();
}

#[test]
fn the_log_is_checkpointed_and_the_data_survives_a_restart() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    make_blobs(&opened.store);
    for id in 0..600 {
        add_blob(&opened.store, id).unwrap();
    }
    assert!(opened.store.stats().checkpoints >= 1, "600 blobs are more than one interval of the log");
    opened.store.close_blocking();
    let store = Store::open(&url_in(&opened.guard), &options()).unwrap();
    assert_eq!(ids(&store, &BLOBS).len(), 600);
}

#[test]
fn a_second_server_is_turned_away_and_the_first_goes_on() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    let error = Store::open(&url_in(&opened.guard), &options()).err().expect("the lock is taken");
    assert!(matches!(error, OpenError::LockedByAnotherServer { .. }));
    assert!(error.to_string().contains("in use by another Countersign server"), "{error}");
    add_counter(&opened.store, 1, 5).unwrap();
    assert_eq!(counter(&opened.store, 1), 5);
    opened.store.close_blocking();
    Store::open(&url_in(&opened.guard), &options()).unwrap();
}

#[cfg(unix)]
#[test]
fn two_names_of_one_file_share_one_lock() {
    let opened = open_fresh(&options());
    let link = opened.guard.path().join("other-name.db");
    std::os::unix::fs::symlink(path_in(&opened.guard), &link).unwrap();
    assert!(matches!(
        Store::open(&DatabaseUrl::sqlite(link), &options()),
        Err(OpenError::LockedByAnotherServer { .. })
    ));
}

#[test]
fn a_reader_opens_beside_a_running_server_and_cannot_write() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    add_counter(&opened.store, 1, 5).unwrap();
    let mut beside = options();
    beside.mode = Mode::ReadOnly;
    let reader = Store::open(&url_in(&opened.guard), &beside).unwrap();
    assert_eq!(counter(&reader, 1), 5);
    add_counter(&opened.store, 2, 6).unwrap();
    assert_eq!(counter(&reader, 2), 6, "each read sees what is committed by then");
    assert!(matches!(store_error(add_counter(&reader, 3, 0)), StoreError::ReadOnly));
    let missing = DatabaseUrl::sqlite(opened.guard.path().join("nowhere.db"));
    assert!(matches!(Store::open(&missing, &beside), Err(OpenError::Missing { .. })));
}

/// Changes a closed database behind the store's back.
fn tamper(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let opened = open_fresh(&options());
    opened.store.close_blocking();
    let path = path_in(&opened.guard);
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
        VALUES (9999, 'from_the_future', '2099-01-01T00:00:00Z', '1')";
    tamper(&path, newer);
    for mode in [Mode::ReadWrite, Mode::ReadOnly] {
        let mut mode_options = options();
        mode_options.mode = mode;
        let error = Store::open(&url_in(&opened.guard), &mode_options).err().expect("this binary is too old");
        assert!(matches!(error, OpenError::SchemaNewer { found: 9999, .. }), "{error}");
        assert!(error.to_string().contains("use a newer countersign"), "{error}");
    }
    tamper(&path, "DELETE FROM refinery_schema_history WHERE version = 9999");
    Store::open(&url_in(&opened.guard), &options()).unwrap();
}

#[test]
fn a_migration_that_differs_from_ours_is_refused() {
    let opened = open_fresh(&options());
    opened.store.close_blocking();
    tamper(&path_in(&opened.guard), "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1");
    assert!(matches!(Store::open(&url_in(&opened.guard), &options()), Err(OpenError::Foreign { .. })));
}

/// Recognises the refusal a case must meet.
type Expected = fn(&OpenError) -> bool;

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("letter.txt");
    fs::write(&garbage, "Dear Sir or Madam, ".repeat(400)).unwrap();
    let foreign = folder.path().join("foreign.db");
    tamper(&foreign, "CREATE TABLE recipes (id INTEGER PRIMARY KEY)");
    let as_folder = garbage.join("countersign.db");
    let cases: [(&Path, Expected); 4] = [
        (&garbage, |error| matches!(error, OpenError::NotADatabase { .. })),
        (&foreign, |error| matches!(error, OpenError::Foreign { .. })),
        (folder.path(), |error| matches!(error, OpenError::NotADatabase { .. })),
        // Permissions do not stop root, but a file where the folder should be does.
        (&as_folder, |error| matches!(error, OpenError::NotWritable { .. })),
    ];
    let before = (fs::read(&garbage).unwrap(), fs::read(&foreign).unwrap());
    for (path, expected) in cases {
        let error = Store::open(&DatabaseUrl::sqlite(path), &options()).err().expect("this cannot be opened");
        assert!(expected(&error), "{}: {error}", path.display());
        assert!(!error.to_string().contains('\n'), "one line: {error}");
    }
    assert_eq!((fs::read(&garbage).unwrap(), fs::read(&foreign).unwrap()), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_that_takes_no_files_is_told_as_such() {
    let error = Store::open(&DatabaseUrl::sqlite("/proc/countersign/countersign.db"), &options())
        .err()
        .expect("/proc takes no files");
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn the_database_is_private_to_its_user() {
    use std::os::unix::fs::PermissionsExt;
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    for name in ["countersign.db", "countersign.db-wal", "countersign.db.lock"] {
        let mode = fs::metadata(opened.guard.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is open to others");
    }
}

#[test]
fn a_damaged_file_calls_the_fatal_hook_and_answers_everybody() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    add_counter(&opened.store, 1, 1).unwrap();
    opened.store.close_blocking();
    let path = path_in(&opened.guard);
    let root: u64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'probe_counters'", [], |row| row.get::<_, i64>(0))
        .map(|page| u64::try_from(page).unwrap())
        .unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let page = usize::try_from((root - 1) * 4096).unwrap();
    bytes[page..page + 4096].fill(0xEE);
    fs::write(&path, bytes).unwrap();

    let calls = Arc::new(AtomicUsize::new(0));
    let mut watched = options();
    let counted = Arc::clone(&calls);
    watched.fatal = Arc::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let store = Store::open(&url_in(&opened.guard), &watched).unwrap();
    let answer = store.write_blocking("touches", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        Ok(tx.execute_one(&ADD_COUNTER, &[2_i64.into(), 2_i64.into()])?)
    });
    assert!(matches!(store_error(answer), StoreError::Fatal(_)));
    assert!(matches!(store_error(add_counter(&store, 3, 3)), StoreError::Fatal(_)));
    let condition = store.health().condition;
    store.close_blocking();
    assert_eq!((condition, calls.load(Ordering::SeqCst)), (Condition::Failed, 1));
}

#[test]
fn a_snapshot_brings_everything_back_in_one_commit() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    add_counter(&opened.store, 1, 1).unwrap();
    let snapshot = opened.guard.path().join("before.snapshot");
    opened.store.snapshot_blocking(&snapshot).unwrap();
    for id in 2..200 {
        add_counter(&opened.store, id, 0).unwrap();
    }
    for _ in 0..2 {
        opened.store.restore_blocking(&snapshot).unwrap();
        assert_eq!((ids(&opened.store, &COUNTERS), counter(&opened.store, 1)), (vec![1], 1));
        add_counter(&opened.store, 2, 7).unwrap();
        assert_eq!(ids(&opened.store, &COUNTERS), [1, 2], "the writer goes on where the snapshot stood");
    }
    opened.store.snapshot_blocking(&snapshot).unwrap();
    opened.store.close_blocking();
    let store = Store::open(&url_in(&opened.guard), &options()).unwrap();
    assert_eq!(ids(&store, &COUNTERS), [1, 2]);
    let letter = opened.guard.path().join("letter.txt");
    fs::write(&letter, "no snapshot, but long enough to have a header of its own, says the letter, and more".repeat(9))
        .unwrap();
    assert!(matches!(store.restore_blocking(&letter), Err(SnapshotError::File(OpenError::NotADatabase { .. }))));
    let missing = opened.guard.path().join("missing");
    assert!(matches!(store.restore_blocking(&missing), Err(SnapshotError::File(OpenError::Missing { .. }))));
    assert_eq!(ids(&store, &COUNTERS), [1, 2]);
}

#[test]
fn a_snapshot_is_restored_under_load() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    let snapshot = opened.guard.path().join("empty.snapshot");
    opened.store.snapshot_blocking(&snapshot).unwrap();
    std::thread::scope(|scope| {
        for lane in 0..4 {
            let store = opened.store.clone();
            scope.spawn(move || (0..100).for_each(|id| add_counter(&store, lane * 1_000 + id, 0).unwrap()));
        }
        for _ in 0..5 {
            opened.store.restore_blocking(&snapshot).unwrap();
        }
    });
    opened.store.restore_blocking(&snapshot).unwrap();
    assert_eq!(ids(&opened.store, &COUNTERS), Vec::<i64>::new());
    add_counter(&opened.store, 1, 1).unwrap();
}
