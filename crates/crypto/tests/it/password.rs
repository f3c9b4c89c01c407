//! Argon2id hashes.

use countersign_crypto::{
    PASSWORD_BYTES_MAX, PasswordHash, PasswordHashError, PasswordRefused, hash_password, needs_rehash, verify_password,
};

const SALT: [u8; 16] = *b"0123456789abcdef";
const PREFIX: &str = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$";
// The reference implementation's answer for password "password", salt "somesalt", t=2, m=64 KiB, p=1 (phc-winner-argon2, test.c).
const REFERENCE: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

#[test]
fn a_hash_verifies_its_password_only() {
    let hash = hash_password("correct horse", &SALT).unwrap();
    assert!(hash.expose_phc().starts_with(PREFIX), "{}", hash.expose_phc());
    let stored = PasswordHash::from_phc(hash.expose_phc()).unwrap();
    assert_eq!(verify_password("correct horse", &stored), Ok(()));
    for wrong in ["", "correct horse ", "Correct horse"] {
        assert_eq!(verify_password(wrong, &stored), Err(PasswordRefused::Wrong), "{wrong:?}");
    }
    assert!(!needs_rehash(&stored));
}

#[test]
fn the_salt_makes_equal_passwords_differ() {
    let one = hash_password("correct horse", &SALT).unwrap();
    let other = hash_password("correct horse", b"fedcba9876543210").unwrap();
    assert_ne!(one.expose_phc().rsplit('$').next(), other.expose_phc().rsplit('$').next());
}

#[test]
fn a_hash_with_other_parameters_verifies_and_wants_renewal() {
    let hash = PasswordHash::from_phc(REFERENCE).unwrap();
    assert_eq!(verify_password("password", &hash), Ok(()));
    assert_eq!(verify_password("Password", &hash), Err(PasswordRefused::Wrong));
    assert!(needs_rehash(&hash));
}

#[test]
fn the_dummy_costs_what_a_real_hash_costs_and_matches_nothing() {
    let dummy = PasswordHash::dummy();
    assert!(PasswordHash::from_phc(dummy.expose_phc()).is_ok());
    assert!(!needs_rehash(&dummy));
    assert_eq!(verify_password("", &dummy), Err(PasswordRefused::Wrong));
}

#[test]
fn passwords_are_bounded() {
    let longest = "x".repeat(PASSWORD_BYTES_MAX);
    let hash = hash_password(&longest, &SALT).unwrap();
    assert_eq!(verify_password(&longest, &hash), Ok(()));
    let longer = format!("{longest}x");
    assert_eq!(hash_password(&longer, &SALT).err(), Some(PasswordHashError::TooLong));
    assert_eq!(verify_password(&longer, &hash), Err(PasswordRefused::Wrong));
}

#[test]
fn unusable_hashes_are_refused_when_read() {
    for text in [
        "",
        "password",
        "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg",
        "$argon2id$v=19$m=19456,t=2,p=1",
        &REFERENCE.replace("argon2id", "argon2i"),
        &REFERENCE.replace("argon2id", "scrypt"),
        &REFERENCE.replace("v=19", "v=16"),
        &REFERENCE.replace("v=19$", ""),
        &REFERENCE.replace("m=65536", "m=262145"),
        &REFERENCE.replace("m=65536", "m=4294967295"),
        &REFERENCE.replace("t=2", "t=17"),
        &REFERENCE.replace("t=2", "t=0"),
        &REFERENCE.replace("p=1", "p=17"),
        &REFERENCE.replace("c29tZXNhbHQ", "c29tZQ"),
        &format!("{REFERENCE}{}", "A".repeat(200)),
    ] {
        assert!(PasswordHash::from_phc(text).is_err(), "{text}");
    }
}
