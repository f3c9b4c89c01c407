//! The dispatcher as its callers see it: a loop, and a call that runs what is due.

use std::sync::Arc;
use std::time::Duration;

use countersign_crypto::Entropy;
use countersign_domain::Timestamp;
use countersign_domain::webhook_endpoint::FAILING_MS_MAX;
use countersign_service::Platform;
use countersign_service::authorizations::DecideError;
use countersign_service::platform::Collides;
use countersign_store::StoreError;
use thiserror::Error;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::metrics::DeliveryMetrics;
use super::schedule::RetrySchedule;
use super::watch::OVERDUE_MS_MAX;
use super::worker::{Worker, lock};
use crate::mail::Mailer;
use crate::outbound::OutboundClient;

/// How often the dispatcher looks for what fell due when nobody wakes it.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// When the dispatcher loses patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryLimits {
    /// How long an endpoint may only fail before it is disabled, in milliseconds of business time.
    pub failing_ms_max: i64,
    /// How long the message that is due first may wait beyond its time before the log tells of it, likewise.
    pub overdue_ms_max: i64,
}

impl Default for DeliveryLimits {
    fn default() -> Self {
        Self { failing_ms_max: FAILING_MS_MAX, overdue_ms_max: OVERDUE_MS_MAX }
    }
}

/// What a dispatcher is made of.
pub struct DispatcherParts {
    /// The shared state.
    pub platform: Arc<Platform>,
    /// Sends webhooks.
    pub outbound: OutboundClient,
    /// Sends mails.
    pub mailer: Arc<dyn Mailer>,
    /// When to try again; without jitter where the business clock is moved by hand.
    pub schedule: RetrySchedule,
    /// Draws the jitter.
    pub jitter: Arc<dyn Entropy>,
    /// When to lose patience.
    pub limits: DeliveryLimits,
    /// Counters, shared with whoever shows them.
    pub metrics: DeliveryMetrics,
}

/// Why what is due could not be run.
#[derive(Debug, Error)]
pub enum RunError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An authorization whose time is over could not be ended.
    #[error("an authorization could not be ended: {0}")]
    Expiry(#[from] DecideError),
}

impl Collides for RunError {
    fn is_collision(&self) -> bool {
        match self {
            Self::Store(_) => false,
            Self::Expiry(error) => error.is_collision(),
        }
    }
}

/// What happened while [`Dispatcher::run_due`] ran, by whomever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// Messages that arrived.
    pub delivered: u64,
    /// Tries that failed and are followed by another.
    pub retried: u64,
    /// Messages given up.
    pub parked: u64,
    /// Authorizations and orders that ended.
    pub expired: i64,
    /// Refunds that were held and reached their payers.
    pub released: i64,
}

/// Handle on the dispatcher; clones share it.
#[derive(Clone)]
pub struct Dispatcher {
    worker: Arc<Worker>,
}

impl Dispatcher {
    /// Puts the parts together. Nothing runs before [`Dispatcher::run`] or [`Dispatcher::run_due`].
    pub fn new(parts: DispatcherParts) -> Self {
        Self { worker: Arc::new(Worker::new(parts)) }
    }

    /// The counters.
    pub fn metrics(&self) -> &DeliveryMetrics {
        &self.worker.metrics
    }

    /// Says that something may be due now; cheap, and harmless when nothing is.
    pub fn wake(&self) {
        self.worker.wake.notify_one();
    }

    /// Runs until `cancel`, then waits for the tries under way. What was claimed but not tried is given back.
    pub async fn run(&self, cancel: CancellationToken) {
        let worker = &self.worker;
        let mut finished = worker.finished.subscribe();
        let mut sweep_at = worker.platform.wall_now();
        let mut was_well = true;
        let mut poll = tokio::time::interval(POLL_INTERVAL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut looks = true;
        loop {
            finished.borrow_and_update();
            let outcome = worker.step(looks, &mut sweep_at).await;
            if let (Err(error), true) = (&outcome, was_well) {
                tracing::error!(%error, "messages cannot be dispatched at present; trying on");
            }
            was_well = outcome.is_ok();
            let goes_on = outcome.unwrap_or(false);
            looks = tokio::select! {
                () = cancel.cancelled() => break,
                () = std::future::ready(()), if goes_on => true,
                () = worker.wake.notified() => true,
                _ = poll.tick() => true,
                // After a failure only the poll goes on, so that a broken database is not asked in a tight loop.
                _ = finished.changed(), if was_well => false,
            };
        }
        if let Err(error) = worker.give_all_back().await {
            tracing::warn!(%error, "what was claimed could not be given back; it is sent when the leases end");
        }
        worker.tasks.close();
        worker.tasks.wait().await;
    }

    /// Runs everything that is due at the present business time and returns when nothing of it is left, whoever sent it.
    /// May be called beside [`Dispatcher::run`].
    pub async fn run_due(&self) -> Result<RunSummary, RunError> {
        let worker = &self.worker;
        let horizon = worker.platform.business_now();
        let before = worker.totals();
        let (mut expired, mut released) = (0, 0);
        let mut finished = worker.finished.subscribe();
        lock(&worker.failure).take();
        loop {
            finished.borrow_and_update();
            let bites = worker.end_and_release(horizon).await?;
            expired += bites.0.count;
            released += bites.1.count;
            worker.refill().await?;
            if let Some(error) = lock(&worker.failure).take() {
                return Err(error.into());
            }
            if bites.0.has_more || bites.1.has_more {
                continue;
            }
            // A message under way is still pending in the database, so this sees those of other callers and nodes too.
            if worker.next_message().await?.is_none_or(|due| due > horizon) {
                break;
            }
            // Runs out where another process holds the lease: nobody here will tell when it is done.
            drop(tokio::time::timeout(POLL_INTERVAL, finished.changed()).await);
        }
        worker.sweep().await?;
        worker.counted().await;
        let after = worker.totals();
        Ok(RunSummary {
            delivered: after.delivered - before.delivered,
            retried: after.retried - before.retried,
            parked: after.parked - before.parked,
            expired,
            released,
        })
    }

    /// When the next message, authorization, order or held refund falls due, in business time; in the past where it is due already.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let (message, other) = (self.worker.next_message().await?, self.worker.next_other().await?);
        Ok(message.into_iter().chain(other).min())
    }
}
