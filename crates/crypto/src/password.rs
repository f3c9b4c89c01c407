//! Passwords: Argon2id in PHC strings, with OWASP's parameters (19 MiB, two passes, one lane).
//!
//! One hash takes some tens of milliseconds and 19 MiB: the caller bounds how many run at once. Where no account exists,
//! the caller verifies against [`PasswordHash::dummy`], so that the time of a refusal does not tell who has an account.

use argon2::password_hash::phc;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use thiserror::Error;
use zeroize::Zeroizing;

/// The longest password, in UTF-8 bytes.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// The longest PHC string that is looked at.
const PHC_LENGTH_MAX: usize = 256;

// OWASP Password Storage Cheat Sheet, Argon2id.
const MEMORY_KIBIBYTES: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;

/// Stored hashes may have been made with other parameters, but none that one refusal could stop the process with.
const MEMORY_KIBIBYTES_MAX: u32 = 256 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;

/// A hash with today's parameters of 32 random bytes that nobody kept.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$gYh9kn6A4YoNwDahq3DXIw$mCAaM/D58Dp6lL2gkUHGaWPfPZr7aeY1e4bYUxFHCFw";

/// Why a password was not hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordHashError {
    /// Longer than [`PASSWORD_BYTES_MAX`].
    #[error("a password has at most {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
    /// The working memory was not to be had.
    #[error("there is not enough memory to hash a password")]
    OutOfMemory,
}

/// Why a password was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordRefused {
    /// Not the password.
    #[error("the password is wrong")]
    Wrong,
    /// The working memory was not to be had; says nothing about the password.
    #[error("there is not enough memory to check a password")]
    OutOfMemory,
}

/// A text is not a usable Argon2id PHC string; what exactly is wrong is not told, it might be quoted in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the stored password hash is not an Argon2id PHC string with bearable parameters")]
pub struct PasswordHashMalformed;

/// An Argon2id hash as a PHC string.
pub struct PasswordHash {
    text: Zeroizing<String>,
}

impl PasswordHash {
    /// Takes a stored PHC string.
    pub fn from_phc(text: &str) -> Result<Self, PasswordHashMalformed> {
        let hash = Self { text: Zeroizing::new(text.to_owned()) };
        let params = hash.params().ok_or(PasswordHashMalformed)?;
        let bearable =
            params.m_cost() <= MEMORY_KIBIBYTES_MAX && params.t_cost() <= PASSES_MAX && params.p_cost() <= LANES_MAX;
        if bearable { Ok(hash) } else { Err(PasswordHashMalformed) }
    }

    /// Matches no password and takes as long to find out as any hash of today's parameters.
    pub fn dummy() -> Self {
        Self { text: Zeroizing::new(DUMMY.to_owned()) }
    }

    /// The PHC string, to be stored and for nothing else.
    pub fn expose_phc(&self) -> &str {
        &self.text
    }

    fn parsed(&self) -> Option<phc::PasswordHash> {
        if self.text.len() > PHC_LENGTH_MAX {
            return None;
        }
        let parsed = phc::PasswordHash::new(&self.text).ok()?;
        let whole = parsed.salt.is_some() && parsed.hash.is_some() && parsed.version == Some(Version::V0x13.into());
        (whole && parsed.algorithm == ARGON2ID_IDENT).then_some(parsed)
    }

    fn params(&self) -> Option<Params> {
        Params::try_from(&self.parsed()?).ok()
    }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIBIBYTES, PASSES, LANES, Some(OUTPUT_BYTES))
        .expect("the parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password with a fresh random salt.
pub fn hash_password(password: &str, salt: &[u8; SALT_BYTES]) -> Result<PasswordHash, PasswordHashError> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordHashError::TooLong);
    }
    let hash =
        hasher().hash_password_with_salt(password.as_bytes(), salt).map_err(|_| PasswordHashError::OutOfMemory)?;
    Ok(PasswordHash { text: Zeroizing::new(hash.to_string()) })
}

/// Checks a password against a stored hash. One that is too long to have been hashed is wrong.
pub fn verify_password(password: &str, hash: &PasswordHash) -> Result<(), PasswordRefused> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordRefused::Wrong);
    }
    let parsed = hash.parsed().expect("a PasswordHash holds a string that was parsed or made here");
    hasher().verify_password(password.as_bytes(), &parsed).map_err(|error| match error {
        password_hash::Error::PasswordInvalid => PasswordRefused::Wrong,
        _ => PasswordRefused::OutOfMemory,
    })
}

/// Whether the hash was made with other parameters than today's: hash the password anew at the next successful sign-in.
pub fn needs_rehash(hash: &PasswordHash) -> bool {
    hash.params().is_none_or(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) != (MEMORY_KIBIBYTES, PASSES, LANES)
            || params.output_len() != Some(OUTPUT_BYTES)
    })
}
