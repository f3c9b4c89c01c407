//! How often and how soon a try is repeated.

use std::time::Duration;

use super::error::Trouble;

/// The most repetitions of one job.
pub(super) const RETRIES_MAX: u32 = 8;
/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// The tries of one job. The jitter comes from the job's own random id, so two jobs in each other's way part, and a test can repeat a run.
pub(super) struct Tries {
    made: u32,
    seed: u64,
}

impl Tries {
    pub(super) fn new(id: &[u8; 16]) -> Self {
        let (head, tail) = id.split_at(8);
        let number = |half: &[u8]| half.iter().fold(0, |sum: u64, byte| (sum << 8) | u64::from(*byte));
        Self { made: 0, seed: number(head) ^ number(tail).rotate_left(32) }
    }

    /// The pause before the next try, or `None` when there is none left.
    pub(super) fn next(&mut self, trouble: Trouble) -> Option<Duration> {
        if self.made == RETRIES_MAX {
            return None;
        }
        let first = match trouble {
            Trouble::Serialization | Trouble::Deadlock | Trouble::LockTimeout => Duration::from_millis(2),
            Trouble::Disconnect => Duration::from_millis(20),
        };
        let full = first.saturating_mul(1 << self.made).min(PAUSE_MAX);
        self.made += 1;
        self.seed = mix(self.seed);
        let half = full / 2;
        let span = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).max(1);
        Some(half + Duration::from_micros(self.seed % span))
    }
}

/// The step of `splitmix64`: spreads neighbouring ids apart. Not for security.
fn mix(seed: u64) -> u64 {
    let mut value = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::{PAUSE_MAX, RETRIES_MAX, Tries};
    use crate::pg::error::Trouble;
    use std::time::Duration;

    fn pauses(id: [u8; 16]) -> Vec<Duration> {
        let mut tries = Tries::new(&id);
        std::iter::from_fn(|| tries.next(Trouble::Disconnect)).collect()
    }

    #[test]
    fn tries_are_bounded_and_their_pauses_too() {
        let pauses = pauses([7; 16]);
        assert_eq!(pauses.len(), usize::try_from(RETRIES_MAX).unwrap());
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(10) && *pause <= PAUSE_MAX));
    }

    #[test]
    fn the_jitter_is_the_ids_own() {
        let mut other = [7; 16];
        other[15] = 8;
        assert_eq!(pauses([7; 16]), pauses([7; 16]));
        assert_ne!(pauses([7; 16]), pauses(other));
    }
}
