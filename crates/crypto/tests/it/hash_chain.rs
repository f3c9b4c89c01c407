//! The audit chain.

use countersign_crypto::{CHAIN_GENESIS, chain_hash};

#[test]
fn the_hash_does_not_change_between_versions() {
    assert_eq!(
        hex::encode(chain_hash(&CHAIN_GENESIS, b"entry")),
        "219abddc2e60e08a8ed6c0274e175fbd7d742411e5fc59a9ff92c851c7466e16"
    );
}

#[test]
fn a_changed_entry_shows_in_all_that_follow() {
    let end = |entries: &[&[u8]]| entries.iter().fold(CHAIN_GENESIS, |previous, entry| chain_hash(&previous, entry));
    let whole = end(&[b"one", b"two", b"three"]);
    let others: [&[&[u8]]; 4] =
        [&[b"One", b"two", b"three"], &[b"two", b"one", b"three"], &[b"one", b"three"], &[b"onetwo", b"", b"three"]];
    for other in others {
        assert_ne!(end(other), whole);
    }
}
