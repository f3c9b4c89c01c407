//! Bytes as text.

/// Lower-case hexadecimal digits, two for each byte. Not for secrets: the text is not wiped.
pub fn to_hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::to_hex;

    #[test]
    fn digits_are_lower_case_and_zeros_stay() {
        assert_eq!(to_hex(&[0x00, 0x0a, 0xff]), "000aff");
        assert_eq!(to_hex(&[]), "");
    }
}
