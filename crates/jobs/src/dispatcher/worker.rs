//! The work itself: keeps the desk filled, tries messages side by side, settles them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_crypto::Entropy;
use countersign_domain::Timestamp;
use countersign_service::Platform;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Attempt, CLAIM_MAX, Channel, Settlement};
use countersign_store::queries::{authorizations as authorization_rows, orders as order_rows};
use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

use super::claim::claim;
use super::desk::{Desk, Job};
use super::dispatch::{DispatcherParts, RunError, RunSummary};
use super::housekeeping::{self, SWEEP_EVERY_MS};
use super::metrics::{DeliveryMetrics, Outcome};
use super::schedule::RetrySchedule;
use super::send::{Failure, Sender};

/// How much longer than a try a message is held. A crash delays what was under way by the whole lease.
const LEASE_MARGIN_MS: i64 = 20_000;
/// How often a settlement that met a busy database is written again.
const SETTLE_TRIES_MAX: u32 = 5;
/// How long to wait before that.
const SETTLE_PAUSE: Duration = Duration::from_millis(100);

/// What the handles of a dispatcher share.
pub(super) struct Worker {
    pub(super) platform: Arc<Platform>,
    sender: Sender,
    schedule: RetrySchedule,
    jitter: Arc<dyn Entropy>,
    pub(super) metrics: DeliveryMetrics,
    pub(super) desk: Mutex<Desk>,
    /// Held while messages are claimed, so that two callers do not fill the same places.
    claiming: tokio::sync::Mutex<()>,
    pub(super) tasks: TaskTracker,
    /// Counts finished tries.
    pub(super) finished: watch::Sender<u64>,
    pub(super) wake: Notify,
    /// The last settlement that could not be written.
    pub(super) failure: Mutex<Option<StoreError>>,
}

/// A lock that a panic elsewhere cannot spoil: what it guards is consistent between any two statements that can panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    pub(super) fn new(parts: DispatcherParts) -> Self {
        let DispatcherParts { platform, outbound, mailer, schedule, jitter, metrics } = parts;
        Self {
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
        }
    }

    /// When the next message is due, and when the next authorization or order is over.
    pub(super) async fn due(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
        let due = self.platform.read("jobs_next_due", |tx, _| {
            let ends = [authorization_rows::next_due(tx)?, order_rows::next_due(tx)?];
            Ok((outbox::next_due(tx)?, ends.into_iter().flatten().min()))
        });
        due.await
    }

    /// One turn of the loop: writes only where something is due.
    pub(super) async fn step(self: &Arc<Self>, sweep_at: &mut Timestamp) -> Result<(), RunError> {
        self.start_ready();
        let now = self.platform.business_now();
        let is_due = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
        let (message, end) = self.due().await?;
        if is_due(end) {
            housekeeping::expire(&self.platform).await?;
        }
        // What has ended may have something to tell.
        if is_due(message) || is_due(end) {
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
    pub(super) async fn refill(self: &Arc<Self>) -> Result<(), RunError> {
        let claim_max = usize::try_from(CLAIM_MAX).expect("a small positive number");
        let lease_ms =
            i64::try_from(self.sender.patience().as_millis()).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN_MS);
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
        let patience_ms = i64::try_from(self.sender.patience().as_millis()).unwrap_or(i64::MAX);
        loop {
            let lease_needed_until = self.platform.wall_now().plus_ms(patience_ms);
            let Some(job) = lock(&self.desk).next(lease_needed_until) else { return };
            self.tasks.spawn(Arc::clone(self).attempt(job));
        }
    }

    async fn attempt(self: Arc<Self>, job: Job) {
        let mut place = Place { worker: Arc::clone(&self), job: &job, succeeded: false };
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

    /// Tries so far, by outcome.
    pub(super) fn totals(&self) -> RunSummary {
        let total =
            |outcome| self.metrics.attempts(Channel::Webhook, outcome) + self.metrics.attempts(Channel::Mail, outcome);
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
    worker: Arc<Worker>,
    job: &'a Job,
    succeeded: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(&self.worker.desk).finish(self.job, self.succeeded);
        self.worker.finished.send_modify(|count| *count = count.wrapping_add(1));
    }
}
