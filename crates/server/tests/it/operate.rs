//! The operator's daily work with the binary: the commands beside a server and without one, and the admin API's own listener.

use std::time::{SystemTime, UNIX_EPOCH};

use countersign_crypto::{AdminRequest, RequestKey};
use serde_json::{Value, json};

use crate::network::{Network, fact};
use crate::support::{countersign, get, post, terminate};

/// A signed call of the admin API: HTTP status and body.
pub(crate) async fn signed(
    network: &Network,
    (key, secret): (&str, &str),
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let body = body.map(ToString::to_string);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let (timestamp, nonce) = (now.as_millis().to_string(), format!("{:0>32}", now.as_nanos()));
    let request = AdminRequest {
        timestamp: &timestamp,
        nonce: &nonce,
        method: if body.is_some() { "POST" } else { "GET" },
        path,
        body: body.as_deref().unwrap_or_default().as_bytes(),
    };
    let signature = request.sign(&RequestKey::new(secret.as_bytes()));
    let headers = [
        ("content-type", "application/json"),
        ("X-Countersign-Key", key),
        ("X-Countersign-Timestamp", timestamp.as_str()),
        ("X-Countersign-Nonce", nonce.as_str()),
        ("X-Countersign-Signature", signature.as_str()),
    ];
    let url = format!("http://127.0.0.1:{}{path}", network.admin_api_port);
    let (status, _, answer) = match body {
        Some(body) => post(&url, &headers, body.into_bytes()).await,
        None => get(&url, &headers).await,
    };
    (status, serde_json::from_slice(&answer).unwrap())
}

/// A command that must fail in one line.
pub(crate) fn refused(network: &Network, arguments: &[&str], expected: &str) {
    let result = network.command(arguments).output().unwrap();
    let line = String::from_utf8_lossy(&result.stderr);
    assert!(!result.status.success() && line.lines().count() == 1 && line.contains(expected), "{arguments:?}: {line}");
}

fn post_arguments<'a>(reference: &'a str, kind: &'a str, merchant: &'a str, amount: &'a str) -> Vec<&'a str> {
    vec![
        "ledger",
        "post",
        "--reference",
        reference,
        "--kind",
        kind,
        "--merchant",
        merchant,
        "--currency",
        "USDT",
        "--amount",
        amount,
    ]
}

#[tokio::test]
async fn the_ledger_joins_custody_on_sqlite() {
    join(Network::new()).await;
}

#[tokio::test]
async fn the_ledger_joins_custody_on_postgresql() {
    let network = Network::postgres();
    let migrated = countersign().args(["migrate", "--database", &network.database]).output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    join(network).await;
}

