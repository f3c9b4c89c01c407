//! Reading an amount (decisions.md row 10): a JSON number, exponent allowed because JavaScript prints 1e-7, or a
//! string of plain digits; at most eight decimals once trailing zeros are gone.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::format::{SCALE_MAX, print};

/// The longest decimal text read: no amount needs more, and it bounds the work.
pub const DECIMAL_TEXT_MAX: usize = 64;
/// More digits than any `i128` has.
const DIGITS_MAX: usize = 39;
/// Exponents of more digits than this are out of range whatever stands before them.
const EXPONENT_DIGITS_MAX: usize = 3;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a decimal number, or longer than [`DECIMAL_TEXT_MAX`] without being large: 400101.
    #[error("is not a decimal number")]
    Malformed,
    /// More decimals than allowed (eight, or the scale asked for): 400101.
    #[error("has too many decimals")]
    TooPrecise,
    /// Too large to hold: 400102.
    #[error("is out of range")]
    OutOfRange,
}

/// A decimal number with the text it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireDecimal<'a> {
    text: Cow<'a, str>,
    mantissa: i128,
    scale: u32,
}

impl<'a> WireDecimal<'a> {
    /// Reads the text of a JSON number; exponents are allowed.
    pub fn from_json_number(text: impl Into<Cow<'a, str>>) -> Result<Self, DecimalError> {
        Self::read(text.into(), true)
    }

    /// Reads the content of a JSON string: plain digits, no exponent, no sign but a minus.
    pub fn from_text(text: impl Into<Cow<'a, str>>) -> Result<Self, DecimalError> {
        Self::read(text.into(), false)
    }

    fn read(text: Cow<'a, str>, exponent_allowed: bool) -> Result<Self, DecimalError> {
        let parts = Parts::split(&text, exponent_allowed)?;
        let (mantissa, scale) = parts.value()?;
        Ok(Self { text, mantissa, scale })
    }

    /// The digits without point and without trailing zeros of the fraction; the value is mantissa / 10^scale.
    pub const fn mantissa(&self) -> i128 {
        self.mantissa
    }

    /// The decimals that remain after normalisation, at most eight.
    pub const fn scale(&self) -> u32 {
        self.scale
    }

    /// Whether the value is above zero.
    pub const fn is_positive(&self) -> bool {
        self.mantissa > 0
    }

    /// The value in minor units of 10^-`scale`: 1.5 at scale 8 is `150_000_000`.
    pub fn minor(&self, scale: u32) -> Result<i64, DecimalError> {
        let shift = scale.checked_sub(self.scale).ok_or(DecimalError::TooPrecise)?;
        let factor = 10_i128.checked_pow(shift).ok_or(DecimalError::OutOfRange)?;
        let minor = self.mantissa.checked_mul(factor).ok_or(DecimalError::OutOfRange)?;
        i64::try_from(minor).map_err(|_| DecimalError::OutOfRange)
    }

    /// The text to echo: as it was sent (clients.md 5: "1", "0.3", "25.17", not padded), exponents written out.
    pub fn echo(&self) -> Cow<'_, str> {
        if self.text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
            Cow::Owned(print(self.mantissa < 0, self.mantissa.unsigned_abs(), self.scale))
        } else {
            Cow::Borrowed(&self.text)
        }
    }

    /// The same decimal, owning its text.
    pub fn into_owned(self) -> WireDecimal<'static> {
        WireDecimal { text: Cow::Owned(self.text.into_owned()), mantissa: self.mantissa, scale: self.scale }
    }
}

/// Prints a bare JSON number, as the pages type amounts of requests.
impl Serialize for WireDecimal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.echo().into_owned()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// A decimal text taken apart by the grammar of JSON numbers.
struct Parts<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    exponent: Exponent,
}

enum Exponent {
    Within(i64),
    HugePositive,
    HugeNegative,
}

impl<'t> Parts<'t> {
    fn split(text: &'t str, exponent_allowed: bool) -> Result<Self, DecimalError> {
        let rest = text.as_bytes();
        let (negative, rest) = match rest.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, rest),
        };
        let (whole, rest) = take_digits(rest);
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with(b"0")) {
            return Err(DecimalError::Malformed);
        }
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => match take_digits(rest) {
                ([], _) => return Err(DecimalError::Malformed),
                taken => taken,
            },
            _ => (&[][..], rest),
        };
        let exponent = match rest.split_first() {
            None => Exponent::Within(0),
            Some((b'e' | b'E', rest)) if exponent_allowed => read_exponent(rest)?,
            Some(_) => return Err(DecimalError::Malformed),
        };
        if text.len() > DECIMAL_TEXT_MAX {
            let is_huge = whole.len() > DIGITS_MAX;
            return Err(if is_huge { DecimalError::OutOfRange } else { DecimalError::Malformed });
        }
        Ok(Self { negative, whole, fraction, exponent })
    }

    fn value(&self) -> Result<(i128, u32), DecimalError> {
        let mut digits: Vec<u8> = self.whole.iter().chain(self.fraction).copied().collect();
        let trailing = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        digits.truncate(digits.len() - trailing);
        if digits.is_empty() {
            return Ok((0, 0));
        }
        let exponent = match self.exponent {
            Exponent::Within(exponent) => exponent,
            Exponent::HugePositive => return Err(DecimalError::OutOfRange),
            Exponent::HugeNegative => return Err(DecimalError::TooPrecise),
        };
        // Both counts are bounded by DECIMAL_TEXT_MAX and the exponent by three digits: no overflow.
        let decimals = signed(self.fraction.len()) - signed(trailing) - exponent;
        if decimals > i64::from(SCALE_MAX) {
            return Err(DecimalError::TooPrecise);
        }
        let missing = usize::try_from(-decimals).unwrap_or(0);
        if digits.len() + missing > DIGITS_MAX + DECIMAL_TEXT_MAX {
            return Err(DecimalError::OutOfRange);
        }
        digits.resize(digits.len() + missing, b'0');
        let magnitude =
            digits.iter().try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(i128::from(digit - b'0')));
        let magnitude = magnitude.ok_or(DecimalError::OutOfRange)?;
        let mantissa = if self.negative { -magnitude } else { magnitude };
        Ok((mantissa, u32::try_from(decimals).unwrap_or(0)))
    }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).expect("counts are bounded by DECIMAL_TEXT_MAX")
}

