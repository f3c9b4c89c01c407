//! A predictable source of bytes.

use std::sync::atomic::{AtomicU8, Ordering};

use countersign_crypto::{Entropy, MasterKey, MasterKeyRing};

/// Counts upwards from where it was told to start.
pub(crate) struct CountingEntropy(AtomicU8);

impl CountingEntropy {
    pub(crate) fn from(start: u8) -> Self {
        Self(AtomicU8::new(start))
    }
}

impl Entropy for CountingEntropy {
    fn fill(&self, destination: &mut [u8]) {
        for byte in destination {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A master key that differs for every `start`.
pub(crate) fn master_key(start: u8) -> MasterKey {
    MasterKey::generate(&CountingEntropy::from(start))
}

/// A ring of the first key, the others behind it.
pub(crate) fn ring(starts: &[u8]) -> MasterKeyRing {
    let older: Vec<MasterKey> = starts[1..].iter().map(|start| master_key(*start)).collect();
    MasterKeyRing::new(&master_key(starts[0]), &older).expect("tests give few and different keys")
}

/// Handlers share keys between threads; a field that stopped that would break far from here.
#[test]
fn keys_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<countersign_crypto::RequestKey>();
    shared::<countersign_crypto::WebhookSigningKey>();
    shared::<countersign_crypto::WebhookPublicKey>();
    shared::<MasterKeyRing>();
    shared::<countersign_crypto::PasswordHash>();
}
