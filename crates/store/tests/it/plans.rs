//! How statements find their rows: what a page reads of a table that grows for ever is a range of an index, in its order.

use countersign_store::{DatabaseUrl, Engine, Store, queries};
use postgres::NoTls;

use crate::support::{PgSchema, options, postgres_url};

/// Statements with the index that each must read by. A name that begins with `sqlite_` is that of a constraint on SQLite.
const BY_INDEX: &[(&str, &str)] = &[
    ("orders_in_state_older", "orders_by_state"),
    ("orders_in_state_newer", "orders_by_state"),
    ("orders_refunded_older", "orders_refunded"),
    ("orders_refunded_newer", "orders_refunded"),
    ("orders_refunding_older", "orders_refunding"),
    ("orders_refunding_newer", "orders_refunding"),
    ("orders_by_provider_older", "orders_by_provider"),
    ("orders_by_provider_newer", "orders_by_provider"),
    ("orders_open_by_provider_older", "orders_by_state"),
    ("orders_open_by_provider_newer", "orders_by_state"),
    ("orders_open_by_sub_merchant_older", "orders_by_state"),
    ("orders_open_by_sub_merchant_newer", "orders_by_state"),
    ("orders_by_sub_merchant_older", "orders_by_sub_merchant"),
    ("orders_by_sub_merchant_newer", "orders_by_sub_merchant"),
    ("outbox_webhooks_about", "outbox_by_subject"),
    ("outbox_page_of_mails", "outbox_mails"),
    ("refunds_held_for_payer", "refunds_pending"),
    ("refund_releases_due", "refund_releases_by_due"),
];

/// Statements that read what grows in parts of theirs, with the index by which they must do so and in how many parts.
const PARTLY_BY_INDEX: &[(&str, &str, usize)] = &[
    ("outbox_missed", "outbox_parked_by_endpoint", 2),
    ("outbox_count_parked_of_endpoint", "outbox_parked_by_endpoint", 1),
    ("outbox_count_rendered_mails", "outbox_mails", 1),
];

/// Statements that find single rows by a constraint, by whatever name an engine gives to its index; and counts of what waits, for
/// which PostgreSQL takes any index of what waits as long as nothing does.
const BY_KEY: &[&str] = &[
    "order_get",
    "order_standing",
    "order_by_trade_no",
    "refund_get",
    "refund_lock",
    "refund_release_get",
    "refund_transfers_untold",
    "refunds_count_held_for_payer",
    "refunds_count_held_of_merchant",
    "refunds_sum_held_of_merchant",
    "refund_by_request_id",
    "refunds_of_orders",
    "ledger_transfer_cause",
    "ledger_postings_of_transfer",
    "sub_merchant_get",
    "api_key_named",
    "user_get",
];

fn text(name: &str, engine: Engine) -> String {
    let found = queries::all().into_iter().find(|statement| statement.name == name);
    found.unwrap_or_else(|| panic!("there is no statement {name}")).render(engine).into_owned()
}

#[test]
fn what_grows_is_read_by_an_index_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plans.db");
    Store::open(&DatabaseUrl::sqlite(&path), &options()).unwrap().close_blocking();
    let connection = rusqlite::Connection::open(path).unwrap();
    let plan = |name: &str| -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", text(name, Engine::Sqlite))).unwrap();
        // What stands in for the parameters does not matter to the plan.
        let values = vec![rusqlite::types::Null; statement.parameter_count()];
        let steps = statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    for (name, index) in BY_INDEX {
        let plan = plan(name);
        let by_index = [format!("USING INDEX {index} "), format!("USING COVERING INDEX {index} ")];
        let uses = by_index.iter().any(|by| plan.contains(by));
        assert!(plan.starts_with("SEARCH") && uses, "{name}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{name} sorts: {plan}");
    }
    for (name, index, parts) in PARTLY_BY_INDEX {
        let plan = plan(name);
        let walks = plan.split("; ").any(|step| step.starts_with("SCAN o") && !step.contains(index));
        assert!(plan.matches(index).count() == *parts && !walks, "{name}: {plan}");
    }
    for name in BY_KEY {
        let plan = plan(name);
        assert!(plan.starts_with("SEARCH") && !plan.contains("SCAN"), "{name}: {plan}");
    }
}

#[test]
fn what_grows_is_read_by_an_index_on_postgresql() {
    let schema = PgSchema::new();
    Store::migrate(&schema.url, &options()).unwrap();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client.batch_execute(&format!("SET search_path = {}", schema.name())).unwrap();
    // An empty table is always cheapest to scan; what is asked here is whether it could do better.
    client
        .batch_execute(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan",
        )
        .unwrap();
    let mut plan = |name: &str| -> String {
        let text = text(name, Engine::Postgres);
        let parameters = client.prepare(&text).unwrap().params().len();
        let nulls = vec!["NULL"; parameters].join(", ");
        client.batch_execute(&format!("PREPARE planned AS {text}")).unwrap();
        let rows = client.simple_query(&format!("EXPLAIN EXECUTE planned({nulls})")).unwrap();
        client.batch_execute("DEALLOCATE planned").unwrap();
        let lines = rows.iter().filter_map(|row| match row {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    for (name, index) in BY_INDEX {
        let plan = plan(name);
        let by_index =
            ["Index Scan", "Index Only Scan", "Index Scan Backward"].map(|by| format!("{by} using {index} "));
        assert!(by_index.iter().any(|by| plan.contains(by)), "{name}: {plan}");
        assert!(!plan.contains("Sort"), "{name} sorts: {plan}");
    }
    for (name, index, parts) in PARTLY_BY_INDEX {
        let plan = plan(name);
        assert!(plan.matches(index).count() == *parts && !plan.contains("Seq Scan"), "{name}: {plan}");
    }
    for name in BY_KEY {
        let plan = plan(name);
        assert!(plan.contains("Index") && !plan.contains("Seq Scan"), "{name}: {plan}");
    }
}
