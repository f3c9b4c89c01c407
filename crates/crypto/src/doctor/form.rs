//! Reads the signature header leniently: which digest could it be, and what is wrong with the way it is written.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::bench::{Algorithm, PROOF_BYTES_MIN};
use super::encodings::percent_decoded;
use super::mistake::Mistake;
use crate::constant_time::constant_time_eq;
use crate::request_signature::SIGNATURE_HEX_LENGTH;

/// Longer header texts are not read.
const HEADER_MAX: usize = 2_048;

/// At most this many digits can be lost by writing small bytes with one digit; more is another mistake.
const LOST_DIGITS_MAX: usize = 24;

const LABELS: &[&str] = &["0x", "hmac-sha512", "hmacsha512", "sha512", "sha-512", "v1", "signature", "bearer"];

/// One digest that the header's text may stand for.
pub(super) struct Target {
    pub(super) shape: Shape,
    /// What is wrong with the text if this is the digest.
    pub(super) mistakes: Vec<Mistake>,
}

/// How much of the digest is known.
pub(super) enum Shape {
    /// All of it.
    Whole(Algorithm, Vec<u8>),
    /// Its first hexadecimal digits, in lower case, of a SHA-512.
    Start(String),
    /// Its lower-case digits without the leading zero of each byte, of a SHA-512.
    Unpadded(String),
}

/// All that the header's text can mean.
pub(super) struct Reading {
    pub(super) targets: Vec<Target>,
    /// What is wrong with the text even if nothing that was tried has this signature.
    pub(super) certain: Vec<Mistake>,
}

/// The values that are sent, or kept, beside the signature and may have ended up in its place.
pub(super) struct Beside<'a> {
    pub(super) secret: &'a [u8],
    pub(super) others: [&'a str; 3],
}

/// Reads the header's text.
pub(super) fn read(text: &str, beside: &Beside<'_>) -> Reading {
    let nothing = |certain| Reading { targets: Vec::new(), certain: vec![certain] };
    let text = text.trim();
    if text.is_empty() {
        return nothing(Mistake::SignatureEmpty);
    }
    if constant_time_eq(text.as_bytes(), beside.secret) {
        return nothing(Mistake::SecretSent);
    }
    if beside.others.contains(&text) {
        return nothing(Mistake::OtherHeaderSent);
    }
    if text.len() > HEADER_MAX {
        return nothing(Mistake::NotASignature);
    }
    let (inner, peeled) = peel(text);
    let mut targets = targets(&inner);
    let mut certain = match targets.first() {
        Some(Target { shape: Shape::Whole(Algorithm::Sha512, _), mistakes }) => mistakes.clone(),
        _ if matches!(base64(&inner).map_or(0, |raw| raw.len()), 128 | 256 | 384 | 512) => vec![Mistake::RsaSignature],
        _ => vec![Mistake::NotASignature],
    };
    certain.extend(&peeled);
    for target in &mut targets {
        target.mistakes.extend(&peeled);
    }
    Reading { targets, certain }
}

/// Takes off what does not belong to a signature.
fn peel(text: &str) -> (String, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let mut inner = text.to_owned();
    if let Some(decoded) = percent_decoded(&inner) {
        inner = decoded;
        mistakes.push(Mistake::SignaturePercentEncoded);
    }
    for quote in ['"', '\''] {
        if let Some(quoted) = inner.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            inner = quoted.trim().to_owned();
            mistakes.push(Mistake::SignatureQuoted);
        }
    }
    if let Some(rest) = LABELS.iter().find_map(|label| unlabelled(&inner, label)) {
        inner = rest.to_owned();
        mistakes.push(Mistake::SignatureLabelled);
    }
    (inner, mistakes)
}

/// What follows the label, if there is anything.
fn unlabelled<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(label.len())?;
    let rest = rest.trim_start_matches(['=', ':', ' ', ',']);
    (head.eq_ignore_ascii_case(label) && !rest.is_empty()).then_some(rest)
}

fn targets(inner: &str) -> Vec<Target> {
    let mut targets = Vec::new();
    if inner.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        hex_targets(inner, &mut targets);
    }
    let joined = inner.replace(['-', ':', ' '], "");
    if joined.len() != inner.len() && whole_hex(&joined).is_some() {
        let mut mistakes = vec![Mistake::SignatureSeparated];
        mistakes.extend(case_mistake(&joined));
        push_whole(&mut targets, whole_hex(&joined), &mistakes);
    }
    if let Some(raw) = base64(inner) {
        push_encoded_twice(&mut targets, &raw);
        push_whole(&mut targets, Some(raw), &[Mistake::Base64Signature]);
    }
    targets
}

fn hex_targets(digits: &str, targets: &mut Vec<Target>) {
    let case = Vec::from_iter(case_mistake(digits));
    push_whole(targets, whole_hex(digits), &case);
    let raw = hex::decode(digits).unwrap_or_default();
    push_encoded_twice(targets, &raw);
    let missing = SIGNATURE_HEX_LENGTH.saturating_sub(digits.len());
    let lower = digits.to_ascii_lowercase();
    if (1..=LOST_DIGITS_MAX).contains(&missing) {
        let mistakes: Vec<Mistake> = [Mistake::SignatureZerosLost].into_iter().chain(case.clone()).collect();
        push_whole(targets, whole_hex(&format!("{}{digits}", "0".repeat(missing))), &mistakes);
        targets.push(Target { shape: Shape::Unpadded(lower.clone()), mistakes });
    }
    if missing > 0 && digits.len() >= 2 * PROOF_BYTES_MIN {
        let mistakes = [Mistake::SignatureTruncated].into_iter().chain(case).collect();
        targets.push(Target { shape: Shape::Start(lower), mistakes });
    }
}

/// Hexadecimal or base64 of hexadecimal text.
fn push_encoded_twice(targets: &mut Vec<Target>, raw: &[u8]) {
    let text = str::from_utf8(raw).ok().and_then(whole_hex);
    push_whole(targets, text, &[Mistake::SignatureEncodedTwice]);
}

fn push_whole(targets: &mut Vec<Target>, raw: Option<Vec<u8>>, mistakes: &[Mistake]) {
    if let Some(raw) = raw
        && let Some(algorithm) = Algorithm::of_length(raw.len())
    {
        targets.push(Target { shape: Shape::Whole(algorithm, raw), mistakes: mistakes.to_vec() });
    }
}

/// The bytes of hexadecimal text, where it is as long as one of the digests.
fn whole_hex(digits: &str) -> Option<Vec<u8>> {
    hex::decode(digits).ok().filter(|raw| Algorithm::of_length(raw.len()).is_some())
}

fn case_mistake(digits: &str) -> Option<Mistake> {
    let lower = digits.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
    match (lower, upper) {
        (true, false) => Some(Mistake::LowerCaseHex),
        (true, true) => Some(Mistake::MixedCaseHex),
        (false, _) => None,
    }
}

/// Base64 in either alphabet, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.trim_end_matches('=').replace('-', "+").replace('_', "/")).ok()
}
