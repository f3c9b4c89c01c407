//! Where numeric ids come from.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_crypto::{Entropy, random_bytes};
use countersign_domain::Timestamp;
use countersign_domain::id::{self, SubMerchantId};

/// Draws time-ordered numeric ids, each above the one before.
///
/// Within one process no id is drawn twice, even under a clock that stands still; between processes the unique constraint
/// decides and the caller draws again.
pub struct IdSource {
    entropy: Arc<dyn Entropy>,
    /// What ids are made of is no secret, so it is drawn ahead: asking the source costs more than all the rest of an id.
    ahead: Mutex<Ahead>,
    last: AtomicI64,
    last_sub_merchant: AtomicI64,
}

/// Random bytes of one id.
const BYTES: usize = 4;
/// For how many ids bytes are drawn at once.
const IDS_AHEAD: usize = 64;

/// Random bytes that no id has taken yet.
struct Ahead {
    bytes: [u8; BYTES * IDS_AHEAD],
    left: usize,
}

/// The widest step between two ids of one instant, so that neighbours cannot be told by counting.
const STEP_MAX: u8 = 63;

impl IdSource {
    /// Ids from this randomness.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        let ahead = Mutex::new(Ahead { bytes: [0; BYTES * IDS_AHEAD], left: 0 });
        Self { entropy, ahead, last: AtomicI64::new(0), last_sub_merchant: AtomicI64::new(0) }
    }

    fn bytes(&self) -> [u8; BYTES] {
        // A source that panicked has left zeros or old bytes, and none that count as left.
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead.left == 0 {
            self.entropy.fill(&mut ahead.bytes);
            ahead.left = IDS_AHEAD;
        }
        ahead.left -= 1;
        let from = ahead.left * BYTES;
        ahead.bytes[from..from + BYTES].try_into().expect("as many bytes as an id takes")
    }

    /// The next id as of `now`.
    pub fn next(&self, now: Timestamp) -> i64 {
        let [a, b, c, step] = self.bytes();
        let fresh = id::compose(now, u32::from_be_bytes([0, a, b, c]));
        draw(&self.last, fresh, step)
    }

    /// The next sub-merchant's id as of `now`.
    pub fn next_sub_merchant(&self, now: Timestamp) -> SubMerchantId {
        let [a, b, c, step] = self.bytes();
        let fresh = id::sub_merchant_number(now, u32::from_be_bytes([0, a, b, c]));
        SubMerchantId::new(draw(&self.last_sub_merchant, fresh, step))
    }

    /// A nine-digit account number.
    pub fn account_number(&self) -> i64 {
        id::account_number(u64::from_be_bytes(random_bytes::<8>(self.entropy.as_ref())))
    }
}

/// `fresh`, or a step above the last number where that is not above it. At the end of all numbers the last one is drawn
/// again, which its unique constraint refuses: no number ever becomes negative.
fn draw(last: &AtomicI64, fresh: i64, step: u8) -> i64 {
    let step = i64::from(step & STEP_MAX) + 1;
    let next = |last: i64| if fresh > last { fresh } else { last.checked_add(step).unwrap_or(i64::MAX) };
    let before = last
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)))
        .expect("the update always has a value");
    next(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zero;

    impl Entropy for Zero {
        fn fill(&self, destination: &mut [u8]) {
            destination.fill(0);
        }
    }

    #[test]
    fn the_end_of_all_numbers_is_no_overflow() {
        let ids = IdSource::new(Arc::new(Zero));
        ids.last.store(i64::MAX - 1, Ordering::Relaxed);
        assert_eq!([ids.next(Timestamp::from_ms(0)), ids.next(Timestamp::from_ms(0))], [i64::MAX; 2]);
    }

    #[test]
    fn ids_grow_even_when_time_stands_still_or_goes_back() {
        let ids = IdSource::new(Arc::new(Zero));
        let instants = [5_000, 5_000, 5_000, 4_000, 6_000].map(|ms| Timestamp::from_ms(id::ID_EPOCH_MS + ms));
        let drawn = instants.map(|now| ids.next(now));
        assert!(drawn.is_sorted_by(|a, b| a < b), "{drawn:?}");
        assert_eq!(drawn[4], id::compose(instants[4], 0), "time moves on");
        let drawn = instants.map(|now| ids.next_sub_merchant(now));
        assert!(drawn.is_sorted_by(|a, b| a < b), "{drawn:?}");
        assert!(drawn.iter().all(|id| id.to_string().len() == 16), "{drawn:?}");
    }
}
