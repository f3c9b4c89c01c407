//! Whether messages go out in time: the gauge, and one line in the log where they do not.

use std::fmt;
use std::sync::{Arc, Mutex};

use countersign_domain::time::MINUTE_MS;
use countersign_jobs::{Channel, Dispatcher, Outcome};
use countersign_testkit::{Engine, TestApp, run};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::reliability::{Manner, Rude};
use crate::support::{dispatcher, paid_order};

/// Keeps what this thread's log says of the queue.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<(Level, String)>>>);

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO && metadata.target().starts_with("countersign_jobs")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        if line.0.starts_with("messages ") {
            self.0.lock().expect("not poisoned").push((*event.metadata().level(), line.0));
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Lines {
    fn of_this_thread() -> (Self, DefaultGuard) {
        let lines = Self::default();
        let guard = set_default(lines.clone());
        (lines, guard)
    }

    fn levels(&self) -> Vec<Level> {
        self.0.lock().expect("not poisoned").iter().map(|(level, _)| *level).collect()
    }
}

const NOTHING: [Level; 0] = [];
/// What a receiver does that hangs, however often a lease ends and the message comes again.
const HANGS: &[Manner] = &[Manner::AnswersLate; 8];

/// Likewise, after a first try that fails.
const FAILS_AND_HANGS: &[Manner] = {
    const LATE: Manner = Manner::AnswersLate;
    &[Manner::ClosesHalfWay, LATE, LATE, LATE, LATE, LATE, LATE, LATE, LATE]
};

/// A running dispatcher.
struct Running {
    dispatcher: Dispatcher,
    cancel: CancellationToken,
    tasks: JoinSet<()>,
}

impl Running {
    /// Starts it where messages wait, and waits until they were counted.
    async fn start(app: &TestApp) -> Self {
        let (dispatcher, cancel, mut tasks) = (dispatcher(app), CancellationToken::new(), JoinSet::new());
        let (running, token) = (dispatcher.clone(), cancel.clone());
        tasks.spawn(async move { running.run(token).await });
        let this = Self { dispatcher, cancel, tasks };
        assert_eq!(this.next_figures((0, 0)).await, (1, 0));
        this
    }

    /// How many wait, and for how many seconds too long.
    fn figures(&self) -> (i64, i64) {
        let metrics = self.dispatcher.metrics();
        (metrics.depth(), metrics.overdue_seconds())
    }

    async fn next_figures(&self, before: (i64, i64)) -> (i64, i64) {
        while self.figures() == before {
            tokio::task::yield_now().await;
        }
        self.figures()
    }

    /// Lets a time pass on every clock, after which the queue is measured as said; that is not as before.
    async fn measured(&self, app: &TestApp, passed_ms: i64, figures: (i64, i64)) {
        let before = self.figures();
        app.advance_ms(passed_ms);
        self.dispatcher.wake();
        assert_eq!(self.next_figures(before).await, figures);
    }

    async fn end(mut self, receivers: &[&Rude]) {
        self.cancel.cancel();
        while self.tasks.try_join_next().is_none() {
            for receiver in receivers {
                receiver.late.notify_waiters();
            }
            tokio::task::yield_now().await;
        }
    }
}

#[test]
fn a_message_that_is_late_is_told_of_once_and_so_is_its_end() {
    run(Engine::Sqlite, |app| async move {
        let (lines, _guard) = Lines::of_this_thread();
        let mut held = Rude::start(HANGS).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        paid_order(&merchant, &payer, "a1", &held.url).await;
        let running = Running::start(&app).await;
        held.arrivals.recv().await.expect("it is on its way, and stays there");
        running.measured(&app, 10 * MINUTE_MS, (1, 600)).await;
        running.measured(&app, MINUTE_MS, (1, 660)).await;
        assert_eq!(lines.levels(), NOTHING, "ten minutes are borne, and one look is none");
        for minute in 12..15 {
            running.measured(&app, MINUTE_MS, (1, minute * 60)).await;
            assert_eq!(lines.levels(), [Level::ERROR], "told once");
        }
        while running.dispatcher.next_due().await.expect("it can be read").is_some() {
            held.late.notify_waiters();
            tokio::task::yield_now().await;
        }
        running.measured(&app, MINUTE_MS, (0, 0)).await;
        assert_eq!(lines.levels(), [Level::ERROR, Level::INFO]);
        running.end(&[&held]).await;
    });
}

#[test]
fn a_dead_receiver_alone_is_not_told_of_and_hides_no_other() {
    run(Engine::Sqlite, |app| async move {
        let (lines, _guard) = Lines::of_this_thread();
        let dead = Rude::start(FAILS_AND_HANGS).await;
        let mut held = Rude::start(HANGS).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        paid_order(&merchant, &payer, "a1", &dead.url).await;
        let running = Running::start(&app).await;
        while running.dispatcher.metrics().attempts(Channel::Webhook, Outcome::Retried) == 0 {
            tokio::task::yield_now().await;
        }
        for number in 2..6 {
            // One more each time, so that it can be seen that the queue was measured.
            paid_order(&merchant, &payer, &format!("a{number}"), &dead.url).await;
            running.measured(&app, 20 * MINUTE_MS, (number, 0)).await;
        }
        assert_eq!(lines.levels(), NOTHING);
        paid_order(&merchant, &payer, "other", &held.url).await;
        running.dispatcher.wake();
        held.arrivals.recv().await.expect("it is on its way, and stays there");
        running.measured(&app, 20 * MINUTE_MS, (6, 1_200)).await;
        running.measured(&app, MINUTE_MS, (6, 1_260)).await;
        assert_eq!(lines.levels(), [Level::ERROR]);
        running.end(&[&dead, &held]).await;
    });
}