async fn join(mut network: Network) {
    // Without a server: on the database itself.
    let shop = network.run(&["merchant", "create", "--name", "Blue Door Books"]);
    let id = fact(&shop, "Merchant id").to_owned();
    let posted = network.run(&post_arguments("wire-1", "deposit", &id, "100.50"));
    assert_eq!(fact(&posted, "Available"), "100.5");
    let transfer = fact(&posted, "Posted").to_owned();
    let made = network.run(&[
        "admin-key",
        "create",
        "--name",
        "Custody",
        "--capabilities",
        "ledger.post,ledger.read",
        "--addresses",
        "127.0.0.0/8",
        "--limits",
        "USDT:10/15",
    ]);
    let (key, secret) = (fact(&made, "Admin key").to_owned(), fact(&made, "Admin secret (shown this once)").to_owned());

    // Beside a server: through its socket.
    let mut server = network.serve().await;
    let again = network.run(&post_arguments("wire-1", "deposit", &id, "100.5"));
    assert_eq!(fact(&again, "It was posted before; nothing was posted again"), transfer);
    refused(&network, &post_arguments("wire-1", "deposit", &id, "1"), "used before");
    refused(&network, &post_arguments("wire-2", "withdrawal", &id, "100.6"), "not enough USDT");
    let freeze = ["account", "freeze", "--merchant", &id, "--reason", "Court order 7"];
    assert_eq!(network.run(&freeze), "Status: FROZEN\n");
    assert_eq!(network.run(&freeze), "Status, as before: FROZEN\n");
    refused(&network, &post_arguments("wire-2", "withdrawal", &id, "1"), "frozen");
    assert_eq!(network.run(&["account", "unfreeze", "--merchant", &id, "--reason", "Lifted"]), "Status: ACTIVE\n");

    // The operator's own system: over the network.
    let posting = |reference: &str, amount: &str| {
        json!({
            "reference": reference, "kind": "withdrawal", "account": { "merchantId": id }, "wallet": "FUNDING_WALLET",
            "currency": "USDT", "amount": amount,
        })
    };
    let credentials = (key.as_str(), secret.as_str());
    let (status, answer) = signed(&network, credentials, "/admin/v1/postings", Some(&posting("wire-3", "10"))).await;
    assert_eq!((status, &answer["available"], &answer["repeated"]), (200, &json!("90.5"), &json!(false)), "{answer}");
    let (status, answer) = signed(&network, credentials, "/admin/v1/postings", Some(&posting("wire-4", "5.1"))).await;
    assert_eq!((status, &answer["error"]["code"]), (422, &json!("over_day_limit")), "{answer}");
    let reason = json!({ "account": { "merchantId": id }, "reason": "no" });
    let (status, answer) = signed(&network, credentials, "/admin/v1/accounts/freeze", Some(&reason)).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("capability_missing")), "{answer}");
    let (status, answer) = signed(&network, credentials, "/admin/v1/trial-balance", None).await;
    assert_eq!((status, &answer["balanced"]), (200, &json!(true)), "{answer}");
    let (status, ..) = get(&format!("http://127.0.0.1:{}/admin/v1/trial-balance", network.port), &[]).await;
    assert_eq!(status, 404, "the main listener knows no admin path");

    let listed = network.run(&["admin-key", "list"]);
    assert!(listed.contains("Limits: USDT:10/15") && !listed.contains(&secret), "{listed}");
    network.run(&["admin-key", "revoke", "--id", fact(&listed, "Id")]);
    let (status, answer) = signed(&network, credentials, "/admin/v1/postings", Some(&posting("wire-4", "1"))).await;
    assert_eq!((status, &answer["error"]["code"]), (401, &json!("key_revoked")), "{answer}");

    terminate(&server);
    assert!(server.wait().unwrap().success());
    let balance = network.run(&["ledger", "trial-balance"]);
    let amount_of = |account: &str| {
        let line = balance.lines().find(|line| line.starts_with("USDT") && line.contains(account));
        line.unwrap_or_else(|| panic!("no {account} in {balance}")).split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(
        (amount_of("DEPOSITS"), amount_of("merchants available"), amount_of("total")),
        ("-90.5".into(), "90.5".into(), "0".into())
    );
    let account = network.run(&["account", "balance", "--merchant", &id]);
    assert!(account.contains("Name: Blue Door Books") && account.contains("90.5 available"), "{account}");
    let checked = countersign().args(["check", "--database", &network.database]).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    assert!(String::from_utf8_lossy(&checked.stdout).contains("2 external postings"), "{checked:?}");
}

#[test]
fn a_ledger_out_of_balance_is_told_by_the_exit_code() {
    let network = Network::new();
    let shop = network.run(&["merchant", "create", "--name", "Shop"]);
    network.run(&post_arguments("wire-1", "deposit", fact(&shop, "Merchant id"), "1"));
    let database = rusqlite::Connection::open(network.path("countersign.db")).unwrap();
    database.execute("UPDATE ledger_accounts SET available_minor = 1 WHERE owner_kind = 'MERCHANT'", []).unwrap();
    drop(database);
    let result = network.command(&["ledger", "trial-balance"]).output().unwrap();
    let (table, line) = (String::from_utf8_lossy(&result.stdout), String::from_utf8_lossy(&result.stderr));
    assert_eq!(result.status.code(), Some(1), "{line}");
    assert!(line.contains("out of balance") && table.contains("-0.99999999"), "{table}{line}");
}

#[test]
fn mistakes_are_told_in_one_line() {
    let network = Network::new();
    let no_key = ["admin-key", "create", "--name", "x", "--capabilities", "ledger.steal"];
    refused(&network, &no_key, "ledger.post");
    refused(&network, &["admin-key", "revoke", "--id", "1"], "no such admin key");
    refused(&network, &["account", "freeze", "--payer", "1", "--reason", "x"], "no such account");
    refused(&network, &["account", "freeze", "--reason", "x"], "--merchant");
    refused(&network, &["account", "balance", "--payer", "1", "--merchant", "2"], "cannot be used with");
    refused(&network, &post_arguments("a b", "deposit", "1", "1"), "reference");
    refused(&network, &post_arguments("a", "gift", "1", "1"), "gift");
}
