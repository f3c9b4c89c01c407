//! Bodies signed otherwise than sent, apart from JSON written in another style.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

use super::draft::{Change, Slip};
use super::encodings::{percent_encoded, utf16};
use super::json::{Document, quoted};
use super::mistake::Mistake;

/// Larger bodies are not written anew, only cut and left out.
pub const RESERIALISED_BODY_MAX: usize = 16 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What `encodeURIComponent` keeps besides letters and digits.
const KEPT_BY_JAVASCRIPT: &[u8] = b"-_.!~*'()";

/// What RFC 3986 keeps besides letters and digits.
const KEPT_BY_RFC: &[u8] = b"-_.~";

fn slip(mistake: Mistake, bytes: impl Into<Vec<u8>>) -> Slip<'static> {
    Slip::new(mistake, Change::Body(Cow::Owned(bytes.into())))
}

/// Nothing, or less than what was sent: no copy, so for bodies of any size.
pub(super) fn parts(body: &[u8]) -> Vec<Slip<'_>> {
    let part = |mistake, part| Slip::new(mistake, Change::Body(Cow::Borrowed(part)));
    if body.is_empty() {
        return ["{}", "[]", "null", "\"\"", "{ }"].map(|text| part(Mistake::BodyNotSent, text.as_bytes())).into();
    }
    let mut slips = Vec::new();
    for trimmed in [body.trim_ascii(), body.trim_ascii_end()] {
        if trimmed.len() != body.len() {
            slips.push(part(Mistake::BodyWhitespaceNotSigned, trimmed));
        }
    }
    slips.extend(body.strip_prefix(BYTE_ORDER_MARK).map(|rest| part(Mistake::ByteOrderMark, rest)));
    slips.push(part(Mistake::BodyNotSigned, b""));
    slips
}

/// The body as another text, the likeliest first.
pub(super) fn other_texts(body: &[u8], document: Option<&Document<'_>>) -> Vec<Slip<'static>> {
    let mut slips = Vec::new();
    for text in ["[object Object]", "undefined", "Array", "null", "None"] {
        slips.push(slip(Mistake::BodyNotSerialised, text));
    }
    if let Ok(text) = str::from_utf8(body) {
        slips.push(slip(Mistake::BodyQuotedTwice, quoted(text, false)));
        slips.push(slip(Mistake::BodyQuotedTwice, quoted(text, true)));
    }
    if let Some(document) = document {
        slips.extend(document.text().map(|text| slip(Mistake::BodyQuotedTwice, text)));
        slips.extend(document.python_text().map(|text| slip(Mistake::BodyPythonText, text)));
        slips.extend(document.flat_members().map(forms).into_iter().flatten());
    }
    slips.extend(hashes(body));
    slips.push(slip(Mistake::BodyBase64, STANDARD.encode(body)));
    slips.push(slip(Mistake::BodyPercentEncoded, percent_encoded(body, KEPT_BY_JAVASCRIPT)));
    slips.push(slip(Mistake::BodyPercentEncoded, percent_encoded(body, KEPT_BY_RFC)));
    slips.push(slip(Mistake::BodyPercentEncoded, percent_encoded(body, b"-_.*").replace("%20", "+")));
    slips.extend(line_ends(body));
    slips.extend(charsets(body));
    slips
}

/// The members as a query string: as they stand or sorted, plain or percent-encoded in two ways.
fn forms(members: Vec<(String, String)>) -> Vec<Slip<'static>> {
    let mut sorted = members.clone();
    sorted.sort();
    let notations: [fn(&str) -> String; 3] = [
        str::to_owned,
        |text| percent_encoded(text.as_bytes(), KEPT_BY_RFC),
        |text| percent_encoded(text.as_bytes(), b"-_.*").replace("%20", "+"),
    ];
    let mut slips = Vec::new();
    for members in [members, sorted] {
        for notation in notations {
            let pairs: Vec<_> =
                members.iter().map(|(key, text)| format!("{}={}", notation(key), notation(text))).collect();
            slips.push(slip(Mistake::BodyFormEncoded, pairs.join("&")));
        }
    }
    slips
}

fn hashes(body: &[u8]) -> Vec<Slip<'static>> {
    let mut texts = Vec::new();
    for algorithm in [&SHA256, &SHA512] {
        let hash = digest(algorithm, body);
        texts.extend([hex::encode(hash), hex::encode_upper(hash), STANDARD.encode(hash)]);
    }
    texts.extend([hex::encode(Md5::digest(body)), hex::encode_upper(Md5::digest(body))]);
    texts.into_iter().map(|text| slip(Mistake::BodyHashed, text)).collect()
}

fn line_ends(body: &[u8]) -> Vec<Slip<'static>> {
    let Ok(text) = str::from_utf8(body) else { return Vec::new() };
    let bare = text.replace("\r\n", "\n");
    let mut slips = Vec::new();
    if text.contains('\n') {
        slips.push(slip(Mistake::BodyLineEnds, bare.replace('\n', "\r\n")));
        slips.push(slip(Mistake::BodyLineEnds, bare.replace('\n', "")));
        slips.push(slip(Mistake::BodyLineEnds, bare));
    }
    slips
}

fn charsets(body: &[u8]) -> Vec<Slip<'static>> {
    let mut slips =
        Vec::from_iter(utf16(body).filter(|_| !body.is_empty()).map(|wide| slip(Mistake::BodyCharset, wide)));
    let Ok(text) = str::from_utf8(body) else { return slips };
    if !text.is_ascii() {
        let narrow: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
        slips.extend(narrow.map(|narrow| slip(Mistake::BodyCharset, narrow)));
        let twice: String = body.iter().map(|byte| char::from(*byte)).collect();
        slips.push(slip(Mistake::BodyCharset, twice));
        let asked: String = text.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect();
        slips.push(slip(Mistake::BodyCharset, asked));
    }
    slips
}
