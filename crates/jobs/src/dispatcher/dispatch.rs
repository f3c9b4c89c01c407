//! The dispatcher: keeps the desk filled, tries messages side by side, settles them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_crypto::Entropy;
use countersign_domain::Timestamp;
use countersign_service::Platform;
use countersign_service::authorizations::DecideError;
use countersign_service::platform::Collides;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Attempt, CLAIM_MAX, Channel, Settlement};
use countersign_store::queries::authorizations as authorization_rows;
use thiserror::Error;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::claim::claim;
use super::desk::{Desk, Job};
use super::housekeeping::{self, SWEEP_EVERY_MS};
use super::metrics::{DeliveryMetrics, Outcome};
use super::schedule::RetrySchedule;
use super::send::{Failure, Sender};
use crate::mail::Mailer;
use crate::outbound::OutboundClient;

/// How often the dispatcher looks for what fell due when nobody wakes it.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// How much longer than a try a message is held. A crash delays what was under way by the whole lease.
const LEASE_MARGIN_MS: i64 = 20_000;
/// How often a settlement that met a busy database is written again.
const SETTLE_TRIES_MAX: u32 = 5;
/// How long to wait before that.
const SETTLE_PAUSE: Duration = Duration::from_millis(100);

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
    /// Authorizations that ended.
    pub expired: i64,
}

/// Handle on the dispatcher; clones share it.
#[derive(Clone)]
pub struct Dispatcher {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Arc<Platform>,
    sender: Sender,
    schedule: RetrySchedule,
    jitter: Arc<dyn Entropy>,
    metrics: DeliveryMetrics,
    desk: Mutex<Desk>,
    /// Held while messages are claimed, so that two callers do not fill the same places.
    claiming: tokio::sync::Mutex<()>,
    tasks: TaskTracker,
    /// Counts finished tries.
    finished: watch::Sender<u64>,
    wake: Notify,
    /// The last settlement that could not be written.
    failure: Mutex<Option<StoreError>>,
}

/// A lock that a panic elsewhere cannot spoil: what it guards is consistent between any two statements that can panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Dispatcher {
    /// Puts the parts together. Nothing runs before [`Dispatcher::run`] or [`Dispatcher::run_due`].
    pub fn new(parts: DispatcherParts) -> Self {
        let DispatcherParts { platform, outbound, mailer, schedule, jitter, metrics } = parts;
        Self {
            inner: Arc::new(Inner {
                sender: Sender::new(Arc::clone(&platform), outbound, mailer),
                platform,
                schedule,
                jitter,
                metrics,
                desk: Mutex::default(),
                claiming: tokio::sync::Mutex::default(),
                tasks: TaskTracker::new(),
                finished: watch::Sender::new(0),
                wake: Notify::new(),
                failure: Mutex::default(),
            }),
        }
    }

    /// The counters.
    pub fn metrics(&self) -> &DeliveryMetrics {
        &self.inner.metrics
    }

    /// Says that something may be due now; cheap, and harmless when nothing is.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Runs until `cancel`, then waits for the tries under way. What was claimed but not tried is sent after the next start.
    pub async fn run(&self, cancel: CancellationToken) {
        let inner = &self.inner;
        let mut finished = inner.finished.subscribe();
        let mut sweep_at = inner.platform.wall_now();
        let mut was_well = true;
        loop {
            finished.borrow_and_update();
            let outcome = inner.step(&mut sweep_at).await;
            if let (Err(error), true) = (&outcome, was_well) {
                tracing::error!(%error, "messages cannot be dispatched at present; trying on");
            }
            was_well = outcome.is_ok();
            tokio::select! {
                () = cancel.cancelled() => break,
                () = inner.wake.notified() => {}
                // After a failure only the poll goes on, so that a broken database is not asked in a tight loop.
                _ = finished.changed(), if was_well => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
        lock(&inner.desk).empty();
        inner.tasks.close();
        inner.tasks.wait().await;
    }

    /// Runs everything that is due at the present business time and returns when nothing of it is left, whoever sent it.
    /// May be called beside [`Dispatcher::run`].
    pub async fn run_due(&self) -> Result<RunSummary, RunError> {
        let inner = &self.inner;
        let horizon = inner.platform.business_now();
        let before = inner.totals();
        let mut expired = 0;
        let mut finished = inner.finished.subscribe();
        lock(&inner.failure).take();
        loop {
            finished.borrow_and_update();
            expired += housekeeping::expire_authorizations(&inner.platform).await?;
            inner.refill().await?;
            if let Some(error) = lock(&inner.failure).take() {
                return Err(error.into());
            }
            // A message under way is still pending in the database, so this sees those of other callers and nodes too.
            let due = inner.platform.read("outbox_next_due", |tx, _| outbox::next_due(tx)).await?;
            if due.is_none_or(|due| due > horizon) {
                break;
            }
            // Runs out where another process holds the lease: nobody here will tell when it is done.
            drop(tokio::time::timeout(POLL_INTERVAL, finished.changed()).await);
        }
        housekeeping::sweep(&inner.platform, &inner.metrics).await?;
        let after = inner.totals();
        Ok(RunSummary {
            delivered: after.delivered - before.delivered,
            retried: after.retried - before.retried,
            parked: after.parked - before.parked,
            expired,
        })
    }

    /// When the next message or authorization falls due, in business time; in the past where it is due already.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due().await
    }
}

