//! A node that dies before or after any write that a delivery makes is followed by another: every event arrives, once or more
//! often, or is parked with its reason; ids and bytes stay; nothing comes of it twice.
//!
//! One shop's life causes every such write. It is lived once without a death, which tells which writes there are, and then
//! once for each side of each of them.

mod fuse;
mod shop;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_domain::time::MINUTE_MS;
use countersign_jobs::{DeliveryLimits, Mailer, RetrySchedule};
use countersign_service::WriteSide;
use countersign_store::{Statement, StoreError};
use countersign_testkit::{Node, SinkAnswer, TestApp, on_both_engines};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use self::fuse::{Fuse, Point};
use self::shop::{Mailbox, Shop, Street};
use crate::support::{Doomed, LEASE_MS, Setup, paid_order, run_due, sink};

/// After how long of failures the shop's dead endpoint is disabled: at its third try.
const FAILING_MS_MAX: i64 = MINUTE_MS;
/// Four tries, which is one more than the dead endpoint gets.
const DELAYS_MS: [i64; 3] = [5_000, MINUTE_MS, 5 * MINUTE_MS];

/// How long a life may take on any machine.
const LIFE_MAX: Duration = Duration::from_mins(5);

/// The writes that deliveries make, and the jobs that cause some. Nobody may forget one that comes to be: what the life wrote
/// besides is deleting what is stale.
const WRITES: [&str; 8] = [
    "order_expire",
    "outbox_claim",
    "outbox_settle",
    "refund_release",
    "refund_release_settle",
    "webhook_endpoint_enable",
    "webhook_recover",
    "webhook_redeliver",
];

static HELD: Statement = Statement { name: "held", sql: "SELECT COUNT(*) FROM outbox WHERE leased_until > 0" };

/// How many messages somebody holds at the app's wall time, or held when they were done with.
async fn held(app: &TestApp) -> i64 {
    let read = app.platform().read("held", |tx, _| tx.query_one(&HELD, &[])?.int(0));
    read.await.unwrap_or_else(|error: StoreError| panic!("it can be counted: {error}"))
}

/// Puts the app's clocks where a node's stand, so that the next node and the next shop begin there.
fn follow(app: &TestApp, node: &Node) {
    app.advance_ms(node.now().ms_since(app.now()));
    app.world().wall().set(node.wall_now());
}

fn setup(mailbox: &Arc<Mailbox>) -> Setup {
    let limits = DeliveryLimits { failing_ms_max: FAILING_MS_MAX, ..DeliveryLimits::default() };
    let schedule = RetrySchedule::new(DELAYS_MS.to_vec(), 0).expect("a short schedule");
    let mailer: Arc<dyn Mailer> = mailbox.clone();
    Setup { mailer, schedule, limits, ..Setup::default() }
}

/// Waits for what a lease that never ends would keep from ending.
async fn within_a_life<T>(life: impl Future<Output = T>, at: &str) -> T {
    let lived = tokio::time::timeout(LIFE_MAX, life).await;
    lived.unwrap_or_else(|_| panic!("{at}: something is held for ever"))
}

/// Lives a shop's life on a node that dies where the fuse says, if it comes to that, and then on another. Asserts that all
/// ended well, and tells whether the first one died.
async fn live(app: &TestApp, street: &Street, (fuse, at): (&Arc<Fuse>, &str)) -> bool {
    let shop = Shop::open(app, street).await;
    let seed = 2 * u64::try_from(shop.number).expect("few") + 2;
    let first = Arc::new(app.node_failing_at(seed, fuse.failpoint()));
    let (node, dispatcher) = (Arc::clone(&first), setup(&street.mailbox).dispatcher_of(first.platform()));
    let (tell_end, end) = oneshot::channel();
    let doing = shop.clone();
    let doomed = Doomed::start(async move {
        doing.live(&node, &dispatcher).await;
        tell_end.send(()).expect("the test waits for it");
    });
    let cut_short = async {
        tokio::select! {
            () = fuse.blown() => true,
            ended = end => {
                ended.unwrap_or_else(|_| panic!("{at}: a life that nothing cuts short comes to its end"));
                false
            }
        }
    };
    let died = within_a_life(cut_short, at).await;
    doomed.kill().await;
    follow(app, &first);
    drop(first);
    if died {
        let kept = shop.kept(app).await;
        app.advance_ms(LEASE_MS);
        let second = app.node(seed + 1);
        let dispatcher = setup(&street.mailbox).dispatcher_of(second.platform());
        within_a_life(shop.live(&second, &dispatcher), at).await;
        follow(app, &second);
        shop.assert_kept(app, &kept, at).await;
    }
    shop.assert_ended(app, street, at).await;
    assert_eq!((held(app).await, app.check().await.findings), (0, vec![]), "{at}");
    died
}

on_both_engines! {
    async fn whoever_dies_at_a_write_is_followed_and_nothing_is_lost_or_doubled(app: TestApp) {
        let street = Street::build(&app).await;
        let counting = Arc::new(Fuse::counting());
        assert!(!live(&app, &street, (&counting, "undisturbed")).await);
        let others = |write: &&str| !write.ends_with("_sweep");
        assert_eq!(counting.writes().into_iter().filter(others).collect::<Vec<_>>(), WRITES);
        for (write, side) in WRITES.iter().flat_map(|write| [(write, WriteSide::Before), (write, WriteSide::After)]) {
            // How often claims are made depends on who is faster: until a life comes to its end without so many.
            for nth in 1.. {
                let point = Point { write, nth, side };
                let died = live(&app, &street, (&Arc::new(Fuse::at(point)), &format!("dead at {point:?}"))).await;
                if !died {
                    assert!(nth > 1, "{write} is written in every life");
                    break;
                }
            }
        }
    }

    // The node was told to end: eight tries are under way, and it gives the other twelve back.
    async fn whoever_dies_giving_back_is_followed_too(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        for (seed, (side, given_back)) in (1..).zip([(WriteSide::Before, 0), (WriteSide::After, 12)]) {
            let sink = sink(&app).await;
            sink.answer_always(SinkAnswer::Held(Box::new(SinkAnswer::Success)));
            let mut orders = BTreeSet::new();
            for number in 0..20 {
                orders.insert(paid_order(&merchant, &payer, &format!("{side:?}{number}"), &sink.url("/hook")).await);
            }
            let fuse = Arc::new(Fuse::at(Point { write: "outbox_release", nth: 1, side }));
            let node = app.node_failing_at(2 * seed, fuse.failpoint());
            let (dispatcher, cancel) = (Setup::default().dispatcher_of(node.platform()), CancellationToken::new());
            let token = cancel.clone();
            let doomed = Doomed::start(async move { dispatcher.run(token).await });
            sink.wait_for(8).await;
            cancel.cancel();
            fuse.blown().await;
            doomed.kill().await;
            drop(node);
            assert_eq!(held(&app).await, 20 - given_back, "{side:?}");
            app.advance_ms(LEASE_MS);
            sink.answer_always(SinkAnswer::Success);
            let next = app.node(2 * seed + 1);
            assert_eq!(run_due(&Setup::default().dispatcher_of(next.platform())).await.delivered, 20);
            let arrived: BTreeSet<(String, Vec<u8>)> =
                sink.deliveries().into_iter().map(|sent| (sent.verified().biz_id.to_string(), sent.body)).collect();
            assert_eq!(arrived.len(), 20, "the bytes of each are the same each time");
            assert_eq!(arrived.into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>(), orders);
            assert_eq!((sink.deliveries().len(), held(&app).await), (8 + 20, 0));
        }
    }
}
