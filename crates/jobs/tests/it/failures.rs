//! Receivers that answer wrongly, late, too much or not at all: each costs one try and harms nobody else.

use std::time::Duration;

use countersign_domain::AddressList;
use countersign_domain::id::OutboxId;
use countersign_jobs::{OutboundPolicy, OutboundTimeouts};
use countersign_service::deliveries::{Kept, ShownAttempt};
use countersign_store::queries::outbox::{self, Channel, MessageState, NewMessage, ParkReason};
use countersign_testkit::{Engine, SinkAnswer, TestApp, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{PATIENT, Setup, only_webhook, paid_order, run_due, sink};

/// Sends one payment to `url` and tells status and words of the try that must fail.
async fn failed_try(app: &TestApp, setup: Setup, number: &str, url: &str) -> (Option<i64>, String) {
    let dispatcher = setup.dispatcher(app);
    let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
    paid_order(&merchant, &payer, number, url).await;
    assert_eq!(run_due(&dispatcher).await.retried, 1);
    let message = only_webhook(app, merchant.id).await;
    assert_eq!((message.state, message.attempts), (MessageState::Pending, 1));
    (message.last_status, message.last_error.expect("a failed try says why"))
}

#[test]
fn wrong_answers_are_no_deliveries() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        let reply = |status, body: &str| SinkAnswer::Reply(status, body.as_bytes().to_vec());
        let not_json = "answered 200, but not with a JSON object";
        let not_success = "answered 200, but its returnCode is not SUCCESS";
        let rows = [
            (reply(500, r#"{"returnCode":"SUCCESS"}"#), 500, "answered 500"),
            (reply(201, r#"{"returnCode":"SUCCESS"}"#), 201, "answered 201"),
            (reply(204, ""), 204, "answered 204"),
            (reply(200, ""), 200, not_json),
            (reply(200, "OK"), 200, not_json),
            (reply(200, "\u{0}\u{1}garbage{"), 200, not_json),
            (reply(200, r#"{"returnCode":"FAIL","returnMessage":"later"}"#), 200, not_success),
            (reply(200, r#"{"message":"Done"}"#), 200, not_success),
            (SinkAnswer::Redirect(sink.url("/elsewhere")), 302, "answered 302"),
            (SinkAnswer::Endless, 200, "answered 200 with too long a body"),
        ];
        for (index, (answer, status, words)) in rows.into_iter().enumerate() {
            sink.script([answer]);
            let tried = failed_try(&app, Setup::default(), &format!("a{index}"), &sink.url("/hook")).await;
            assert_eq!(tried, (Some(status), words.to_owned()));
        }
        assert_eq!(sink.deliveries_to("/elsewhere").len(), 0, "a redirect is not followed");
    });
}

#[test]
fn a_receiver_that_hangs_ends_with_the_timeout() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        sink.answer_always(SinkAnswer::Silence);
        let timeouts = OutboundTimeouts { connect: PATIENT, whole: Duration::from_millis(100) };
        let setup = Setup { timeouts, ..Setup::default() };
        let tried = failed_try(&app, setup, "a1", &sink.url("/hook")).await;
        assert_eq!(tried, (None, "no answer in time".to_owned()));
    });
}

/// Accepts connections, reads the beginning of each request, writes `answer` and closes.
async fn rude_receiver(answer: &'static [u8]) -> (String, JoinSet<()>) {
    receiver(answer, drop).await
}

/// The same, but keeps the connections open.
async fn stalling_receiver(answer: &'static [u8]) -> (String, JoinSet<()>) {
    let mut open = Vec::new();
    receiver(answer, move |stream| open.push(stream)).await
}

async fn receiver(answer: &'static [u8], mut leave: impl FnMut(TcpStream) + Send + 'static) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("a listener has an address"));
    let mut server = JoinSet::new();
    server.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut begin = [0; 4096];
            drop(stream.read(&mut begin).await);
            drop(stream.write_all(answer).await);
            leave(stream);
        }
    });
    (url, server)
}

#[test]
fn broken_connections_are_failed_tries() {
    run(Engine::Sqlite, |app| async move {
        let broke = "the connection broke before the answer was complete";
        let rows: [(&[u8], Option<i64>); 5] = [
            (b"", None),
            (b"HTTP/1.1 200 OK\r\nContent-Le", None),
            (b"SSH-2.0-OpenSSH_9.6\r\n", None),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"returnCode\":\"SUCCESS\"}", Some(200)),
            (b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Some(502)),
        ];
        for (index, (answer, status)) in rows.into_iter().enumerate() {
            let (url, _server) = rude_receiver(answer).await;
            let tried = failed_try(&app, Setup::default(), &format!("a{index}"), &url).await;
            let words = status.map_or_else(|| broke.to_owned(), |status| format!("answered {status}, but {broke}"));
            assert_eq!(tried, (status, words), "{answer:?}");
        }
    });
}

