//! `countersign check` proves a database, beside its server, and names the row that is wrong.

use serde_json::json;

use crate::support::{Sandbox, order, output, sqlite};

/// A world with an order paid and some of it moved between wallets, in a folder.
async fn lived_in(folder: &std::path::Path) -> Sandbox {
    let sandbox = Sandbox::start(&["--data", &folder.display().to_string()]);
    let merchant = sandbox.actor("merchant");
    let placed = sandbox.data(&merchant, "/v2/order", &order("c1", "12.5", None)).await;
    sandbox
        .controlled(
            "/orders/pay",
            json!({"prepayId": placed["prepayId"], "payer": sandbox.text("/actors/payer/binanceId")}),
        )
        .await;
    let moved = json!({"requestId": "w1", "currency": "USDT", "amount": "2.5", "transferType": "TO_MAIN"});
    sandbox.data(&merchant, "/wallet/transfer", &moved).await;
    sandbox
}

/// The same with a refund of 2 that waits, because its payer is frozen.
async fn lived_in_with_a_hold(folder: &std::path::Path) -> Sandbox {
    let sandbox = lived_in(folder).await;
    let merchant = sandbox.actor("merchant");
    let frozen =
        sandbox.controlled("/accounts/freeze", json!({"account": sandbox.text("/actors/payer/binanceId")})).await;
    assert_eq!(frozen, json!({"status": "FROZEN"}));
    let order = sandbox.data(&merchant, "/v2/order/query", &json!({"merchantTradeNo": "c1"})).await;
    let refund = json!({"refundRequestId": "r1", "prepayId": order["prepayId"], "refundAmount": "2"});
    assert_eq!(sandbox.data(&merchant, "/order/refund", &refund).await["refundStatus"], "REFUND_PENDING");
    sandbox
}

fn check(folder: &std::path::Path) -> (Option<i32>, String) {
    let result = output(&["check", "--database", &sqlite(folder)]);
    (result.status.code(), String::from_utf8_lossy(&result.stdout).into_owned())
}

#[tokio::test]
async fn a_sound_database_passes_beside_its_server() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = lived_in(folder.path()).await;
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("1 orders, 0 refunds, 1 transfers between wallets") && text.contains("all is as it must be"),
        "{text}"
    );
    sandbox.stop();
}

#[tokio::test]
async fn wallets_as_full_as_they_can_be_are_proved_too() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(&["--data", &folder.path().display().to_string()]);
    for name in ["Ada", "Bea"] {
        let payer = sandbox.controlled("/accounts", json!({"kind": "payer", "name": name})).await;
        let all = json!({"account": payer["binanceId"], "wallet": "FUNDING_WALLET", "currency": "USDT", "amount": "92233720368.54775807"});
        sandbox.controlled("/wallets/credit", all.clone()).await;
        assert_eq!(sandbox.control("/wallets/credit", all).await.0, 400, "one more does not fit");
    }
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
}

#[tokio::test]
async fn planted_damage_of_each_kind_is_found_and_named() {
    let damages = [
        (
            "UPDATE ledger_accounts SET available_minor = available_minor + 1 WHERE owner_kind = 'PAYER' AND currency = 'USDT'",
            "ledger: account",
        ),
        ("UPDATE ledger_postings SET amount_minor = amount_minor + 1 WHERE sequence = 1", "do not sum to zero"),
        (
            "DELETE FROM ledger_postings WHERE transfer_id = (SELECT transfer_id FROM orders WHERE state = 'PAID')",
            "has no postings",
        ),
        ("UPDATE orders SET amount_minor = amount_minor + 1", "is no payment of it"),
        ("UPDATE orders SET paid_minor = paid_minor + 1", "is no payment of it"),
        (
            "UPDATE orders SET merchant_id = (SELECT MIN(id) FROM merchants WHERE id <> merchant_id)",
            "does not move what it says",
        ),
        (
            "UPDATE orders SET state = 'INITIAL', transfer_id = NULL, payer_id = NULL, paid_at = NULL, commission_minor = NULL, refunded_minor = NULL",
            "it knows of no OrderPayment",
        ),
        ("UPDATE wallet_transfers SET amount_minor = amount_minor + 1", "does not move"),
        ("UPDATE wallet_transfers SET direction = 'TO_FUNDING'", "does not move"),
        (
            "UPDATE wallet_transfers SET merchant_id = (SELECT MIN(id) FROM merchants WHERE id <> merchant_id)",
            "does not move",
        ),
        (
            "UPDATE ledger_transfers SET reference = reference + 1 WHERE kind = 'WALLET_TRANSFER'",
            "no transfer of the ledger makes it",
        ),
        ("DELETE FROM wallet_transfers", "nobody asked for it"),
        ("UPDATE audit SET detail = '{}' WHERE owner_id = 0 AND sequence = 2", "does not follow"),
        ("DELETE FROM audit WHERE owner_id = 0 AND sequence = 2", "a row before it is missing"),
        (
            "DELETE FROM audit WHERE owner_id = 0 AND sequence = (SELECT MAX(sequence) FROM audit WHERE owner_id = 0)",
            "do not lead to",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    lived_in(folder.path()).await.stop();
    assert_found(folder.path(), &damages);
}

#[tokio::test]
async fn planted_damage_of_a_held_refund_is_found_and_named() {
    let damages = [
        ("UPDATE ledger_accounts SET frozen_minor = frozen_minor + 1 WHERE frozen_minor > 0", "are waited for"),
        (
            "UPDATE refunds SET amount_minor = amount_minor - 1",
            "2 USDT are held in it, and 1.99999999 USDT are waited for",
        ),
        ("DELETE FROM refunds", "2 USDT are held in it, and 0 USDT are waited for"),
        (
            "UPDATE refunds SET state = 'SUCCEEDED', transfer_id = hold_id, arrived_at = accepted_at",
            "no OrderRefund is booked",
        ),
        ("UPDATE orders SET refunds_under_way = 0", "is not what its refunds come to"),
        ("UPDATE ledger_postings SET part = 'AVAILABLE' WHERE part = 'FROZEN'", "does not move what it says"),
        ("DELETE FROM ledger_transfers WHERE kind = 'ORDER_REFUND_HOLD'", "no OrderRefundHold is booked"),
        ("UPDATE payers SET status = 'ACTIVE'", "it is held though its payer is not frozen, and no job is to bring it"),
    ];
    let folder = tempfile::tempdir().unwrap();
    lived_in_with_a_hold(folder.path()).await.stop();
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 orders, 1 refunds"), "{text}");
    assert_found(folder.path(), &damages);
}

/// Does each damage to a copy of the database in `folder` and asserts that it is found and named so.
fn assert_found(folder: &std::path::Path, damages: &[(&str, &str)]) {
    let file = folder.join("countersign.db");
    // The server may end before its log is folded into the file, and the file alone is copied.
    rusqlite::Connection::open(&file).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    let whole = std::fs::read(&file).unwrap();
    for (damage, expected) in damages {
        let damaged = tempfile::tempdir().unwrap();
        std::fs::write(damaged.path().join("countersign.db"), &whole).unwrap();
        let connection = rusqlite::Connection::open(damaged.path().join("countersign.db")).unwrap();
        connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage};")).unwrap();
        connection.close().unwrap();
        let (code, text) = check(damaged.path());
        assert_eq!(code, Some(1), "{damage}\n{text}");
        assert!(text.contains(expected), "{damage}: expected '{expected}' in\n{text}");
    }
}
