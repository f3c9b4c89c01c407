//! `countersign listen` beside a real sandbox. The tests wait for lines of the program while their receivers must answer, so they
//! have more threads than one.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use countersign_domain::time::DAY_MS;
use serde_json::{Value, json};

use crate::receiver::{Receiver, Reply, only_delivery, until, verifier};
use crate::support::{Sandbox, countersign, order, output, terminate};

/// A running `listen`.
struct Listening {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// Its first line.
    told: Value,
}

impl Listening {
    fn start(sandbox: &Sandbox, forward_to: &str, arguments: &[&str]) -> Self {
        Self::of(command(sandbox, forward_to).arg("--json").args(arguments))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut listening = Self { child, lines, told: Value::Null };
        listening.told = serde_json::from_str(&listening.line()).unwrap();
        assert_eq!(listening.told["event"], "listening");
        listening
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// Type, status, HTTP status and fault of the next delivery that it tells.
    fn delivery(&mut self) -> (String, String, Value, Value) {
        let line = self.line();
        let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("a line of JSON: {line:?}"));
        assert!(line["event"] == "delivery" && line["ms"].is_u64() && line["at"].is_i64(), "{line}");
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        (text("bizType"), text("bizStatus"), line["status"].clone(), line["wrong"].clone())
    }

