//! The vector of partner.md §2.3 and what must not decrypt.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_crypto::{PayerDetailError, decrypt_payer_detail, encrypt_payer_detail};
use secrecy::ExposeSecret;

const SECRET: &[u8] = b"example-secret-key-0001";
const VECTOR: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const ENCRYPTED: &str = "AAECAwQFBgcICQoL+XuEZBYnoLfYimVxi1PHfkyRcBY4+r8GIg==";

fn decrypted(secret: &[u8], encrypted: &str) -> Result<String, PayerDetailError> {
    decrypt_payer_detail(secret, encrypted).map(|text| text.expose_secret().to_owned())
}

#[test]
fn the_vector_encrypts_and_decrypts() {
    assert_eq!(encrypt_payer_detail(SECRET, r#"{"k":"v"}"#, VECTOR), ENCRYPTED);
    assert_eq!(decrypted(SECRET, ENCRYPTED).as_deref(), Ok(r#"{"k":"v"}"#));
}

#[test]
fn anything_else_does_not_decrypt() {
    let raw = STANDARD.decode(ENCRYPTED).unwrap();
    for position in 0..raw.len() {
        let mut changed = raw.clone();
        changed[position] ^= 1;
        assert_eq!(
            decrypted(SECRET, &STANDARD.encode(changed)),
            Err(PayerDetailError::Undecipherable),
            "byte {position}"
        );
        assert_eq!(
            decrypted(SECRET, &STANDARD.encode(&raw[..position])),
            Err(PayerDetailError::Undecipherable),
            "{position} bytes"
        );
    }
    assert_eq!(decrypted(b"another", ENCRYPTED), Err(PayerDetailError::Undecipherable));
    assert_eq!(decrypted(SECRET, "not base64"), Err(PayerDetailError::NotBase64));
}
