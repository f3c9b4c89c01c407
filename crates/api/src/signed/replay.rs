//! The replay set (`decisions.md` row 5): a signed call is accepted once, over all paths.
//!
//! It is memory of one node only: the safety of money rests on idempotency. A call is remembered for as long as its timestamp
//! could still be accepted. The tag covers the timestamp, so a repeat falls into the same bucket of time as the call that
//! it repeats: looking up touches one bucket, and forgetting drops whole buckets.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use countersign_crypto::RequestTag;
use countersign_domain::Timestamp;
use countersign_domain::id::ApiKeyId;
use countersign_wire::{Refusal, ResultCode};

/// The most calls remembered at once; beyond, calls are answered busy.
pub(super) const REMEMBERED_MAX: usize = 1 << 20;
/// Parts that are locked on their own; a tag's first byte picks one, so they fill evenly.
const SHARDS: usize = 16;
/// Into how many buckets the window is divided, each way.
const BUCKETS_PER_WINDOW: i64 = 8;
/// Enough buckets for the window both ways, and one more at each end for those that it cuts.
const BUCKETS: usize = 18;

/// The calls whose timestamps fall into one stretch of time: key and tag of each.
struct Bucket<K> {
    epoch: i64,
    calls: HashSet<(K, [u8; 32])>,
}

/// A ring of buckets and how many calls they hold together.
struct Shard<K> {
    ring: [Bucket<K>; BUCKETS],
    count: usize,
}

impl<K> Default for Shard<K> {
    fn default() -> Self {
        Self { ring: std::array::from_fn(|_| Bucket { epoch: 0, calls: HashSet::new() }), count: 0 }
    }
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// It was not there before.
    Fresh,
    /// It was.
    Repeated,
    /// There is no room to tell.
    Full,
}

/// The calls accepted of late, of one kind of keys.
pub(crate) struct ReplaySet<K> {
    shards: Vec<Mutex<Shard<K>>>,
    window_ms: i64,
    bucket_ms: i64,
    shard_max: usize,
}

impl<K: Copy + Eq + Hash> ReplaySet<K> {
    /// Remembers for a window of so many milliseconds each way.
    pub(crate) fn new(window_ms: i64) -> Self {
        Self::bounded(window_ms, REMEMBERED_MAX / SHARDS)
    }

    fn bounded(window_ms: i64, shard_max: usize) -> Self {
        let window_ms = window_ms.max(0);
        // Rounded up, so that the window never needs more buckets than there are.
        let bucket_ms = (window_ms / BUCKETS_PER_WINDOW).saturating_add(1);
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, window_ms, bucket_ms, shard_max }
    }

    /// Enters a call whose signature held and whose timestamp is inside the window.
    pub(crate) fn enter(&self, (key, tag): (K, [u8; 32]), sent_at: Timestamp, now: Timestamp) -> Entered {
        let shard = &self.shards[usize::from(tag[0]) % SHARDS];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let epoch = sent_at.ms().div_euclid(self.bucket_ms);
        let index = shard.turn_to(epoch);
        if shard.ring[index].calls.contains(&(key, tag)) {
            return Entered::Repeated;
        }
        if shard.count >= self.shard_max {
            shard.forget_before(now.plus_ms(-self.window_ms).ms().div_euclid(self.bucket_ms));
        }
        if shard.count >= self.shard_max {
            return Entered::Full;
        }
        shard.ring[index].calls.insert((key, tag));
        shard.count += 1;
        Entered::Fresh
    }
}

impl<K> Shard<K> {
    /// The place of an epoch's bucket, emptied where it held another. An epoch that comes back after the wall clock was set
    /// back finds its bucket empty: refusing all calls until the clock caught up would be worse.
    fn turn_to(&mut self, epoch: i64) -> usize {
        let ring = i64::try_from(BUCKETS).expect("a small number");
        let index = usize::try_from(epoch.rem_euclid(ring)).expect("a remainder is not negative");
        if self.ring[index].epoch != epoch {
            self.drop_bucket(index, epoch);
        }
        index
    }

    fn forget_before(&mut self, first: i64) {
        for index in 0..BUCKETS {
            let epoch = self.ring[index].epoch;
            if epoch < first {
                self.drop_bucket(index, epoch);
            }
        }
    }

