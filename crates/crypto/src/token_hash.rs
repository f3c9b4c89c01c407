//! Keyed hashes by which tokens and session cookies are found: without the master key, a copy of the database tells neither
//! the tokens nor whether a guess is right.

use aws_lc_rs::hmac;

use crate::key_ring::MasterKeyRing;

impl MasterKeyRing {
    /// The hash that a new token of this purpose is stored under: HMAC-SHA256 with a key derived from the active master key.
    pub fn lookup_hash(&self, purpose: &[u8], token: &str) -> [u8; 32] {
        hash(&self.active().token_lookup, purpose, token)
    }

    /// Every hash that a token of this purpose may be stored under, the active key's first, at most
    /// [`crate::MASTER_KEYS_MAX`]: after a rotation, rows of the older keys are still found.
    pub fn lookup_hashes(&self, purpose: &[u8], token: &str) -> Vec<[u8; 32]> {
        self.keys().map(|keys| hash(&keys.token_lookup, purpose, token)).collect()
    }
}

fn hash(key: &hmac::Key, purpose: &[u8], token: &str) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    // The length keeps ("ab", "c") and ("a", "bc") apart.
    let purpose_length = u64::try_from(purpose.len()).expect("a length in memory fits 64 bits");
    context.update(&purpose_length.to_be_bytes());
    context.update(purpose);
    context.update(token.as_bytes());
    context.sign().as_ref().try_into().expect("an HMAC-SHA256 tag has 32 bytes")
}