impl Inner {
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.platform
            .read("jobs_next_due", |tx, _| {
                let (message, end) = (outbox::next_due(tx)?, authorization_rows::next_due(tx)?);
                Ok(message.into_iter().chain(end).min())
            })
            .await
    }

    /// One turn of [`Dispatcher::run`]: writes only where something is due.
    async fn step(self: &Arc<Self>, sweep_at: &mut Timestamp) -> Result<(), RunError> {
        self.start_ready();
        if self.next_due().await?.is_some_and(|due| due <= self.platform.business_now()) {
            housekeeping::expire_authorizations(&self.platform).await?;
            self.refill().await?;
        }
        let wall_now = self.platform.wall_now();
        if wall_now >= *sweep_at {
            *sweep_at = wall_now.plus_ms(SWEEP_EVERY_MS);
            housekeeping::sweep(&self.platform, &self.metrics).await?;
        }
        Ok(())
    }

    /// Claims while there is room and anything to claim, and starts what has its turn.
    async fn refill(self: &Arc<Self>) -> Result<(), RunError> {
        let claim_max = usize::try_from(CLAIM_MAX).expect("a small positive number");
        let whole = self.sender.outbound.timeouts().whole;
        let lease_ms = i64::try_from(whole.as_millis()).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN_MS);
        let _turn = self.claiming.lock().await;
        while lock(&self.desk).room() >= claim_max {
            let claimed = claim(&self.platform, lease_ms).await?;
            for job in claimed.jobs {
                lock(&self.desk).enter(job);
            }
            self.start_ready();
            if !claimed.is_full {
                break;
            }
        }
        Ok(())
    }

    fn start_ready(self: &Arc<Self>) {
        let whole_ms = i64::try_from(self.sender.outbound.timeouts().whole.as_millis()).unwrap_or(i64::MAX);
        loop {
            let lease_needed_until = self.platform.wall_now().plus_ms(whole_ms);
            let Some(job) = lock(&self.desk).next(lease_needed_until) else { return };
            self.tasks.spawn(Arc::clone(self).attempt(job));
        }
    }

    async fn attempt(self: Arc<Self>, job: Job) {
        let mut place = Place { inner: Arc::clone(&self), job: &job, succeeded: false };
        let started_at = self.platform.wall_now();
        let tried = self.sender.try_once(&job).await;
        let duration_ms = self.platform.wall_now().ms_since(started_at).max(0);
        place.succeeded = tried.failure.is_none();
        let (settlement, outcome) = self.settlement(&job, tried.failure.as_ref());
        let error = tried.failure.map(Failure::into_words);
        let attempt = Attempt { started_at, duration_ms, status: tried.status, error };
        match self.settle(&job, &attempt, settlement).await {
            Ok(true) => self.tell(&job, &attempt, outcome),
            // Another node was faster: its record stands.
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, outbox = job.message.id.get(), "a try could not be recorded; it will be repeated");
                *lock(&self.failure) = Some(error);
            }
        }
        drop(place);
        self.start_ready();
    }

    fn settlement(&self, job: &Job, failure: Option<&Failure>) -> (Settlement, Outcome) {
        let now = self.platform.business_now();
        let delay = match failure {
            None => return (Settlement::Delivered(now), Outcome::Delivered),
            Some(Failure::Never(_)) => None,
            Some(Failure::Later(_)) => self.schedule.delay_after(job.message.attempts + 1, self.jitter.as_ref()),
        };
        match delay {
            Some(delay) => (Settlement::Retry(now.plus_ms(delay)), Outcome::Retried),
            None => (Settlement::Parked(now), Outcome::Parked),
        }
    }

    async fn settle(&self, job: &Job, attempt: &Attempt, settlement: Settlement) -> Result<bool, StoreError> {
        let mut tries = 0;
        loop {
            let (message, attempt) = (job.message.clone(), attempt.clone());
            let outcome = self
                .platform
                .write("outbox_settle", move |tx, _| {
                    Ok::<_, RunError>(outbox::settle(tx, &message, &attempt, settlement)?)
                })
                .await;
            tries += 1;
            match outcome {
                Ok(recorded) => return Ok(recorded),
                Err(RunError::Store(error)) if error.is_transient() && tries < SETTLE_TRIES_MAX => {
                    tokio::time::sleep(SETTLE_PAUSE).await;
                }
                Err(RunError::Store(error)) => return Err(error),
                Err(RunError::Expiry(_)) => unreachable!("a settlement ends no authorization"),
            }
        }
    }

    fn tell(&self, job: &Job, attempt: &Attempt, outcome: Outcome) {
        let message = &job.message;
        self.metrics.count(message.channel, outcome);
        if outcome == Outcome::Parked {
            let reason = attempt.error.as_deref().unwrap_or_default();
            let merchant = message.merchant_id.get();
            tracing::warn!(outbox = message.id.get(), merchant, reason, "a message was given up after its last try");
        }
    }

    fn totals(&self) -> RunSummary {
        let total = |outcome| {
            self.metrics.attempts(Channel::Webhook, outcome) + self.metrics.attempts(Channel::Mail, outcome)
        };
        RunSummary {
            delivered: total(Outcome::Delivered),
            retried: total(Outcome::Retried),
            parked: total(Outcome::Parked),
            expired: 0,
        }
    }
}

/// A place at the desk, given back however the try ends.
struct Place<'a> {
    inner: Arc<Inner>,
    job: &'a Job,
    succeeded: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(&self.inner.desk).finish(self.job, self.succeeded);
        self.inner.finished.send_modify(|count| *count = count.wrapping_add(1));
    }
}
