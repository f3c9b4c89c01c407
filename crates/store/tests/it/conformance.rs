//! One suite, run by macro on both engines: what callers may rely on whichever database stands behind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};

use countersign_store::{
    BusyCause, ConstraintKind, ReadTx, Statement, Store, StoreError, StoreOptions, Value, WriteTx,
};

pub(crate) use crate::orders::{
    open_orders_are_overdue_once_their_time_is_over, orders_are_found_by_the_status_that_they_have,
    orders_come_back_in_every_state, pages_of_orders_hold_what_is_asked_for,
};
pub(crate) use crate::outbox::{
    a_try_is_recorded_once_and_a_message_is_sent_anew, lanes_are_walked_and_claimed_one_by_one,
    lists_show_what_their_filters_say, what_an_endpoint_missed_is_found_beside_a_noisy_sibling,
    what_does_not_agree_is_found,
};
pub(crate) use crate::payer_identities::a_payers_identity_takes_the_place_of_the_one_before;
pub(crate) use crate::refunds::{
    held_refunds_wait_until_they_are_written_off, notes_about_payers_fall_due_in_turn,
    refunds_come_back_in_every_state, two_refunds_are_never_one,
};
use crate::support::{
    ADD_COUNTER, ADD_MARK, COUNTERS, GET_COUNTER, LOCK_COUNTER, MARKS, Opened, Refused, SET_COUNTER, add_counter,
    await_queued, command, counter, ids, make_tables, occupy_writer, store_error,
};

/// Declares one test per item of the suite for an engine. `$open` takes options and answers an [`Opened`] store on an empty, migrated database.
macro_rules! store_conformance {
    ($open:expr) => {
        store_conformance!(@tests $open;
            what_was_answered_is_there_for_every_reader,
            a_refusal_writes_nothing,
            a_swallowed_error_writes_nothing,
            every_constraint_is_told_apart,
            a_panicking_job_harms_nobody_else,
            a_panicking_read_harms_nobody_else,
            row_counts_are_checked,
            result_sets_are_bounded,
            values_come_back_as_they_went,
            nulls_take_every_type,
            nul_in_text_is_refused,
            text_sorts_by_its_bytes,
            a_read_cannot_write,
            a_read_sees_one_snapshot,
            a_full_queue_answers_busy,
            a_closed_store_answers_closed_and_runs_what_it_took,
            increments_under_a_lock_are_all_counted,
            of_many_with_one_key_exactly_one_wins,
            a_balance_never_goes_below_zero,
            async_callers_get_their_answers,
            orders_come_back_in_every_state,
            orders_are_found_by_the_status_that_they_have,
            pages_of_orders_hold_what_is_asked_for,
            open_orders_are_overdue_once_their_time_is_over,
            refunds_come_back_in_every_state,
            two_refunds_are_never_one,
            held_refunds_wait_until_they_are_written_off,
            notes_about_payers_fall_due_in_turn,
            a_payers_identity_takes_the_place_of_the_one_before,
            lanes_are_walked_and_claimed_one_by_one,
            a_try_is_recorded_once_and_a_message_is_sent_anew,
            lists_show_what_their_filters_say,
            what_does_not_agree_is_found,
            what_an_endpoint_missed_is_found_beside_a_noisy_sibling,
        );
    };
    (@tests $open:expr; $($name:ident,)+) => {
        $(
            #[test]
            fn $name() {
                let open = $open;
                crate::conformance::$name(&|options: &countersign_store::StoreOptions| open(options));
            }
        )+
    };
}

/// Opens a fresh database.
pub(crate) type Open<'o, G> = &'o dyn Fn(&StoreOptions) -> Opened<G>;

fn opened<G>(open: Open<'_, G>) -> Opened<G> {
    let opened = open(&crate::support::options());
    make_tables(&opened.store);
    opened
}

pub(crate) fn what_was_answered_is_there_for_every_reader<G>(open: Open<'_, G>) {
    let opened = opened(open);
    for id in 0..50 {
        add_counter(&opened.store, id, id).unwrap();
        assert_eq!(counter(&opened.store, id), id);
    }
    assert_eq!(opened.store.stats().committed_jobs, 51);
}

