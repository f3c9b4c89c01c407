//! Takes the digest of a draft and compares it with what came, within a fixed amount of work.

use aws_lc_rs::{digest, hmac};

use super::draft::{Draft, Inner, InnerText, Method};
use super::encodings::utf16;
use super::form::{Shape, Target};
use super::mistake::Mistake;

/// Digests taken for one diagnosis.
pub const DIGESTS_MAX: usize = 6_000;

/// Bytes digested for one diagnosis.
pub const DIGESTED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes of a digest that must agree before anything is said. Fewer would let a caller without the secret find the expected
/// signature piece by piece.
pub(super) const PROOF_BYTES_MIN: usize = 16;

/// What every digest costs besides its payload: the blocks of the key and of the padding.
const OVERHEAD_BYTES: usize = 512;

/// A hash, told by its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha512,
    Sha384,
    Sha256,
    Sha1,
}

impl Algorithm {
    /// The hash whose digests have this many bytes.
    pub(super) fn of_length(bytes: usize) -> Option<Self> {
        match bytes {
            64 => Some(Self::Sha512),
            48 => Some(Self::Sha384),
            32 => Some(Self::Sha256),
            20 => Some(Self::Sha1),
            _ => None,
        }
    }

    fn mistake(self) -> Option<Mistake> {
        match self {
            Self::Sha512 => None,
            Self::Sha384 => Some(Mistake::Sha384),
            Self::Sha256 => Some(Mistake::Sha256),
            Self::Sha1 => Some(Mistake::Sha1),
        }
    }

    fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha512 => hmac::HMAC_SHA512,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        }
    }

    fn plain(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha512 => &digest::SHA512,
            Self::Sha384 => &digest::SHA384,
            Self::Sha256 => &digest::SHA256,
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        }
    }
}

/// The bench with its targets and what is left of the work allowed.
pub(super) struct Bench<'t> {
    targets: &'t [Target],
    digests_left: usize,
    bytes_left: usize,
}

impl<'t> Bench<'t> {
    pub(super) fn new(targets: &'t [Target]) -> Self {
        Self { targets, digests_left: DIGESTS_MAX, bytes_left: DIGESTED_BYTES_MAX }
    }

    /// Whether the work is used up: nothing will match any more.
    pub(super) fn is_spent(&self) -> bool {
        self.digests_left == 0 || self.bytes_left == 0
    }

    /// The hash and the form in which the draft's digest came, as mistakes; `None` when it is not what came or the work is
    /// used up.
    pub(super) fn matched(&mut self, draft: &Draft<'_>) -> Option<Vec<Mistake>> {
        let pieces = draft.pieces()?;
        let targets = self.targets;
        let mut taken: Option<(Algorithm, Vec<u8>)> = None;
        for target in targets {
            let algorithm = target.algorithm();
            if taken.as_ref().is_none_or(|(last, _)| *last != algorithm) {
                taken = Some((algorithm, self.take(algorithm, draft, &pieces)?));
            }
            if taken.as_ref().is_some_and(|(_, tag)| target.is(tag)) {
                return Some(algorithm.mistake().into_iter().chain(target.mistakes.iter().copied()).collect());
            }
        }
        None
    }

    fn take(&mut self, algorithm: Algorithm, draft: &Draft<'_>, pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let cost = OVERHEAD_BYTES + draft.secret.len() + pieces.iter().map(|piece| piece.len()).sum::<usize>();
        if self.is_spent() || cost > self.bytes_left {
            // Spent for good: the rest is not searched for drafts that happen to be small.
            self.bytes_left = 0;
            return None;
        }
        self.digests_left -= 1;
        self.bytes_left -= cost;
        tag(algorithm, draft.method, draft.secret, pieces)
    }
}

fn tag(algorithm: Algorithm, method: Method, secret: &[u8], pieces: &[&[u8]]) -> Option<Vec<u8>> {
    Some(match method {
        Method::Hmac => keyed(algorithm, secret, pieces),
        Method::Swapped => keyed(algorithm, &pieces.concat(), &[secret]),
        Method::SecretLast => plain(algorithm, &[pieces, &[secret]].concat()),
        Method::SecretFirst => plain(algorithm, &[&[secret], pieces].concat()),
        Method::NoSecret => plain(algorithm, pieces),
        Method::OfHash(inner) => keyed(algorithm, secret, &[&inner.write(pieces)]),
        Method::Utf16 => keyed(algorithm, secret, &[&utf16(&pieces.concat())?]),
    })
}

fn keyed(algorithm: Algorithm, key: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm.hmac(), key));
    for piece in pieces {
        context.update(piece);
    }
    context.sign().as_ref().to_vec()
}

fn plain(algorithm: Algorithm, pieces: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(algorithm.plain());
    for piece in pieces {
        context.update(piece);
    }
    context.finish().as_ref().to_vec()
}

impl Inner {
    fn write(self, pieces: &[&[u8]]) -> Vec<u8> {
        let raw = plain(if self.sha256 { Algorithm::Sha256 } else { Algorithm::Sha512 }, pieces);
        match self.text {
            InnerText::Raw => raw,
            InnerText::LowerHex => hex::encode(raw).into_bytes(),
            InnerText::UpperHex => hex::encode_upper(raw).into_bytes(),
        }
    }
}

impl Target {
    fn algorithm(&self) -> Algorithm {
        match &self.shape {
            Shape::Whole(algorithm, _) => *algorithm,
            Shape::Start(_) | Shape::Unpadded(_) => Algorithm::Sha512,
        }
    }

    fn is(&self, tag: &[u8]) -> bool {
        match &self.shape {
            Shape::Whole(_, raw) => raw == tag,
            Shape::Start(digits) => hex::encode(tag).starts_with(digits),
            Shape::Unpadded(digits) => unpadded(tag) == *digits,
        }
    }
}

/// Lower-case hexadecimal as written by who forgets the leading zero of small bytes.
fn unpadded(tag: &[u8]) -> String {
    let mut text = String::with_capacity(2 * tag.len());
    for digits in tag.iter().map(|byte| hex::encode([*byte])) {
        text.push_str(digits.strip_prefix('0').unwrap_or(&digits));
    }
    text
}
