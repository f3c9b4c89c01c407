//! What only PostgreSQL has: connections that break, deadlocks, migrations apart from the start.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use countersign_store::{Condition, DatabaseUrl, Mode, OpenError, Statement, Store, StoreError, StoreOptions, WriteTx};

use crate::support::{
    ADD_COUNTER, COUNTERS, LOCK_COUNTER, Opened, PgSchema, Refused, SET_COUNTER, add_counter, command, counter, ids,
    make_tables, options, postgres_url, store_error,
};

fn open_fresh(options: &StoreOptions) -> Opened<PgSchema> {
    let guard = PgSchema::new();
    let store = Store::open(&guard.url, options).expect("the server takes connections");
    Opened { store, guard }
}

mod suite {
    store_conformance!(super::open_fresh);
}

/// What the proxy does with the next COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Passes it on.
    Not,
    /// Passes it on, waits for the server's answer, and cuts instead of handing the answer back.
    AfterAnswer,
    /// Passes it on and cuts at once.
    AfterSending,
    /// Cuts without passing it on.
    BeforeSending,
}

/// A TCP proxy before the server that breaks one connection at its COMMIT.
struct Proxy {
    address: String,
    cut: Arc<Mutex<Cut>>,
}

impl Proxy {
    fn start() -> Self {
        let server = server_address();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let cut = Arc::new(Mutex::new(Cut::Not));
        let shared = Arc::clone(&cut);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, cut) = (TcpStream::connect(&server).unwrap(), Arc::clone(&shared));
                let (to_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let swallow = Arc::new(AtomicBool::new(false));
                let swallowing = Arc::clone(&swallow);
                std::thread::spawn(move || forward(client, server, &cut, &swallow));
                std::thread::spawn(move || answer(from_server, to_client, &swallowing));
            }
        });
        Self { address, cut }
    }

    fn arm(&self, cut: Cut) {
        *self.cut.lock().unwrap() = cut;
    }

    fn url(&self) -> String {
        postgres_url().replace(&server_address(), &self.address)
    }
}

/// `host:port` out of the harness's URL.
fn server_address() -> String {
    let url = postgres_url();
    let rest = url.split_once("://").expect("a URL").1;
    let authority = rest.split(['/', '?']).next().expect("split gives one part at least");
    authority.rsplit('@').next().expect("split gives one part at least").to_owned()
}

/// Client to server, looking for the simple query COMMIT.
fn forward(mut client: TcpStream, mut server: TcpStream, cut: &Mutex<Cut>, swallow: &AtomicBool) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length) = client.read(&mut buffer) {
        if length == 0 {
            break;
        }
        let chunk = &buffer[..length];
        let commits = chunk.windows(7).any(|window| window == b"COMMIT\0");
        let now = if commits { std::mem::replace(&mut *cut.lock().unwrap(), Cut::Not) } else { Cut::Not };
        if matches!(now, Cut::AfterAnswer | Cut::AfterSending) {
            swallow.store(true, Ordering::SeqCst);
        }
        if now == Cut::BeforeSending || server.write_all(chunk).is_err() {
            break;
        }
        if now == Cut::AfterSending {
            break;
        }
    }
    drop(client.shutdown(Shutdown::Both));
    drop(server.shutdown(Shutdown::Both));
}

/// Server to client.
fn answer(mut server: TcpStream, mut client: TcpStream, swallow: &AtomicBool) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length) = server.read(&mut buffer) {
        if length == 0 || swallow.load(Ordering::SeqCst) || client.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    drop(client.shutdown(Shutdown::Both));
    drop(server.shutdown(Shutdown::Both));
}

/// One write over a connection that breaks at its COMMIT: what it answered, and how often its closure ran.
fn write_through_a_cut(cut: Cut) -> (Opened<PgSchema>, i64, usize) {
    let proxy = Proxy::start();
    let guard = PgSchema::through(&proxy.url());
    let store = Store::open(&guard.url, &options()).unwrap();
    make_tables(&store);
    add_counter(&store, 1, 10).unwrap();
    proxy.arm(cut);
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let answer = store.write_blocking("increment", command(), move |tx: &mut dyn WriteTx| -> Result<i64, Refused> {
        counted.fetch_add(1, Ordering::SeqCst);
        let n = tx.query_one(&LOCK_COUNTER, &[1_i64.into()])?.int(0)? + 1;
        tx.execute_one(&SET_COUNTER, &[n.into(), 1_i64.into()])?;
        Ok(n)
    });
    let runs = runs.load(Ordering::SeqCst);
    (Opened { store, guard }, answer.expect("the answer is success"), runs)
}

