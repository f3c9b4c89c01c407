//! Whatever receivers do, and whenever a process dies: every message arrives at least once or is parked with its reason, under
//! the same ids, and a repeat changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OutboxId};
use countersign_domain::time::HOUR_MS;
use countersign_domain::webhook_endpoint::EndpointState;
use countersign_jobs::{Channel, OutboundTimeouts, Outcome, RunSummary};
use countersign_service::deliveries::LogFilter;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, MessageState, NewMessage, ParkReason};
use countersign_testkit::{Delivery, Engine, SinkAnswer, TestApp, WebhookSink, on_both_engines, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::{
    Doomed, LEASE_MS, PATIENT, Setup, dispatcher, move_to, next_due, only_webhook, paid_order, quiet_order, run_due,
    run_to_the_end, sink, told,
};

const SUCCESS: &str = "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"returnCode\":\"SUCCESS\"}";

/// What a receiver of raw connections does with one request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// Closes after half an answer.
    ClosesHalfWay,
    /// Says nothing until it is told to, however long the sender waits.
    AnswersLate,
    /// Answers as it should.
    AnswersWell,
}

/// A receiver of raw connections, each in the next manner of its script and well after its end.
pub(crate) struct Rude {
    pub(crate) url: String,
    pub(crate) arrivals: mpsc::UnboundedReceiver<()>,
    pub(crate) late: Arc<Notify>,
    _server: JoinSet<()>,
}

impl Rude {
    pub(crate) async fn start(script: &'static [Manner]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let url = format!("http://{}/rude", listener.local_addr().expect("a listener has an address"));
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let late = Arc::new(Notify::new());
        let mut server = JoinSet::new();
        let told = Arc::clone(&late);
        server.spawn(async move {
            let mut connections = JoinSet::new();
            let mut script = script.iter().copied();
            while let Ok((stream, _)) = listener.accept().await {
                let manner = script.next().unwrap_or(Manner::AnswersWell);
                connections.spawn(receive(stream, manner, Arc::clone(&told), arrived.clone()));
            }
        });
        Self { url, arrivals, late, _server: server }
    }
}

async fn receive(mut stream: TcpStream, manner: Manner, late: Arc<Notify>, arrived: mpsc::UnboundedSender<()>) {
    let mut begin = [0; 8192];
    drop(stream.read(&mut begin).await);
    // The test may have ended meanwhile.
    let _ = arrived.send(());
    let answer = match manner {
        Manner::ClosesHalfWay => &SUCCESS[..SUCCESS.len() / 2],
        Manner::AnswersWell => SUCCESS,
        Manner::AnswersLate => {
            late.notified().await;
            SUCCESS
        }
    };
    drop(stream.write_all(answer.as_bytes()).await);
}

/// The state, the tries and the last words of a merchant's messages, oldest first.
async fn standing(app: &TestApp, merchant: MerchantId) -> Vec<(MessageState, i64, Option<String>)> {
    let messages = app.messages(Channel::Webhook, merchant).await;
    messages.into_iter().map(|message| (message.state, message.attempts, message.last_error)).collect()
}

#[test]
fn a_receiver_that_errs_gets_the_message_in_the_end_and_nothing_twice_over() {
    run(Engine::Sqlite, |app| async move {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let mut rude = Rude::start(&[Manner::ClosesHalfWay]).await;
        sink.script([
            SinkAnswer::Reply(500, Vec::new()),
            SinkAnswer::Reply(200, vec![b' '; 10 * 1024 * 1024]),
            SinkAnswer::Endless,
            SinkAnswer::Reply(200, b"{\"returnCode\":\"FAIL\"}".to_vec()),
        ]);
        let footprint = app.footprint().await;
        let paid = paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        paid_order(&merchant, &payer, "a2", &rude.url).await;
        let transfers = app.footprint().await.rows("ledger_transfers");
        run_to_the_end(&app, &dispatcher).await;
        assert_eq!(
            standing(&app, merchant.id).await,
            [(MessageState::Delivered, 5, None), (MessageState::Delivered, 2, None)]
        );
        assert_eq!(sink.deliveries().len(), 5);
        let told: BTreeSet<(i64, Vec<u8>)> =
            sink.deliveries().iter().map(|sent| (sent.verified().biz_id, sent.body.clone())).collect();
        assert_eq!(told.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>(), [paid], "one id, one body");
        assert_eq!(std::iter::from_fn(|| rude.arrivals.try_recv().ok()).count(), 2);
        let after = app.footprint().await;
        assert_eq!(after.rows("ledger_transfers"), transfers, "no try moves money");
        assert_eq!(after.rows("outbox") - footprint.rows("outbox"), 2, "nor causes another message");
    });
}

