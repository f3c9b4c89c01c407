//! The four request headers of a signed call (partner.md 1.2), read from their raw values.
//!
//! Only their shape is judged here (decisions.md rows 5, 6, 7 and 55); the window, the key and the signature are judged
//! where the clock and the secret are. The canonical string belongs to the crypto crate.

use std::fmt;

use crate::refusal::Refusal;
use crate::result_code::ResultCode;

/// Lower-case names, for look-up in a header map.
pub mod lower {
    /// The API identity key.
    pub const CERTIFICATE_SN: &str = "binancepay-certificate-sn";
    /// The sending time in Unix milliseconds.
    pub const TIMESTAMP: &str = "binancepay-timestamp";
    /// The random text of a request.
    pub const NONCE: &str = "binancepay-nonce";
    /// The signature.
    pub const SIGNATURE: &str = "binancepay-signature";
    /// The sandbox's explanation of a refusal.
    pub const EXPLAIN: &str = "x-countersign-explain";
}

/// The API identity key in requests, the public key's serial in webhooks.
pub const CERTIFICATE_SN: &str = "BinancePay-Certificate-SN";
/// The sending time in Unix milliseconds.
pub const TIMESTAMP: &str = "BinancePay-Timestamp";
/// The random text of a request or a delivery.
pub const NONCE: &str = "BinancePay-Nonce";
/// Upper-case hex in requests, base64 in webhooks.
pub const SIGNATURE: &str = "BinancePay-Signature";
/// The sandbox's explanation of a refusal.
pub const EXPLAIN: &str = "X-Countersign-Explain";
/// The content type of webhooks, as recorded (clients.md H8).
pub const WEBHOOK_CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// Characters of an API identity key (partner.md 1.6).
pub const API_KEY_LENGTH: usize = 64;
/// The fewest characters of a nonce (decisions.md row 5).
pub const NONCE_MIN: usize = 16;
/// The most characters of a nonce (decisions.md row 5).
pub const NONCE_MAX: usize = 64;
/// The characters the page asks of a nonce.
pub const NONCE_DOCUMENTED: usize = 32;
/// Hex digits of an HMAC-SHA512.
pub const SIGNATURE_LENGTH: usize = 128;
/// The most digits of a timestamp: far beyond any date, and it fits `i64`.
pub const TIMESTAMP_DIGITS_MAX: usize = 18;

/// The headers of a webhook as they were sent, as far as they differ from try to try and are kept: the signature follows from them
/// and the body.
pub fn sent_headers(certificate_sn: &str, nonce: &str, timestamp_ms: i64) -> [(&'static str, String); 4] {
    [
        ("Content-Type", WEBHOOK_CONTENT_TYPE.to_owned()),
        (CERTIFICATE_SN, certificate_sn.to_owned()),
        (NONCE, nonce.to_owned()),
        (TIMESTAMP, timestamp_ms.to_string()),
    ]
}

/// The raw values of the four headers, as looked up; `None` where the header is missing.
#[derive(Clone, Copy, Default)]
pub struct RawHeaders<'a> {
    /// `BinancePay-Certificate-SN`.
    pub certificate_sn: Option<&'a [u8]>,
    /// `BinancePay-Timestamp`.
    pub timestamp: Option<&'a [u8]>,
    /// `BinancePay-Nonce`.
    pub nonce: Option<&'a [u8]>,
    /// `BinancePay-Signature`.
    pub signature: Option<&'a [u8]>,
}

/// The four headers of a signed call, each of the right shape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestHeaders<'a> {
    /// The API identity key: 64 lower-case letters and digits.
    pub api_key: &'a str,
    /// The sending time in Unix milliseconds.
    pub timestamp_ms: i64,
    /// The timestamp as sent: this text is what was signed.
    pub timestamp: &'a str,
    /// 16 to 64 visible ASCII characters.
    pub nonce: &'a str,
    /// 128 upper-case hex digits.
    pub signature: &'a str,
}