pub(crate) fn a_refusal_writes_nothing<G>(open: Open<'_, G>) {
    let opened = opened(open);
    let answer = opened.store.write_blocking("refused", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute_one(&ADD_COUNTER, &[1_i64.into(), 1_i64.into()])?;
        tx.execute_one(&ADD_MARK, &[1_i64.into(), 1_i64.into()])?;
        Err(Refused::Rule("no"))
    });
    assert!(matches!(answer, Err(Refused::Rule("no"))));
    assert_eq!((ids(&opened.store, &COUNTERS), ids(&opened.store, &MARKS)), (vec![], vec![]));
}

pub(crate) fn a_swallowed_error_writes_nothing<G>(open: Open<'_, G>) {
    let opened = opened(open);
    add_counter(&opened.store, 7, 0).unwrap();
    let answer = opened.store.write_blocking("swallows", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute_one(&ADD_MARK, &[1_i64.into(), 1_i64.into()])?;
        let first = tx.execute(&ADD_COUNTER, &[7_i64.into(), 0_i64.into()]).unwrap_err();
        // The transaction is dead now: whatever is asked next, the first error is the answer.
        let second = tx.execute(&ADD_MARK, &[2_i64.into(), 2_i64.into()]).unwrap_err();
        assert_eq!(first.to_string(), second.to_string());
        Ok(())
    });
    assert!(matches!(store_error(answer), StoreError::Constraint { kind: ConstraintKind::Unique, .. }));
    assert_eq!(ids(&opened.store, &MARKS), Vec::<i64>::new());
}

static MAKE_PARENT: Statement =
    Statement { name: "make_parent", sql: "CREATE TABLE probe_parent (id BIGINT NOT NULL PRIMARY KEY)" };
static MAKE_CHILD: Statement = Statement {
    name: "make_child",
    sql: "CREATE TABLE probe_child (id BIGINT NOT NULL PRIMARY KEY, parent BIGINT NOT NULL REFERENCES probe_parent (id))",
};
static ADD_CHILD: Statement =
    Statement { name: "add_child", sql: "INSERT INTO probe_child (id, parent) VALUES ($1, $2)" };

pub(crate) fn every_constraint_is_told_apart<G>(open: Open<'_, G>) {
    let opened = opened(open);
    let made = opened.store.write_blocking("make", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute(&MAKE_PARENT, &[])?;
        tx.execute(&MAKE_CHILD, &[])?;
        tx.execute_one(&ADD_COUNTER, &[1_i64.into(), 1_i64.into()])?;
        Ok(())
    });
    made.unwrap();
    let cases: [(&'static Statement, [Option<i64>; 2], ConstraintKind); 4] = [
        (&ADD_COUNTER, [Some(1), Some(1)], ConstraintKind::Unique),
        (&ADD_COUNTER, [Some(2), Some(-1)], ConstraintKind::Check),
        (&ADD_COUNTER, [Some(2), None], ConstraintKind::NotNull),
        (&ADD_CHILD, [Some(1), Some(9)], ConstraintKind::ForeignKey),
    ];
    for (statement, values, expected) in cases {
        let answer =
            opened.store.write_blocking("violates", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
                Ok(tx.execute_one(statement, &values.map(Value::from))?)
            });
        match store_error(answer) {
            StoreError::Constraint { statement: named, kind, .. } => {
                assert_eq!((named, kind), (statement.name, expected));
            }
            other => panic!("{} gave {other}", statement.name),
        }
    }
}

pub(crate) fn a_panicking_job_harms_nobody_else<G>(open: Open<'_, G>) {
    let opened = opened(open);
    let (gate, occupied) = occupy_writer(&opened.store);
    let threads: Vec<_> = (0..20_i64)
        .map(|id| {
            let store = opened.store.clone();
            std::thread::spawn(move || {
                store.write_blocking("maybe_panics", command(), move |tx: &mut dyn WriteTx| -> Result<i64, Refused> {
                    tx.execute_one(&ADD_COUNTER, &[id.into(), id.into()])?;
                    assert!(id % 5 != 3, "this job panics after it wrote");
                    Ok(id)
                })
            })
        })
        .collect();
    gate.open();
    occupied.join().unwrap();
    for (id, thread) in threads.into_iter().enumerate() {
        let answer = thread.join().unwrap();
        if id % 5 == 3 {
            assert!(matches!(store_error(answer), StoreError::Panicked { job: "maybe_panics" }));
        } else {
            assert_eq!(answer.unwrap(), i64::try_from(id).unwrap());
        }
    }
    let expected: Vec<i64> = (0..20).filter(|id| id % 5 != 3).collect();
    assert_eq!(ids(&opened.store, &COUNTERS), expected);
    assert_eq!(opened.store.stats().panics, 4);
}

