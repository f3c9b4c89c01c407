//! Printing what one unit of a currency is worth in another (clients.md W1, W3).

use super::format::{SCALE_MAX, print};
use super::parse::{DECIMAL_TEXT_MAX, DecimalError};

/// The significant digits that a price below one keeps.
const DIGITS_MIN: u32 = 8;

/// A price as the wire prints it, out of a plain decimal above zero: a bare `1` for one, else eight decimals, and more where
/// a small price would keep fewer than eight digits. What was recorded has eight; but a dollar in bitcoin would then read as
/// four digits, and a meme coin in bitcoin as nothing.
pub(super) fn price(text: &str) -> Result<String, DecimalError> {
    let (mantissa, scale) = read(text)?;
    if (mantissa, scale) == (1, 0) {
        return Ok("1".to_owned());
    }
    // The zeros between the point and the first digit of 0.00012.
    let leading = scale.saturating_sub(mantissa.ilog10() + 1);
    let decimals = if leading == 0 { SCALE_MAX } else { SCALE_MAX.max(leading + DIGITS_MIN) };
    let kept = match scale.checked_sub(decimals) {
        Some(dropped) => {
            let unit = 10_u128.checked_pow(dropped).ok_or(DecimalError::OutOfRange)?;
            mantissa / unit + u128::from(mantissa % unit >= unit.div_ceil(2))
        }
        None => 10_u128
            .checked_pow(decimals - scale)
            .and_then(|factor| mantissa.checked_mul(factor))
            .ok_or(DecimalError::OutOfRange)?,
    };
    Ok(shortened(print(false, kept, decimals)))
}

/// Digits and scale of a plain decimal above zero, which has more decimals than an amount may have.
fn read(text: &str) -> Result<(u128, u32), DecimalError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > DECIMAL_TEXT_MAX || !digits(whole) || !digits(fraction) {
        return Err(DecimalError::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    let mantissa = [whole, fraction].concat().parse().map_err(|_| DecimalError::OutOfRange)?;
    if mantissa == 0 {
        return Err(DecimalError::OutOfRange);
    }
    Ok((mantissa, u32::try_from(fraction.len()).expect("the text is short")))
}

/// Without the zeros beyond the eighth decimal.
fn shortened(mut text: String) -> String {
    let point = text.find('.').expect("a price has decimals");
    let shortest = point + 1 + usize::try_from(SCALE_MAX).expect("a scale is small");
    let digits = text.trim_end_matches('0').len();
    text.truncate(digits.max(shortest));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_print_as_recorded_and_small_ones_keep_their_digits() {
        let rows = [
            ("1", "1"),
            ("1.00", "1"),
            ("10", "10.00000000"),
            ("92.52211938", "92.52211938"),
            ("92.522119385", "92.52211939"),
            ("92.522119384999", "92.52211938"),
            ("60000", "60000.00000000"),
            ("0.5", "0.50000000"),
            ("0.05", "0.05000000"),
            ("0.333333333333333333", "0.33333333"),
            ("0.0000166666666666666667", "0.000016666667"),
            ("0.000016", "0.00001600"),
            ("0.0000000003333333333333333333", "0.00000000033333333"),
            ("0.000000000000001", "0.000000000000001"),
            ("0.99999999999", "1.00000000"),
            ("1000000000000000", "1000000000000000.00000000"),
        ];
        for (text, printed) in rows {
            assert_eq!(price(text).as_deref(), Ok(printed), "{text}");
        }
        for text in ["0", "0.0", "-1", "1e3", "", "x"] {
            assert!(price(text).is_err(), "{text:?}");
        }
    }
}
