//! The work itself: keeps the desk filled, tries messages side by side, has them settled.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_crypto::Entropy;
use countersign_domain::Timestamp;
use countersign_service::Platform;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, CLAIM_MAX, Channel, Lane, MAIL_LANE, channel_of};
use countersign_store::queries::{authorizations as authorization_rows, orders as order_rows, refund_releases};
use tokio::sync::{Notify, RwLock, watch};
use tokio_util::task::TaskTracker;

use super::claim::{Want, claim, give_back, survey};
use super::desk::{Coming, Desk, Job, Offer, Went};
use super::dispatch::{DeliveryLimits, DispatcherParts, RunError, RunSummary};
use super::housekeeping::{self, Bite, SWEEP_EVERY_MS};
use super::metrics::{DeliveryMetrics, Outcome};
use super::releases;
use super::schedule::RetrySchedule;
use super::send::Sender;
use super::walk::Walk;
use super::watch::Watch;
use place::Place;

mod place;
mod settling;

/// How much longer than a try a message is held. A crash delays what was under way by the whole lease.
const LEASE_MARGIN_MS: i64 = 20_000;

/// What the handles of a dispatcher share.
pub(super) struct Worker {
    pub(super) platform: Arc<Platform>,
    sender: Sender,
    schedule: RetrySchedule,
    jitter: Arc<dyn Entropy>,
    limits: DeliveryLimits,
    pub(super) metrics: DeliveryMetrics,
    pub(super) watch: Watch,
    pub(super) desk: Mutex<Desk>,
    /// Held while messages are claimed, so that two callers do not fill the same places; in it, behind which lane the next
    /// round begins.
    claiming: tokio::sync::Mutex<String>,
    pub(super) tasks: TaskTracker,
    /// Shared from before an outcome is written until it is counted.
    counting: RwLock<()>,
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
        let DispatcherParts { platform, outbound, mailer, schedule, jitter, limits, metrics } = parts;
        Self {
            sender: Sender::new(Arc::clone(&platform), outbound, mailer),
            platform,
            schedule,
            jitter,
            limits,
            metrics,
            watch: Watch::new(limits.overdue_ms_max),
            desk: Mutex::default(),
            claiming: tokio::sync::Mutex::default(),
            tasks: TaskTracker::new(),
            counting: RwLock::default(),
            finished: watch::Sender::new(0),
            wake: Notify::new(),
            failure: Mutex::default(),
        }
    }

    /// When the next message is due.
    pub(super) async fn next_message(&self) -> Result<Option<Timestamp>, StoreError> {
        self.platform.read("outbox_next_due", |tx, _| outbox::next_due(tx)).await
    }

    /// When the next authorization or order is over, or a held refund may go on.
    pub(super) async fn next_other(&self) -> Result<Option<Timestamp>, StoreError> {
        let read = self.platform.read("jobs_next_due", |tx, _| {
            let others = [authorization_rows::next_due(tx)?, order_rows::next_due(tx)?, refund_releases::next_due(tx)?];
            Ok(others.into_iter().flatten().min())
        });
        read.await
    }

    /// One turn of the loop. Looks around where there may be something new; otherwise claims only where places became free for
    /// which somebody was seen to wait. Tells whether there is more to do at once.
    pub(super) async fn step(self: &Arc<Self>, looks: bool, sweep_at: &mut Timestamp) -> Result<bool, RunError> {
        self.start_ready();
        let business_now = self.platform.business_now();
        let mut has_more = false;
        if looks && self.next_other().await?.is_some_and(|at| at <= business_now) {
            let (expired, released) = self.end_and_release(business_now).await?;
            has_more = expired.has_more || released.has_more;
        }
        let is_hungry = lock(&self.desk).take_hunger();
        if looks || is_hungry {
            self.refill().await?;
        }
        let wall_now = self.platform.wall_now();
        if wall_now >= *sweep_at {
            *sweep_at = wall_now.plus_ms(SWEEP_EVERY_MS);
            self.sweep().await?;
        }
        Ok(has_more)
    }

    /// Takes one bite of what is due at `now` without being a message: of what ends, and of what may go on.
    pub(super) async fn end_and_release(&self, now: Timestamp) -> Result<(Bite, Bite), RunError> {
        Ok((housekeeping::expire(&self.platform, now).await?, releases::release(&self.platform, now).await?))
    }

    /// Deletes what is stale, counts the queue and looks after it.
    pub(super) async fn sweep(&self) -> Result<(), RunError> {
        housekeeping::sweep(&self.platform).await?;
        let laggards = lock(&self.desk).laggards();
        housekeeping::measure(&self.platform, (&self.metrics, &self.watch), laggards).await
    }

    /// Goes once round the lanes, claims what is due of each as far as there is room, and starts what has its turn.
    pub(super) async fn refill(self: &Arc<Self>) -> Result<(), RunError> {
        let mut served_last = self.claiming.lock().await;
        let mut walk = Walk::behind(served_last.clone());
        while let Some(after) = walk.after() {
            let page = survey(&self.platform, after.to_owned()).await?;
            if !self.serve(walk.take(page), &mut served_last).await? {
                self.serve_mails().await?;
                break;
            }
        }
        let let_go = lock(&self.desk).take_let_go();
        if !let_go.is_empty() {
            claim(&self.platform, Vec::new(), let_go).await?;
        }
        Ok(())
    }

    /// Where webhooks have filled their room before the round came to the mails: those have one of their own.
    async fn serve_mails(self: &Arc<Self>) -> Result<(), RunError> {
        let before = MAIL_LANE.strip_suffix(':').unwrap_or_default();
        let mut lanes = survey(&self.platform, before.to_owned()).await?;
        lanes.retain(|lane| lane.name == MAIL_LANE);
        // The next round goes on where this one stopped.
        self.serve(lanes, &mut String::new()).await.map(drop)
    }

    /// Claims what is due of these lanes, in their order; false where the room is full before all had their turn.
    async fn serve(self: &Arc<Self>, lanes: Vec<Lane>, served_last: &mut String) -> Result<bool, RunError> {
        let now = self.platform.business_now();
        let mut due = lanes.into_iter().filter(|lane| lane.free_at.is_some_and(|at| at <= now)).map(|lane| lane.name);
        loop {
            let (wants, has_room) = self.choose(&mut due);
            let Some(last) = wants.last() else { return Ok(has_room) };
            served_last.clone_from(&last.lane);
            self.claim_and_start(wants).await?;
            if !has_room {
                return Ok(false);
            }
        }
    }

    /// Takes lanes until one claim is full; tells whether there was room for all that were taken.
    fn choose(&self, due: &mut impl Iterator<Item = String>) -> (Vec<Want>, bool) {
        let mut coming = Coming::up_to(usize::try_from(CLAIM_MAX).expect("a small positive number"));
        let mut wants = Vec::new();
        let mut desk = lock(&self.desk);
        while !coming.is_full() {
            let Some(lane) = due.next() else { break };
            match desk.offer(&lane, &mut coming) {
                Offer::RoomIsFull => return (wants, false),
                Offer::LaneIsFull => {}
                Offer::Take(count) => {
                    let lease_ms = self.try_ms(channel_of(&lane)).saturating_add(LEASE_MARGIN_MS);
                    wants.push(Want { lane, count, lease_ms });
                }
            }
        }
        (wants, true)
    }

    async fn claim_and_start(self: &Arc<Self>, wants: Vec<Want>) -> Result<(), RunError> {
        let lanes: Vec<String> = wants.iter().map(|want| want.lane.clone()).collect();
        let let_go = lock(&self.desk).take_let_go();
        let claimed = claim(&self.platform, wants, let_go).await?;
        {
            let mut desk = lock(&self.desk);
            claimed.jobs.into_iter().for_each(|job| desk.enter(job));
            lanes.iter().zip(claimed.has_more).for_each(|(lane, has_more)| desk.note_more(lane, has_more));
        }
        self.start_ready();
        Ok(())
    }

    /// Gives back what was claimed and will not be tried by this process, so that the next one need not wait for the leases.
    pub(super) async fn give_all_back(&self) -> Result<(), RunError> {
        let let_go = {
            let mut desk = lock(&self.desk);
            desk.empty();
            desk.take_let_go()
        };
        if let_go.is_empty() {
            return Ok(());
        }
        self.platform.write("outbox_release", move |tx, _| give_back(tx, &let_go)).await
    }

    fn try_ms(&self, channel: Channel) -> i64 {
        i64::try_from(self.sender.patience(channel).as_millis()).unwrap_or(i64::MAX)
    }

    fn start_ready(self: &Arc<Self>) {
        loop {
            let wall_now = self.platform.wall_now();
            let needed_until = |channel| wall_now.plus_ms(self.try_ms(channel));
            let Some(job) = lock(&self.desk).next(needed_until) else { return };
            self.tasks.spawn(Arc::clone(self).attempt(job));
        }
    }

    async fn attempt(self: Arc<Self>, job: Job) {
        let mut place = Place::of(Arc::clone(&self), &job);
        let started_at = self.platform.wall_now();
        let tried = self.sender.try_once(&job).await;
        let duration_ms = self.platform.wall_now().ms_since(started_at).max(0);
        place.tried(Went { succeeded: tried.failure.is_none(), duration_ms });
        self.start_ready();
        let (settlement, outcome) = self.settlement(&job, &tried);
        let attempt = self.record(&job, tried, (started_at, duration_ms));
        let counting = self.counting.read().await;
        match self.settle(&job, &attempt, settlement).await {
            Ok(true) => self.tell(&job, &attempt, outcome),
            // Another node was faster: its record stands.
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, outbox = job.message.id.get(), "a try could not be recorded; it will be repeated");
                *lock(&self.failure) = Some(error);
            }
        }
        drop((counting, place));
        self.start_ready();
    }

    /// Done when every try whose outcome stands in the database by now is counted as well.
    pub(super) async fn counted(&self) {
        drop(self.counting.write().await);
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
            released: 0,
        }
    }
}

#[cfg(test)]
mod tests;
