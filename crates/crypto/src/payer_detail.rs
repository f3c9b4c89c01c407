//! `payerDetail`: a payer's data encrypted for the owner of one API key (partner.md §2.3, decisions.md row 45).
//!
//! Standard base64 of a 12-byte initialisation vector, the AES-256-GCM ciphertext and its 16-byte tag; the key is SHA-256
//! of the API secret, without additional data.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::digest::sha256;

/// Why a `payerDetail` could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PayerDetailError {
    /// Not standard padded base64.
    #[error("the payer detail is not standard padded base64")]
    NotBase64,
    /// Too short, changed, or encrypted for another secret.
    #[error("the payer detail was encrypted for another secret, or changed")]
    Undecipherable,
    /// Decrypted, but not UTF-8.
    #[error("the decrypted payer detail is not UTF-8")]
    NotText,
}

fn key(secret: &[u8]) -> LessSafeKey {
    let mut bytes = sha256(secret);
    let key = UnboundKey::new(&AES_256_GCM, &bytes).expect("SHA-256 yields the 32 bytes that AES-256 takes");
    bytes.zeroize();
    LessSafeKey::new(key)
}

/// Encrypts `plaintext` for the holder of `secret`. The vector must be fresh randomness.
pub fn encrypt_payer_detail(secret: &[u8], plaintext: &str, initialisation_vector: [u8; NONCE_LEN]) -> String {
    let mut in_out = Zeroizing::new(plaintext.as_bytes().to_vec());
    let tag = key(secret)
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(initialisation_vector), Aad::empty(), &mut in_out)
        .expect("AES-GCM takes any plaintext that fits into memory");
    STANDARD.encode([initialisation_vector.as_slice(), &in_out, tag.as_ref()].concat())
}

/// Decrypts what [`encrypt_payer_detail`] made, with the secret of the key that created the order.
pub fn decrypt_payer_detail(secret: &[u8], encrypted: &str) -> Result<SecretString, PayerDetailError> {
    let mut bytes = Zeroizing::new(STANDARD.decode(encrypted).map_err(|_| PayerDetailError::NotBase64)?);
    let (initialisation_vector, in_out) =
        bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(PayerDetailError::Undecipherable)?;
    let plaintext = key(secret)
        .open_in_place(Nonce::assume_unique_for_key(*initialisation_vector), Aad::empty(), in_out)
        .map_err(|_| PayerDetailError::Undecipherable)?;
    let text = std::str::from_utf8(plaintext).map_err(|_| PayerDetailError::NotText)?;
    Ok(SecretString::from(text))
}
