//! Migrations that rewrite what is there: a database as it was before, with rows in it, becomes one as it is now.

use postgres::NoTls;

use crate::support::{PgSchema, postgres_url};

/// Two deposits, of which the first was spent in part before the second came, and a payment.
const BEFORE: &str = "
    INSERT INTO payers (id, name, created_at) VALUES (1, 'Ann', 1);
    INSERT INTO ledger_accounts (id, owner_kind, owner_id, wallet, currency, available_minor, frozen_minor, updated_at) VALUES
        (10, 'PAYER', 1, 'FUNDING', 'USDT', 120, 0, 3), (11, 'PLATFORM', 0, 'DEPOSITS', 'USDT', 0, 0, 1),
        (12, 'MERCHANT', 2, 'FUNDING', 'USDT', 30, 0, 2);
    INSERT INTO ledger_transfers (id, kind, reference, posted_at) VALUES
        (100, 'DEPOSIT', 100, 1), (101, 'ORDER_PAYMENT', 7, 2), (102, 'DEPOSIT', 102, 3);
    INSERT INTO ledger_postings (transfer_id, sequence, account_id, part, amount_minor) VALUES
        (100, 1, 11, 'AVAILABLE', -100), (100, 2, 10, 'AVAILABLE', 100),
        (101, 1, 10, 'AVAILABLE', -30), (101, 2, 12, 'AVAILABLE', 30),
        (102, 1, 11, 'AVAILABLE', -50), (102, 2, 10, 'AVAILABLE', 50);
";

const DEPOSITS: &str = "SELECT reference || ' ' || kind || ' ' || owner_kind || owner_id || ' ' || wallet || ' ' || amount_minor || currency
    || ' ' || available_minor || ' at ' || posted_at FROM external_postings ORDER BY transfer_id";
const STATUS: &str = "SELECT status FROM payers";

const AFTER: [&str; 2] =
    ["deposit-100 DEPOSIT PAYER1 FUNDING 100USDT 100 at 1", "deposit-102 DEPOSIT PAYER1 FUNDING 50USDT 120 at 3"];

#[test]
fn deposits_of_before_become_postings_on_sqlite() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("../../migrations/sqlite/V1__foundation.sql")).unwrap();
    connection.execute_batch(BEFORE).unwrap();
    connection.execute_batch(include_str!("../../migrations/sqlite/V5__operator_ledger.sql")).unwrap();
    let mut statement = connection.prepare(DEPOSITS).unwrap();
    let found: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(found, AFTER);
    assert_eq!(connection.query_row(STATUS, [], |row| row.get::<_, String>(0)).unwrap(), "ACTIVE");
}

#[test]
fn deposits_of_before_become_postings_on_postgresql() {
    let schema = PgSchema::new();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client.batch_execute(&format!("SET search_path = {}", schema.name())).unwrap();
    client.batch_execute(include_str!("../../migrations/postgres/V1__foundation.sql")).unwrap();
    client.batch_execute(BEFORE).unwrap();
    client.batch_execute(include_str!("../../migrations/postgres/V5__operator_ledger.sql")).unwrap();
    let found: Vec<String> = client.query(DEPOSITS, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(found, AFTER);
    assert_eq!(client.query_one(STATUS, &[]).unwrap().get::<_, String>(0), "ACTIVE");
}
