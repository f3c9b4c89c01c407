//! Where randomness comes from, and the texts made of it.
//!
//! `crates/server` implements [`Entropy`] over the operating system, a seeded sandbox over a reproducible stream; nothing
//! below them draws randomness on its own.

use zeroize::Zeroize;

/// The longest text and byte string drawn here, in characters or bytes.
pub const TOKEN_LENGTH_MAX: usize = 1024;

/// Draws in a row that may all be unusable before the source counts as broken. With honest randomness at most one byte in
/// thirty-two is unusable, so this is never reached.
const BARREN_DRAWS_MAX: usize = 64;

const DRAW_BYTES: usize = 64;

/// A source of random bytes fit for keys.
pub trait Entropy: Send + Sync {
    /// Overwrites all of `destination` with fresh random bytes. A source that cannot deliver panics: there is no way on.
    fn fill(&self, destination: &mut [u8]);
}

/// The characters a random text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// `a-z0-9`, 36 characters: API keys and secrets, 64 of them (partner.md §1.6).
    LowerCase,
    /// `A-Za-z0-9`, 62 characters: nonces, 32 of them (partner.md §3.1).
    MixedCase,
}

impl Alphabet {
    fn characters(self) -> &'static [u8] {
        match self {
            Self::LowerCase => b"abcdefghijklmnopqrstuvwxyz0123456789",
            Self::MixedCase => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        }
    }
}

/// `N` random bytes, for nonces, salts and keys.
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// `bytes` random bytes as lower-case hex, twice as many characters. Panics above [`TOKEN_LENGTH_MAX`] bytes.
pub fn hex_token(entropy: &dyn Entropy, bytes: usize) -> String {
    assert!(bytes <= TOKEN_LENGTH_MAX, "a token of {bytes} bytes is a mistake");
    let mut raw = vec![0; bytes];
    entropy.fill(&mut raw);
    let text = hex::encode(&raw);
    raw.zeroize();
    text
}

/// `length` characters, each equally likely. Panics above [`TOKEN_LENGTH_MAX`] characters, and when the source is stuck.
pub fn alphanumeric(entropy: &dyn Entropy, alphabet: Alphabet, length: usize) -> String {
    assert!(length <= TOKEN_LENGTH_MAX, "a token of {length} characters is a mistake");
    let characters = alphabet.characters();
    // Bytes beyond the last whole multiple would favour the alphabet's first characters: they are thrown away.
    let usable = (256 / characters.len()) * characters.len();
    let mut text = String::with_capacity(length);
    let mut drawn = [0; DRAW_BYTES];
    let mut barren_draws = 0;
    while text.len() < length {
        entropy.fill(&mut drawn);
        let before = text.len();
        let picked = drawn.iter().map(|byte| usize::from(*byte)).filter(|value| *value < usable);
        text.extend(picked.take(length - before).map(|value| char::from(characters[value % characters.len()])));
        barren_draws = if text.len() == before { barren_draws + 1 } else { 0 };
        assert!(barren_draws < BARREN_DRAWS_MAX, "the entropy source is stuck");
    }
    drawn.zeroize();
    text
}

#[cfg(test)]
pub(crate) mod fixed {
    //! Predictable sources for tests.

    use std::sync::atomic::{AtomicU8, Ordering};

    use super::Entropy;

    /// Counts 0, 1, 2, … 255, 0, …
    #[derive(Default)]
    pub(crate) struct CountingEntropy(AtomicU8);

    impl Entropy for CountingEntropy {
        fn fill(&self, destination: &mut [u8]) {
            for byte in destination {
                *byte = self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Always the same byte.
    pub(crate) struct StuckEntropy(pub(crate) u8);

    impl Entropy for StuckEntropy {
        fn fill(&self, destination: &mut [u8]) {
            destination.fill(self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::fixed::{CountingEntropy, StuckEntropy};
    use super::{Alphabet, TOKEN_LENGTH_MAX, alphanumeric, hex_token, random_bytes};

    #[test]
    fn hex_is_lower_case_and_twice_as_long() {
        assert_eq!(hex_token(&CountingEntropy::default(), 16), "000102030405060708090a0b0c0d0e0f");
        assert_eq!(hex_token(&StuckEntropy(0xAB), 2), "abab");
        assert_eq!(hex_token(&StuckEntropy(1), 0), "");
    }

    #[test]
    fn random_bytes_fills_the_whole_array() {
        assert_eq!(random_bytes::<4>(&CountingEntropy::default()), [0, 1, 2, 3]);
    }

    #[test]
    fn every_character_is_equally_likely() {
        for (alphabet, characters, rounds) in [(Alphabet::LowerCase, 36, 7), (Alphabet::MixedCase, 62, 4)] {
            // One full turn of the counter yields each usable byte once: every character exactly `rounds` times.
            let text = alphanumeric(&CountingEntropy::default(), alphabet, characters * rounds);
            let mut seen = BTreeMap::new();
            for character in text.chars() {
                *seen.entry(character).or_insert(0) += 1;
            }
            assert_eq!(seen.len(), characters, "{alphabet:?}");
            assert!(seen.values().all(|count| *count == rounds), "{alphabet:?} {seen:?}");
        }
    }

    #[test]
    fn biased_bytes_are_thrown_away() {
        let source = CountingEntropy::default();
        let turn = alphanumeric(&source, Alphabet::LowerCase, 252);
        // 252 to 255 would have been a, b, c, d; the next turn starts at 0 again.
        assert!(turn.ends_with('9'));
        assert_eq!(alphanumeric(&CountingEntropy::default(), Alphabet::LowerCase, 253), format!("{turn}a"));
    }

    #[test]
    fn lengths_are_exact() {
        for length in [0, 1, 32, 63, 64, 65, TOKEN_LENGTH_MAX] {
            assert_eq!(alphanumeric(&CountingEntropy::default(), Alphabet::MixedCase, length).len(), length);
        }
    }

    #[test]
    #[should_panic(expected = "the entropy source is stuck")]
    fn a_stuck_source_is_noticed() {
        alphanumeric(&StuckEntropy(255), Alphabet::MixedCase, 32);
    }

    #[test]
    #[should_panic(expected = "is a mistake")]
    fn an_absurd_length_is_refused() {
        hex_token(&StuckEntropy(0), TOKEN_LENGTH_MAX + 1);
    }
}
