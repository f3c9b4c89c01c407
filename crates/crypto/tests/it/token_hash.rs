//! Look-up hashes depend on key, purpose and token, and survive rotation.

use std::collections::BTreeSet;

use countersign_crypto::sha256;

use crate::support::ring;

#[test]
fn sha256_is_sha256() {
    assert_eq!(hex::encode(sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn the_hash_does_not_change_between_versions() {
    assert_eq!(
        hex::encode(ring(&[0]).lookup_hash(b"tsp_token", "0123456789abcdef")),
        "c2a6bbada129e1edbc66ecf8179ee52f9ad5daf02610392ca6c31157d7795e6e"
    );
}

#[test]
fn key_purpose_and_token_all_matter() {
    let hashes = BTreeSet::from([
        ring(&[0]).lookup_hash(b"ab", "c"),
        ring(&[0]).lookup_hash(b"a", "bc"),
        ring(&[0]).lookup_hash(b"", "abc"),
        ring(&[0]).lookup_hash(b"ab", "d"),
        ring(&[1]).lookup_hash(b"ab", "c"),
    ]);
    assert_eq!(hashes.len(), 5);
}

#[test]
fn after_a_rotation_old_rows_are_found() {
    let rotated = ring(&[1, 0]);
    assert_eq!(rotated.lookup_hash(b"session", "token"), ring(&[1]).lookup_hash(b"session", "token"));
    assert_eq!(
        rotated.lookup_hashes(b"session", "token"),
        [ring(&[1]).lookup_hash(b"session", "token"), ring(&[0]).lookup_hash(b"session", "token")]
    );
}