fn take_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    bytes.split_at(end)
}

fn read_exponent(bytes: &[u8]) -> Result<Exponent, DecimalError> {
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    };
    let (digits, rest) = take_digits(digits);
    if digits.is_empty() || !rest.is_empty() {
        return Err(DecimalError::Malformed);
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let digits = &digits[zeros..];
    if digits.len() > EXPONENT_DIGITS_MAX {
        return Ok(if negative { Exponent::HugeNegative } else { Exponent::HugePositive });
    }
    let value = digits.iter().fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok(Exponent::Within(if negative { -value } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_their_text() {
        let rows: &[(&str, i128, u32, &str)] = &[
            ("0", 0, 0, "0"),
            ("-0", 0, 0, "-0"),
            ("0.00", 0, 0, "0.00"),
            ("0e999999999999", 0, 0, "0"),
            ("1", 1, 0, "1"),
            ("10", 10, 0, "10"),
            ("1.0", 1, 0, "1.0"),
            ("0.3", 3, 1, "0.3"),
            ("25.17", 2517, 2, "25.17"),
            ("1e-7", 1, 7, "0.0000001"),
            ("1.5E+3", 1500, 0, "1500"),
            ("100e-2", 1, 0, "1"),
            ("-2.50", -25, 1, "-2.50"),
            ("-25e-1", -25, 1, "-2.5"),
            ("0.000000010000", 1, 8, "0.000000010000"),
            ("99999999999999999999", 99_999_999_999_999_999_999, 0, "99999999999999999999"),
        ];
        for &(text, mantissa, scale, echo) in rows {
            let decimal = WireDecimal::from_json_number(text).expect(text);
            assert_eq!((decimal.mantissa(), decimal.scale()), (mantissa, scale), "{text}");
            assert_eq!(decimal.echo(), echo, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_reason() {
        use DecimalError::{Malformed, OutOfRange, TooPrecise};
        let long = format!("1.{}", "0".repeat(DECIMAL_TEXT_MAX));
        let huge = "1".repeat(100_000);
        let huge_word = format!("{huge}x");
        let wide = "9".repeat(40);
        let rows = [
            ("0.000000001", TooPrecise),
            ("1.123456789", TooPrecise),
            ("1e-9", TooPrecise),
            ("1e-999999999", TooPrecise),
            ("1e999999999", OutOfRange),
            ("1e400", OutOfRange),
            ("1e39", OutOfRange),
            (wide.as_str(), OutOfRange),
            (huge.as_str(), OutOfRange),
            (huge_word.as_str(), Malformed),
            (long.as_str(), Malformed),
        ];
        for (text, expected) in rows {
            assert_eq!(WireDecimal::from_json_number(text), Err(expected), "{text}");
        }
        for (text, expected) in [(wide.as_str(), OutOfRange), (huge.as_str(), OutOfRange), (long.as_str(), Malformed)] {
            assert_eq!(WireDecimal::from_text(text), Err(expected), "a string is judged like a number");
        }
        let texts = ["", "-", "+1", ".5", "5.", "01", "1e3", " 1", "1 ", "1,5", "0x1", "NaN", "1e", "--1", "\u{661}"];
        for text in texts {
            assert_eq!(WireDecimal::from_text(text), Err(Malformed), "{text:?}");
        }
    }

    #[test]
    fn minor_units_are_exact_or_refused() {
        let read = |text: &'static str| WireDecimal::from_text(text).expect(text);
        assert_eq!(read("25.17").minor(8), Ok(2_517_000_000));
        assert_eq!(read("25.170").minor(2), Ok(2517));
        assert_eq!(read("25.17").minor(1), Err(DecimalError::TooPrecise));
        assert_eq!(read("92233720368.54775807").minor(8), Ok(i64::MAX));
        assert_eq!(read("-92233720368.54775808").minor(8), Ok(i64::MIN));
        assert_eq!(read("92233720368.54775808").minor(8), Err(DecimalError::OutOfRange));
        assert_eq!(read("1").minor(60), Err(DecimalError::OutOfRange));
    }

    #[test]
    fn it_serialises_as_a_bare_number() {
        let decimal = WireDecimal::from_json_number("1e-7").unwrap();
        assert_eq!(serde_json::to_string(&decimal).unwrap(), "0.0000001");
        let decimal = WireDecimal::from_text("25.10").unwrap();
        assert_eq!(serde_json::to_string(&decimal).unwrap(), "25.10");
    }
}