#[test]
fn an_answer_that_comes_too_late_is_none_and_the_next_try_follows() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        let rude = Rude::start(&[Manner::AnswersLate]).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        sink.answer_always(SinkAnswer::Silence);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        paid_order(&merchant, &payer, "a2", &rude.url).await;
        // Nobody answers in time here, so it does not matter how short that is.
        let timeouts = OutboundTimeouts { connect: PATIENT, whole: Duration::from_millis(100) };
        let hasty = Setup { timeouts, ..Setup::default() }.dispatcher(&app);
        assert_eq!(run_due(&hasty).await, RunSummary { retried: 2, ..RunSummary::default() });
        let late = (MessageState::Pending, 1, Some("no answer in time".to_owned()));
        assert_eq!(standing(&app, merchant.id).await, vec![late; 2]);
        sink.answer_always(SinkAnswer::Success);
        let patient = dispatcher(&app);
        let mut second_tries = pin!(run_to_the_end(&app, &patient));
        loop {
            // The first request may come to the receiver only now, or never: time-outs heed no receiver.
            rude.late.notify_waiters();
            tokio::select! {
                () = &mut second_tries => break,
                () = tokio::task::yield_now() => {}
            }
        }
        assert_eq!(standing(&app, merchant.id).await, vec![(MessageState::Delivered, 2, None); 2]);
    });
}

#[test]
fn a_receiver_that_errs_for_ever_leaves_a_reason() {
    run(Engine::Sqlite, |app| async move {
        let sink = sink(&app).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let rows = [
            (SinkAnswer::Reply(500, Vec::new()), PATIENT, "answered 500"),
            (SinkAnswer::Silence, Duration::from_millis(100), "no answer in time"),
            (SinkAnswer::Endless, PATIENT, "answered 200 with too long a body"),
        ];
        for (index, (answer, whole, words)) in (0..).zip(rows) {
            let timeouts = OutboundTimeouts { connect: PATIENT, whole };
            let dispatcher = Setup { timeouts, ..Setup::default() }.dispatcher(&app);
            sink.answer_always(answer);
            paid_order(&merchant, &payer, &format!("a{index}"), &sink.url("/hook")).await;
            run_to_the_end(&app, &dispatcher).await;
            let parked = (MessageState::Parked(ParkReason::LastTry), 7, Some(words.to_owned()));
            assert_eq!(standing(&app, merchant.id).await.last(), Some(&parked));
        }
    });
}

