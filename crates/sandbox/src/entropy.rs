//! Randomness that is the same each time, for `--seed`.

use std::sync::Mutex;

use countersign_crypto::Entropy;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A `ChaCha20` stream. Good only for a world that nobody attacks.
pub struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// The stream of `seed`. `run` counts the starts of one world: without it a restart would draw the same numbers again
    /// and meet the rows that they already name.
    pub fn new(seed: u64, run: u64) -> Self {
        let mut stream = ChaCha20Rng::seed_from_u64(seed);
        stream.set_stream(run);
        Self(Mutex::new(stream))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, destination: &mut [u8]) {
        self.0.lock().expect("filling bytes does not panic").fill_bytes(destination);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_runs_differ() {
        let draw = |seed, run| {
            let mut bytes = [0; 16];
            SeededEntropy::new(seed, run).fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(1, 0), draw(1, 0));
        assert_ne!(draw(1, 0), draw(2, 0));
        assert_ne!(draw(1, 0), draw(1, 1));
    }
}
