//! Printing minor units: plain decimals, never E notation (decisions.md row 48).

/// The most decimals any currency has (design: `i64` minor units with a scale of at most eight).
pub const SCALE_MAX: u32 = 8;

/// Minor units as a plain decimal without trailing zeros: (150, 2) is `1.5`, (100, 2) is `1`.
pub fn plain(minor: i64, scale: u32) -> String {
    let mut text = print(minor < 0, u128::from(minor.unsigned_abs()), scale);
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text
}

/// Minor units with exactly eight decimals, as the wire prints balances and amounts: (15, 1) is `1.50000000`.
///
/// Panics when `scale` is above [`SCALE_MAX`], which no currency has.
pub fn padded(minor: i64, scale: u32) -> String {
    let missing = SCALE_MAX.checked_sub(scale).expect("a currency has at most eight decimals");
    let factor = 10_u128.pow(missing);
    print(minor < 0, u128::from(minor.unsigned_abs()) * factor, SCALE_MAX)
}

/// Sign, magnitude and scale as a decimal text with exactly `scale` decimals.
pub(super) fn print(negative: bool, magnitude: u128, scale: u32) -> String {
    let scale = usize::try_from(scale).expect("a scale is small");
    let digits = format!("{magnitude:0width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if negative && magnitude != 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_print_plain_and_padded() {
        let rows = [
            (0, 0, "0", "0.00000000"),
            (0, 8, "0", "0.00000000"),
            (1, 8, "0.00000001", "0.00000001"),
            (10, 8, "0.0000001", "0.00000010"),
            (150_000_000, 8, "1.5", "1.50000000"),
            (150, 2, "1.5", "1.50000000"),
            (100, 2, "1", "1.00000000"),
            (10, 0, "10", "10.00000000"),
            (-2517, 2, "-25.17", "-25.17000000"),
            (i64::MAX, 8, "92233720368.54775807", "92233720368.54775807"),
            (i64::MIN, 8, "-92233720368.54775808", "-92233720368.54775808"),
            (i64::MAX, 0, "9223372036854775807", "9223372036854775807.00000000"),
        ];
        for (minor, scale, plain_text, padded_text) in rows {
            assert_eq!(plain(minor, scale), plain_text);
            assert_eq!(padded(minor, scale), padded_text);
        }
    }
}