on_both_engines! {
    // The receiver has the message and has not answered: from the database's side every death between claim and settlement
    // looks like this one.
    async fn a_process_that_dies_while_it_sends_is_followed_by_another(app: TestApp) {
        let (sink, next) = (sink(&app).await, dispatcher(&app));
        let mut rude = Rude::start(&[Manner::AnswersLate, Manner::AnswersLate]).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let endpoint = merchant.listen_at(&rude.url).await;
        quiet_order(&merchant, &payer, "a1").await;
        for _ in 0..2 {
            let dying = dispatcher(&app);
            let doomed = Doomed::start(async move { dying.run(CancellationToken::new()).await });
            rude.arrivals.recv().await.expect("the message is on its way");
            doomed.kill().await;
            let message = only_webhook(&app, merchant.id).await;
            assert_eq!((message.state, message.attempts), (MessageState::Pending, 0), "nobody wrote what became of it");
            // The lease is wall time; business time stands still.
            app.world().wall().advance_ms(LEASE_MS);
        }
        paid_order(&merchant, &payer, "a2", &sink.url("/hook")).await;
        assert_eq!(run_due(&next).await, RunSummary { delivered: 2, ..RunSummary::default() });
        rude.arrivals.recv().await.expect("the third try came");
        let told = standing(&app, merchant.id).await;
        assert_eq!(told, [(MessageState::Delivered, 1, None), (MessageState::Delivered, 1, None)]);
        let [known] = merchant.endpoints().await.try_into().expect("one endpoint");
        assert_eq!((known.id, known.state), (endpoint, EndpointState::ENABLED), "a death is no failure of the receiver");
    }

    async fn a_graceful_end_gives_back_what_was_not_tried(app: TestApp) {
        let (first, next) = (dispatcher(&app), dispatcher(&app));
        let mut rude = Rude::start(&[Manner::AnswersLate; 8]).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        for number in 0..20 {
            paid_order(&merchant, &payer, &format!("a{number}"), &rude.url).await;
        }
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (running, token) = (first.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });
        for _ in 0..8 {
            rude.arrivals.recv().await.expect("as many as one receiver gets");
        }
        cancel.cancel();
        // The next process has the rest at once, while the first waits for its tries: no lease has to end before.
        let taking_over = next.clone();
        tasks.spawn(async move { drop(taking_over.run_due().await) });
        for _ in 8..20 {
            rude.arrivals.recv().await.expect("one of the rest");
        }
        rude.late.notify_waiters();
        tasks.join_all().await;
        assert!(standing(&app, merchant.id).await.iter().all(|told| *told == (MessageState::Delivered, 1, None)));
    }
}

/// When a message is tried, in milliseconds after its cause, if every try fails.
const TRIED_AFTER_MS: [i64; 7] = {
    let delays = [5_000, 60_000, 300_000, 1_800_000, 7_200_000, 43_200_000];
    let (mut at, mut index) = ([0; 7], 0);
    while index < delays.len() {
        at[index + 1] = at[index] + delays[index];
        index += 1;
    }
    at
};

/// The tries that one second of business time holds, in any order within it: the message and where it went.
type Second = BTreeSet<(String, String)>;

on_both_engines! {
    // 14.6 hours of business time, six messages to three receivers, of which one comes back on the way.
    async fn the_whole_schedule_runs_in_its_order(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let start = app.now();
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        let mut expected = BTreeMap::<i64, Second>::new();
        for number in 0..6 {
            app.advance_ms(1_000);
            let path = format!("/receiver{}", number % 3);
            let id = paid_order(&merchant, &payer, &format!("a{number}"), &sink.url(&path)).await;
            let caused = app.now().ms_since(start);
            for after in TRIED_AFTER_MS {
                expected.entry(caused + after).or_default().insert((id.clone(), path.clone()));
            }
            run_due(&dispatcher).await;
        }
        while let Some(due) = next_due(&dispatcher).await {
            move_to(&app, due);
            run_due(&dispatcher).await;
        }
        assert_eq!(app.now().ms_since(start), 6_000 + TRIED_AFTER_MS[6]);
        let mut seen = BTreeMap::<i64, Second>::new();
        let deliveries = sink.deliveries();
        for delivery in &deliveries {
            let sent_at: i64 = delivery.header("binancepay-timestamp").parse().expect("digits");
            let told = (delivery.verified().biz_id.to_string(), delivery.path.clone());
            assert!(seen.entry(sent_at - start.ms()).or_default().insert(told), "a try is made once");
        }
        assert_eq!(seen, expected);
        let arrived: Vec<&str> = deliveries.iter().map(|delivery| delivery.header("binancepay-timestamp")).collect();
        assert!(arrived.is_sorted(), "in the order in which they fell due");
        let parked = (MessageState::Parked(ParkReason::LastTry), 7, Some("answered 500".to_owned()));
        assert_eq!(standing(&app, merchant.id).await, vec![parked; 6]);
    }

    async fn retry_after_puts_off_but_not_for_long_and_brings_nothing_forward(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        // The second one is a date two minutes after the first try; the wall clock stands at 2026-01-15T12:00:00Z.
        let rows = [("120", 120_000), ("Thu, 15 Jan 2026 12:04:00 GMT", 120_000), ("1", 300_000), ("86400", HOUR_MS)];
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        for (asked, waits) in rows {
            sink.script([SinkAnswer::Busy(asked.to_owned())]);
            assert_eq!(run_due(&dispatcher).await.retried, 1);
            let due = next_due(&dispatcher).await.expect("it is tried again");
            assert_eq!(due.ms_since(app.now()), waits, "{asked}");
            move_to(&app, due);
        }
        assert_eq!(run_due(&dispatcher).await.delivered, 1);
    }
}

