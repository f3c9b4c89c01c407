//! One host under many paths: it is one receiver, and its messages are in nobody's way.

use std::collections::BTreeSet;

use countersign_domain::id::{MerchantId, OutboxId};
use countersign_jobs::Dispatcher;
use countersign_store::queries::outbox::{self, Channel, Message, NewMessage};
use countersign_store::{Statement, StoreError, WriteTx};
use countersign_testkit::{Merchant, Payer, TestApp, on_both_engines};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::reliability::{Manner, Rude, is_done};
use crate::support::{dispatcher, paid_order, sink, told};

/// Lanes as they were before calls' URLs shared that of their host.
static LANES_OF_BEFORE: Statement =
    Statement { name: "lanes_of_before", sql: "UPDATE outbox SET lane = destination WHERE state = 'PENDING'" };

/// What to write: messages as the template, to so many paths below a URL.
#[derive(Clone)]
struct Paths {
    template: Message,
    below: String,
    count: i64,
    are_old: bool,
}

fn insert(tx: &mut dyn WriteTx, what: &Paths, (number, id): (i64, OutboxId)) -> Result<(), StoreError> {
    let template = &what.template;
    outbox::insert(
        tx,
        &NewMessage {
            id,
            channel: Channel::Webhook,
            merchant_id: template.merchant_id,
            destination: &format!("{}/{number}", what.below),
            endpoint_id: None,
            is_missed: false,
            event_kind: &template.event_kind,
            event_status: "NUMBERED",
            subject: number,
            event: &template.event,
            body_sealed: false,
            created_at: template.created_at,
        },
    )
}

/// Pays an order that tells `url`, and writes `count` messages more, each to a path of its own below it.
async fn numbered(app: &TestApp, (merchant, payer): (&Merchant, &Payer), url: &str, (count, are_old): (i64, bool)) {
    paid_order(merchant, payer, "first", &format!("{url}/0")).await;
    let template = app.messages(Channel::Webhook, merchant.id).await.remove(0);
    let what = Paths { template, below: url.to_owned(), count, are_old };
    let written: Result<(), StoreError> = app
        .platform()
        .write("numbered", move |tx, platform| {
            for number in 1..what.count {
                insert(tx, &what, (number, OutboxId::new(platform.ids.next(what.template.created_at))))?;
            }
            if what.are_old {
                tx.execute(&LANES_OF_BEFORE, &[])?;
            }
            Ok(())
        })
        .await;
    written.expect("they can be written");
}

fn start(dispatcher: &Dispatcher) -> (JoinSet<()>, CancellationToken) {
    let (cancel, mut tasks) = (CancellationToken::new(), JoinSet::new());
    let (running, token) = (dispatcher.clone(), cancel.clone());
    tasks.spawn(async move { running.run(token).await });
    (tasks, cancel)
}

async fn lanes(app: &TestApp, merchant: MerchantId) -> BTreeSet<String> {
    app.messages(Channel::Webhook, merchant).await.into_iter().map(|message| message.lane).collect()
}

on_both_engines! {
    async fn a_thousand_paths_on_a_host_that_hangs_delay_no_other(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let mut hanging = Rude::start(&[Manner::AnswersLate; 1_000]).await;
        let (slow, well, payer) = (app.merchant("Slow").await, app.merchant("Well").await, app.payer_with("100").await);
        numbered(&app, (&slow, &payer), &hanging.url, (1_000, false)).await;
        assert_eq!(lanes(&app, slow.id).await.len(), 1);
        for number in 0..10 {
            paid_order(&well, &payer, &format!("w{number}"), &sink.url("/hook")).await;
        }
        let (mut tasks, cancel) = start(&dispatcher);
        sink.wait_for(10).await;
        assert_eq!(told(&sink, "/hook").len(), 10);
        for _ in 0..8 {
            hanging.arrivals.recv().await.expect("it hangs with as many as it gets");
        }
        // One that comes now is as quick.
        paid_order(&well, &payer, "w10", &sink.url("/hook")).await;
        dispatcher.wake();
        sink.wait_for(11).await;
        assert!(hanging.arrivals.try_recv().is_err(), "a host has no more places for having many paths");
        cancel.cancel();
        // Some may get its places before the end is heard of.
        while tasks.try_join_next().is_none() {
            hanging.late.notify_waiters();
            tokio::task::yield_now().await;
        }
    }

    async fn messages_in_lanes_of_before_are_bounded_likewise_and_go_out(app: TestApp) {
        const COUNT: usize = 90;
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let mut hanging = Rude::start(&[Manner::AnswersLate; COUNT]).await;
        let (slow, well, payer) = (app.merchant("Slow").await, app.merchant("Well").await, app.payer_with("100").await);
        numbered(&app, (&slow, &payer), &hanging.url, (i64::try_from(COUNT).expect("few"), true)).await;
        assert_eq!(lanes(&app, slow.id).await.len(), COUNT, "one for each path");
        let (tasks, cancel) = start(&dispatcher);
        for _ in 0..8 {
            hanging.arrivals.recv().await.expect("it hangs with as many as it gets");
        }
        // All that it gets are under way by now; this one finds a place beside them.
        paid_order(&well, &payer, "w", &sink.url("/hook")).await;
        dispatcher.wake();
        sink.wait_for(1).await;
        assert!(hanging.arrivals.try_recv().is_err(), "a host has no more places for having many paths");
        while !is_done(&app, slow.id, COUNT).await {
            hanging.late.notify_waiters();
            tokio::task::yield_now().await;
        }
        cancel.cancel();
        tasks.join_all().await;
    }
}
