//! A refused call on its way into the store.

use std::net::IpAddr;

use countersign_domain::Timestamp;
use countersign_domain::id::{ApiKeyId, MerchantId};
use serde::{Deserialize, Serialize};

/// The longest body that is kept, in bytes.
pub const REFUSED_BODY_MAX: usize = 16 * 1024;
/// The longest header or path that is kept, in bytes; longer ones are cut.
pub const REFUSED_TEXT_MAX: usize = 1_024;

/// What is kept of a body.
#[derive(Clone, PartialEq, Eq)]
pub enum RefusedBody {
    /// The call was refused before its body was read.
    NotRead,
    /// All of it.
    Kept(Vec<u8>),
    /// Only its length in bytes: there were more than [`REFUSED_BODY_MAX`].
    TooLarge(usize),
}

impl RefusedBody {
    /// What is kept of these bytes.
    pub fn of(bytes: Option<&[u8]>) -> Self {
        match bytes {
            None => Self::NotRead,
            Some(bytes) if bytes.len() > REFUSED_BODY_MAX => Self::TooLarge(bytes.len()),
            Some(bytes) => Self::Kept(bytes.to_vec()),
        }
    }

    pub(super) fn length(&self) -> Option<i64> {
        let length = match self {
            Self::NotRead => return None,
            Self::Kept(bytes) => bytes.len(),
            Self::TooLarge(length) => *length,
        };
        Some(i64::try_from(length).unwrap_or(i64::MAX))
    }
}

/// The texts that came with a call; `None` where a header was missing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentParts {
    /// The timestamp header.
    pub timestamp: Option<String>,
    /// The nonce header.
    pub nonce: Option<String>,
    /// The signature header.
    pub signature: Option<String>,
    /// The path with its query.
    pub path_and_query: String,
    /// How far the timestamp might have been from the clock, in milliseconds.
    pub window_ms: i64,
}

impl SentParts {
    /// The same, every text cut to [`REFUSED_TEXT_MAX`] bytes.
    #[must_use]
    pub fn cut(mut self) -> Self {
        let texts = [&mut self.timestamp, &mut self.nonce, &mut self.signature].into_iter().flatten();
        for text in texts.chain([&mut self.path_and_query]) {
            text.truncate(text.floor_char_boundary(REFUSED_TEXT_MAX));
        }
        self
    }
}

/// A refused call. It has no `Debug`: bodies do not go into logs.
#[derive(Clone, PartialEq, Eq)]
pub struct RefusedCall {
    /// The key that it named.
    pub key: ApiKeyId,
    /// Whose key.
    pub merchant: MerchantId,
    /// The called path.
    pub path: String,
    /// When it came, by the wall clock.
    pub received_at: Timestamp,
    /// The result code's digits.
    pub code: &'static str,
    /// What the caller was told.
    pub message: String,
    /// The explanation known at once.
    pub explanation: String,
    /// The page or decision behind it.
    pub source: &'static str,
    /// From where it came.
    pub address: IpAddr,
    /// The texts that came with it.
    pub sent: SentParts,
    /// Its body.
    pub body: RefusedBody,
}

/// Takes refused calls to where they are kept.
pub trait RefusalLog: Send + Sync {
    /// Takes one, or drops it where there is no room; the caller never waits.
    fn offer(&self, call: RefusedCall);
}