#[test]
fn of_ten_endpoints_one_that_hangs_delays_no_other() {
    run(Engine::Sqlite, |app| async move {
        const ORDERS: usize = 30;
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let mut rude = Rude::start(&[Manner::AnswersLate; ORDERS]).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        merchant.listen_at(&rude.url).await;
        for number in 0..9 {
            merchant.listen_at(&sink.url(&format!("/well/{number}"))).await;
        }
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (running, token) = (dispatcher.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });
        for number in 0..ORDERS {
            quiet_order(&merchant, &payer, &format!("a{number}")).await;
        }
        dispatcher.wake();
        sink.wait_for(9 * ORDERS).await;
        for _ in 0..8 {
            rude.arrivals.recv().await.expect("it hangs with as many as it gets");
        }
        assert!(rude.arrivals.try_recv().is_err());
        for number in 0..9 {
            assert_eq!(told(&sink, &format!("/well/{number}")).len(), ORDERS);
        }
        // The hanging one answers in the end; those that it had not got yet follow.
        while !is_done(&app, merchant.id, 10 * ORDERS).await {
            rude.late.notify_waiters();
            tokio::task::yield_now().await;
        }
        cancel.cancel();
        tasks.join_all().await;
    });
}

pub(crate) async fn is_done(app: &TestApp, merchant: MerchantId, count: usize) -> bool {
    let read = app.platform().read("done", move |tx, _| {
        let page = outbox::page(tx, Channel::Webhook, Some(merchant), OutboxId::new(i64::MAX), 1_000)?;
        Ok::<_, StoreError>(page.iter().filter(|message| message.state == MessageState::Delivered).count())
    });
    read.await.expect("it can be read") == count
}

/// Writes `count` messages to `url`, all due now.
async fn backlog(app: &TestApp, merchant: MerchantId, url: &str, count: i64) {
    let (url, now) = (url.to_owned(), app.now());
    let template = app.messages(Channel::Webhook, merchant).await.remove(0);
    let written: Result<(), StoreError> = app
        .platform()
        .write("backlog", move |tx, platform| {
            for number in 0..count {
                outbox::insert(
                    tx,
                    &NewMessage {
                        id: OutboxId::new(platform.ids.next(now)),
                        channel: Channel::Webhook,
                        merchant_id: merchant,
                        destination: &url,
                        endpoint_id: None,
                        is_missed: false,
                        event_kind: &template.event_kind,
                        event_status: "BACKLOG",
                        subject: number,
                        event: &template.event,
                        body_sealed: false,
                        created_at: now,
                    },
                )?;
            }
            Ok(())
        })
        .await;
    written.expect("a backlog can be written");
}

on_both_engines! {
    // Two thousand messages wait for a receiver that hangs, and came first: those of the others go out all the same, and the
    // backlog is not even held.
    async fn a_backlog_fills_neither_claims_nor_the_desk(app: TestApp) {
        const BACKLOG: i64 = 2_000;
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let mut rude = Rude::start(&[Manner::AnswersLate; 8]).await;
        let (dead, merchant, payer) = (app.merchant("Dead").await, app.merchant("Shop").await, app.payer_with("1000").await);
        paid_order(&dead, &payer, "first", &rude.url).await;
        backlog(&app, dead.id, &rude.url, BACKLOG).await;
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (running, token) = (dispatcher.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });
        for number in 0..40 {
            paid_order(&merchant, &payer, &format!("a{number}"), &sink.url(&format!("/hook/{}", number % 4))).await;
        }
        sink.wait_for(40).await;
        for _ in 0..8 {
            rude.arrivals.recv().await.expect("it hangs with as many as it gets");
        }
        assert!(rude.arrivals.try_recv().is_err());
        let (wall, of_backlog) = (app.world().wall_now(), dead.id.get());
        let held = app.platform().read("held", move |tx, _| {
            // Those of the others are held too, until what became of them is written.
            let row = tx.query_one(&HELD, &[wall.ms().into(), of_backlog.into()])?;
            row.int(0)
        });
        let held: Result<i64, StoreError> = held.await;
        let held = held.expect("it can be counted");
        assert!(held <= 8 + 64, "{held} messages of the backlog are held");
        cancel.cancel();
        // Some may get its places before the end is heard of.
        while tasks.try_join_next().is_none() {
            rude.late.notify_waiters();
            tokio::task::yield_now().await;
        }
        drop(dead);
    }
}