impl fmt::Debug for RequestHeaders<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RequestHeaders").field("timestamp_ms", &self.timestamp_ms).finish_non_exhaustive()
    }
}

impl<'a> RequestHeaders<'a> {
    /// Judges the four headers in the order key, timestamp, nonce, signature; the first wrong one is refused.
    pub fn parse(raw: RawHeaders<'a>) -> Result<Self, Refusal> {
        let api_key = parse_api_key(raw.certificate_sn)?;
        let (timestamp, timestamp_ms) = parse_timestamp(raw.timestamp)?;
        let nonce = parse_nonce(raw.nonce)?;
        let signature = parse_signature(raw.signature)?;
        Ok(Self { api_key, timestamp_ms, timestamp, nonce, signature })
    }

    /// Whether the nonce has the 32 characters the page asks for; others are accepted (decisions.md row 5).
    pub const fn nonce_is_documented_length(&self) -> bool {
        self.nonce.len() == NONCE_DOCUMENTED
    }
}

/// The text of a value that was found to be ASCII.
fn ascii(value: &[u8]) -> &str {
    std::str::from_utf8(value).expect("ASCII is UTF-8")
}

fn parse_api_key(value: Option<&[u8]>) -> Result<&str, Refusal> {
    let refuse = |rule: String| Refusal::new(ResultCode::BadApiKeyFormat, rule, "decisions.md row 7");
    let value =
        value.ok_or_else(|| refuse(format!("header {CERTIFICATE_SN} is missing; it carries the API identity key")))?;
    let well_formed =
        value.len() == API_KEY_LENGTH && value.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if well_formed {
        return Ok(ascii(value));
    }
    Err(refuse(format!(
        "{CERTIFICATE_SN} must be {API_KEY_LENGTH} lower-case letters and digits; {} bytes came, or other characters",
        value.len()
    )))
}

fn parse_timestamp(value: Option<&[u8]>) -> Result<(&str, i64), Refusal> {
    let refuse = |rule: &'static str| Refusal::new(ResultCode::InvalidTimestamp, rule, "decisions.md row 55");
    let value = value.ok_or_else(|| refuse("header BinancePay-Timestamp is missing; it carries Unix milliseconds"))?;
    let digits = !value.is_empty() && value.len() <= TIMESTAMP_DIGITS_MAX && value.iter().all(u8::is_ascii_digit);
    let text = digits.then(|| ascii(value));
    let parsed = text.and_then(|text| Some((text, text.parse().ok()?)));
    parsed.ok_or_else(|| refuse("BinancePay-Timestamp must be Unix milliseconds, digits only, such as 1700000000000"))
}

fn parse_nonce(value: Option<&[u8]>) -> Result<&str, Refusal> {
    let refuse = |rule: &'static str| Refusal::new(ResultCode::InvalidRequest, rule, "decisions.md row 5");
    let value =
        value.ok_or_else(|| refuse("header BinancePay-Nonce is missing; it carries 32 random letters and digits"))?;
    let visible = (NONCE_MIN..=NONCE_MAX).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
    visible
        .then(|| ascii(value))
        .ok_or_else(|| refuse("BinancePay-Nonce must be 16 to 64 visible ASCII characters; the page asks for 32"))
}

