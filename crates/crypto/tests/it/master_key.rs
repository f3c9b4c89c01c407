//! Key files and rings.

use countersign_crypto::{MASTER_KEYS_MAX, MasterKey, MasterKeyRing, MasterKeyRingError, MasterKeyTextError};
use secrecy::ExposeSecret;

use crate::support::{master_key, ring};

const TEXT: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

#[test]
fn the_key_files_text_is_read_and_written() {
    assert_eq!(master_key(0).to_hex_text().expose_secret(), TEXT);
    for text in [TEXT.to_owned(), format!("{TEXT}\n"), format!(" {}\r\n", TEXT.to_uppercase())] {
        assert_eq!(MasterKey::from_hex_text(&text).ok().map(|key| key.id()), Some(master_key(0).id()), "{text:?}");
    }
}

#[test]
fn other_texts_are_refused() {
    for (text, error) in [
        (String::new(), MasterKeyTextError::Form),
        (TEXT[..62].to_owned(), MasterKeyTextError::Form),
        (format!("{TEXT}00"), MasterKeyTextError::Form),
        (TEXT.replace('f', "g"), MasterKeyTextError::Form),
        ("00".repeat(32), MasterKeyTextError::Placeholder),
        ("ab".repeat(32), MasterKeyTextError::Placeholder),
    ] {
        assert_eq!(MasterKey::from_hex_text(&text).err(), Some(error), "{text}");
    }
}

#[test]
fn the_id_belongs_to_the_key_and_does_not_change_between_versions() {
    // Stored with everything sealed: another derivation would orphan all of it.
    assert_eq!(master_key(0).id().to_string(), "1222de656d66f9d8");
    assert_eq!(ring(&[0, 1]).active_id(), master_key(0).id());
    assert_ne!(master_key(1).id(), master_key(0).id());
}

#[test]
fn a_ring_is_bounded_and_holds_a_key_once() {
    let older = |count: u8| (1..=count).map(master_key).collect::<Vec<_>>();
    let most = u8::try_from(MASTER_KEYS_MAX - 1).unwrap();
    assert!(MasterKeyRing::new(&master_key(0), &older(most)).is_ok());
    assert_eq!(
        MasterKeyRing::new(&master_key(0), &older(most + 1)).err(),
        Some(MasterKeyRingError::TooMany { count: MASTER_KEYS_MAX + 1 })
    );
    for (active, double) in [(2, 2), (1, 1)] {
        let id = master_key(double).id();
        assert_eq!(MasterKeyRing::new(&master_key(active), &older(3)).err(), Some(MasterKeyRingError::Twice { id }));
    }
}
