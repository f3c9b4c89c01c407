//! Two nodes on one PostgreSQL, each with ids, clocks and connections of its own: they share the queue while both live, one
//! takes over where the other died, and what a slower one learns too late changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use countersign_domain::Timestamp;
use countersign_jobs::{Channel, Dispatcher, Outcome};
use countersign_service::deliveries::LogFilter;
use countersign_store::queries::outbox::MessageState;
use countersign_testkit::{Engine, Merchant, Node, SinkAnswer, WebhookSink, run};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::{Doomed, LEASE_MS, Setup, next_due, only_webhook, paid_order, quiet_order, run_due, sink};

/// How far the second node's clocks go ahead of the first one's.
const AHEAD_MS: i64 = 700;

fn dispatcher(node: &Node) -> Dispatcher {
    Setup::default().dispatcher_of(node.platform())
}

fn held_then(answer: SinkAnswer) -> SinkAnswer {
    SinkAnswer::Held(Box::new(answer))
}

/// Dispatchers whose loops run until they are told to end.
#[derive(Default)]
struct Loops {
    cancel: CancellationToken,
    tasks: JoinSet<()>,
}

impl Loops {
    fn start(&mut self, dispatcher: &Dispatcher) {
        let (running, token) = (dispatcher.clone(), self.cancel.clone());
        self.tasks.spawn(async move { running.run(token).await });
    }

    /// Tells them to end and waits for the tries under way.
    async fn end(self) {
        self.cancel.cancel();
        self.tasks.join_all().await;
    }
}

/// How often which message came where: its path, its id and its bytes.
fn tries(sink: &WebhookSink) -> BTreeMap<(String, i64, Vec<u8>), usize> {
    let mut tries = BTreeMap::new();
    for delivery in sink.deliveries() {
        let id = delivery.verified().biz_id;
        *tries.entry((delivery.path, id, delivery.body)).or_default() += 1;
    }
    tries
}

async fn assert_all_arrived_at_the_first_try(merchant: &Merchant, count: usize) {
    let log = merchant.log(LogFilter::default()).await;
    assert_eq!(log.len(), count);
    assert!(log.iter().all(|message| (message.state, message.attempts) == (MessageState::Delivered, 1)));
}

// There is more than one node claims, and nobody is answered before both are busy: so both take part, whichever is
// faster.
#[test]
fn two_live_nodes_share_the_queue_and_make_each_try_once() {
    run(Engine::Postgres, |app| async move {
        const ORDERS: usize = 72;
        const LANES: usize = 3;
        // Of one host, at one node.
        const UNDER_WAY: usize = 8;
        let (sink, payer, merchant) = (sink(&app).await, app.payer_with("1000").await, app.merchant("Shop").await);
        for number in 0..LANES {
            merchant.listen_at(&sink.url(&format!("/hook/{number}"))).await;
        }
        for number in 0..ORDERS {
            quiet_order(&merchant, &payer, &format!("a{number}")).await;
        }
        let (one, two) = (app.node(2), app.node(3));
        two.advance_ms(AHEAD_MS);
        let (first, second) = (dispatcher(&one), dispatcher(&two));
        sink.answer_always(held_then(SinkAnswer::Success));
        let mut loops = Loops::default();
        loops.start(&first);
        sink.wait_for(UNDER_WAY).await;
        loops.start(&second);
        sink.wait_for(2 * UNDER_WAY).await;
        sink.answer_always(SinkAnswer::Success);
        sink.release();
        sink.wait_for(LANES * ORDERS).await;
        loops.end().await;
        let tries = tries(&sink);
        assert_eq!((tries.len(), tries.values().max()), (LANES * ORDERS, Some(&1)), "each message is tried once");
        assert_all_arrived_at_the_first_try(&merchant, LANES * ORDERS).await;
        let shares = [first, second].map(|node| node.metrics().attempts(Channel::Webhook, Outcome::Delivered));
        let least = u64::try_from(UNDER_WAY).expect("few");
        assert!(shares.iter().all(|share| *share >= least), "both took part: {shares:?}");
        assert_eq!(shares.iter().sum::<u64>(), u64::try_from(LANES * ORDERS).expect("few"));
    });
}

