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

/// A refund as it was kept before people could ask for one.
const REFUND_BEFORE: &str = "
    INSERT INTO merchants (id, kind, name, status, allowed_scopes, fee_share_ppm, commission_ppm, created_at)
        VALUES (2, 'PLAIN', 'Shop', 'ACTIVE', 0, 0, 0, 1);
    INSERT INTO orders (id, merchant_id, merchant_trade_no, api_key_id, state, currency, amount_minor, terminal, checkout_token, product_type,
        product_name, details, created_at, expires_at) VALUES (7, 2, 'a1', 3, 'INITIAL', 'USDT', 10, 'WEB', 'c', '', '', '{}', 1, 9);
    INSERT INTO refunds (id, merchant_id, request_id, order_id, payer_id, payer_open_id, api_key_id, currency, asked_minor, amount_minor,
        commission_minor, share_minor, refunded_minor, refunded_commission_minor, attempts_left, accepted_at, state, transfer_id, arrived_at)
        VALUES (20, 2, 'r1', 7, 1, 'o', 3, 'USDT', 10, 10, 0, 0, 10, 0, 9, 5, 'SUCCEEDED', 21, 5);
";
const ASKED_BY: &str = "SELECT id || ' by ' || asked_by_key_id || COALESCE(asked_by_user_id, 0) FROM refunds";
/// Nobody, and two at once, ask for no refund.
const NOBODY: &str = "UPDATE refunds SET asked_by_key_id = NULL";
const BOTH: &str = "UPDATE refunds SET asked_by_user_id = 4";

#[test]
fn refunds_of_before_keep_who_asked_on_sqlite() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    for migration in [
        include_str!("../../migrations/sqlite/V1__foundation.sql"),
        include_str!("../../migrations/sqlite/V7__refunds.sql"),
        REFUND_BEFORE,
        include_str!("../../migrations/sqlite/V10__merchant_orders.sql"),
    ] {
        connection.execute_batch(migration).unwrap();
    }
    assert_eq!(connection.query_row(ASKED_BY, [], |row| row.get::<_, String>(0)).unwrap(), "20 by 30");
    assert!(connection.execute(NOBODY, []).is_err() && connection.execute(BOTH, []).is_err());
}

#[test]
fn refunds_of_before_keep_who_asked_on_postgresql() {
    let schema = PgSchema::new();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client.batch_execute(&format!("SET search_path = {}", schema.name())).unwrap();
    for migration in [
        include_str!("../../migrations/postgres/V1__foundation.sql"),
        include_str!("../../migrations/postgres/V7__refunds.sql"),
        REFUND_BEFORE,
        include_str!("../../migrations/postgres/V10__merchant_orders.sql"),
    ] {
        client.batch_execute(migration).unwrap();
    }
    assert_eq!(client.query_one(ASKED_BY, &[]).unwrap().get::<_, String>(0), "20 by 30");
    assert!(client.execute(NOBODY, &[]).is_err() && client.execute(BOTH, &[]).is_err());
}

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

/// A message that was given up, one that waits, and a mail.
const MESSAGES_BEFORE: &str = "
    INSERT INTO outbox (id, channel, merchant_id, destination, event_kind, event_status, subject, event, body_sealed, state, attempts,
        next_attempt_at, leased_until, created_at, finished_at) VALUES
        (1, 'WEBHOOK', 7, 'https://a.example/', 'ORDER', 'PAID', 1, '{}', 0, 'PARKED', 1, 1, 0, 1, 2),
        (2, 'WEBHOOK', 7, 'https://a.example/', 'ORDER', 'PAID', 2, '{}', 0, 'PENDING', 0, 1, 0, 1, NULL),
        (3, 'MAIL', 7, 'ann@a.example', 'AUTHORIZATION', 'AGREED', 3, '{}', 0, 'PENDING', 0, 1, 0, 1, NULL);
    INSERT INTO delivery_attempts (outbox_id, attempt, started_at, duration_ms, status, error) VALUES (1, 1, 1, 1, 500, 'answered 500');
    INSERT INTO merchants (id, kind, name, status, allowed_scopes, fee_share_ppm, commission_ppm, created_at)
        VALUES (7, 'PLAIN', 'Shop', 'ACTIVE', 0, 0, 0, 1);
    INSERT INTO webhook_endpoints (id, merchant_id, url, description, created_at) VALUES (9, 7, 'https://a.example/', '', 1);
";

const MESSAGES: &str =
    "SELECT id || ' ' || lane || ' ' || COALESCE(parked_as, '-') || ' ' || round_before FROM outbox ORDER BY id";
const ENDPOINTS: &str =
    "SELECT id || ' ' || events || tells_closed || COALESCE(disabled_by, '-') FROM webhook_endpoints";

const MESSAGES_AFTER: [&str; 3] = ["1 https://a.example/ LAST_TRY 0", "2 https://a.example/ - 0", "3 mailto: - 0"];