pub(crate) fn a_panicking_read_harms_nobody_else<G>(open: Open<'_, G>) {
    let opened = opened(open);
    for _ in 0..4 {
        let answer = opened.store.read_blocking("panics", |tx: &mut dyn ReadTx| -> Result<(), Refused> {
            tx.query(&COUNTERS, &[])?;
            panic!("this read panics")
        });
        assert!(matches!(store_error(answer), StoreError::Panicked { job: "panics" }));
    }
    assert_eq!(ids(&opened.store, &COUNTERS), Vec::<i64>::new());
}

pub(crate) fn row_counts_are_checked<G>(open: Open<'_, G>) {
    let opened = opened(open);
    add_counter(&opened.store, 1, 1).unwrap();
    add_counter(&opened.store, 2, 1).unwrap();
    let many = opened.store.read_blocking("many", |tx: &mut dyn ReadTx| -> Result<bool, Refused> {
        Ok(tx.query_opt(&COUNTERS, &[])?.is_some())
    });
    assert!(matches!(store_error(many), StoreError::RowCount { statement: "counters", found: 2, .. }));
    let none = opened.store.read_blocking("none", |tx: &mut dyn ReadTx| -> Result<i64, Refused> {
        Ok(tx.query_one(&GET_COUNTER, &[9_i64.into()])?.int(0)?)
    });
    assert!(matches!(store_error(none), StoreError::RowCount { statement: "get_counter", found: 0, .. }));
    let unchanged =
        opened.store.write_blocking("unchanged", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
            Ok(tx.execute_one(&SET_COUNTER, &[1_i64.into(), 9_i64.into()])?)
        });
    assert!(matches!(store_error(unchanged), StoreError::RowCount { statement: "set_counter", found: 0, .. }));
}

static SERIES: Statement = Statement {
    name: "series",
    sql: "WITH RECURSIVE series (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n < CAST($1 AS BIGINT)) SELECT n FROM series",
};

pub(crate) fn result_sets_are_bounded<G>(open: Open<'_, G>) {
    let opened = open(&crate::support::options());
    let most = i64::try_from(countersign_store::ROWS_MAX).unwrap();
    let series = |length: i64| {
        opened.store.read_blocking("series", move |tx: &mut dyn ReadTx| -> Result<usize, Refused> {
            Ok(tx.query(&SERIES, &[length.into()])?.len())
        })
    };
    assert_eq!(series(most).unwrap(), countersign_store::ROWS_MAX);
    assert!(matches!(store_error(series(most + 1)), StoreError::RowCount { statement: "series", .. }));
    assert_eq!(series(3).unwrap(), 3, "the connection is fit for the next read");
}

static MAKE_VALUES: Statement = Statement {
    name: "make_values",
    sql: "CREATE TABLE probe_values (id BIGINT NOT NULL PRIMARY KEY, i BIGINT, t TEXT {collate_c}, b {bytes})",
};
static ADD_VALUES: Statement =
    Statement { name: "add_values", sql: "INSERT INTO probe_values (id, i, t, b) VALUES ($1, $2, $3, $4)" };
static GET_VALUES: Statement = Statement { name: "get_values", sql: "SELECT i, t, b FROM probe_values WHERE id = $1" };
static TEXTS: Statement = Statement { name: "texts", sql: "SELECT t FROM probe_values ORDER BY t" };

fn with_values<G>(open: Open<'_, G>) -> Opened<G> {
    let opened = open(&crate::support::options());
    let made = opened.store.write_blocking("make", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        tx.execute(&MAKE_VALUES, &[])?;
        Ok(())
    });
    made.unwrap();
    opened
}

type Cells = (Option<i64>, Option<String>, Option<Vec<u8>>);

fn round_trip(store: &Store, id: i64, cells: Cells) -> Result<Cells, Refused> {
    store.write_blocking("add", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        let values = [Value::Int(id), cells.0.into(), cells.1.as_deref().into(), cells.2.as_deref().into()];
        Ok(tx.execute_one(&ADD_VALUES, &values)?)
    })?;
    store.read_blocking("get", move |tx: &mut dyn ReadTx| {
        let row = tx.query_one(&GET_VALUES, &[id.into()])?;
        Ok((row.opt_int(0)?, row.opt_text(1)?.map(str::to_owned), row.opt_blob(2)?.map(<[u8]>::to_vec)))
    })
}

