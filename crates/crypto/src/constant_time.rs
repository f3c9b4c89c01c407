//! Comparison that does not tell where two secrets differ.

/// Whether both are equal, in a time that depends on their lengths alone.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}

#[cfg(test)]
mod tests {
    use super::constant_time_eq;

    #[test]
    fn equal_only_when_every_byte_and_the_length_agree() {
        for (left, right, equal) in [
            ("", "", true),
            ("abc", "abc", true),
            ("abc", "abd", false),
            ("bbc", "abc", false),
            ("abc", "ab", false),
            ("", "a", false),
        ] {
            assert_eq!(constant_time_eq(left.as_bytes(), right.as_bytes()), equal, "{left:?} {right:?}");
        }
    }
}
