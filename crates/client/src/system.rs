//! Where the SDK gets time and randomness. This is the one file that reads the ambient clock and the operating system's
//! random source; everything else takes a [`Clock`] and a [`NonceSource`].

use std::time::{SystemTime, UNIX_EPOCH};

use countersign_crypto::{Alphabet, Entropy, alphanumeric};
use countersign_wire::headers::NONCE_DOCUMENTED;

/// The wall clock that stamps requests and judges the age of webhooks.
pub trait Clock: Send + Sync {
    /// Now, in Unix milliseconds. The API refuses a request whose stamp is off by more than its window, one second as
    /// published (400003).
    fn now_ms(&self) -> i64;
}

/// Where the nonce of each request comes from.
pub trait NonceSource: Send + Sync {
    /// A fresh text of 32 ASCII letters and digits; never the same twice.
    fn nonce(&self) -> String;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the SDK's default clock; whoever wants another injects it")]
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the system's clock is past 1970");
        i64::try_from(since.as_millis()).expect("milliseconds since 1970 fit 63 bits")
    }
}

/// Nonces from the operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNonces;

impl NonceSource for SystemNonces {
    fn nonce(&self) -> String {
        alphanumeric(&SystemEntropy, Alphabet::MixedCase, NONCE_DOCUMENTED)
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the SDK's default randomness; whoever wants another injects it")]
    fn fill(&self, destination: &mut [u8]) {
        aws_lc_rs::rand::fill(destination).expect("the operating system delivers randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_have_the_documented_form_and_differ() {
        let nonces: Vec<String> = (0..64).map(|_| SystemNonces.nonce()).collect();
        let distinct: std::collections::HashSet<_> = nonces.iter().collect();
        assert_eq!(distinct.len(), nonces.len());
        for nonce in &nonces {
            assert_eq!(nonce.len(), 32);
            assert!(nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
        }
    }

    #[test]
    fn the_clock_counts_milliseconds() {
        // 2020-01-01 and 2100-01-01: seconds or microseconds would fall outside.
        assert!((1_577_836_800_000..4_102_444_800_000).contains(&SystemClock.now_ms()));
    }
}
