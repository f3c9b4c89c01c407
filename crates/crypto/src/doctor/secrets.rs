//! Wrong secrets: the right one mangled, a mask of it, a placeholder, or another text of the same merchant.
//!
//! Every candidate is wiped when it is dropped.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use zeroize::Zeroizing;

use super::draft::{Change, Slip};
use super::encodings::utf16;
use super::mistake::Mistake;

/// How many other secrets of the merchant are tried.
pub const OTHER_SECRETS_MAX: usize = 16;

/// Shorter secrets are not masked: too little of them would be hidden.
const MASKED_SECRET_MIN: usize = 16;

/// What stands in configurations that nobody filled in, or comes out where a variable is not set.
const PLACEHOLDERS: &[&str] = &[
    "undefined",
    "null",
    "None",
    "nil",
    "False",
    "false",
    "secret",
    "SECRET",
    "API_SECRET",
    "api_secret",
    "apiSecret",
    "YOUR_SECRET",
    "your_secret",
    "your-secret",
    "YOUR_API_SECRET",
    "YOUR-API-SECRET",
    "your_api_secret",
    "your-api-secret",
    "YOUR_SECRET_KEY",
    "YOUR-SECRET-KEY",
    "your_secret_key",
    "your-secret-key",
    "<your-secret>",
    "<API_SECRET>",
    "${API_SECRET}",
    "$API_SECRET",
    "BINANCE_PAY_SECRET",
    "BINANCEPAY_API_SECRET",
    "${BINANCE_PAY_SECRET}",
    "changeme",
    "xxx",
    "test",
];

/// What stands for the hidden part of a masked secret.
const MASKS: &[&str] = &[
    "*",
    "**",
    "***",
    "****",
    "*****",
    "******",
    "********",
    "**********",
    "************",
    "...",
    "\u{2026}",
    "xxxx",
    "XXXX",
    "\u{2022}\u{2022}\u{2022}\u{2022}",
    "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}",
];

/// How many characters a mask shows at the start and at the end. Never fewer than eight in all but none: who does not
/// hold the secret must not be able to guess shown characters one by one and have them confirmed.
const SHOWN: &[(usize, usize)] = &[(0, 0), (4, 4), (6, 6), (8, 8), (5, 5), (6, 4), (4, 6), (8, 4), (0, 8), (8, 0)];

fn slip<'d>(mistake: Mistake, bytes: impl Into<Vec<u8>>) -> Slip<'d> {
    Slip::new(mistake, Change::Secret(Zeroizing::new(bytes.into())))
}

/// The likely ones, few enough to be tried together with another mistake.
pub(super) fn likely<'d>(secret: &[u8], api_key: &[u8], others: &[&[u8]]) -> Vec<Slip<'d>> {
    let mut slips = vec![slip(Mistake::ApiKeyAsSecret, api_key)];
    slips.extend(others.iter().take(OTHER_SECRETS_MAX).map(|other| slip(Mistake::OtherKeysSecret, *other)));
    slips.extend(mangled(secret));
    slips
}

fn mangled<'d>(secret: &[u8]) -> Vec<Slip<'d>> {
    let mut slips = Vec::new();
    let around = |before: &[u8], after: &[u8]| [before, secret, after].concat();
    slips.push(slip(Mistake::SecretWithWhitespace, around(b"", b"\n")));
    slips.push(slip(Mistake::SecretWithWhitespace, around(b"", b"\r\n")));
    slips.push(slip(Mistake::SecretWithWhitespace, around(b"", b" ")));
    slips.push(slip(Mistake::SecretWithWhitespace, around(b" ", b"")));
    if let Ok(raw) = hex::decode(secret) {
        slips.push(slip(Mistake::SecretHexDecoded, raw));
    }
    if let Some(raw) = base64_decoded(secret) {
        slips.push(slip(Mistake::SecretBase64Decoded, raw));
    }
    slips.push(slip(Mistake::SecretQuoted, around(b"\"", b"\"")));
    slips.push(slip(Mistake::SecretQuoted, around(b"'", b"'")));
    slips.push(slip(Mistake::SecretEmpty, Vec::new()));
    slips.push(slip(Mistake::SecretCase, secret.to_ascii_uppercase()));
    slips.push(slip(Mistake::SecretCase, secret.to_ascii_lowercase()));
    slips.extend(hashed(secret));
    slips.push(slip(Mistake::SecretEncoded, STANDARD.encode(secret)));
    slips.push(slip(Mistake::SecretEncoded, hex::encode(secret)));
    slips.push(slip(Mistake::SecretEncoded, hex::encode_upper(secret)));
    slips.extend(utf16(secret).map(|wide| slip(Mistake::SecretCharset, wide)));
    if let ([_, tail @ ..], [head @ .., _]) = (secret, secret) {
        slips.push(slip(Mistake::SecretCut, tail));
        slips.push(slip(Mistake::SecretCut, head));
    }
    // Half a secret is still far too much to guess when the whole is as long as it should be.
    if secret.len() >= 2 * MASKED_SECRET_MIN {
        slips.push(slip(Mistake::SecretCut, &secret[..secret.len() / 2]));
        slips.push(slip(Mistake::SecretCut, &secret[..secret.len() - 2]));
        slips.push(slip(Mistake::SecretCut, &secret[2..]));
    }
    slips
}

fn base64_decoded(secret: &[u8]) -> Option<Vec<u8>> {
    let standard = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    let text: Zeroizing<Vec<u8>> = Zeroizing::new(secret.trim_ascii().iter().map(standard).collect());
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let text = &text[..text.len() - padding];
    // Lenient decoders drop a last character that completes no byte.
    let whole = if text.len() % 4 == 1 { &text[..text.len() - 1] } else { text };
    STANDARD_NO_PAD.decode(whole).ok()
}

fn hashed<'d>(secret: &[u8]) -> Vec<Slip<'d>> {
    let mut slips = Vec::new();
    for algorithm in [&SHA256, &SHA512] {
        let hash = digest(algorithm, secret);
        slips.push(slip(Mistake::SecretHashed, hash.as_ref()));
        slips.push(slip(Mistake::SecretHashed, hex::encode(hash)));
        slips.push(slip(Mistake::SecretHashed, hex::encode_upper(hash)));
    }
    slips
}

/// The long tail: placeholders and masks.
pub(super) fn unlikely<'d>(secret: &[u8]) -> Vec<Slip<'d>> {
    let mut slips: Vec<Slip<'d>> = PLACEHOLDERS.iter().map(|text| slip(Mistake::SecretPlaceholder, *text)).collect();
    for (head, tail) in SHOWN.iter().copied() {
        let shown = head + tail;
        if shown > 0 && (secret.len() < MASKED_SECRET_MIN || secret.len() <= shown) {
            continue;
        }
        let as_long = "*".repeat(secret.len() - shown);
        for mask in MASKS.iter().copied().chain([as_long.as_str()]) {
            let text = [&secret[..head], mask.as_bytes(), &secret[secret.len() - tail..]].concat();
            slips.push(slip(Mistake::SecretMasked, text));
        }
    }
    slips
}
