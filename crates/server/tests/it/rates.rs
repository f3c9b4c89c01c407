//! Where prices come from, and that balances are valued by them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{Sandbox, countersign};

/// What the payer's merchant holds, in dollars and in bitcoin.
async fn valuation(sandbox: &Sandbox) -> (Value, Value) {
    let asked = json!({"wallet": "FUNDING_WALLET", "currency": "USDT"});
    let data = sandbox.data(&sandbox.actor("merchant"), "/v2/balance", &asked).await;
    let balance = &data["balance"][0];
    (balance["availableFiatValuation"].clone(), balance["availableBtcValuation"].clone())
}

#[tokio::test]
async fn the_sandboxs_own_prices_can_be_changed_and_are_kept_with_the_world() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let sandbox = Sandbox::start(&["--data", &data]);
    assert_eq!(valuation(&sandbox).await, (json!(1_000.0), json!(0.016_666_66)));
    assert_eq!(sandbox.controlled("/snapshot", json!({"name": "before"})).await, json!({"name": "before"}));
    let changed = sandbox.controlled("/rates", json!({"rates": {"BTC": "50000", "USDT": "0.99", "EUR": "1.2"}})).await;
    assert_eq!(changed, json!({}));
    assert_eq!(valuation(&sandbox).await, (json!(990.0), json!(0.0198)));
    sandbox.controlled("/rates", json!({"rates": {"USDT": "1"}})).await;
    assert_eq!(valuation(&sandbox).await, (json!(1_000.0), json!(0.02)), "a change leaves the other prices alone");
    assert!(sandbox.stop().success());

    let sandbox = Sandbox::start(&["--data", &data]);
    assert_eq!(valuation(&sandbox).await, (json!(1_000.0), json!(0.02)), "a restart keeps the change");
    sandbox.controlled("/restore", json!({"name": "before"})).await;
    assert_eq!(valuation(&sandbox).await, (json!(1_000.0), json!(0.016_666_66)), "and a restored world has its own");
    let wrong =
        [json!({"NOPE": "1"}), json!({"BTC": "0"}), json!({"BTC": "1e3"}), json!({"BTC": 60_000}), json!({"USD": "2"})];
    for rates in wrong {
        let (status, answer) = sandbox.control("/rates", json!({"rates": rates})).await;
        assert!(status == 400 && answer["error"].is_string(), "{rates}: {status} {answer}");
    }
    assert_eq!(valuation(&sandbox).await, (json!(1_000.0), json!(0.016_666_66)));
}

#[tokio::test]
async fn a_file_is_a_source_and_says_how_old_it_is() {
    const DAY_MS: u128 = 86_400_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rates.toml");
    let file = path.display().to_string();
    let source = [
        ("COUNTERSIGN_RATES_SOURCE", "file"),
        ("COUNTERSIGN_RATES_FILE", file.as_str()),
        ("COUNTERSIGN_RATES_MAX_AGE_SECONDS", "86400"),
    ];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    // What is too old is not gone by: a dollar is a dollar again.
    for (at, expected) in [(now, 500.0), (now - 2 * DAY_MS, 1_000.0)] {
        std::fs::write(&path, format!("base = \"USD\"\nat = {at}\n[prices]\nUSDT = \"0.5\"\n")).unwrap();
        let sandbox = Sandbox::start_in(&source, &["--ephemeral"]);
        assert_eq!(valuation(&sandbox).await.0, json!(expected));
        let (status, answer) = sandbox.control("/rates", json!({"rates": {"BTC": "1"}})).await;
        assert!(status == 400 && answer["error"].as_str().unwrap().contains("rates_source"), "{status} {answer}");
    }
}

#[test]
fn a_source_that_cannot_be_is_told_of_at_the_start() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("COUNTERSIGN_RATES_SOURCE", "file"), ("COUNTERSIGN_RATES_FILE", "/nowhere/rates.json")], "rates_file"),
        (&[("COUNTERSIGN_RATES_SOURCE", "http")], "rates_url"),
        (&[("COUNTERSIGN_RATES_SOURCE", "http"), ("COUNTERSIGN_RATES_URL", "http://169.254.169.254/")], "rates_url"),
    ];
    for (environment, expected) in cases {
        let mut command = countersign();
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--ephemeral"]).envs(environment.iter().copied());
        let result = command.output().unwrap();
        let line = String::from_utf8_lossy(&result.stderr);
        assert_eq!((result.status.code(), line.lines().count()), (Some(2), 1), "{environment:?}: {line}");
        assert!(line.contains(expected), "{line}");
    }
}
