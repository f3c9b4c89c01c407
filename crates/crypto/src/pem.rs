//! PEM of public keys, and the serial that names one on the wire (clients.md A11, A12).

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
const LINE_LENGTH: usize = 64;

/// `SubjectPublicKeyInfo` as PEM: lines of 64 characters, LF between them, none after the last.
pub(crate) fn encode(subject_public_key_info: &[u8]) -> String {
    let body = STANDARD.encode(subject_public_key_info);
    let mut pem = String::with_capacity(BEGIN.len() + END.len() + 2 + body.len() + body.len() / LINE_LENGTH);
    pem.push_str(BEGIN);
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE_LENGTH));
        pem.push('\n');
        pem.push_str(line);
        rest = after;
    }
    pem.push('\n');
    pem.push_str(END);
    pem
}

/// The DER bytes inside a PEM, whatever its line ends; nothing but white space may stand around it.
pub(crate) fn decode(pem: &str) -> Option<Vec<u8>> {
    let body = pem.trim_ascii().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let base64: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(base64).ok()
}

/// The public half of `key` as canonical PEM.
pub(crate) fn of_key(key: &impl AsDer<PublicKeyX509Der<'static>>) -> String {
    let der = key.as_der().expect("a key that was parsed can be written again");
    encode(der.as_ref())
}

/// `certSerial`: upper-case hex MD5 of the canonical PEM text. A name, not a protection: MD5 secures nothing here.
pub(crate) fn serial(canonical_pem: &str) -> String {
    hex::encode_upper(Md5::digest(canonical_pem.as_bytes()))
}
