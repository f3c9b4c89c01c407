//! A receiver that is down with a long backlog: what the dispatcher and the pages ask of the outbox does not walk through it.

use countersign_store::{DatabaseUrl, Engine, Statement, Store, queries};
use postgres::NoTls;
use postgres::types::Type;
use rusqlite::StatementStatus;

use crate::support::{PgSchema, options, postgres_url};

/// Messages that wait for one receiver.
const BACKLOG: i64 = 20_000;
/// Receivers besides it.
const OTHERS: i64 = 20;

/// A backlog for one receiver, one message for each other, and as many delivered as the backlog has.
fn fill() -> String {
    let columns = "id, channel, merchant_id, destination, lane, event_kind, event_status, subject, event, body_sealed, state, attempts,
        next_attempt_at, leased_until, created_at, finished_at";
    let rows = |first: i64, count: i64, lane: &str, state: &str| {
        format!(
            "WITH RECURSIVE n (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {first} + {count} - 1)
             INSERT INTO outbox ({columns}) SELECT n, 'WEBHOOK', 7, 'https://dead.example/hook', {lane}, 'ORDER', 'PAID', n,
             '{{\"a\":\"a body of the usual length, which is some hundred characters long, for pages to be full as they are\"}}', 0,
             '{state}', 0, 1000 + n, 0, 1000 + n, CASE WHEN '{state}' = 'PENDING' THEN NULL ELSE 1 END FROM n;\n"
        )
    };
    rows(1, BACKLOG, "'https://dead.example/hook'", "PENDING")
        + &rows(BACKLOG + 1, OTHERS, "'https://shop.example/' || CAST(n AS TEXT)", "PENDING")
        + &rows(BACKLOG + OTHERS + 1, BACKLOG, "'https://dead.example/hook'", "DELIVERED")
}

fn statement(name: &str) -> &'static Statement {
    queries::all().into_iter().find(|statement| statement.name == name).expect("a statement of this name")
}

/// A value for each parameter: texts, numbers, in the order of the statement.
type Asked = (&'static str, &'static [&'static str]);

/// What the dispatcher asks all the time.
const DISPATCHED: &[Asked] = &[
    ("outbox_lanes", &["", "1024", "0"]),
    ("outbox_due", &["https://dead.example/hook", "9000000", "0", "64"]),
    ("outbox_due", &["https://shop.example/20010", "9000000", "0", "64"]),
];
/// What pages and commands ask.
const LISTED: &[Asked] = &[
    ("outbox_page_of_merchant", &["7", "WEBHOOK", "9000000", "50"]),
    ("outbox_page_of_mails", &["9000000", "50"]),
    ("outbox_page_of_webhooks", &["9000000", "50"]),
    ("outbox_count_rendered_mails", &["500"]),
    ("outbox_parked_floor_of_merchant", &["7", "9000000", "0", "10000"]),
    ("outbox_parked_floor", &["0", "9000000", "0", "10000"]),
    ("outbox_parked_listed_of_merchant", &["7", "9000000", "0", "PARKED", "", "", "0", "", "0", "9000000", "51"]),
    ("outbox_parked_listed", &["0", "9000000", "0", "PARKED", "", "", "0", "", "0", "9000000", "51"]),
    ("outbox_parked_after_of_merchant", &["7", "0", "200"]),
    ("outbox_parked_after", &["0", "0", "200"]),
    ("outbox_parked_ceiling_of_merchant", &["7", "9000000", "0", "10000"]),
    ("outbox_parked_newer_of_merchant", &["7", "9000000", "0", "PARKED", "", "", "0", "", "0", "9000000", "51"]),
    ("outbox_missed", &["10000", "7", "0", "16"]),
    ("outbox_count_parked", &["0", "7", "0", "10000"]),
    ("outbox_count_parked_of_endpoint", &["0", "7", "5", "10000"]),
];

/// Steps of SQLite's machine that each of these may take: a full walk over the backlog takes a hundred thousand.
const STEPS_MAX: i32 = 10_000;
/// Pages that each of these may touch on PostgreSQL: the backlog alone fills a thousand.
const PAGES_MAX: i64 = 300;

#[test]
fn a_backlog_is_not_walked_through_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backlog.db");
    Store::open(&DatabaseUrl::sqlite(&path), &options()).unwrap().close_blocking();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(&fill()).unwrap();
    for (name, values) in DISPATCHED.iter().chain(LISTED) {
        let mut prepared = connection.prepare(&statement(name).render(Engine::Sqlite)).unwrap();
        for (index, value) in values.iter().enumerate() {
            match value.parse::<i64>() {
                Ok(number) => prepared.raw_bind_parameter(index + 1, number).unwrap(),
                Err(_) => prepared.raw_bind_parameter(index + 1, *value).unwrap(),
            }
        }
        let mut rows = prepared.raw_query();
        let mut count = 0;
        while rows.next().unwrap().is_some() {
            count += 1;
        }
        drop(rows);
        let steps = prepared.get_status(StatementStatus::VmStep);
        assert!(steps < STEPS_MAX, "{name} takes {steps} steps for {count} rows");
        let sorts = prepared.get_status(StatementStatus::Sort);
        // These sort what they found: one row for each lane, and one for each endpoint of a merchant.
        assert!(sorts == 0 || ["outbox_lanes", "outbox_missed"].contains(name), "{name} sorts");
    }
}

#[test]
fn a_backlog_is_not_walked_through_on_postgresql() {
    let schema = PgSchema::new();
    Store::migrate(&schema.url, &options()).unwrap();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client
        .batch_execute(&format!("SET search_path = {}; SET plan_cache_mode = force_generic_plan", schema.name()))
        .unwrap();
    client.batch_execute(&fill()).unwrap();
    // The dispatcher may come before the server has looked at what came; people come later.
    for (prepare, asked) in [("SELECT 1", DISPATCHED), ("ANALYZE outbox", DISPATCHED), ("ANALYZE outbox", LISTED)] {
        client.batch_execute(prepare).unwrap();
        for (name, values) in asked {
            let text = statement(name).render(Engine::Postgres);
            let types = client.prepare(&text).unwrap().params().to_vec();
            let literal = |(value, kind): (&&str, &Type)| {
                if *kind == Type::TEXT { format!("'{value}'") } else { (*value).to_owned() }
            };
            let literals: Vec<String> = values.iter().zip(&types).map(literal).collect();
            client.batch_execute(&format!("PREPARE asked AS {text}")).unwrap();
            let explain =
                format!("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) EXECUTE asked({})", literals.join(", "));
            // The first run also fills caches and sets hint bits.
            client.batch_execute(&explain).unwrap();
            let plan: Vec<String> = client.query(&explain, &[]).unwrap().iter().map(|row| row.get(0)).collect();
            client.batch_execute("DEALLOCATE asked").unwrap();
            let plan = plan.join("\n");
            assert!(!plan.contains("Seq Scan on outbox"), "{name} ({prepare}) reads the whole table:\n{plan}");
            let pages = pages(&plan);
            assert!(pages < PAGES_MAX, "{name} ({prepare}) touches {pages} pages:\n{plan}");
        }
    }
}

/// The pages that the whole plan touched: the first line of buffers is the topmost node's.
fn pages(plan: &str) -> i64 {
    let line = plan.lines().find(|line| line.trim_start().starts_with("Buffers:")).expect("buffers were asked for");
    let numbers = line.split([' ', '=']).filter_map(|word| word.parse::<i64>().ok());
    numbers.sum()
}
