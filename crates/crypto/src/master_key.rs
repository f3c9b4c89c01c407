//! The operator's master key: 32 random bytes from which every key for data at rest is derived.
//!
//! A key's id is derived from it as well, so that nobody numbers keys by hand and a mixed-up file is noticed.

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Okm, Prk, Salt};
use aws_lc_rs::hmac;
use secrecy::SecretString;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use crate::entropy::Entropy;

/// Bytes of a master key.
pub const MASTER_KEY_BYTES: usize = 32;

const ID_BYTES: usize = 8;
const SALT: &[u8] = b"countersign master key 1";
const INFO_ID: &[&[u8]] = &[b"id"];
const INFO_SEALING: &[&[u8]] = &[b"sealing"];
const INFO_TOKEN_LOOKUP: &[&[u8]] = &[b"token lookup"];
const DERIVES: &str = "a short HKDF output can always be derived";

/// Names a master key without telling anything about it; stored with everything sealed under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MasterKeyId([u8; ID_BYTES]);

impl MasterKeyId {
    pub(crate) const BYTES: usize = ID_BYTES;

    pub(crate) fn from_bytes(bytes: [u8; ID_BYTES]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; ID_BYTES] {
        &self.0
    }
}

impl std::fmt::Display for MasterKeyId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

/// Why a key file's text is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MasterKeyTextError {
    /// Not exactly 64 hexadecimal digits with at most white space around them.
    #[error("a master key is 64 hexadecimal digits, as `openssl rand -hex 32` prints them")]
    Form,
    /// All bytes are the same: a placeholder, not a key.
    #[error("the master key is a placeholder; make one with `openssl rand -hex 32`")]
    Placeholder,
}

/// A master key.
pub struct MasterKey(Zeroizing<[u8; MASTER_KEY_BYTES]>);

impl MasterKey {
    /// A new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut key = Zeroizing::new([0; MASTER_KEY_BYTES]);
        entropy.fill(key.as_mut_slice());
        Self(key)
    }

    /// Takes raw bytes, which the caller drew at random.
    pub fn from_bytes(bytes: &[u8; MASTER_KEY_BYTES]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Reads the text of a key file: 64 hexadecimal digits in either case, white space around them.
    pub fn from_hex_text(text: &str) -> Result<Self, MasterKeyTextError> {
        let mut key = Zeroizing::new([0; MASTER_KEY_BYTES]);
        hex::decode_to_slice(text.trim_ascii(), key.as_mut_slice()).map_err(|_| MasterKeyTextError::Form)?;
        if key.iter().all(|byte| *byte == key[0]) {
            return Err(MasterKeyTextError::Placeholder);
        }
        Ok(Self(key))
    }

    /// The text of a key file, without a line end.
    pub fn to_hex_text(&self) -> SecretString {
        SecretString::from(hex::encode(*self.0))
    }

    /// The id of this key.
    pub fn id(&self) -> MasterKeyId {
        derive_id(&self.derivation_key())
    }

    fn derivation_key(&self) -> Prk {
        Salt::new(HKDF_SHA256, SALT).extract(self.0.as_slice())
    }

    pub(crate) fn derive(&self) -> DerivedKeys {
        let derivation_key = self.derivation_key();
        let sealing: Okm<'_, &'static aws_lc_rs::aead::Algorithm> =
            derivation_key.expand(INFO_SEALING, &AES_256_GCM).expect(DERIVES);
        let token_lookup: Okm<'_, KeyLength> = derivation_key.expand(INFO_TOKEN_LOOKUP, KeyLength(32)).expect(DERIVES);
        let mut token_lookup_bytes = [0; 32];
        token_lookup.fill(&mut token_lookup_bytes).expect(DERIVES);
        let keys = DerivedKeys {
            id: derive_id(&derivation_key),
            sealing: LessSafeKey::new(UnboundKey::from(sealing)),
            token_lookup: hmac::Key::new(hmac::HMAC_SHA256, &token_lookup_bytes),
        };
        token_lookup_bytes.zeroize();
        keys
    }
}

fn derive_id(derivation_key: &Prk) -> MasterKeyId {
    let mut id = [0; ID_BYTES];
    let output = derivation_key.expand(INFO_ID, KeyLength(ID_BYTES)).expect(DERIVES);
    output.fill(&mut id).expect(DERIVES);
    MasterKeyId(id)
}

struct KeyLength(usize);

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        self.0
    }
}

/// One key per purpose; the master key itself encrypts and hashes nothing.
pub(crate) struct DerivedKeys {
    pub(crate) id: MasterKeyId,
    pub(crate) sealing: LessSafeKey,
    pub(crate) token_lookup: hmac::Key,
}