pub(crate) fn values_come_back_as_they_went<G>(open: Open<'_, G>) {
    let opened = with_values(open);
    let cases: Vec<Cells> = vec![
        (Some(i64::MIN), Some(String::new()), Some(vec![])),
        (Some(i64::MAX), Some("ä€😀 'quoted' \\ \n".to_owned()), Some((0..=255).collect())),
        (Some(0), Some("x".repeat(100_000)), Some(vec![0; 1_000_000])),
    ];
    for (id, cells) in (1..).zip(cases) {
        assert_eq!(round_trip(&opened.store, id, cells.clone()).unwrap(), cells);
    }
}

pub(crate) fn nulls_take_every_type<G>(open: Open<'_, G>) {
    let opened = with_values(open);
    assert_eq!(round_trip(&opened.store, 1, (None, None, None)).unwrap(), (None, None, None));
}

pub(crate) fn nul_in_text_is_refused<G>(open: Open<'_, G>) {
    let opened = with_values(open);
    let answer = round_trip(&opened.store, 1, (None, Some("a\0b".to_owned()), None));
    assert!(matches!(store_error(answer), StoreError::NulInText { statement: "add_values", parameter: 3 }));
}

pub(crate) fn text_sorts_by_its_bytes<G>(open: Open<'_, G>) {
    let opened = with_values(open);
    for (id, text) in (1..).zip(["ä", "a", "Z", "_", "aa", "0", "é"]) {
        round_trip(&opened.store, id, (None, Some(text.to_owned()), None)).unwrap();
    }
    let sorted = opened.store.read_blocking("texts", |tx: &mut dyn ReadTx| -> Result<Vec<String>, Refused> {
        tx.query(&TEXTS, &[])?.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
    });
    assert_eq!(sorted.unwrap(), ["0", "Z", "_", "a", "aa", "ä", "é"]);
}

static SNEAK: Statement =
    Statement { name: "sneak", sql: "INSERT INTO probe_counters (id, n) VALUES ($1, 0) RETURNING id" };

pub(crate) fn a_read_cannot_write<G>(open: Open<'_, G>) {
    let opened = opened(open);
    let answer = opened.store.read_blocking("sneaks", |tx: &mut dyn ReadTx| -> Result<i64, Refused> {
        Ok(tx.query_one(&SNEAK, &[1_i64.into()])?.int(0)?)
    });
    assert!(matches!(store_error(answer), StoreError::ReadOnly));
    assert_eq!(ids(&opened.store, &COUNTERS), Vec::<i64>::new());
}

pub(crate) fn a_read_sees_one_snapshot<G>(open: Open<'_, G>) {
    let opened = opened(open);
    add_counter(&opened.store, 1, 0).unwrap();
    let (seen, first_read) = mpsc::channel();
    let (go_on, written) = mpsc::channel::<()>();
    let written = std::sync::Mutex::new(written);
    let store = opened.store.clone();
    let reader = std::thread::spawn(move || {
        store.read_blocking("snapshot", move |tx: &mut dyn ReadTx| -> Result<(usize, usize), Refused> {
            let before = tx.query(&COUNTERS, &[])?.len();
            let _ = seen.send(());
            written.lock().unwrap().recv().unwrap();
            Ok((before, tx.query(&COUNTERS, &[])?.len()))
        })
    });
    first_read.recv().unwrap();
    add_counter(&opened.store, 2, 0).unwrap();
    go_on.send(()).unwrap();
    assert_eq!(reader.join().unwrap().unwrap(), (1, 1));
    assert_eq!(ids(&opened.store, &COUNTERS), [1, 2]);
}

