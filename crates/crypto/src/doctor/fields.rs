//! Timestamp and nonce signed otherwise than sent.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::draft::{Change, Slip};
use super::encodings::percent_encoded;
use super::mistake::Mistake;

/// How far apart two timestamps drawn for one call are looked for, in milliseconds each way.
pub const TIMESTAMP_DRIFT_MAX_MS: i64 = 100;

/// Longer header texts are not varied.
const FIELD_MAX: usize = 256;

const MILLISECONDS_DIGITS: usize = 13;
const SECONDS_DIGITS: usize = 10;

/// The timestamp signed in another notation.
pub(super) fn timestamps<'d>(sent: &str) -> Vec<Slip<'d>> {
    let mut slips = Vec::new();
    let mut push = |mistake, text: String| slips.push(Slip::new(mistake, Change::Timestamp(text.into_bytes())));
    if !sent.bytes().all(|byte| byte.is_ascii_digit()) {
        return slips;
    }
    if sent.len() == MILLISECONDS_DIGITS {
        let (seconds, rest) = sent.split_at(SECONDS_DIGITS);
        push(Mistake::SecondsSigned, seconds.to_owned());
        if let Ok(seconds) = seconds.parse::<u64>() {
            push(Mistake::SecondsSigned, (seconds + 1).to_string());
        }
        push(Mistake::SecondsSigned, format!("{seconds}000"));
        push(Mistake::TimestampFraction, format!("{seconds}.{rest}"));
        push(Mistake::TimestampFraction, format!("{seconds}.{}", rest.trim_end_matches('0')));
        push(Mistake::TimestampFraction, format!("{sent}.0"));
    }
    if sent.len() == SECONDS_DIGITS {
        push(Mistake::SecondsSent, format!("{sent}000"));
    }
    slips
}

/// The timestamp `off_by_ms` after the one sent; `None` where that is no Unix time.
pub(super) fn drifted<'d>(sent: &str, off_by_ms: i64) -> Option<Slip<'d>> {
    let sent: i64 = sent.parse().ok()?;
    let signed = sent.checked_add(off_by_ms).filter(|signed| *signed >= 0)?;
    Some(Slip::new(Mistake::TimestampDrawnTwice, Change::Timestamp(signed.to_string().into_bytes())))
}

/// The nonce signed in another notation.
pub(super) fn nonces<'d>(sent: &str) -> Vec<Slip<'d>> {
    let mut slips = Vec::new();
    if sent.is_empty() || sent.len() > FIELD_MAX || !sent.is_ascii() {
        return slips;
    }
    let mut push = |mistake, bytes: Vec<u8>| {
        if bytes != sent.as_bytes() {
            slips.push(Slip::new(mistake, Change::Nonce(bytes)));
        }
    };
    push(Mistake::NonceCase, sent.to_ascii_lowercase().into_bytes());
    push(Mistake::NonceCase, sent.to_ascii_uppercase().into_bytes());
    push(Mistake::NonceDashes, sent.replace('-', "").into_bytes());
    if sent.len() == 32 && sent.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let dashed = [&sent[..8], &sent[8..12], &sent[12..16], &sent[16..20], &sent[20..]].join("-");
        push(Mistake::NonceDashes, dashed.to_ascii_lowercase().into_bytes());
        push(Mistake::NonceDashes, dashed.to_ascii_uppercase().into_bytes());
        push(Mistake::NonceDashes, dashed.into_bytes());
    }
    push(Mistake::NoncePadding, sent.trim_end_matches('=').as_bytes().to_vec());
    push(Mistake::NoncePadding, percent_encoded(sent.as_bytes(), b"-_.~").into_bytes());
    push(Mistake::NoncePadding, sent.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=").into_bytes());
    if let Ok(raw) = hex::decode(sent) {
        push(Mistake::NonceEncoding, raw);
    }
    if let Ok(raw) = STANDARD_NO_PAD.decode(sent.trim_end_matches('=')) {
        push(Mistake::NonceEncoding, raw);
    }
    push(Mistake::NonceEncoding, STANDARD.encode(sent).into_bytes());
    push(Mistake::NonceEncoding, hex::encode(sent).into_bytes());
    push(Mistake::NonceCut, sent.as_bytes()[..sent.len().min(32)].to_vec());
    push(Mistake::NonceCut, sent.as_bytes()[..sent.len().min(16)].to_vec());
    slips
}
