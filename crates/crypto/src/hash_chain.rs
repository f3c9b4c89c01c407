//! The audit chain: every entry's hash covers the one before it, so that a changed or removed entry shows in all that follow.

use crate::digest::sha256_of;

/// What the first entry of a chain names as its previous hash.
pub const CHAIN_GENESIS: [u8; 32] = [0; 32];

/// Keeps a chain hash from ever being the hash of something else.
const DOMAIN: &[u8] = b"countersign audit chain 1\n";

/// The hash of an entry whose canonical bytes are `canonical` and whose predecessor's hash is `previous`.
///
/// The caller answers for `canonical` being unambiguous: two different entries must never have the same bytes.
pub fn chain_hash(previous: &[u8; 32], canonical: &[u8]) -> [u8; 32] {
    sha256_of([DOMAIN, previous, canonical])
}
