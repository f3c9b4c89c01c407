//! Calls per second and key (`decisions.md` row 57): a token bucket that holds one second's worth.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_domain::Timestamp;
use countersign_domain::id::ApiKeyId;
use countersign_wire::{Refusal, ResultCode};
use moka::sync::Cache;

/// The most keys whose buckets are kept; a bucket that went is a full one.
const BUCKETS_MAX: u64 = 65_536;
/// After this a bucket is full again, so it need not be kept.
const IDLE: Duration = Duration::from_secs(2);
/// What one call costs; a millisecond refills as many as calls are allowed per second.
const COST: i64 = 1_000;

struct Bucket {
    level: i64,
    filled_at: Timestamp,
}

/// The buckets of all keys.
pub(crate) struct RateLimit {
    per_second: i64,
    buckets: Cache<ApiKeyId, Arc<Mutex<Bucket>>>,
}

impl RateLimit {
    /// So many calls per second for each key.
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        let buckets = Cache::builder().max_capacity(BUCKETS_MAX).time_to_idle(IDLE).build();
        Self { per_second: i64::from(per_second.get()), buckets }
    }

    /// Takes one call out of the key's bucket, if there is one in it.
    fn take(&self, key: ApiKeyId, now: Timestamp) -> bool {
        let full = self.per_second * COST;
        let bucket = self.buckets.get_with(key, || Arc::new(Mutex::new(Bucket { level: full, filled_at: now })));
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = now.ms_since(bucket.filled_at).max(0);
        bucket.level = bucket.level.saturating_add(elapsed.saturating_mul(self.per_second)).min(full);
        bucket.filled_at = now;
        let taken = bucket.level >= COST;
        if taken {
            bucket.level -= COST;
        }
        taken
    }
}

/// Refuses a call beyond the limit.
pub(super) fn check(limit: &RateLimit, key: ApiKeyId, wall_now: Timestamp) -> Result<(), Refusal> {
    if limit.take(key, wall_now) {
        return Ok(());
    }
    let rule = format!("a key may make {} calls per second; wait a moment", limit.per_second);
    Err(Refusal::new(ResultCode::ActionTooFrequent, rule, "decisions.md row 57"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_by_the_clock_it_is_given() {
        let limit = RateLimit::new(NonZeroU32::new(4).expect("not zero"));
        let (key, other) = (ApiKeyId::new(1), ApiKeyId::new(2));
        let at = Timestamp::from_ms;
        let taken = |key, ms, tries| (0..tries).filter(|_| limit.take(key, at(ms))).count();
        assert_eq!(taken(key, 0, 10), 4, "one second's worth at once");
        assert_eq!(taken(other, 0, 10), 4, "each key has its own");
        assert_eq!(taken(key, 249, 1), 0);
        assert_eq!(taken(key, 250, 2), 1);
        assert_eq!(taken(key, 60_000, 10), 4, "no more than one second's worth is saved up");
        assert_eq!(taken(key, 59_000, 1), 0, "a clock that goes back gives nothing");
        let refusal = check(&limit, key, at(59_000)).expect_err("still empty");
        assert_eq!(refusal.code.digits(), "400501");
    }
}
