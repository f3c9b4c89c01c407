//! After a try: what became of it, written and told.

use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::time::HOUR_MS;
use countersign_service::outbox::{keep_answer, settle};
use countersign_store::StoreError;
use countersign_store::queries::outbox::{Answer, Attempt, ParkReason, Settlement, SignedWith};

use super::Worker;
use crate::dispatcher::desk::Job;
use crate::dispatcher::metrics::Outcome;
use crate::dispatcher::send::{Failure, Tried};

/// How often a settlement that met a busy database is written again.
const SETTLE_TRIES_MAX: u32 = 5;
/// How long to wait before that.
const SETTLE_PAUSE: Duration = Duration::from_millis(100);
/// The longest that a receiver's `Retry-After` puts a try off, where the schedule would have it sooner.
const RETRY_AFTER_MS_MAX: i64 = HOUR_MS;

impl Worker {
    /// A try as it is kept.
    pub(super) fn record(&self, job: &Job, tried: Tried, (started_at, duration_ms): (Timestamp, i64)) -> Attempt {
        let number = job.message.attempts + 1;
        let answer = tried.answer.map(|answer| Answer {
            body: keep_answer(&self.platform, &job.message, number, answer.body),
            is_cut: answer.is_cut,
        });
        let signed_with = tried.signed_with.map(|(timestamp, nonce)| SignedWith {
            timestamp,
            nonce,
            serial: self.platform.webhook_key.serial().to_owned(),
        });
        let error = tried.failure.map(Failure::into_words);
        Attempt { started_at, duration_ms, status: tried.status, error, signed_with, answer }
    }

    /// What follows from a try.
    pub(super) fn settlement(&self, job: &Job, tried: &Tried) -> (Settlement, Outcome) {
        let now = self.platform.business_now();
        let delay = match &tried.failure {
            None => return (Settlement::Delivered(now), Outcome::Delivered),
            Some(Failure::Never(_)) => return (Settlement::Parked(now, ParkReason::Hopeless), Outcome::Parked),
            Some(Failure::Later(_)) if job.message.round.is_single => None,
            Some(Failure::Later(_)) => self.schedule.delay_after(job.message.next_try_of_round(), self.jitter.as_ref()),
        };
        match delay {
            Some(delay) => {
                let asked = tried.retry_after_ms.unwrap_or(0).min(RETRY_AFTER_MS_MAX);
                (Settlement::Retry(now.plus_ms(delay.max(asked))), Outcome::Retried)
            }
            None => (Settlement::Parked(now, ParkReason::LastTry), Outcome::Parked),
        }
    }

    /// Writes what became of a try; false where another node was faster.
    pub(super) async fn settle(
        &self,
        job: &Job,
        attempt: &Attempt,
        settlement: Settlement,
    ) -> Result<bool, StoreError> {
        let (mut tries, failing_ms_max) = (0, self.limits.failing_ms_max);
        loop {
            let (message, attempt) = (job.message.clone(), attempt.clone());
            let outcome = self
                .platform
                .write("outbox_settle", move |tx, platform| {
                    settle(tx, platform, &message, (&attempt, settlement), failing_ms_max)
                })
                .await;
            tries += 1;
            match outcome {
                Err(error) if StoreError::is_transient(&error) && tries < SETTLE_TRIES_MAX => {
                    tokio::time::sleep(SETTLE_PAUSE).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Counts a try that was written, and tells of a message that was given up.
    pub(super) fn tell(&self, job: &Job, attempt: &Attempt, outcome: Outcome) {
        let message = &job.message;
        self.metrics.count(message.channel, outcome, attempt.duration_ms);
        if outcome == Outcome::Parked {
            let reason = attempt.error.as_deref().unwrap_or_default();
            let merchant = message.merchant_id.get();
            tracing::warn!(outbox = message.id.get(), merchant, reason, "a message was given up after its last try");
        }
    }
}
