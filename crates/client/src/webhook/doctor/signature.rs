//! The text of the signature header: what bytes it may stand for, and what was done to it.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use countersign_wire::headers::SIGNATURE_LENGTH;

use super::fault::DeliveryFault;

/// Either alphabet, padded or not.
const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const UNPADDED: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// The bytes that a signature's text stands for, and what had to be undone to read it.
pub(super) struct Reading {
    pub(super) bytes: Vec<u8>,
    pub(super) faults: Vec<DeliveryFault>,
}

/// Every way of reading the text that gives a signature of `expected` bytes; and what is wrong with the text where there is
/// none.
pub(super) fn readings(text: &str, expected: usize) -> (Vec<Reading>, Option<DeliveryFault>) {
    let mut readings = Vec::new();
    let mut other_length = None;
    for (cleaned, faults) in cleanings(text) {
        for (bytes, fault) in decodings(&cleaned) {
            if bytes.len() == expected {
                readings.push(Reading { bytes, faults: faults.iter().cloned().chain(fault).collect() });
            } else {
                other_length = other_length.or(Some(bytes.len()));
            }
        }
    }
    if !readings.is_empty() {
        return (readings, None);
    }
    let is_hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fault = match other_length {
        _ if text.is_empty() => DeliveryFault::SignatureEmpty,
        _ if text.len() == SIGNATURE_LENGTH && is_hexadecimal => DeliveryFault::SignatureOfACall,
        Some(found) => DeliveryFault::SignatureLength { found, expected },
        None => DeliveryFault::SignatureNotBase64,
    };
    (readings, Some(fault))
}

/// The text as it came, and with what does not belong into it taken out.
fn cleanings(text: &str) -> Vec<(String, Vec<DeliveryFault>)> {
    let mut texts = vec![(text.to_owned(), Vec::new())];
    let mut clean = |fault: DeliveryFault, change: &dyn Fn(&str) -> String| {
        let cleaned = texts
            .iter()
            .map(|(text, faults)| (change(text), [faults.as_slice(), std::slice::from_ref(&fault)].concat()));
        let new: Vec<_> = cleaned.filter(|(text, _)| texts.iter().all(|(known, _)| known != text)).collect();
        texts.extend(new);
    };
    clean(DeliveryFault::SignaturePercentEncoded, &|text| {
        ["%2B", "%2F", "%3D", "%2b", "%2f", "%3d"]
            .into_iter()
            .zip(["+", "/", "=", "+", "/", "="])
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    });
    clean(DeliveryFault::SignaturePlusLost, &|text| text.trim().replace(' ', "+"));
    clean(DeliveryFault::SignatureWrapped, &|text| {
        let is_wrapping = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '\\');
        text.replace("\\n", "").replace("\\r", "").chars().filter(|letter| !is_wrapping(*letter)).collect()
    });
    texts
}

/// What a clean text may mean.
fn decodings(text: &str) -> Vec<(Vec<u8>, Option<DeliveryFault>)> {
    if text.is_empty() {
        return Vec::new();
    }
    if let Ok(bytes) = STANDARD.decode(text) {
        // Hexadecimal digits are base64 as well.
        let hexadecimal = hexadecimal(text).map(|bytes| (bytes, Some(DeliveryFault::SignatureInHex)));
        return [Some((bytes, None)), hexadecimal].into_iter().flatten().collect();
    }
    if let Some(bytes) = hexadecimal(text) {
        return vec![(bytes, Some(DeliveryFault::SignatureInHex))];
    }
    let unpadded = UNPADDED.decode(text).map(|bytes| (bytes, Some(DeliveryFault::SignatureUnpadded)));
    let url_safe = URL_SAFE.decode(text).map(|bytes| (bytes, Some(DeliveryFault::SignatureUrlSafe)));
    unpadded.or(url_safe).into_iter().collect()
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks_exact(2);
    if !digits.remainder().is_empty() {
        return None;
    }
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Whether a fault is about nothing but the header's text.
pub(super) const fn is_about_its_text(fault: &DeliveryFault) -> bool {
    matches!(
        fault,
        DeliveryFault::SignatureInHex
            | DeliveryFault::SignatureUrlSafe
            | DeliveryFault::SignatureUnpadded
            | DeliveryFault::SignaturePercentEncoded
            | DeliveryFault::SignaturePlusLost
            | DeliveryFault::SignatureWrapped
    )
}