pub(crate) fn a_full_queue_answers_busy<G>(open: Open<'_, G>) {
    let mut options = crate::support::options();
    options.queue_max = 3;
    options.postgres_writers = 1;
    let opened = open(&options);
    make_tables(&opened.store);
    let (gate, occupied) = occupy_writer(&opened.store);
    let waiting: Vec<_> = (0..3)
        .map(|id| {
            let store = opened.store.clone();
            std::thread::spawn(move || add_counter(&store, id, 0))
        })
        .collect();
    await_queued(&opened.store, 3);
    assert!(matches!(store_error(add_counter(&opened.store, 9, 0)), StoreError::Busy(BusyCause::QueueFull)));
    assert_eq!(opened.store.stats().queue_full, 1);
    gate.open();
    occupied.join().unwrap();
    for thread in waiting {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(ids(&opened.store, &COUNTERS), [0, 1, 2]);
}

pub(crate) fn a_closed_store_answers_closed_and_runs_what_it_took<G>(open: Open<'_, G>) {
    let mut options = crate::support::options();
    options.postgres_writers = 1;
    let opened = open(&options);
    make_tables(&opened.store);
    let (gate, occupied) = occupy_writer(&opened.store);
    let store = opened.store.clone();
    let queued = std::thread::spawn(move || add_counter(&store, 1, 0));
    await_queued(&opened.store, 1);
    opened.store.drain();
    assert!(matches!(store_error(add_counter(&opened.store, 2, 0)), StoreError::Closed));
    gate.open();
    occupied.join().unwrap();
    queued.join().unwrap().unwrap();
}

/// Reads a counter under its lock and writes it back one higher.
fn increment(tx: &mut dyn WriteTx) -> Result<i64, Refused> {
    let n = tx.query_one(&LOCK_COUNTER, &[1_i64.into()])?.int(0)? + 1;
    tx.execute_one(&SET_COUNTER, &[n.into(), 1_i64.into()])?;
    Ok(n)
}

pub(crate) fn increments_under_a_lock_are_all_counted<G>(open: Open<'_, G>) {
    const THREADS: i64 = 32;
    const EACH: i64 = 6;
    let opened = opened(open);
    add_counter(&opened.store, 1, 0).unwrap();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let store = opened.store.clone();
            std::thread::spawn(move || {
                (0..EACH).map(|_| store.write_blocking("increment", command(), increment).unwrap()).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut answers: Vec<i64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    answers.sort_unstable();
    assert_eq!(answers, (1..=THREADS * EACH).collect::<Vec<_>>(), "every answer is given once");
    assert_eq!(counter(&opened.store, 1), THREADS * EACH);
}

static CLAIM_KEY: Statement = Statement {
    name: "claim_key",
    sql: "INSERT INTO probe_counters (id, n) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING n",
};

pub(crate) fn of_many_with_one_key_exactly_one_wins<G>(open: Open<'_, G>) {
    const THREADS: usize = 16;
    const ROUNDS: i64 = 20;
    let opened = opened(open);
    let barrier = Arc::new(Barrier::new(THREADS));
    let wins = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let (store, barrier, wins) = (opened.store.clone(), Arc::clone(&barrier), Arc::clone(&wins));
            scope.spawn(move || {
                for key in 0..ROUNDS {
                    barrier.wait();
                    let won = store.write_blocking(
                        "claim",
                        command(),
                        move |tx: &mut dyn WriteTx| -> Result<bool, Refused> {
                            Ok(tx.query_opt(&CLAIM_KEY, &[key.into(), 0_i64.into()])?.is_some())
                        },
                    );
                    wins.fetch_add(usize::from(won.unwrap()), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(wins.load(Ordering::Relaxed), usize::try_from(ROUNDS).unwrap());
}

static TAKE: Statement = Statement { name: "take", sql: "UPDATE probe_counters SET n = n - $1 WHERE id = $2" };

pub(crate) fn a_balance_never_goes_below_zero<G>(open: Open<'_, G>) {
    let opened = opened(open);
    add_counter(&opened.store, 1, 100).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let store = opened.store.clone();
            std::thread::spawn(move || {
                store.write_blocking("take", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
                    Ok(tx.execute_one(&TAKE, &[60_i64.into(), 1_i64.into()])?)
                })
            })
        })
        .collect();
    let won = threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()).count();
    assert_eq!((won, counter(&opened.store, 1)), (1, 40));
}

pub(crate) fn async_callers_get_their_answers<G>(open: Open<'_, G>) {
    let opened = opened(open);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let store = opened.store.clone();
    let (sum, refused) = runtime.block_on(async move {
        let mut sum = 0;
        for id in 0..10_i64 {
            sum += store
                .write("add", command(), move |tx: &mut dyn WriteTx| -> Result<i64, Refused> {
                    tx.execute_one(&ADD_COUNTER, &[id.into(), id.into()])?;
                    Ok(id)
                })
                .await
                .unwrap();
        }
        let refused =
            store.read("refuse", |_: &mut dyn ReadTx| -> Result<(), Refused> { Err(Refused::Rule("not you")) }).await;
        store.close().await;
        (sum, refused)
    });
    assert_eq!(sum, 45);
    assert!(matches!(refused, Err(Refused::Rule("not you"))));
}
