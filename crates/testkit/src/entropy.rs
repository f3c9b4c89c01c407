//! Randomness that is the same in every run.

use std::sync::{Mutex, PoisonError};

use countersign_crypto::Entropy;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A `ChaCha` stream from a seed.
pub struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, destination: &mut [u8]) {
        // A panic elsewhere leaves the stream as good as it was.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(destination);
    }
}
