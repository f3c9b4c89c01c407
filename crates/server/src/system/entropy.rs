//! The operating system's randomness.

use countersign_crypto::Entropy;

/// Draws from the operating system.
pub(crate) struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(clippy::disallowed_methods, reason = "the composition root is where randomness enters")]
    fn fill(&self, destination: &mut [u8]) {
        aws_lc_rs::rand::fill(destination).expect("the operating system gives random bytes");
    }
}
