//! Unusable arguments, ports and databases: one line on standard error that says what to do, exit 2.

use std::path::Path;

use crate::support::{Sandbox, countersign, output, sqlite};

fn assert_refused(result: &std::process::Output, expected: &str) {
    let (out, line) = (String::from_utf8_lossy(&result.stdout), String::from_utf8_lossy(&result.stderr));
    assert_eq!(result.status.code(), Some(2), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.starts_with("countersign: ") && line.contains(expected), "expected '{expected}' in: {line}");
    assert!(out.is_empty(), "{out}");
}

fn sandbox(arguments: &[&str]) -> std::process::Output {
    countersign().args(["sandbox", "--listen", "127.0.0.1:0", "--json"]).args(arguments).output().unwrap()
}

#[test]
fn arguments() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "--help"),
        (&["sandbx"], "sandbx"),
        (&["sandbox", "--listen", "here"], "--listen"),
        (&["sandbox", "--clock", "sundial"], "--clock"),
        (&["sandbox", "--seed", "-1"], "-1"),
        (&["sandbox", "--ephemeral", "--data", "x"], "cannot be used with"),
        (&["sandbox", "--ephemeral", "--database", "mysql://x"], "database URL"),
        (&["sandbox", "--ephemeral", "--database", "sqlite:x.db"], "--ephemeral"),
        (&["sandbox", "--ephemeral", "--public-url", "pay.example"], "--public-url"),
        (&["sandbox", "--ephemeral", "--public-url", "https://pay.example/base"], "--public-url"),
        (&["serve"], "--config"),
        (&["serve", "--config", "/nonexistent.toml"], "/nonexistent.toml"),
        (&["check"], "--database"),
        (&["check", "--database", "sqlite:/nonexistent/x.db"], "no database"),
        (&["demo", "--base-url", "http://127.0.0.1:1"], "--control-token"),
        (&["verify-webhook", "--certificate", "x"], "--request"),
        (&["verify-webhook", "--request", "x"], "--certificate"),
        (&["verify-webhook", "--certificate", "x", "--headers", "x"], "--body"),
        (&["verify-webhook", "--certificate", "x", "--request", "x", "--body", "x"], "cannot be used with"),
        (&["verify-webhook", "--certificate", "x", "--request", "/nonexistent/request"], "/nonexistent/request"),
    ];
    for (arguments, expected) in cases {
        assert_refused(&output(arguments), expected);
    }
}

#[test]
fn a_configuration_value_that_cannot_be() {
    let result =
        countersign().args(["sandbox", "--ephemeral"]).env("COUNTERSIGN_TIMESTAMP_WINDOW_MS", "soon").output().unwrap();
    assert_refused(&result, "COUNTERSIGN_TIMESTAMP_WINDOW_MS");
}

#[test]
fn a_port_in_use() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let result = countersign().args(["sandbox", "--ephemeral", "--listen", &address]).output().unwrap();
    assert_refused(&result, "in use");
}

#[test]
fn a_database_in_use_by_another_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let running = Sandbox::start(&["--data", &data]);
    assert_refused(&sandbox(&["--data", &data]), "in use by another");
    running.stop();
}

#[test]
fn something_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("master.key").display().to_string();
    assert!(output(&["keys", "generate", "--out", &key]).status.success());
    std::fs::write(
        folder.path().join("countersign.db"),
        "certainly no database, but long enough to look at".repeat(100),
    )
    .unwrap();
    assert_refused(&sandbox(&["--data", &folder.path().display().to_string()]), "not a database");
}

#[test]
fn a_sandbox_whose_master_key_is_gone_makes_no_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    Sandbox::start(&["--data", &data]).stop();
    std::fs::remove_file(folder.path().join("master.key")).unwrap();
    assert_refused(&sandbox(&["--data", &data]), "master key");
    assert!(!folder.path().join("master.key").exists());
}

#[test]
fn an_admin_socket_that_names_a_file_costs_nobody_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("own.key").display().to_string();
    assert!(output(&["keys", "generate", "--out", &key]).status.success());
    let precious = folder.path().join("precious.txt");
    std::fs::write(&precious, "precious").unwrap();
    let config = folder.path().join("serve.toml");
    let text = format!(
        "public_url = \"https://pay.example\"\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"\"\ndatabase = \"{}\"\nmaster_key_file = \"{key}\"\nadmin_socket = \"{}\"\n",
        sqlite(folder.path()),
        precious.display()
    );
    std::fs::write(&config, text).unwrap();
    let result = output(&["serve", "--config", &config.display().to_string()]);
    assert_eq!(result.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&result.stderr).contains("is no socket"), "{result:?}");
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
}

#[test]
fn a_sandbox_does_not_open_the_database_of_serve_nor_serve_that_of_a_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    Sandbox::start(&["--data", &folder.path().display().to_string()]).stop();
    let config = folder.path().join("serve.toml");
    write_config(&config, folder.path());
    assert_refused(&output(&["serve", "--config", &config.display().to_string()]), "sandbox");
}

/// A configuration of `serve` over the sandbox's own database and master key.
fn write_config(file: &Path, folder: &Path) {
    let text = format!(
        "public_url = \"https://pay.example\"\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"\"\ndatabase = \"{}\"\nmaster_key_file = \"{}\"\n",
        sqlite(folder),
        folder.join("master.key").display()
    );
    std::fs::write(file, text).unwrap();
}

#[test]
fn help_version_openapi_and_the_reference_go_to_standard_output() {
    for (arguments, expected) in [
        (&["--help"][..], "sandbox"),
        (&["--version"][..], env!("CARGO_PKG_VERSION")),
        (&["openapi"][..], "\"openapi\": \"3.1"),
        (&["config"][..], "timestamp_window_ms = 1000"),
    ] {
        let result = output(arguments);
        let text = String::from_utf8_lossy(&result.stdout);
        assert!(result.status.success() && text.contains(expected), "{arguments:?}: {text}");
    }
}