#[test]
fn a_node_takes_over_what_another_held_when_it_died() {
    run(Engine::Postgres, |app| async move {
        const ORDERS: usize = 20;
        const UNDER_WAY: usize = 8;
        let (hook, other) = (sink(&app).await, sink(&app).await);
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("1000").await);
        for number in 0..ORDERS {
            paid_order(&merchant, &payer, &format!("a{number}"), &hook.url("/hook")).await;
        }
        hook.answer_always(held_then(SinkAnswer::Success));
        let (one, two) = (app.node(2), app.node(3));
        let dying = dispatcher(&one);
        let doomed = Doomed::start(async move { dying.run(CancellationToken::new()).await });
        hook.wait_for(UNDER_WAY).await;
        let (next, mut loops) = (dispatcher(&two), Loops::default());
        loops.start(&next);
        doomed.kill().await;
        drop(one);
        hook.answer_always(SinkAnswer::Success);

        // As long as the leases hold it keeps off, though it comes by: it takes what stands beside them.
        two.advance_wall_ms(LEASE_MS - 1);
        paid_order(&merchant, &payer, "beside", &other.url("/beside")).await;
        next.wake();
        other.wait_for(1).await;
        assert_eq!(hook.deliveries().len(), UNDER_WAY);
        two.advance_wall_ms(1);
        next.wake();
        hook.wait_for(UNDER_WAY + ORDERS).await;
        loops.end().await;
        let tries = tries(&hook);
        let twice = tries.values().filter(|count| **count == 2).count();
        let once = tries.values().filter(|count| **count == 1).count();
        assert_eq!((tries.len(), twice, once), (ORDERS, UNDER_WAY, ORDERS - UNDER_WAY), "the same ids and bytes");
        assert_all_arrived_at_the_first_try(&merchant, ORDERS + 1).await;
        assert_eq!(next.metrics().attempts(Channel::Webhook, Outcome::Delivered), 21);
    });
}

/// What the log has of a message: state, and number, time and status of each try.
type Told = (MessageState, Vec<(i64, Timestamp, Option<i64>)>);

async fn told(merchant: &Merchant, message: countersign_domain::id::OutboxId) -> Told {
    let shown = merchant.shown(message).await.expect("it is in the log");
    let tries = shown.attempts.iter().map(|tried| (tried.number, tried.facts.started_at, tried.facts.status));
    (shown.message.state, tries.collect())
}

// A machine that was suspended: its clocks stand, so it believes in its lease and claims nothing more, and its try is answered
// long after another node has made the same one.
#[test]
fn what_a_slower_node_learns_of_the_same_try_changes_nothing() {
    run(Engine::Postgres, |app| async move {
        let failure = || SinkAnswer::Reply(500, Vec::new());
        let rows = [
            (SinkAnswer::Success, SinkAnswer::Success, MessageState::Delivered),
            (failure(), SinkAnswer::Success, MessageState::Delivered),
            (SinkAnswer::Success, failure(), MessageState::Pending),
            (failure(), failure(), MessageState::Pending),
        ];
        for (seed, (late, in_time, state)) in (1..).zip(rows) {
            let (sink, merchant, payer) = (sink(&app).await, app.merchant("Shop").await, app.payer_with("10").await);
            paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
            let message = only_webhook(&app, merchant.id).await.id;
            let (slow, fast) = (app.node(2 * seed), app.node(2 * seed + 1));
            let (slower, faster) = (dispatcher(&slow), dispatcher(&fast));
            sink.script([held_then(late), in_time]);
            let mut loops = Loops::default();
            loops.start(&slower);
            sink.wait_for(1).await;
            fast.advance_ms(LEASE_MS);
            let tried_at = fast.wall_now();
            run_due(&faster).await;
            let status = if state == MessageState::Delivered { 200 } else { 500 };
            let stands = (state, vec![(1, tried_at, Some(status))]);
            assert_eq!(told(&merchant, message).await, stands);

            // The slower node writes down what it learnt before it ends.
            sink.release();
            loops.end().await;
            assert_eq!(told(&merchant, message).await, stands, "it was a try that somebody had made");
            for outcome in [Outcome::Delivered, Outcome::Retried, Outcome::Parked] {
                assert_eq!(slower.metrics().attempts(Channel::Webhook, outcome), 0, "it counts what it recorded");
            }
            if let Some(due) = next_due(&faster).await {
                fast.advance_ms(due.ms_since(fast.now()));
                assert_eq!(run_due(&faster).await.delivered, 1);
                let both = vec![(1, tried_at, Some(500)), (2, fast.wall_now(), Some(200))];
                assert_eq!(told(&merchant, message).await, (MessageState::Delivered, both), "its schedule went on");
            }
            let bytes: BTreeSet<(i64, Vec<u8>)> =
                sink.deliveries().into_iter().map(|sent| (sent.verified().biz_id, sent.body)).collect();
            assert_eq!(bytes.len(), 1, "the same id and bytes, whichever node sent them");
        }
    });
}
