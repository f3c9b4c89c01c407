//! Signing, sealing and hashing for Countersign.
//!
//! What must hold everywhere in this crate:
//!
//! - Key material has no `Debug`, `Display` or `Serialize`, and bytes kept here are wiped on drop.
//! - Anything secret is compared in constant time.
//! - Nonces, salts and other randomness are arguments, drawn from an [`Entropy`]. The one exception is generating an RSA key:
//!   its library draws from the operating system itself, so a reproducible world uses the published test key instead.
//! - Signatures cover the raw bytes as sent or received; no body is copied in order to sign or check it.

mod admin_signature;
mod canonical;
mod constant_time;
mod digest;
pub mod doctor;
mod entropy;
mod hash_chain;
mod hexadecimal;
mod key_ring;
mod master_key;
mod password;
mod payer_detail;
mod pem;
mod request_signature;
mod sealing;
mod token_hash;
mod webhook_public_key;
mod webhook_signature;

pub use admin_signature::AdminRequest;
pub use constant_time::constant_time_eq;
pub use digest::sha256;
pub use entropy::{Alphabet, Entropy, TOKEN_LENGTH_MAX, alphanumeric, hex_token, random_bytes};
pub use hash_chain::{CHAIN_GENESIS, chain_hash};
pub use hexadecimal::to_hex;
pub use key_ring::{MASTER_KEYS_MAX, MasterKeyRing, MasterKeyRingError};
pub use master_key::{MASTER_KEY_BYTES, MasterKey, MasterKeyId, MasterKeyTextError};
pub use password::{
    PASSWORD_BYTES_MAX, PasswordHash, PasswordHashError, PasswordHashMalformed, PasswordRefused, SALT_BYTES,
    hash_password, needs_rehash, verify_password,
};
pub use payer_detail::{PayerDetailError, decrypt_payer_detail, encrypt_payer_detail};
pub use request_signature::{
    RequestKey, RequestTag, SIGNATURE_HEX_LENGTH, SignatureMalformed, SignatureMismatch, sign_request, verify_request,
};
pub use sealing::{OpenError, SEALED_OVERHEAD, SEALING_NONCE_BYTES};
pub use webhook_public_key::{PEM_LENGTH_MAX, WebhookPublicKey, WebhookPublicKeyError, WebhookSignatureError};
pub use webhook_signature::{WebhookKeyError, WebhookKeySize, WebhookSigningKey};
