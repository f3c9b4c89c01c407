//! Sealing of stored secrets: AES-256-GCM under a key derived from the ring's active master key.
//!
//! Layout: version (1 byte), master key id (8), nonce (12), ciphertext, tag (16). Version, key id and purpose are
//! authenticated: a sealed value moved to another row, column or key does not open. The purpose therefore names the place,
//! such as `api_key_secret:<id>`.

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use secrecy::SecretSlice;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::key_ring::MasterKeyRing;
use crate::master_key::MasterKeyId;

const VERSION: u8 = 1;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + MasterKeyId::BYTES;

/// Bytes of the nonce that [`MasterKeyRing::seal`] takes.
pub const SEALING_NONCE_BYTES: usize = NONCE_LEN;

/// By how many bytes a sealed value is longer than its plaintext.
pub const SEALED_OVERHEAD: usize = HEADER_BYTES + SEALING_NONCE_BYTES + TAG_BYTES;

/// Why a sealed value did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Too short to be a sealed value.
    #[error("a sealed value has at least {SEALED_OVERHEAD} bytes; this one has {length}")]
    TooShort {
        /// Bytes found.
        length: usize,
    },
    /// Sealed by a later version of the program.
    #[error("the sealed value has the unknown version {version}")]
    UnknownVersion {
        /// The version byte.
        version: u8,
    },
    /// The master key it was sealed under is not in the ring.
    #[error("the sealed value needs the master key {id}, which is not configured")]
    UnknownKey {
        /// The missing key's id.
        id: MasterKeyId,
    },
    /// Changed, cut or moved since it was sealed, or opened for another purpose.
    #[error("the sealed value was tampered with or belongs elsewhere")]
    Tampered,
}

struct Sealed<'a> {
    header: [u8; HEADER_BYTES],
    id: MasterKeyId,
    nonce: [u8; SEALING_NONCE_BYTES],
    ciphertext: &'a [u8],
    tag: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, OpenError> {
        let too_short = OpenError::TooShort { length: bytes.len() };
        let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(too_short)?;
        let (nonce, rest) = rest.split_first_chunk::<SEALING_NONCE_BYTES>().ok_or(too_short)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(too_short)?;
        let (version, id) = header.split_first_chunk::<1>().expect("the header is longer than its version byte");
        if version != &[VERSION] {
            return Err(OpenError::UnknownVersion { version: version[0] });
        }
        let id = MasterKeyId::from_bytes(id.try_into().expect("the header is a version byte and an id"));
        Ok(Self { header: *header, id, nonce: *nonce, ciphertext, tag })
    }
}

fn additional_data(header: &[u8; HEADER_BYTES], purpose: &[u8]) -> Aad<Vec<u8>> {
    // The header's length is fixed: header and purpose cannot be mistaken for one another.
    Aad::from([header.as_slice(), purpose].concat())
}

impl MasterKeyRing {
    /// Seals `plaintext` for `purpose` under the active key.
    ///
    /// `nonce` must be random and never used twice; a ring's key is good for some four billion values (NIST SP 800-38D §8.3).
    pub fn seal(&self, purpose: &[u8], plaintext: &[u8], nonce: [u8; SEALING_NONCE_BYTES]) -> Vec<u8> {
        let keys = self.active();
        let mut header = [VERSION; HEADER_BYTES];
        header[1..].copy_from_slice(keys.id.as_bytes());
        // Encrypted in a buffer that is wiped: growing a vector would leave copies of the plaintext behind.
        let mut in_out = Zeroizing::new(plaintext.to_vec());
        let tag = keys
            .sealing
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                additional_data(&header, purpose),
                &mut in_out,
            )
            .expect("AES-GCM takes any plaintext that fits into memory");
        [header.as_slice(), &nonce, &in_out, tag.as_ref()].concat()
    }

    /// Opens what [`Self::seal`] made for the same purpose, under whichever key of the ring it was sealed.
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<SecretSlice<u8>, OpenError> {
        let sealed = Sealed::parse(sealed)?;
        let keys = self.find(sealed.id).ok_or(OpenError::UnknownKey { id: sealed.id })?;
        let mut plaintext = Zeroizing::new(vec![0; sealed.ciphertext.len()]);
        keys.sealing
            .open_separate_gather(
                Nonce::assume_unique_for_key(sealed.nonce),
                additional_data(&sealed.header, purpose),
                sealed.ciphertext,
                sealed.tag,
                &mut plaintext,
            )
            .map_err(|_| OpenError::Tampered)?;
        // Taken, not copied: capacity equals length, so that boxing it moves nothing either.
        Ok(SecretSlice::from(std::mem::take(&mut *plaintext)))
    }

    /// Whether a sealed value should be opened and sealed again: it is under an older key or unknown to the ring.
    pub fn needs_resealing(&self, sealed: &[u8]) -> bool {
        Sealed::parse(sealed).map(|sealed| sealed.id) != Ok(self.active_id())
    }
}
