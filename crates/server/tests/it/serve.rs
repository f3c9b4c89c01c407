//! `serve` from nothing: master key, configuration, first operator, first provider, first key, first call.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use countersign_crypto::sign_request;
use serde_json::Value;

use crate::network::{Network, fact};
use crate::support::{countersign, get, post, terminate};

impl Network {
    async fn config_query(&self, key: &str, secret: &str) -> Value {
        let url = format!("http://127.0.0.1:{}/binancepay/openapi/service/provider/config/query", self.port);
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().to_string();
        let nonce = format!("{timestamp:0>32}");
        let signature = sign_request(secret.as_bytes(), &timestamp, &nonce, b"{}");
        let headers = [
            ("content-type", "application/json"),
            ("BinancePay-Timestamp", timestamp.as_str()),
            ("BinancePay-Nonce", nonce.as_str()),
            ("BinancePay-Certificate-SN", key),
            ("BinancePay-Signature", signature.as_str()),
        ];
        let (_, headers, body) = post(&url, &headers, b"{}".to_vec()).await;
        assert!(!headers.contains_key("x-countersign-explain"), "explanations are the sandbox's");
        serde_json::from_slice(&body).unwrap()
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Enrols a provider with a key and answers key and secret.
fn enrol(network: &Network) -> (String, String) {
    let provider = network.run(&[
        "provider",
        "create",
        "--name",
        "Acme Checkout",
        "--email",
        "dev@acme.example",
        "--allow-scopes",
        "CHECKOUT,BALANCE",
    ]);
    assert!(fact(&provider, "The owner sets the password within 24 hours at").contains("/portal/welcome?token="));
    let id = fact(&provider, "Merchant id");
    let key = network.run(&["key", "create", "--merchant", id, "--name", "Production"]);
    (fact(&key, "API key").to_owned(), fact(&key, "API secret (shown this once)").to_owned())
}

#[tokio::test]
async fn a_network_is_set_up_before_the_server_runs_and_while_it_runs() {
    set_up_and_run(Network::new()).await;
}

#[tokio::test]
async fn a_network_on_postgresql_is_migrated_first_and_then_the_same() {
    let network = Network::postgres();
    let early = network.command(&["serve"]).output().unwrap();
    let line = String::from_utf8_lossy(&early.stderr);
    assert_eq!(early.status.code(), Some(2), "{line}");
    assert!(line.contains("countersign migrate"), "it says what to do: {line}");
    let migrated = countersign().args(["migrate", "--database", &network.database]).output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    set_up_and_run(network).await;
}

async fn set_up_and_run(mut network: Network) {
    assert_eq!(mode(&network.path("master.key")), 0o600);
    let operator = network.run(&["operator", "create", "--email", "ops@pay.example"]);
    assert!(fact(&operator, "Set the password within 24 hours at").starts_with("http://127.0.0.1:"));
    let before = enrol(&network);

    let mut server = network.serve().await;
    let socket = network.socket();
    assert_eq!(mode(&socket), 0o600);
    let merchant = network.run(&["merchant", "create", "--name", "Blue Door Books"]);
    let id = fact(&merchant, "Merchant id");
    let key = network.run(&["key", "create", "--merchant", id, "--name", "Till", "--scopes", "CHECKOUT"]);
    let commission = |action: &str, rest: &[&str]| {
        network.run(&[&["merchant", "commission", action, "--merchant", id][..], rest].concat())
    };
    commission("set", &["--percent", "1"]);
    commission("set", &["--currency", "USDT", "--percent", "0.25", "--minimum", "0.1", "--cap", "5"]);
    commission("set", &["--currency", "BTC", "--percent", "0.5"]);
    let terms = "BTC: 0.5 %\nUSDT: 0.25 %, at least 0.1, at most 5\nAll others: 1 %\n";
    assert_eq!(commission("show", &[]), terms);
    assert!(commission("remove", &["--currency", "BTC"]).starts_with("Removed."));
    assert!(commission("remove", &["--currency", "BTC"]).starts_with("There was nothing"));
    assert_eq!(commission("show", &[]), terms.replace("BTC: 0.5 %\n", ""));
    let answer = network.config_query(&before.0, &before.1).await;
    assert_eq!(
        (answer["code"].clone(), answer["data"]["allowScopes"].clone()),
        ("000000".into(), serde_json::json!(["CHECKOUT", "BALANCE"]))
    );
    let plain = network.config_query(fact(&key, "API key"), fact(&key, "API secret (shown this once)")).await;
    assert_eq!(plain["code"], "400203", "a plain merchant is no provider: {plain}");

    let (status, _, metrics) = get(&format!("http://127.0.0.1:{}/metrics", network.admin_port), &[]).await;
    let metrics = String::from_utf8(metrics.to_vec()).unwrap();
    assert_eq!(status, 200);
    for name in [
        "countersign_api_calls_total",
        "countersign_store_commits_total",
        // Not its value: a job of the server's own may be waiting at that moment.
        "\ncountersign_store_queued_writes ",
        "countersign_store_condition{condition=\"ready\"} 1",
        "countersign_store_condition{condition=\"failed\"} 0",
    ] {
        assert!(metrics.contains(name), "{name} is missing from\n{metrics}");
    }
    let (status, _, body) = get(&format!("http://127.0.0.1:{}/healthz", network.admin_port), &[]).await;
    assert_eq!((status, &body[..]), (200, &b"ok\n"[..]));

    terminate(&server);
    assert!(server.wait().unwrap().success());
    assert!(!socket.exists(), "the socket goes with the server");
    let checked = countersign().args(["check", "--database", &network.database]).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

#[tokio::test]
async fn refused_calls_of_known_keys_are_kept_before_the_server_ends() {
    let mut network = Network::new();
    let (key, secret) = enrol(&network);
    let mut server = network.serve().await;
    let wrong = network.config_query(&key, "not the secret").await;
    assert_eq!(wrong["code"], "400002");
    assert_eq!(network.config_query(&"z".repeat(64), &secret).await["code"], "400004");
    assert_eq!(network.config_query(&key, &secret).await["code"], "000000");
    terminate(&server);
    assert!(server.wait().unwrap().success());
    let database = rusqlite::Connection::open(network.path("countersign.db")).unwrap();
    let kept = "SELECT r.code FROM refusals r JOIN api_keys k ON k.id = r.api_key_id WHERE k.api_key = ?1";
    let code: String = database.query_row(kept, [&key], |row| row.get(0)).unwrap();
    let all: i64 = database.query_row("SELECT COUNT(*) FROM refusals", [], |row| row.get(0)).unwrap();
    assert_eq!((code.as_str(), all), ("400002", 1));
}

#[test]
fn mistakes_in_setting_up_are_told_in_one_line() {
    let network = Network::new();
    let cases: &[(&[&str], &str)] = &[
        (&["key", "create", "--merchant", "1", "--name", "x"], "no such merchant"),
        (&["merchant", "create", "--name", " "], "name"),
        (&["operator", "create", "--email", "nobody"], "e-mail"),
        (&["merchant", "commission", "show", "--merchant", "1"], "no such merchant"),
        (&["merchant", "commission", "set", "--merchant", "1", "--percent", "101"], "percentage"),
        (&["merchant", "commission", "set", "--merchant", "1", "--percent", "1", "--minimum", "1"], "--currency"),
        (
            &[
                "merchant",
                "commission",
                "set",
                "--merchant",
                "1",
                "--percent",
                "1",
                "--currency",
                "USDT",
                "--minimum",
                "2",
                "--cap",
                "1",
            ],
            "below the minimum",
        ),
        (&["provider", "create", "--name", "A", "--allow-scopes", "EVERYTHING"], "EVERYTHING"),
    ];
    for (arguments, expected) in cases {
        let result = network.command(arguments).output().unwrap();
        let line = String::from_utf8_lossy(&result.stderr);
        assert!(
            !result.status.success() && line.lines().count() == 1 && line.contains(expected),
            "{arguments:?}: {line}"
        );
    }
    let made_up = network.command(&["serve"]).env("COUNTERSIGN_RATES_SOURCE", "sandbox").output().unwrap();
    assert_eq!(made_up.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&made_up.stderr).contains("rates_source"), "{made_up:?}");
    let again = countersign().args(["keys", "generate", "--out"]).arg(network.path("master.key")).output().unwrap();
    assert_eq!(again.status.code(), Some(2), "a master key is never written over");
    std::fs::set_permissions(network.path("master.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = network.command(&["operator", "create", "--email", "ops@pay.example"]).output().unwrap();
    assert!(String::from_utf8_lossy(&open.stderr).contains("chmod 600"));
}

#[test]
fn another_master_key_is_refused_at_the_start() {
    let network = Network::new();
    network.run(&["operator", "create", "--email", "ops@pay.example"]);
    std::fs::remove_file(network.path("master.key")).unwrap();
    let key = network.path("master.key").display().to_string();
    assert!(countersign().args(["keys", "generate", "--out", &key]).output().unwrap().status.success());
    let result = network.command(&["operator", "create", "--email", "two@pay.example"]).output().unwrap();
    assert_eq!(result.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&result.stderr).contains("master key"), "{result:?}");
}
