//! Signatures of API calls: upper-case hex of HMAC-SHA512 over `timestamp LF nonce LF body LF` (partner.md §1.3).
//!
//! The body is the raw bytes as sent, never a re-serialised form, and is never copied. The right signature of a refused
//! call does not leave this module in readable form: [`RequestTag`] has no `Debug`.

use aws_lc_rs::hmac;
use thiserror::Error;

use crate::canonical::pieces;
use crate::constant_time::constant_time_eq;

const TAG_BYTES: usize = 64;

/// Hexadecimal digits of a signature.
pub const SIGNATURE_HEX_LENGTH: usize = 2 * TAG_BYTES;

/// What [`NIBBLES`] holds for a byte that is no hexadecimal digit.
const NO_DIGIT: u8 = 0x10;

/// Every call's 128 digits are read, and which digit comes next cannot be foreseen: a table costs no wrongly guessed branch.
static NIBBLES: [u8; 256] = {
    let mut nibbles = [NO_DIGIT; 256];
    let (mut at, mut value) = (0, 0);
    while at < 16 {
        if at < 10 {
            nibbles[0x30 + at] = value;
        } else {
            nibbles[0x41 + at - 10] = value;
            nibbles[0x61 + at - 10] = value;
        }
        at += 1;
        value += 1;
    }
    nibbles
};

/// Why the text of a signature header is no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureMalformed {
    /// Hexadecimal of the right length, but with lower-case letters (decisions.md row 6).
    #[error("the signature is in lower-case hexadecimal; it must be in upper case")]
    LowerCase,
    /// Not as long as a signature.
    #[error("the signature has {length} bytes; it must have 128 upper-case hexadecimal digits")]
    Length {
        /// Bytes found.
        length: usize,
    },
    /// The right length, but with something that is no hexadecimal digit.
    #[error("the signature's byte {position} is no hexadecimal digit")]
    Digit {
        /// Place of the first such byte, counted from 0.
        position: usize,
    },
}

/// Why a signature was refused. On the wire all of them are 400002.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureMismatch {
    /// The header's text is no signature at all.
    #[error(transparent)]
    Malformed(#[from] SignatureMalformed),
    /// A well-formed signature of something else, or made with another secret.
    #[error("the signature does not match the request")]
    Different,
}

/// The 64 raw bytes of a signature.
#[derive(Clone)]
pub struct RequestTag([u8; TAG_BYTES]);

impl RequestTag {
    /// Reads the signature header: exactly 128 upper-case hexadecimal digits.
    pub fn from_upper_hex(text: &str) -> Result<Self, SignatureMalformed> {
        let upper = text.bytes().all(|byte| !byte.is_ascii_lowercase());
        let tag = Self::from_any_hex(text)?;
        if upper { Ok(tag) } else { Err(SignatureMalformed::LowerCase) }
    }

    /// As [`Self::from_upper_hex`], but in either case: for explaining a refusal, never for accepting a call.
    pub fn from_any_hex(text: &str) -> Result<Self, SignatureMalformed> {
        if text.len() != SIGNATURE_HEX_LENGTH {
            return Err(SignatureMalformed::Length { length: text.len() });
        }
        let mut tag = [0; TAG_BYTES];
        let mut seen = 0;
        for (byte, pair) in tag.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let (high, low) = (NIBBLES[usize::from(pair[0])], NIBBLES[usize::from(pair[1])]);
            seen |= high | low;
            *byte = high << 4 | low & 0xF;
        }
        if seen & NO_DIGIT == 0 {
            return Ok(Self(tag));
        }
        let position = text.bytes().position(|byte| !byte.is_ascii_hexdigit()).expect("one of them is no digit");
        Err(SignatureMalformed::Digit { position })
    }

    /// What the replay set remembers of an accepted call: the tag's first half, as hard to collide with as SHA-256.
    pub fn replay_digest(&self) -> [u8; 32] {
        self.0[..32].try_into().expect("half of 64 bytes are 32")
    }

    /// Compares with the tag that came, in constant time.
    pub(crate) fn compare(&self, found: &Self) -> Result<(), SignatureMismatch> {
        if constant_time_eq(&self.0, &found.0) { Ok(()) } else { Err(SignatureMismatch::Different) }
    }

    /// The signature header's text.
    pub fn to_upper_hex(&self) -> String {
        hex::encode_upper(self.0)
    }
}

/// An API secret prepared for signing and checking, cheap to keep in a cache: the key schedule is computed once.
#[derive(Clone)]
pub struct RequestKey(hmac::Key);

impl RequestKey {
    /// Prepares an API secret, its UTF-8 bytes as they are.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA512, secret))
    }

    /// The tag that a call with these parts must carry.
    pub fn tag(&self, timestamp: &str, nonce: &str, body: &[u8]) -> RequestTag {
        self.tag_of(&pieces(timestamp, nonce, body))
    }

    /// The tag over `pieces` one after another.
    pub(crate) fn tag_of(&self, pieces: &[&[u8]]) -> RequestTag {
        let mut context = hmac::Context::with_key(&self.0);
        for piece in pieces {
            context.update(piece);
        }
        RequestTag(context.sign().as_ref().try_into().expect("an HMAC-SHA512 tag has 64 bytes"))
    }

    /// The signature header for a call: 128 upper-case hexadecimal digits.
    pub fn sign(&self, timestamp: &str, nonce: &str, body: &[u8]) -> String {
        self.tag(timestamp, nonce, body).to_upper_hex()
    }

    /// Checks a tag in constant time; only [`SignatureMismatch::Different`] can come out.
    pub fn verify(&self, timestamp: &str, nonce: &str, body: &[u8], tag: &RequestTag) -> Result<(), SignatureMismatch> {
        self.tag(timestamp, nonce, body).compare(tag)
    }
}

/// Signs one call; who signs many keeps a [`RequestKey`].
pub fn sign_request(secret: &[u8], timestamp: &str, nonce: &str, body: &[u8]) -> String {
    RequestKey::new(secret).sign(timestamp, nonce, body)
}

/// Checks one call's signature header; who checks many keeps a [`RequestKey`].
pub fn verify_request(
    secret: &[u8],
    timestamp: &str,
    nonce: &str,
    body: &[u8],
    signature_hex: &str,
) -> Result<(), SignatureMismatch> {
    let tag = RequestTag::from_upper_hex(signature_hex)?;
    RequestKey::new(secret).verify(timestamp, nonce, body, &tag)
}

#[cfg(test)]
mod tests {
    use super::RequestKey;

    #[test]
    fn vector_s1_the_bare_hmac() {
        let tag = RequestKey::new(b"test secret key").tag_of(&[b"con", b"", b"tent"]);
        assert_eq!(
            tag.to_upper_hex(),
            "AA9DD39D6D4F32068DFD626FFDF019706959B0A811B1A72CD293DB718521A457\
             B1E258461A59CF81FE0F0F32CB9BC1C502D31AAD9938EE73040A9CC6DE04507E"
        );
    }
}
