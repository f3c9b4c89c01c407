//! `countersign demo` passes on both engines, and against a sandbox that runs.

use std::process::Stdio;

use crate::support::{Sandbox, countersign, output, postgres_url};

fn assert_passed(result: &std::process::Output) {
    let text = String::from_utf8_lossy(&result.stdout);
    assert!(result.status.success(), "{text}\n{}", String::from_utf8_lossy(&result.stderr));
    assert!(text.contains("checks held"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn the_founding_flow_passes_on_sqlite() {
    assert_passed(&output(&["demo"]));
}

#[test]
fn the_founding_flow_passes_on_postgresql() {
    assert_passed(&output(&["demo", "--database", &postgres_url()]));
}

#[test]
fn the_founding_flow_passes_against_a_sandbox_that_runs() {
    let sandbox = Sandbox::ephemeral();
    let (base, token) = (sandbox.text("/baseUrl"), sandbox.text("/controlToken"));
    assert_passed(&output(&["demo", "--base-url", &base, "--control-token", &token]));
}

#[test]
fn a_wrong_token_fails_with_one_line_and_exit_code_1() {
    let sandbox = Sandbox::ephemeral();
    let result = countersign()
        .args(["demo", "--base-url", &sandbox.text("/baseUrl"), "--control-token", "wrong"])
        .output()
        .unwrap();
    assert_eq!(result.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&result.stderr).lines().count(), 1);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for arguments in [&["demo"][..], &["openapi"][..]] {
        let mut child = countersign().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let result = child.wait_with_output().unwrap();
        assert_eq!(
            (result.status.code(), String::from_utf8_lossy(&result.stderr).as_ref()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}
