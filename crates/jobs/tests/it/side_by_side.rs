//! More than one thing at a time: the loop, the call that runs what is due, other nodes, slow receivers, the end.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::id::MerchantId;
use countersign_jobs::{Mail, Mailer, Postmark, SendingMail};
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Channel, MessageState};
use countersign_testkit::{Engine, TestApp, on_both_engines, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::reliability::{Manner, Rude};
use crate::support::{PATIENT, Setup, dispatcher, only_webhook, paid_order, run_due, sink};

async fn states(app: &TestApp, merchant: MerchantId) -> Vec<MessageState> {
    app.messages(Channel::Webhook, merchant).await.iter().map(|message| message.state).collect()
}

/// A receiver that answers nobody until it is told to.
struct Gate {
    url: String,
    arrivals: mpsc::UnboundedReceiver<()>,
    open: Arc<Notify>,
    _server: JoinSet<()>,
}

impl Gate {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let url = format!("http://{}/gate", listener.local_addr().expect("a listener has an address"));
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let open = Arc::new(Notify::new());
        let mut server = JoinSet::new();
        let opened = Arc::clone(&open);
        server.spawn(async move {
            let mut waiting = Vec::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (mut stream, _) = accepted.expect("a connection");
                        let mut begin = [0; 8192];
                        drop(stream.read(&mut begin).await);
                        waiting.push(stream);
                        arrived.send(()).expect("the test listens");
                    }
                    () = opened.notified() => {
                        let body = r#"{"returnCode":"SUCCESS"}"#;
                        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                        for mut stream in waiting.drain(..) {
                            drop(stream.write_all(answer.as_bytes()).await);
                        }
                    }
                }
            }
        });
        Self { url, arrivals, open, _server: server }
    }
}

#[test]
fn a_receiver_that_hangs_delays_nobody_else() {
    run(Engine::Sqlite, |app| async move {
        let (sink, dispatcher, mut gate) = (sink(&app).await, dispatcher(&app), Gate::start().await);
        let (slow, well, payer) = (app.merchant("Slow").await, app.merchant("Well").await, app.payer_with("100").await);
        for number in 0..20 {
            paid_order(&slow, &payer, &format!("s{number}"), &gate.url).await;
        }
        for number in 0..3 {
            paid_order(&well, &payer, &format!("w{number}"), &sink.url("/hook")).await;
        }
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (running, token) = (dispatcher.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });

        sink.wait_for(3).await;
        for _ in 0..8 {
            gate.arrivals.recv().await.expect("the gate stands");
        }
        assert!(gate.arrivals.try_recv().is_err(), "a destination has no more than its places");
        assert!(states(&app, slow.id).await.iter().all(|state| *state == MessageState::Pending));

        // Each opening lets those through that have arrived.
        for _ in 8..20 {
            gate.open.notify_one();
            gate.arrivals.recv().await.expect("the gate stands");
        }
        gate.open.notify_one();
        run_due(&dispatcher).await;
        assert!(states(&app, slow.id).await.iter().all(|state| *state == MessageState::Delivered));
        cancel.cancel();
        tasks.join_all().await;
    });
}

#[test]
fn the_end_waits_for_tries_under_way() {
    run(Engine::Sqlite, |app| async move {
        let (dispatcher, mut gate) = (dispatcher(&app), Gate::start().await);
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (running, token) = (dispatcher.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });
        paid_order(&merchant, &payer, "a1", &gate.url).await;
        dispatcher.wake();
        gate.arrivals.recv().await.expect("the gate stands");
        cancel.cancel();
        tokio::task::yield_now().await;
        assert!(tasks.try_join_next().is_none(), "a try is under way");
        gate.open.notify_one();
        tasks.join_all().await;
        assert_eq!(states(&app, merchant.id).await, [MessageState::Delivered]);
    });
}

on_both_engines! {
    async fn the_loop_and_the_call_share_the_work(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let other_node = crate::support::dispatcher(&app);
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        for number in 0..40 {
            paid_order(&merchant, &payer, &format!("a{number}"), &sink.url(&format!("/hook/{}", number % 5))).await;
        }
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for running in [dispatcher.clone(), other_node.clone()] {
            let token = cancel.clone();
            tasks.spawn(async move { running.run(token).await });
        }
        let (one, two, three) = tokio::join!(dispatcher.run_due(), dispatcher.run_due(), other_node.run_due());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(states(&app, merchant.id).await, [MessageState::Delivered; 40]);
        cancel.cancel();
        tasks.join_all().await;
        let mut ids: Vec<i64> = sink.deliveries().iter().map(|delivery| delivery.verified().biz_id).collect();
        assert_eq!(ids.len(), 40, "nothing is sent twice while its lease holds");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 40);
    }

    async fn what_a_dead_node_held_is_sent_when_its_lease_ends(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        let (now, wall, lane) = (app.now(), app.world().wall_now(), sink.url(""));
        let held: Result<i64, StoreError> = app
            .platform()
            .store
            .write("dead_node", app.platform().command_id(), move |tx| {
                let held = outbox::claim_lane(tx, &lane, (now, wall), wall.plus_ms(30_000), 64)?;
                Ok(i64::try_from(held.len()).expect("few"))
            })
            .await;
        assert_eq!(held.expect("a claim can be made"), 1);

        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (running, token) = (dispatcher.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });
        app.world().wall().advance_ms(29_999);
        dispatcher.wake();
        // The queue of writes is in order: once this one is through, a claim that was asked for before it is too.
        app.merchant("Somebody else").await;
        assert_eq!(sink.deliveries().len(), 0);
        app.world().wall().advance_ms(1);
        dispatcher.wake();
        sink.wait_for(1).await;
        cancel.cancel();
        tasks.join_all().await;
        assert_eq!(states(&app, merchant.id).await, [MessageState::Delivered]);
    }
}

/// A mailer that takes its time.
struct PatientMailer;

impl Mailer for PatientMailer {
    fn send<'a>(&'a self, _: &'a Mail, _: Postmark) -> SendingMail<'a> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn patience(&self) -> Duration {
        Duration::from_mins(30)
    }
}

#[test]
fn the_mailers_patience_is_no_matter_of_webhooks() {
    run(Engine::Sqlite, |app| async move {
        let dispatcher = Setup { mailer: Arc::new(PatientMailer), ..Setup::default() }.dispatcher(&app);
        let mut hanging = Rude::start(&[Manner::AnswersLate]).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", &hanging.url).await;
        let id = only_webhook(&app, merchant.id).await.id;
        let (cancel, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let token = cancel.clone();
        tasks.spawn(async move { dispatcher.run(token).await });
        hanging.arrivals.recv().await.expect("it is on its way");
        let locked = app.platform().write("held", move |tx, _| {
            let (_, leased_until) = outbox::lock(tx, id)?.expect("it is there");
            Ok::<_, StoreError>(leased_until)
        });
        let held_ms = locked.await.expect("it can be read").ms_since(app.world().wall_now());
        assert_eq!(held_ms, i64::try_from(PATIENT.as_millis()).expect("a minute") + 20_000);
        cancel.cancel();
        hanging.late.notify_waiters();
        tasks.join_all().await;
    });
}