#[test]
fn messages_of_before_stand_in_lanes_on_sqlite() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("../../migrations/sqlite/V1__foundation.sql")).unwrap();
    connection.execute_batch(MESSAGES_BEFORE).unwrap();
    connection.execute_batch(include_str!("../../migrations/sqlite/V11__webhook_queues.sql")).unwrap();
    let mut statement = connection.prepare(MESSAGES).unwrap();
    let found: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(found, MESSAGES_AFTER);
    assert_eq!(connection.query_row(ENDPOINTS, [], |row| row.get::<_, String>(0)).unwrap(), "9 1-");
}

#[test]
fn messages_of_before_stand_in_lanes_on_postgresql() {
    let schema = PgSchema::new();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client.batch_execute(&format!("SET search_path = {}", schema.name())).unwrap();
    client.batch_execute(include_str!("../../migrations/postgres/V1__foundation.sql")).unwrap();
    client.batch_execute(MESSAGES_BEFORE).unwrap();
    client.batch_execute(include_str!("../../migrations/postgres/V11__webhook_queues.sql")).unwrap();
    let found: Vec<String> = client.query(MESSAGES, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(found, MESSAGES_AFTER);
    assert_eq!(client.query_one(ENDPOINTS, &[]).unwrap().get::<_, String>(0), "9 1-");
}

/// An endpoint that its owner disabled, one that the platform did, and one that is enabled.
const ENDPOINTS_BEFORE: &str = "
    INSERT INTO webhook_endpoints (id, merchant_id, url, description, created_at, events, tells_closed, failing_since, disabled_at, disabled_by)
        VALUES (10, 7, 'https://b.example/', 'B', 2, 'ORDER', 0, NULL, 5, 'OWNER'),
               (11, 7, 'https://c.example/', '', 3, '', 1, 4, 6, 'PLATFORM');
";
const ENDPOINTS_KEPT: &str =
    "SELECT id || url || description || created_at || events || tells_closed || COALESCE(failing_since, 0)
    || COALESCE(disabled_at, 0) || COALESCE(disabled_by, '-') FROM webhook_endpoints ORDER BY id";
const ENDPOINTS_AFTER: [&str; 3] =
    ["9https://a.example/1100-", "10https://b.example/B2ORDER005OWNER", "11https://c.example/3146PLATFORM"];
const BY_OPERATOR: &str = "UPDATE webhook_endpoints SET disabled_by = 'OPERATOR' WHERE id = 10";
/// What no endpoint can be: disabled by somebody unknown, at no time, and a second one of a URL.
const REFUSED_ENDPOINTS: [&str; 3] = [
    "UPDATE webhook_endpoints SET disabled_by = 'NOBODY' WHERE id = 10",
    "UPDATE webhook_endpoints SET disabled_by = 'OPERATOR' WHERE id = 9",
    "UPDATE webhook_endpoints SET url = 'https://a.example/' WHERE id = 10",
];

#[test]
fn endpoints_of_before_can_be_disabled_by_the_operator_on_sqlite() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    for migration in [
        include_str!("../../migrations/sqlite/V1__foundation.sql"),
        MESSAGES_BEFORE,
        include_str!("../../migrations/sqlite/V11__webhook_queues.sql"),
        ENDPOINTS_BEFORE,
        include_str!("../../migrations/sqlite/V14__webhook_care.sql"),
    ] {
        connection.execute_batch(migration).unwrap();
    }
    let mut statement = connection.prepare(ENDPOINTS_KEPT).unwrap();
    let found: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(found, ENDPOINTS_AFTER);
    assert_eq!(connection.execute(BY_OPERATOR, []).unwrap(), 1);
    for refused in REFUSED_ENDPOINTS {
        assert!(connection.execute(refused, []).is_err(), "{refused}");
    }
}

#[test]
fn endpoints_of_before_can_be_disabled_by_the_operator_on_postgresql() {
    let schema = PgSchema::new();
    let mut client = postgres::Client::connect(&postgres_url(), NoTls).unwrap();
    client.batch_execute(&format!("SET search_path = {}", schema.name())).unwrap();
    for migration in [
        include_str!("../../migrations/postgres/V1__foundation.sql"),
        MESSAGES_BEFORE,
        include_str!("../../migrations/postgres/V11__webhook_queues.sql"),
        ENDPOINTS_BEFORE,
        include_str!("../../migrations/postgres/V14__webhook_care.sql"),
    ] {
        client.batch_execute(migration).unwrap();
    }
    let found: Vec<String> = client.query(ENDPOINTS_KEPT, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(found, ENDPOINTS_AFTER);
    assert_eq!(client.execute(BY_OPERATOR, &[]).unwrap(), 1);
    for refused in REFUSED_ENDPOINTS {
        assert!(client.execute(refused, &[]).is_err(), "{refused}");
    }
}