#[test]
fn a_connection_cut_after_commit_took_effect_answers_success_once() {
    let (opened, answer, runs) = write_through_a_cut(Cut::AfterAnswer);
    assert_eq!((answer, counter(&opened.store, 1), runs), (11, 11, 1), "answered out of the stored row, not run again");
    let stats = opened.store.stats();
    assert_eq!((stats.ambiguous_commits, stats.answered_from_commands, stats.retries_disconnect), (1, 1, 1));
}

#[test]
fn a_connection_cut_while_commit_is_under_way_answers_success_once() {
    for _ in 0..10 {
        let (opened, answer, _) = write_through_a_cut(Cut::AfterSending);
        assert_eq!((answer, counter(&opened.store, 1)), (11, 11));
        assert_eq!(opened.store.stats().ambiguous_commits, 1);
    }
}

#[test]
fn a_connection_cut_before_commit_arrived_runs_again_and_answers_success_once() {
    let (opened, answer, runs) = write_through_a_cut(Cut::BeforeSending);
    assert_eq!((answer, counter(&opened.store, 1), runs), (11, 11, 2));
    let stats = opened.store.stats();
    assert_eq!((stats.ambiguous_commits, stats.answered_from_commands), (1, 0));
}

static TERMINATE: Statement = Statement {
    name: "terminate",
    sql: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
};

#[test]
fn connections_that_the_server_ended_are_made_anew() {
    let plain = postgres_url();
    let separator = if plain.contains('?') { '&' } else { '?' };
    let guard =
        PgSchema::through(&format!("{plain}{separator}application_name=countersign_doomed_{}", std::process::id()));
    let store = Store::open(&guard.url, &options()).unwrap();
    make_tables(&store);
    let hangman = open_fresh(&options());
    for id in 0..4 {
        add_counter(&store, id, id).unwrap();
        let name = format!("countersign_doomed_{}", std::process::id());
        let ended = hangman.store.write_blocking(
            "terminate",
            command(),
            move |tx: &mut dyn WriteTx| -> Result<usize, Refused> {
                Ok(tx.query(&TERMINATE, &[name.as_str().into()])?.len())
            },
        );
        assert!(ended.unwrap() > 0);
    }
    assert_eq!(ids(&store, &COUNTERS), [0, 1, 2, 3]);
    assert!(store.stats().retries_disconnect > 0);
    assert_eq!(store.health().condition, Condition::Ready);
}

#[test]
fn a_deadlock_is_broken_and_both_jobs_succeed() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    add_counter(&opened.store, 1, 0).unwrap();
    add_counter(&opened.store, 2, 0).unwrap();
    let barrier = Arc::new(Barrier::new(2));
    let threads: Vec<_> = [[1_i64, 2], [2, 1]]
        .into_iter()
        .map(|order| {
            let (store, barrier) = (opened.store.clone(), Arc::clone(&barrier));
            let first_run = AtomicBool::new(true);
            std::thread::spawn(move || {
                store.write_blocking("crosswise", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
                    tx.query_one(&LOCK_COUNTER, &[order[0].into()])?;
                    if first_run.swap(false, Ordering::SeqCst) {
                        barrier.wait();
                    }
                    for id in order {
                        let n = tx.query_one(&LOCK_COUNTER, &[id.into()])?.int(0)?;
                        tx.execute_one(&SET_COUNTER, &[(n + 1).into(), id.into()])?;
                    }
                    Ok(())
                })
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!((counter(&opened.store, 1), counter(&opened.store, 2)), (2, 2));
    assert_eq!(opened.store.stats().retries_deadlock, 1);
}

static FAIL_SERIALIZATION: Statement = Statement {
    name: "fail_serialization",
    sql: "CREATE FUNCTION probe_conflict() RETURNS BIGINT LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''conflict'' USING ERRCODE = ''40001''; END'",
};
static CONFLICT: Statement = Statement { name: "conflict", sql: "SELECT probe_conflict()" };

#[test]
fn a_serialization_failure_is_repeated_and_bounded() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    let made = opened.store.write_blocking("make", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute(&FAIL_SERIALIZATION, &[])?;
        Ok(())
    });
    made.unwrap();
    let conflicts = |times: usize| {
        let runs = AtomicUsize::new(0);
        opened.store.write_blocking("conflicts", command(), move |tx: &mut dyn WriteTx| -> Result<usize, Refused> {
            let run = runs.fetch_add(1, Ordering::SeqCst);
            if run < times {
                tx.query(&CONFLICT, &[])?;
            }
            tx.execute_one(&ADD_COUNTER, &[i64::try_from(times).unwrap().into(), 0_i64.into()])?;
            Ok(run)
        })
    };
    assert_eq!(conflicts(3).unwrap(), 3);
    assert_eq!(opened.store.stats().retries_serialization, 3);
    assert!(matches!(store_error(conflicts(usize::MAX >> 1)), StoreError::Unavailable(_)));
    assert_eq!(ids(&opened.store, &COUNTERS), [3]);
}

