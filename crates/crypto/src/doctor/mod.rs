//! The signature doctor: names the mistake behind a refused signature.
//!
//! Given the request as it came, the key's secret and the wall clock, it signs again what people sign by mistake and names
//! the variant that would have matched. A diagnosis is a proof, not a guess: every candidate is compared with the received
//! signature, and two different mistakes that yield the same bytes resolve to the likelier, which is tried first. Where
//! nothing matches, only what can be read off the header itself (its shape, the clock) is blamed.
//!
//! What must hold:
//!
//! - A right request is never blamed: it is checked first.
//! - The words are made of fixed ASCII sentences and numbers, at most [`WORDS_MAX`] bytes. No byte of the request, the
//!   secret or a signature gets into them.
//! - No oracle: a candidate counts only when at least 16 bytes of a digest agree, so nobody can feel their way to a signature
//!   byte by byte, and masks of the secret are tried only where they show none of it or at least eight characters.
//! - Work is bounded, whatever came: [`DIGESTS_MAX`] digests, [`DIGESTED_BYTES_MAX`] bytes, and re-serialisations only of
//!   bodies up to [`RESERIALISED_BODY_MAX`] bytes. It is work for explaining, never on the way of an accepted call.

mod bench;
mod bodies;
mod clock;
mod diagnose;
mod draft;
mod encodings;
mod fields;
mod form;
mod json;
mod layouts;
mod mistake;
mod restyled;
mod search;
mod secrets;

pub use bench::{DIGESTED_BYTES_MAX, DIGESTS_MAX};
pub use bodies::RESERIALISED_BODY_MAX;
pub use diagnose::{Diagnosis, SuspectRequest, WORDS_MAX, diagnose};
pub use fields::TIMESTAMP_DRIFT_MAX_MS;
pub use mistake::Mistake;
pub use secrets::OTHER_SECRETS_MAX;