    fn stop(mut self) -> ExitStatus {
        terminate(&self.child);
        self.child.wait().unwrap()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(sandbox: &Sandbox, forward_to: &str) -> Command {
    let mut command = countersign();
    command.args(["listen", "--forward-to", forward_to, "--base-url", &sandbox.text("/baseUrl")]);
    command.args(["--control-token", &sandbox.text("/controlToken")]);
    command
}

async fn paid(sandbox: &Sandbox, number: &str) -> Value {
    let merchant = sandbox.actor("merchant");
    let placed = sandbox.data(&merchant, "/v2/order", &order(number, "1", None)).await;
    let pay = json!({"prepayId": placed["prepayId"], "payer": sandbox.text("/actors/payer/binanceId")});
    sandbox.controlled("/orders/pay", pay).await;
    placed["prepayId"].clone()
}

/// How many endpoints of `merchant` are told of a payment.
async fn receivers(sandbox: &Sandbox, merchant: &str) -> usize {
    let raised = sandbox.controlled("/webhooks/trigger", json!({"type": "PAY_SUCCESS", "merchantId": merchant})).await;
    raised["deliveries"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_arrive_as_they_were_sent_and_so_does_what_is_sent_again() {
    let sandbox = Sandbox::ephemeral();
    let (mut receiver, verifier) = (Receiver::start().await, verifier(&sandbox).await);
    let mut listening = Listening::start(&sandbox, &receiver.url, &[]);
    let told = json!({
        "event": "listening", "baseUrl": sandbox.text("/baseUrl"), "forwardTo": receiver.url, "endpoints": 3, "noPlace": 0,
    });
    assert_eq!(listening.told, told);
    let prepay_id = paid(&sandbox, "heard1").await;
    let first = receiver.next().await;
    let notification = first.verified(&verifier);
    assert_eq!((notification.biz_status.as_ref(), json!(notification.biz_id.to_string())), ("PAY_SUCCESS", prepay_id));
    assert_eq!(first.header("content-type"), "application/json; charset=utf-8");
    assert!(first.header("user-agent").starts_with("Countersign/"));
    let fine = ("PAY".to_owned(), "PAY_SUCCESS".to_owned(), json!(200), Value::Null);
    assert_eq!(listening.delivery(), fine);

    let merchant = sandbox.actor("merchant")["merchantId"].clone();
    let delivered = until("it is delivered", async || {
        Some(only_delivery(&sandbox, &merchant).await).filter(|delivery| delivery["state"] == "delivered")
    })
    .await;
    assert_eq!(sandbox.controlled("/webhooks/resend", json!({"id": delivered["id"]})).await, json!({}));
    let again = receiver.next().await;
    assert_eq!(again.body, first.body);
    assert_ne!(again.header("binancepay-nonce"), first.header("binancepay-nonce"), "signed anew");
    again.verified(&verifier);
    assert_eq!(listening.delivery(), fine);
    assert_eq!(sandbox.control("/webhooks/resend", json!({"id": "7"})).await.0, 404);
    assert!(listening.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_receiver_answers_is_the_result_and_is_tried_again() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let mut receiver = Receiver::start().await;
    let mut listening = Listening::start(&sandbox, &receiver.url, &[]);
    let merchant = sandbox.actor("merchant")["merchantId"].clone();
    let not_yet = "x".repeat(20 * 1024);
    receiver.script([Reply::With(500, "down".into()), Reply::With(200, "fine".into()), Reply::With(200, not_yet)]);
    paid(&sandbox, "heard1").await;
    let body = receiver.next().await.body;
    let mut wrongs = vec![listening.delivery().3];
    let mut results = Vec::new();
    for wait in [5_000, 60_000, 300_000] {
        sandbox.controlled("/clock/advance", json!({"ms": 0})).await;
        let delivery = only_delivery(&sandbox, &merchant).await;
        results.push((delivery["state"].clone(), delivery["attempts"].clone(), delivery["lastStatus"].clone()));
        // A millisecond before it is due nothing comes.
        sandbox.controlled("/clock/advance", json!({"ms": wait - 1})).await;
        assert!(receiver.is_empty());
        sandbox.controlled("/clock/advance", json!({"ms": 1})).await;
        assert_eq!(receiver.next().await.body, body);
        wrongs.push(listening.delivery().3);
    }
    let pending = |attempts: u32, status: u32| (json!("pending"), json!(attempts), json!(status));
    assert_eq!(results, [pending(1, 500), pending(2, 200), pending(3, 200)]);
    assert_eq!(
        wrongs,
        ["only 200 is a success", "the answer is no JSON object", "the answer is too long"]
            .map(Value::from)
            .into_iter()
            .chain([Value::Null])
            .collect::<Vec<_>>()
    );
    let delivery = only_delivery(&sandbox, &merchant).await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_not_there_is_a_bad_gateway() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut listening = Listening::of(command(&sandbox, &format!("http://{closed}/")).arg("--json"));
    paid(&sandbox, "heard1").await;
    let (_, _, status, wrong) = listening.delivery();
    assert_eq!((status, wrong), (Value::Null, json!("could not connect")));
    sandbox.controlled("/clock/advance", json!({"ms": 0})).await;
    let delivery = only_delivery(&sandbox, &sandbox.actor("merchant")["merchantId"]).await;
    assert_eq!((&delivery["state"], &delivery["lastStatus"]), (&json!("pending"), &json!(502)));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_chosen_is_forwarded() {
    let sandbox = Sandbox::ephemeral();
    let mut receiver = Receiver::start().await;
    let merchant = sandbox.text("/actors/merchant/merchantId");
    let chosen = ["--events", "PAY_CLOSED,PAYOUT", "--merchant", &merchant];
    let mut listening = Listening::start(&sandbox, &receiver.url, &chosen);
    assert_eq!(listening.told["endpoints"], 1);
    let mut raised = Vec::new();
    for kind in ["PAY_SUCCESS", "REFUND_SUCCESS", "PAYOUT.FAILED", "PAY_CLOSED"] {
        let told = sandbox.controlled("/webhooks/trigger", json!({"type": kind, "merchantId": merchant})).await;
        raised.push(told["deliveries"].as_array().unwrap().len());
    }
    assert_eq!(raised, [1, 0, 1, 1], "types are filtered by the sandbox");
    let mut statuses = [listening.delivery().1, listening.delivery().1];
    statuses.sort();
    assert_eq!(statuses, ["FAILED", "PAY_CLOSED"]);
    receiver.next().await;
    receiver.next().await;
    let unwanted = until("what was not chosen is done with", async || {
        let listed = sandbox.controlled("/webhooks/deliveries", json!({"merchantId": merchant})).await;
        let rows = listed["deliveries"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["bizStatus"] == "PAY_SUCCESS" && row["state"] != "pending")
    })
    .await;
    assert_eq!(unwanted["state"], "delivered");
    assert!(receiver.is_empty());
    assert!(listening.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_of_every_merchant_until_it_ends() {
    let sandbox = Sandbox::ephemeral();
    let (mut receiver, other) = (Receiver::start().await, Receiver::start().await);
    let listening = Listening::start(&sandbox, &receiver.url, &[]);
    // Of whoever comes while it listens, and where another endpoint takes the place of all others.
    let late = sandbox.controlled("/accounts", json!({"kind": "merchant", "name": "Corner Shop"})).await;
    let late = late["merchantId"].as_str().unwrap();
    assert_eq!(receivers(&sandbox, late).await, 1);
    receiver.next().await;
    let merchant = sandbox.text("/actors/merchant/merchantId");
    sandbox.controlled("/webhooks/endpoint", json!({"merchantId": merchant, "url": other.url})).await;
    assert_eq!(receivers(&sandbox, &merchant).await, 2);
    receiver.next().await;
    // Two may listen at a time, and the end of one is not the end of the other.
    let second = Listening::start(&sandbox, &receiver.url, &[]);
    assert_eq!((receivers(&sandbox, late).await, receivers(&sandbox, &merchant).await), (2, 3));
    assert!(second.stop().success());
    assert_eq!((receivers(&sandbox, late).await, receivers(&sandbox, &merchant).await), (1, 2));
    assert!(listening.stop().success());
    assert_eq!((receivers(&sandbox, late).await, receivers(&sandbox, &merchant).await), (0, 1), "gone when it ended");
}

/// What is on its way when a merchant gets another endpoint arrives: the listener's stays the one that it was.
#[tokio::test(flavor = "multi_thread")]
async fn another_endpoint_of_the_merchant_costs_no_delivery() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let (mut receiver, other) = (Receiver::start().await, Receiver::start().await);
    let mut listening = Listening::start(&sandbox, &receiver.url, &[]);
    let merchant = sandbox.actor("merchant")["merchantId"].clone();
    receiver.script([Reply::With(500, "down".into())]);
    paid(&sandbox, "heard1").await;
    let body = receiver.next().await.body;
    listening.delivery();
    sandbox.controlled("/clock/advance", json!({"ms": 0})).await;
    sandbox.controlled("/webhooks/endpoint", json!({"merchantId": merchant, "url": other.url})).await;
    sandbox.controlled("/clock/advance", json!({"ms": 5_000})).await;
    assert_eq!(receiver.next().await.body, body);
    let delivery = only_delivery(&sandbox, &merchant).await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(2)), "{delivery}");
    assert_eq!(receivers(&sandbox, merchant.as_str().unwrap()).await, 2);
}

/// Days of failures disable a merchant's endpoint, but not the ear of who listens.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_listens_hears_again_after_days_of_failures() {
    let sandbox = Sandbox::start(&["--ephemeral", "--clock", "manual"]);
    let mut receiver = Receiver::start().await;
    let mut listening = Listening::start(&sandbox, &receiver.url, &[]);
    let merchant = sandbox.text("/actors/merchant/merchantId");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let own = json!({"merchantId": merchant, "url": format!("http://{closed}/")});
    sandbox.controlled("/webhooks/endpoint", own).await;
    let endless = (0..1_000).map(|_| Reply::With(500, "down".into()));
    receiver.script(endless);
    for _ in 0..6 {
        assert_eq!(receivers(&sandbox, &merchant).await, 2);
        sandbox.controlled("/clock/advance", json!({"ms": DAY_MS})).await;
    }
    while !receiver.is_empty() {
        receiver.next().await;
        listening.delivery();
    }
    let arguments = ["--base-url", &sandbox.text("/baseUrl"), "--control-token", &sandbox.text("/controlToken")];
    let result = output(&[&["trigger", "PAY_CLOSED", "--merchant", &merchant], &arguments[..]].concat());
    let lines = String::from_utf8_lossy(&result.stdout);
    assert!(result.status.success(), "{result:?}");
    assert!(lines.starts_with("Raised PAY PAY_CLOSED about ") && lines.contains("\nNot sent: delivery "), "{lines}");
    receiver.next().await;
    assert_eq!(listening.delivery().1, "PAY_CLOSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_listens_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--data", &folder.path().display().to_string()];
    let sandbox = Sandbox::start(&arguments);
    let merchant = sandbox.text("/actors/merchant/merchantId");
    let receiver = Receiver::start().await;
    let mut killed = Listening::start(&sandbox, &receiver.url, &[]);
    assert_eq!(receivers(&sandbox, &merchant).await, 1);
    killed.child.kill().unwrap();
    until("its endpoints are gone", async || (receivers(&sandbox, &merchant).await == 0).then_some(())).await;

    // A sandbox that dies leaves its endpoints; the next one clears them away. `listen` ends with it.
    let mut listening = Listening::of(countersign().args([
        "listen",
        "--json",
        "--forward-to",
        &receiver.url,
        arguments[0],
        arguments[1],
    ]));
    assert_eq!(receivers(&sandbox, &merchant).await, 1);
    sandbox.kill();
    assert_eq!(listening.child.wait().unwrap().code(), Some(1));
    let sandbox = Sandbox::start(&arguments);
    assert_eq!(receivers(&sandbox, &merchant).await, 0);
    // One that stops lets go of whoever listens.
    let mut listening = Listening::start(&sandbox, &receiver.url, &[]);
    assert!(sandbox.stop().success());
    assert_eq!(listening.child.wait().unwrap().code(), Some(1));
    let sandbox = Sandbox::start(&arguments);
    assert_eq!(receivers(&sandbox, &merchant).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_for_people_have_no_colours_where_nobody_looks() {
    let sandbox = Sandbox::ephemeral();
    let receiver = Receiver::start().await;
    let mut child = command(&sandbox, &receiver.url).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let heading: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    assert!(heading[0].contains(&receiver.url) && heading[1].contains("Ctrl-C"), "{heading:?}");
    let prepay_id = paid(&sandbox, "heard1").await;
    let line = lines.next().unwrap();
    let cells: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(cells[1..5], ["PAY", "PAY_SUCCESS", prepay_id.as_str().unwrap(), "200"], "{line}");
    assert!(!line.contains('\u{1b}') && cells[0].len() == 8 && cells[6] == "ms", "{line}");
    terminate(&child);
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_in_one_line() {
    let sandbox = Sandbox::ephemeral();
    let (base, token) = (sandbox.text("/baseUrl"), sandbox.text("/controlToken"));
    let with = |arguments: &[&'static str]| -> Vec<String> {
        let sandbox = ["listen", "--base-url", &base, "--control-token", &token];
        sandbox.iter().chain(arguments).map(|argument| (*argument).to_owned()).collect()
    };
    let here = "http://localhost:3000/hook";
    let rows: [(Vec<String>, i32, &str); 6] = [
        (with(&[]), 2, "--forward-to"),
        (with(&["--forward-to", "localhost:3000"]), 2, "--forward-to"),
        (with(&["--forward-to", "http://169.254.169.254/"]), 2, "may not be called"),
        (with(&["--forward-to", here, "--events", "PAYED"]), 2, "there are PAY"),
        (with(&["--forward-to", here, "--merchant", "7"]), 1, "no such merchant"),
        (["listen", "--forward-to", here, "--base-url", &base].map(str::to_owned).to_vec(), 2, "--control-token"),
    ];
    for (arguments, code, expected) in rows {
        let result = output(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let line = String::from_utf8_lossy(&result.stderr);
        assert_eq!((result.status.code(), line.lines().count()), (Some(code), 1), "{arguments:?}: {line}");
        assert!(line.contains(expected), "{arguments:?}: {line}");
    }
}