static HELD: countersign_store::Statement = countersign_store::Statement {
    name: "held",
    sql: "SELECT COUNT(*) FROM outbox WHERE leased_until > $1 AND merchant_id = $2 AND state = 'PENDING'",
};

on_both_engines! {
    // Two nodes work off one queue, ten receivers, two of them broken: each try is made once, whoever makes it.
    async fn two_nodes_share_a_queue_and_make_each_try_once(app: TestApp) {
        const ORDERS: usize = 60;
        let sink = sink(&app).await;
        let nodes = [dispatcher(&app), dispatcher(&app)];
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("1000").await);
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        for number in 0..ORDERS {
            paid_order(&merchant, &payer, &format!("a{number}"), &sink.url(&format!("/hook/{}", number % 10))).await;
        }
        for round in 1..=3 {
            let (one, two) = tokio::join!(nodes[0].run_due(), nodes[1].run_due());
            assert!(one.is_ok() && two.is_ok());
            let tries = sink.deliveries();
            assert_eq!(tries.len(), round * ORDERS);
            let distinct: BTreeSet<(i64, String)> = tries.iter().map(tried).collect();
            assert_eq!(distinct.len(), round * ORDERS, "each message once a round");
            move_to(&app, next_due(&nodes[0]).await.expect("all are tried again"));
        }
        sink.answer_always(SinkAnswer::Success);
        let (one, two) = tokio::join!(nodes[0].run_due(), nodes[1].run_due());
        assert!(one.is_ok() && two.is_ok());
        let log = merchant.log(LogFilter::default()).await;
        assert!(log.iter().all(|message| (message.state, message.attempts) == (MessageState::Delivered, 4)));
        assert_eq!((log.len(), sink.deliveries().len()), (ORDERS, 4 * ORDERS));
    }
}

/// The message of a try and the time of its signature, which is another at each round.
fn tried(delivery: &Delivery) -> (i64, String) {
    (delivery.verified().biz_id, delivery.header("binancepay-timestamp").to_owned())
}

#[test]
fn the_queue_is_measured() {
    run(Engine::Sqlite, |app| async move {
        let dispatcher = dispatcher(&app);
        let sink: WebhookSink = sink(&app).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        for number in 0..3 {
            paid_order(&merchant, &payer, &format!("a{number}"), &sink.url("/hook")).await;
        }
        run_due(&dispatcher).await;
        let metrics = dispatcher.metrics();
        assert_eq!((metrics.depth(), metrics.overdue_seconds()), (3, 0), "what waits for its time is not late");
        assert_eq!(metrics.attempts(Channel::Webhook, Outcome::Retried), 3);
        let mut registry = prometheus_client::registry::Registry::default();
        metrics.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).expect("metrics print");
        for line in [
            "delivery_attempts_total{channel=\"Webhook\",outcome=\"Retried\"} 3",
            "delivery_attempt_duration_seconds_count{channel=\"Webhook\"} 3",
            "outbox_pending 3",
            "outbox_overdue_seconds 0",
        ] {
            assert!(text.lines().any(|printed| printed == line), "{line} is missing in\n{text}");
        }
        let start: Timestamp = app.now();
        assert_eq!(next_due(&dispatcher).await, Some(start.plus_ms(5_000)));
    });
}
