//! Sealed values: round trips, rotation, and everything that must not open.

use countersign_crypto::{MasterKeyRing, OpenError, SEALED_OVERHEAD};
use proptest::prelude::{any, prop_assert_eq, proptest};
use secrecy::ExposeSecret;

use crate::support::{master_key, ring};

const PURPOSE: &[u8] = b"api_key_secret:42";
const NONCE: [u8; 12] = [7; 12];

fn opened(ring: &MasterKeyRing, purpose: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    ring.open(purpose, sealed).map(|plaintext| plaintext.expose_secret().to_vec())
}

#[test]
fn the_layout_does_not_change_between_versions() {
    // On disk in every installation: another layout or derivation needs another version byte.
    let sealed = ring(&[0]).seal(PURPOSE, b"secret", NONCE);
    assert_eq!(
        hex::encode(&sealed),
        "011222de656d66f9d80707070707070707070707073ff8f3f1aaf580405a615e3640641ba4b32606e3b3d6"
    );
    assert_eq!(sealed.len(), SEALED_OVERHEAD + "secret".len());
    assert_eq!(opened(&ring(&[0]), PURPOSE, &sealed), Ok(b"secret".to_vec()));
}

#[test]
fn rotation_keeps_old_values_readable_until_the_key_is_gone() {
    let sealed = ring(&[0]).seal(PURPOSE, b"secret", NONCE);
    let rotated = ring(&[1, 0]);
    assert!(!ring(&[0]).needs_resealing(&sealed));
    assert!(rotated.needs_resealing(&sealed));
    assert_eq!(opened(&rotated, PURPOSE, &sealed), Ok(b"secret".to_vec()));
    let again = rotated.seal(PURPOSE, b"secret", NONCE);
    assert!(!rotated.needs_resealing(&again));
    assert_eq!(opened(&ring(&[1]), PURPOSE, &again), Ok(b"secret".to_vec()));
    assert_eq!(opened(&ring(&[1]), PURPOSE, &sealed), Err(OpenError::UnknownKey { id: master_key(0).id() }));
}

#[test]
fn every_changed_bit_is_noticed() {
    let ring = ring(&[0, 1]);
    let sealed = ring.seal(PURPOSE, b"secret", NONCE);
    for position in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[position / 8] ^= 1 << (position % 8);
        assert!(ring.open(PURPOSE, &changed).is_err(), "bit {position}");
    }
}

#[test]
fn a_value_moved_under_another_key_or_purpose_does_not_open() {
    let ring = ring(&[0, 1]);
    let sealed = ring.seal(PURPOSE, b"secret", NONCE);
    assert_eq!(opened(&ring, b"api_key_secret:43", &sealed), Err(OpenError::Tampered));
    assert_eq!(opened(&ring, b"", &sealed), Err(OpenError::Tampered));
    let mut moved = sealed;
    moved[1..9].copy_from_slice(&hex::decode(master_key(1).id().to_string()).unwrap());
    assert_eq!(opened(&ring, PURPOSE, &moved), Err(OpenError::Tampered));
}

#[test]
fn what_is_no_sealed_value_says_so() {
    let ring = ring(&[0]);
    let sealed = ring.seal(PURPOSE, b"", NONCE);
    assert_eq!(opened(&ring, PURPOSE, &sealed), Ok(Vec::new()));
    for length in 0..SEALED_OVERHEAD {
        assert_eq!(opened(&ring, PURPOSE, &sealed[..length]), Err(OpenError::TooShort { length }));
    }
    let mut later = sealed;
    later[0] = 2;
    assert_eq!(opened(&ring, PURPOSE, &later), Err(OpenError::UnknownVersion { version: 2 }));
    assert!(ring.needs_resealing(&later));
}

proptest! {
    #[test]
    fn what_was_sealed_opens(
        purpose in proptest::collection::vec(any::<u8>(), 0..60),
        plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        nonce in any::<[u8; 12]>(),
    ) {
        let sealed = ring(&[0]).seal(&purpose, &plaintext, nonce);
        prop_assert_eq!(opened(&ring(&[1, 0]), &purpose, &sealed), Ok(plaintext));
    }

    #[test]
    fn arbitrary_bytes_never_open(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(ring(&[0]).open(b"", &bytes).is_ok(), false);
    }
}