/// Sends a payment to `url` and shows the try as its owner sees it, with how long the next one waits.
async fn shown_try(app: &TestApp, setup: Setup, number: &str, url: &str) -> (ShownAttempt, i64) {
    let dispatcher = setup.dispatcher(app);
    let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
    paid_order(&merchant, &payer, number, url).await;
    assert_eq!(run_due(&dispatcher).await.retried, 1);
    let message = only_webhook(app, merchant.id).await;
    let mut shown = merchant.shown(message.id).await.expect("it is in the log");
    (shown.attempts.remove(0), message.next_attempt_at.ms_since(app.now()))
}

fn text(text: &str) -> Kept {
    Kept::Text(text.to_owned())
}

#[test]
fn what_came_of_an_answer_that_broke_off_is_kept_and_heeded() {
    const BEGUN: &[u8] = b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 100\r\n\r\n{\"error\":\"out of";
    run(Engine::Sqlite, |app| async move {
        let (url, _server) = rude_receiver(BEGUN).await;
        let (tried, waits_ms) = shown_try(&app, Setup::default(), "a1", &url).await;
        assert_eq!(
            (tried.facts.status, tried.answer, tried.answer_is_cut),
            (Some(503), Some(text("{\"error\":\"out of")), true)
        );
        let words = "answered 503, but the connection broke before the answer was complete";
        assert_eq!(tried.facts.error.as_deref(), Some(words));
        assert_eq!(waits_ms, 120_000);
    });
}

#[test]
fn what_came_of_an_answer_that_did_not_end_in_time_is_kept() {
    const BEGUN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a";
    run(Engine::Sqlite, |app| async move {
        let (url, _server) = stalling_receiver(BEGUN).await;
        // However slow the machine is, the beginning comes in time once there is enough of it.
        let mut whole = Duration::from_millis(100);
        let tried = loop {
            let timeouts = OutboundTimeouts { connect: PATIENT, whole };
            let setup = Setup { timeouts, ..Setup::default() };
            let (tried, _) = shown_try(&app, setup, "a1", &url).await;
            if tried.answer.is_some() {
                break tried;
            }
            whole *= 2;
            assert!(whole < PATIENT, "nothing is kept");
        };
        assert_eq!((tried.facts.status, tried.answer, tried.answer_is_cut), (Some(200), Some(text("half a")), true));
        assert_eq!(tried.facts.error.as_deref(), Some("answered 200, but the rest did not come in time"));
    });
}

#[test]
fn nobody_listening_is_a_failed_try() {
    run(Engine::Sqlite, |app| async move {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("a listener has an address"));
        drop(listener);
        let tried = failed_try(&app, Setup::default(), "a1", &url).await;
        assert_eq!(tried, (None, "could not connect".to_owned()));
    });
}

#[test]
fn the_policy_is_kept_when_sending_too() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        let policy = OutboundPolicy::Serve { allow_http: true, allow: AddressList::any() };
        let (status, words) = failed_try(&app, Setup { policy, ..Setup::default() }, "a1", &sink.url("/hook")).await;
        assert_eq!(
            (status, words.as_str()),
            (None, "not sent: 127.0.0.1 is a loopback address, which may not be called")
        );

        let allow = AddressList::parse(["127.0.0.1"]).expect("an address");
        let policy = OutboundPolicy::Serve { allow_http: false, allow };
        let (_, words) = failed_try(&app, Setup { policy, ..Setup::default() }, "a2", &sink.url("/hook")).await;
        assert_eq!(words, "not sent: the URL must begin with https://");
        assert_eq!(sink.deliveries().len(), 0);
    });
}

#[test]
fn plain_http_behind_https_is_a_failed_handshake() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        let url = sink.url("/hook").replace("http://", "https://");
        let tried = failed_try(&app, Setup::default(), "a1", &url).await;
        assert_eq!(tried, (None, "could not connect".to_owned()));
    });
}

#[test]
fn a_message_that_cannot_be_rendered_is_parked_and_holds_up_nobody() {
    run(Engine::Sqlite, |app| async move {
        let (sink, dispatcher) = (sink(&app).await, crate::support::dispatcher(&app));
        let (odd, merchant, payer) =
            (app.merchant("Odd").await, app.merchant("Shop").await, app.payer_with("10").await);
        let (url, owner, now) = (sink.url("/odd"), odd.id, app.now());
        let stored: Result<(), countersign_store::StoreError> = app
            .platform()
            .store
            .write("insert", app.platform().command_id(), move |tx| {
                outbox::insert(
                    tx,
                    &NewMessage {
                        id: OutboxId::new(1),
                        channel: Channel::Webhook,
                        merchant_id: owner,
                        destination: &url,
                        endpoint_id: None,
                        is_missed: false,
                        event_kind: "ORDER",
                        event_status: "PAID",
                        subject: 1,
                        event: r#"{"FromTheFuture":{}}"#,
                        body_sealed: false,
                        created_at: now,
                    },
                )
            })
            .await;
        stored.expect("a row can be stored");
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        let summary = run_due(&dispatcher).await;
        assert_eq!((summary.delivered, summary.parked), (1, 1));
        let message = only_webhook(&app, odd.id).await;
        assert_eq!((message.state, message.attempts), (MessageState::Parked(ParkReason::Hopeless), 1));
        assert_eq!(message.last_error.as_deref(), Some("the stored event cannot be read"));
        assert_eq!(sink.deliveries_to("/odd").len(), 0);
    });
}