#[test]
fn a_schema_that_is_not_migrated_is_refused_with_the_command_to_run() {
    let schema = PgSchema::new();
    let mut apart = options();
    apart.migrate_on_start = false;
    let error = Store::open(&schema.url, &apart).err().expect("the schema is empty");
    assert!(matches!(error, OpenError::SchemaOutdated { found: 0, .. }), "{error}");
    assert!(error.to_string().contains("countersign migrate"), "{error}");
    // Several nodes that migrate at once do it once.
    std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::migrate(&schema.url, &apart))).collect();
        for node in nodes {
            assert!(node.join().unwrap().is_ok());
        }
    });
    Store::open(&schema.url, &apart).unwrap();
}

static AGE: Statement = Statement {
    name: "age",
    sql: "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (9999, 'from_the_future', '2099-01-01T00:00:00Z', '1')",
};

#[test]
fn a_newer_schema_is_refused() {
    let opened = open_fresh(&options());
    let aged = opened.store.write_blocking("age", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        Ok(tx.execute_one(&AGE, &[])?)
    });
    aged.unwrap();
    for migrates in [true, false] {
        let mut again = options();
        again.migrate_on_start = migrates;
        assert!(matches!(Store::open(&opened.guard.url, &again), Err(OpenError::SchemaNewer { found: 9999, .. })));
    }
}

#[test]
fn a_server_that_is_not_there_is_told_in_one_line() {
    // A port that was free a moment ago: nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url: DatabaseUrl = format!("postgres://nobody:secret@{free}/nowhere").parse().unwrap();
    let error = Store::open(&url, &options()).err().expect("nobody listens");
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error}");
    let text = error.to_string();
    assert!(!text.contains('\n') && !text.contains("secret"), "{text}");
    let tls: DatabaseUrl = format!("postgres://nobody@{free}/nowhere?sslmode=require").parse().unwrap();
    assert!(matches!(Store::open(&tls, &options()), Err(OpenError::TlsNotConfigured)));
}

#[test]
fn a_store_opened_for_reading_reads_beside_the_server() {
    let opened = open_fresh(&options());
    make_tables(&opened.store);
    add_counter(&opened.store, 1, 5).unwrap();
    let mut beside = options();
    beside.mode = Mode::ReadOnly;
    let reader = Store::open(&opened.guard.url, &beside).unwrap();
    assert_eq!(counter(&reader, 1), 5);
    assert!(matches!(store_error(add_counter(&reader, 3, 0)), StoreError::ReadOnly));
}

#[test]
fn a_store_opens_and_closes_inside_a_runtime() {
    let schema = PgSchema::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&schema.url, &options()).unwrap();
        let answer = store.write("nothing", command(), |_: &mut dyn WriteTx| -> Result<i64, Refused> { Ok(7) }).await;
        assert_eq!(answer.unwrap(), 7);
        store.close().await;
    });
}