    fn drop_bucket(&mut self, index: usize, epoch: i64) {
        let dropped = std::mem::replace(&mut self.ring[index], Bucket { epoch, calls: HashSet::new() });
        self.count -= dropped.calls.len();
    }
}

/// Refuses a call that was accepted before.
pub(super) fn check(
    replays: &ReplaySet<ApiKeyId>,
    (key, tag): (ApiKeyId, &RequestTag),
    sent_at: Timestamp,
    wall_now: Timestamp,
) -> Result<(), Refusal> {
    match replays.enter((key, tag.replay_digest()), sent_at, wall_now) {
        Entered::Fresh => Ok(()),
        Entered::Repeated => {
            let rule = "this very call was accepted before; sign each try anew with a fresh timestamp and nonce";
            Err(Refusal::invalid_request(rule, "decisions.md row 5"))
        }
        Entered::Full => {
            let rule = "more calls came within the time window than can be told apart; try again in a moment";
            Err(Refusal::new(ResultCode::ActionTooFrequent, rule, "decisions.md row 5"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(number: u64) -> [u8; 32] {
        let mut tag = [0; 32];
        // All in one shard: its first byte stays zero.
        tag[8..16].copy_from_slice(&number.to_be_bytes());
        tag
    }

    const KEY: ApiKeyId = ApiKeyId::new(1);

    fn enter(set: &ReplaySet<ApiKeyId>, number: u64, sent_at: i64, now: i64) -> Entered {
        set.enter((KEY, tag(number)), Timestamp::from_ms(sent_at), Timestamp::from_ms(now))
    }

    #[test]
    fn a_repeat_is_seen_for_as_long_as_its_timestamp_passes() {
        for window in [1_i64, 7, 8, 1_000, 30_000] {
            let set = ReplaySet::bounded(window, 1 << 20);
            let start = 1_700_000_000_000;
            for sent_at in [start - window, start, start + window] {
                let number = u64::try_from(sent_at).expect("positive");
                assert_eq!(enter(&set, number, sent_at, start), Entered::Fresh, "{window} {sent_at}");
            }
            // Other calls come in all the while, over the whole window, and push nothing out too early.
            for now in start..=start + 2 * window {
                let number = u64::try_from(now).expect("positive") << 8;
                enter(&set, number, now + window, now);
                enter(&set, number + 1, now - window, now);
                for sent_at in [start - window, start, start + window] {
                    if (now - sent_at).abs() <= window && (now - start) % 97 == 0 {
                        let number = u64::try_from(sent_at).expect("positive");
                        assert_eq!(enter(&set, number, sent_at, now), Entered::Repeated, "{window} {sent_at} {now}");
                    }
                }
            }
        }
    }

    #[test]
    fn keys_do_not_share_tags() {
        let set = ReplaySet::new(1_000);
        let now = Timestamp::from_ms(5_000);
        assert_eq!(set.enter((ApiKeyId::new(1), tag(1)), now, now), Entered::Fresh);
        assert_eq!(set.enter((ApiKeyId::new(2), tag(1)), now, now), Entered::Fresh);
        assert_eq!(set.enter((ApiKeyId::new(2), tag(1)), now, now), Entered::Repeated);
    }

    #[test]
    fn full_is_busy_until_time_passes() {
        let set = ReplaySet::bounded(1_000, 3);
        for number in 0..3 {
            assert_eq!(enter(&set, number, 10_000, 10_000), Entered::Fresh);
        }
        assert_eq!(enter(&set, 3, 10_000, 10_000), Entered::Full);
        assert_eq!(enter(&set, 0, 10_000, 10_500), Entered::Repeated, "what is known stays known");
        assert_eq!(enter(&set, 3, 10_900, 10_900), Entered::Full);
        assert_eq!(enter(&set, 3, 12_000, 12_000), Entered::Fresh, "the old ones went");
    }

    #[test]
    fn counts_follow_what_is_forgotten() {
        let set = ReplaySet::bounded(1_000, 100);
        for number in 0..10_000_u64 {
            let at = i64::try_from(number).expect("small") * 50;
            assert_eq!(enter(&set, number, at, at), Entered::Fresh, "{number}");
        }
        let shard = set.shards[0].lock().expect("not poisoned");
        assert_eq!(shard.count, shard.ring.iter().map(|bucket| bucket.calls.len()).sum::<usize>());
    }
}
