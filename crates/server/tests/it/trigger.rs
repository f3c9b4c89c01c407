//! `countersign trigger` against a real sandbox.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use countersign_domain::time::DAY_MS;
use countersign_jobs::Sample;
use serde_json::{Value, json};

use crate::network::Network;
use crate::receiver::{Receiver, only_delivery, until, verifier};
use crate::support::{Sandbox, countersign, output, post, sqlite, terminate};

fn trigger(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    let (url, token) = (sandbox.text("/baseUrl"), sandbox.text("/controlToken"));
    output(&[&["trigger", "--base-url", &url, "--control-token", &token], arguments].concat())
}

#[track_caller]
fn assert_refused(result: &Output, code: i32, expected: &str) {
    let line = String::from_utf8_lossy(&result.stderr);
    assert_eq!((result.status.code(), line.lines().count()), (Some(code), 1), "{result:?}");
    assert!(line.contains(expected), "expected '{expected}' in: {line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_goes_through_the_outbox_signed_and_logged() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(&["--data", &folder.path().display().to_string()]);
    let (mut receiver, verifier) = (Receiver::start().await, verifier(&sandbox).await);
    let (provider, merchant) = (sandbox.actor("provider"), sandbox.actor("merchant"));
    for actor in [&provider, &merchant] {
        let endpoint = json!({"merchantId": actor["merchantId"], "url": receiver.url});
        sandbox.controlled("/webhooks/endpoint", endpoint).await;
    }
    let mut subjects = BTreeSet::new();
    for sample in Sample::ALL {
        let result = trigger(&sandbox, &[sample.name, "--json"]);
        assert!(result.status.success(), "{}: {result:?}", sample.name);
        let raised: Value = serde_json::from_slice(&result.stdout).unwrap();
        let told = receiver.next().await.verified(&verifier);
        let (kind, status) = sample.labels();
        assert_eq!((told.biz_type.as_ref(), told.biz_status.as_ref()), (kind, status), "{}", sample.name);
        assert_eq!(raised["bizIdStr"], told.biz_id.to_string(), "{}", sample.name);
        let (owner, id) = if kind == "TECH_PROVIDER" { (&provider, None) } else { (&merchant, Some(told.biz_id)) };
        assert_eq!(raised["merchantId"], owner["merchantId"], "{}", sample.name);
        assert!(id.is_none_or(|id| subjects.insert(id)), "{}: a subject of its own", sample.name);
        let delivery = raised["deliveries"][0].clone();
        until("it is logged as delivered", async || {
            let listed = sandbox.controlled("/webhooks/deliveries", json!({})).await;
            let rows = listed["deliveries"].as_array().unwrap().clone();
            rows.into_iter().find(|row| row["id"] == delivery && row["state"] == "delivered")
        })
        .await;
    }
    let checked = output(&["check", "--database", &sqlite(folder.path())]);
    assert!(checked.status.success(), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_that_fails_is_tried_again_like_any_other() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let mut receiver = Receiver::start().await;
    let partner = sandbox.actor("partner")["merchantId"].clone();
    let id = partner.as_str().unwrap();
    assert_refused(&trigger(&sandbox, &["PAY_SUCCESS", "--merchant", id]), 1, "no endpoint that wants PAY_SUCCESS");
    sandbox.controlled("/webhooks/endpoint", json!({"merchantId": partner, "url": receiver.url})).await;
    receiver.script([crate::receiver::Reply::With(500, "not now".to_owned())]);
    let result = trigger(&sandbox, &["pay.pay_success", "--merchant", id]);
    assert!(String::from_utf8_lossy(&result.stdout).starts_with("Raised PAY PAY_SUCCESS about "), "{result:?}");
    let first = receiver.next().await;
    sandbox.controlled("/clock/advance", json!({"ms": 0})).await;
    let failed = only_delivery(&sandbox, &partner).await;
    assert_eq!((&failed["attempts"], &failed["lastStatus"]), (&json!(1), &json!(500)), "{failed}");
    sandbox.controlled("/clock/advance", json!({"ms": 5_000})).await;
    assert_eq!(receiver.next().await.body, first.body);
    assert_eq!(only_delivery(&sandbox, &partner).await["state"], "delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disabled_endpoint_misses_is_no_success() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let partner = sandbox.actor("partner")["merchantId"].clone();
    let endpoint = json!({"merchantId": partner, "url": format!("http://{closed}/")});
    sandbox.controlled("/webhooks/endpoint", endpoint).await;
    let merchant = ["--merchant", partner.as_str().unwrap()];
    // After five days of nothing but failures the platform disables it.
    for _ in 0..6 {
        assert!(trigger(&sandbox, &[&["PAY_SUCCESS"][..], &merchant].concat()).status.success());
        sandbox.controlled("/clock/advance", json!({"ms": DAY_MS})).await;
    }
    let result = trigger(&sandbox, &[&["PAY_SUCCESS"][..], &merchant].concat());
    assert_refused(&result, 1, "that wants PAY_SUCCESS is disabled; enable one in the portal");
    let lines = String::from_utf8_lossy(&result.stdout);
    assert!(lines.starts_with("Not sent: delivery ") && lines.lines().count() == 1, "{lines}");
    let result = trigger(&sandbox, &[&["PAY_SUCCESS", "--json"][..], &merchant].concat());
    let raised: Value = serde_json::from_slice(&result.stdout).unwrap();
    assert_eq!((&raised["deliveries"], raised["missed"].as_array().unwrap().len()), (&json!([]), 1), "{raised}");
    assert_eq!(result.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_raised_is_told_in_one_line() {
    let sandbox = Sandbox::ephemeral();
    for kind in ["PAYED", "PAY", ""] {
        let result = trigger(&sandbox, &[kind]);
        assert_refused(&result, 2, "there are PAY_SUCCESS, PAY_CLOSED, REFUND_SUCCESS");
        let line = String::from_utf8_lossy(&result.stderr);
        assert!(Sample::ALL.iter().all(|sample| line.contains(sample.name)), "{line}");
    }
    let merchant = sandbox.text("/actors/merchant/merchantId");
    let no_provider = trigger(&sandbox, &["TECH_PROVIDER.AGREE", "--merchant", &merchant]);
    assert_refused(&no_provider, 1, "this merchant is none");
    assert_refused(&trigger(&sandbox, &["PAY_SUCCESS", "--merchant", "7"]), 1, "no such merchant");
    let url = sandbox.text("/baseUrl");
    let wrong = output(&["trigger", "PAY_SUCCESS", "--base-url", &url, "--control-token", "wrong"]);
    assert_refused(&wrong, 2, "does not take this control token");
    assert_refused(&output(&["trigger", "PAY_SUCCESS", "--base-url", &url]), 2, "--control-token");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = output(&["trigger", "PAY_SUCCESS", "--base-url", &format!("http://{closed}"), "--control-token", "t"]);
    assert_refused(&nobody, 1, "does it run?");
}

/// Without flags for it, the sandbox is found by its data folder; the token is nobody else's to read, and goes with the run.
#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_is_found_by_its_folder_and_by_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("countersign-data");
    let sandbox = Sandbox::start(&["--data", &data.display().to_string()]);
    let file = data.join("control.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let no_endpoint = "no endpoint that wants PAY_SUCCESS";
    let in_folder = countersign().args(["trigger", "PAY_SUCCESS"]).current_dir(folder.path()).output().unwrap();
    assert_refused(&in_folder, 1, no_endpoint);
    assert_refused(&output(&["trigger", "PAY_SUCCESS", "--data", &data.display().to_string()]), 1, no_endpoint);
    let by_environment = countersign()
        .args(["trigger", "PAY_SUCCESS", "--base-url", &sandbox.text("/baseUrl")])
        .env("COUNTERSIGN_CONTROL_TOKEN", sandbox.text("/controlToken"))
        .output()
        .unwrap();
    assert_refused(&by_environment, 1, no_endpoint);
    assert!(sandbox.stop().success());
    assert!(!file.exists());
    assert_refused(&output(&["trigger", "PAY_SUCCESS", "--data", &data.display().to_string()]), 2, "no sandbox runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_knows_nothing_of_it() {
    let mut network = Network::new();
    let mut server = network.serve().await;
    let base = format!("http://127.0.0.1:{}", network.port);
    for call in ["trigger", "listen", "unlisten", "resend"] {
        let headers = [("authorization", "Bearer x")];
        let (status, ..) = post(&format!("{base}/sandbox/v1/webhooks/{call}"), &headers, b"{}".to_vec()).await;
        assert_eq!(status, 404, "{call}");
    }
    let result = output(&["trigger", "PAY_SUCCESS", "--base-url", &base, "--control-token", "x"]);
    assert_refused(&result, 1, "is no sandbox");
    terminate(&server);
    assert!(server.wait().unwrap().success());
}