fn parse_signature(value: Option<&[u8]>) -> Result<&str, Refusal> {
    let refuse = |rule: String, source| Refusal::new(ResultCode::InvalidSignature, rule, source);
    let value = value.ok_or_else(|| {
        refuse(
            "header BinancePay-Signature is missing; it carries 128 upper-case hex digits".to_owned(),
            "decisions.md row 55",
        )
    })?;
    let all = |is: fn(&u8) -> bool| value.len() == SIGNATURE_LENGTH && value.iter().all(is);
    if all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')) {
        return Ok(ascii(value));
    }
    if !all(u8::is_ascii_hexdigit) {
        let rule = format!(
            "BinancePay-Signature must be {SIGNATURE_LENGTH} upper-case hex digits; {} bytes came, or other characters",
            value.len()
        );
        return Err(refuse(rule, "decisions.md row 55"));
    }
    let rule = "BinancePay-Signature holds lower-case hex digits; upper-case the hex before sending it";
    Err(refuse(rule.to_owned(), "decisions.md row 6"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
    const NONCE_32: &[u8] = b"5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA";

    fn signature() -> Vec<u8> {
        b"0A".repeat(64)
    }

    fn good(signature: &[u8]) -> RawHeaders<'_> {
        RawHeaders {
            certificate_sn: Some(KEY),
            timestamp: Some(b"1611232922428"),
            nonce: Some(NONCE_32),
            signature: Some(signature),
        }
    }

    #[test]
    fn good_headers_are_read() {
        let signature = signature();
        let headers = RequestHeaders::parse(good(&signature)).unwrap();
        assert_eq!(headers.timestamp_ms, 1_611_232_922_428);
        assert_eq!(headers.timestamp, "1611232922428");
        assert!(headers.nonce_is_documented_length());
        assert!(!format!("{headers:?}").contains("0123456789"));
    }

    #[test]
    fn nonces_that_clients_send_are_accepted() {
        let signature = signature();
        for nonce in ["MDEyMzQ1Njc4OUFCQ0RFRg==", "0123456789abcdef", &"~".repeat(64)] {
            let raw = RawHeaders { nonce: Some(nonce.as_bytes()), ..good(&signature) };
            assert!(!RequestHeaders::parse(raw).unwrap().nonce_is_documented_length());
        }
    }

    #[test]
    fn each_wrong_header_has_its_code() {
        let signature = signature();
        let lower = b"0a".repeat(64);
        let base = good(&signature);
        let upper_key = KEY.to_ascii_uppercase();
        let with_key = |certificate_sn| RawHeaders { certificate_sn, ..base };
        let with_time = |timestamp| RawHeaders { timestamp, ..base };
        let with_nonce = |nonce| RawHeaders { nonce, ..base };
        let with_signature = |signature| RawHeaders { signature, ..base };
        let rows: Vec<(RawHeaders<'_>, &str, &str)> = vec![
            (with_key(None), "400005", "row 7"),
            (with_key(Some(b"")), "400005", "row 7"),
            (with_key(Some(&KEY[1..])), "400005", "row 7"),
            (with_key(Some(&upper_key)), "400005", "row 7"),
            (with_time(None), "400003", "row 55"),
            (with_time(Some(b"")), "400003", "row 55"),
            (with_time(Some(b"-1")), "400003", "row 55"),
            (with_time(Some(b"1.5")), "400003", "row 55"),
            (with_time(Some(b"1234567890123456789")), "400003", "row 55"),
            (with_nonce(None), "400001", "row 5"),
            (with_nonce(Some(b"012345678901234")), "400001", "row 5"),
            (with_nonce(Some(&[b'a'; 65])), "400001", "row 5"),
            (with_nonce(Some(b"0123456789 abcdef")), "400001", "row 5"),
            (with_nonce(Some("0123456789abcd\u{e9}".as_bytes())), "400001", "row 5"),
            (with_signature(None), "400002", "row 55"),
            (with_signature(Some(&signature[1..])), "400002", "row 55"),
            (with_signature(Some(&[b'G'; 128])), "400002", "row 55"),
            (with_signature(Some(&lower)), "400002", "row 6"),
            (RawHeaders::default(), "400005", "row 7"),
        ];
        for (index, (raw, code, source)) in rows.into_iter().enumerate() {
            let refusal = RequestHeaders::parse(raw).expect_err("row must be refused");
            assert_eq!(refusal.code.digits(), code, "row {index}");
            assert!(refusal.explanation.source.ends_with(source), "row {index}");
        }
    }
}
