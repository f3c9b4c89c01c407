//! Notations that a standard library or a web page would produce.

/// Percent-encodes every byte but letters, digits and `kept`, with upper-case digits.
pub(super) fn percent_encoded(bytes: &[u8], kept: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || kept.contains(byte) {
            text.push(char::from(*byte));
        } else {
            text.push('%');
            text.push_str(&hex::encode_upper([*byte]));
        }
    }
    text
}

/// Takes percent-encoding off; `None` where there is none or it is malformed.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.extend(hex::decode(digits).ok()?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// Little-endian UTF-16 without a byte order mark; `None` where the bytes are no UTF-8.
pub(super) fn utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(bytes).ok()?;
    Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

#[cfg(test)]
mod tests {
    use super::{percent_decoded, percent_encoded, utf16};

    #[test]
    fn percent_encoding_is_that_of_the_web() {
        assert_eq!(percent_encoded("{\"a\":\"é/\"}".as_bytes(), b"-_.~"), "%7B%22a%22%3A%22%C3%A9%2F%22%7D");
        assert_eq!(percent_decoded("a%2Bb%3D%3D").as_deref(), Some("a+b=="));
        for text in ["plain", "%", "%4", "%zz", "%FF", "%é"] {
            assert_eq!(percent_decoded(text), None, "{text}");
        }
    }

    #[test]
    fn utf16_is_little_endian() {
        assert_eq!(utf16("aé😀".as_bytes()), Some(vec![0x61, 0, 0xE9, 0, 0x3D, 0xD8, 0x00, 0xDE]));
        assert_eq!(utf16(b"\xFF"), None);
    }
}
