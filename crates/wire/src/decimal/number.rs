//! A JSON number whose digits are exactly ours: `3.58000000` keeps its zeros, a commission of nothing is a bare `0`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::format::{SCALE_MAX, padded, plain, print};
use super::parse::{DecimalError, WireDecimal};
use super::price::price;

/// A number that keeps its text, in answers and webhooks.
///
/// Reading is tolerant for clients: a number or a string of one. It works only directly under a struct or list: serde's
/// `flatten` and untagged enums buffer numbers and lose their text.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct WireNumber(Box<RawValue>);

impl WireNumber {
    /// Minor units with eight decimals: `3.58000000`.
    pub fn padded(minor: i64, scale: u32) -> Self {
        Self::of(padded(minor, scale))
    }

    /// Hundred-millionths with eight decimals, more than any amount has: what a wallet is worth in a cheap currency.
    pub fn hundred_millionths(value: i128) -> Self {
        Self::of(print(value < 0, value.unsigned_abs(), SCALE_MAX))
    }

    /// Minor units without trailing zeros: `3.58`, and `1` for a rate of one (clients.md W3).
    pub fn plain(minor: i64, scale: u32) -> Self {
        Self::of(plain(minor, scale))
    }

    /// A commission: eight decimals, but a bare `0` when there is none (clients.md W1, W2).
    pub fn commission(minor: i64, scale: u32) -> Self {
        if minor == 0 { Self::of("0".to_owned()) } else { Self::padded(minor, scale) }
    }

    /// What one unit of a currency is worth in another, from a plain decimal: a bare `1` for the same one, else eight
    /// decimals, and more where a small price would keep fewer than eight digits (clients.md W1, W3).
    pub fn price(text: &str) -> Result<Self, DecimalError> {
        price(text).map(Self::of)
    }

    fn of(digits: String) -> Self {
        Self(RawValue::from_string(digits).expect("printed digits are a JSON number"))
    }

    /// The number as it stands on the wire.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The number's value.
    pub fn decimal(&self) -> Result<WireDecimal<'_>, DecimalError> {
        WireDecimal::from_json_number(self.text())
    }
}

/// Two numbers are equal when their texts are: this type is about the text.
impl PartialEq for WireNumber {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for WireNumber {}

impl<'de> Deserialize<'de> for WireNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        if text.starts_with('"') {
            let digits: String = serde_json::from_str(text).map_err(D::Error::custom)?;
            let decimal = WireDecimal::from_json_number(digits).map_err(D::Error::custom)?;
            return Ok(Self::of(decimal.echo().into_owned()));
        }
        if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Ok(Self(raw));
        }
        Err(D::Error::custom("expected a number or a string of one"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        let json = |number: &WireNumber| serde_json::to_string(number).unwrap();
        assert_eq!(json(&WireNumber::padded(358_000_000, 8)), "3.58000000");
        assert_eq!(json(&WireNumber::padded(1, 8)), "0.00000001");
        assert_eq!(json(&WireNumber::hundred_millionths(10_i128.pow(24))), "10000000000000000.00000000");
        assert_eq!(json(&WireNumber::plain(100_000_000, 8)), "1");
        assert_eq!(json(&WireNumber::commission(0, 8)), "0");
        assert_eq!(json(&WireNumber::commission(5, 2)), "0.05000000");
    }

    #[test]
    fn numbers_are_read_as_recorded() {
        for text in ["990000.00000000", "0E-8", "1.0E-7", "2E+1", "-1", "0"] {
            let number: WireNumber = serde_json::from_str(text).unwrap();
            assert_eq!(number.text(), text);
            number.decimal().expect(text);
        }
        let quoted: WireNumber = serde_json::from_str(r#""1.50000000""#).unwrap();
        assert_eq!(quoted.text(), "1.50000000");
        for text in ["true", "null", "[]", r#""x""#, r#""""#] {
            assert!(serde_json::from_str::<WireNumber>(text).is_err(), "{text}");
        }
    }
}
