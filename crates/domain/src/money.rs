//! Amounts as integers: minor units of one currency, never a float.
//!
//! Invariant: arithmetic is checked, and only amounts of one currency meet. A sum that leaves `i64` is an error that the
//! caller answers with "out of range"; it is never clipped.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::currency::Currency;

/// Why two amounts could not be combined, or a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Amounts of two currencies met.
    #[error("amounts of {0} and {1} cannot be combined")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit 64 bits of minor units.
    #[error("the amount is out of range")]
    OutOfRange,
    /// The text is not a plain decimal number.
    #[error("not a decimal number")]
    Malformed,
    /// More decimals than the currency has.
    #[error("{0} has at most {1} decimals")]
    TooPrecise(Currency, u32),
}

/// A signed amount in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    minor: i64,
    currency: Currency,
}

impl Amount {
    /// From minor units: `150000000` of a currency with eight decimals is 1.5.
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing of `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether anything is there at all, above zero.
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }

    /// Reads a plain decimal such as `12`, `-0.5` or `3.10000000`; no exponent, no sign but a leading minus.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let minor = parse_minor(text, currency.scale()).map_err(|fault| match fault {
            NumberFault::Malformed => MoneyError::Malformed,
            NumberFault::TooPrecise => MoneyError::TooPrecise(currency, currency.scale()),
            NumberFault::OutOfRange => MoneyError::OutOfRange,
        })?;
        Ok(Self { minor, currency })
    }

    /// The share of this amount that `parts_per_million` says, rounded down: commissions never exceed what was agreed.
    pub fn share_floor(self, parts_per_million: PartsPerMillion) -> Self {
        let share = i128::from(self.minor) * i128::from(parts_per_million.get()) / 1_000_000;
        let minor = i64::try_from(share).expect("a share of at most the whole fits");
        Self { minor, ..self }
    }

    /// This amount in the proportion of `part` to `whole`, rounded down. `part` is within `whole`, and both are of one
    /// currency; a part of the whole takes all of it.
    pub fn pro_rata_floor(self, part: Self, whole: Self) -> Self {
        assert!(part.currency == whole.currency, "a part is of its whole's currency");
        assert!((0..=whole.minor).contains(&part.minor) && whole.minor > 0, "a part is within its whole");
        let minor = i128::from(self.minor) * i128::from(part.minor) / i128::from(whole.minor);
        Self { minor: i64::try_from(minor).expect("at most this amount"), ..self }
    }
}

impl fmt::Display for Amount {
    /// The number alone, without trailing zeros and without the currency: `1.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal_text(self.minor, self.currency.scale()))
    }
}

/// What amounts of many accounts come to, which 64 bits need not hold. It is shown and compared, never booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    minor: i128,
    currency: Currency,
}

impl Total {
    /// From minor units.
    pub const fn from_minor(minor: i128, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The total in minor units.
    pub const fn minor(self) -> i128 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

impl fmt::Display for Total {
    /// As an [`Amount`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal_text(self.minor, self.currency.scale()))
    }
}

/// Why a text is no amount, whatever its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NumberFault {
    /// Not a plain decimal.
    #[error("not a decimal number")]
    Malformed,
    /// More decimals than there may be.
    #[error("too many decimals")]
    TooPrecise,
    /// It does not fit 64 bits of minor units.
    #[error("the amount is out of range")]
    OutOfRange,
}

/// Reads a plain decimal as minor units of 10^-`scale`.
pub(crate) fn parse_minor(text: &str, scale: u32) -> Result<i64, NumberFault> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fraction_missing = digits.contains('.') && fraction.is_empty();
    if whole.is_empty() || fraction_missing || !all_digits(whole) || !all_digits(fraction) {
        return Err(NumberFault::Malformed);
    }
    let scale = usize::try_from(scale).expect("a scale is at most 8");
    let significant = fraction.trim_end_matches('0');
    if significant.len() > scale {
        return Err(NumberFault::TooPrecise);
    }
    let minor = format!("{whole}{significant:0<scale$}").parse::<i64>().map_err(|_| NumberFault::OutOfRange)?;
    Ok(if negative { -minor } else { minor })
}

/// Minor units of 10^-`scale` as a plain decimal without trailing zeros.
pub(crate) fn decimal_text(minor: impl Into<i128>, scale: u32) -> String {
    let (minor, divisor) = (minor.into(), 10_u128.pow(scale));
    let magnitude = minor.unsigned_abs();
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, fraction) = (magnitude / divisor, magnitude % divisor);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let width = usize::try_from(scale).expect("a scale is at most 8");
    let digits = format!("{fraction:0width$}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// A rate between nothing and the whole, in millionths: 10,000 is one percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartsPerMillion(i64);

impl PartsPerMillion {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From millionths, 0 to 1,000,000.
    pub const fn new(millionths: i64) -> Option<Self> {
        if millionths >= 0 && millionths <= 1_000_000 { Some(Self(millionths)) } else { None }
    }

    /// Millionths.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// As a percentage without trailing zeros: `0.25`.
    pub fn to_percent(self) -> String {
        let (whole, fraction) = (self.0 / 10_000, self.0 % 10_000);
        if fraction == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{fraction:04}").trim_end_matches('0').to_owned()
        }
    }

    /// Reads a percentage with at most four decimals, 0 to 100: `0.25`.
    pub fn from_percent(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || fraction.len() > 4 || !digits(whole) || !digits(fraction) {
            return None;
        }
        Self::new(format!("{whole}{fraction:0<4}").parse().ok()?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_what_people_write() {
        let cases = [
            ("1", Ok(100_000_000)),
            ("1.5", Ok(150_000_000)),
            ("-0.00000001", Ok(-1)),
            ("3.580000000000", Ok(358_000_000)),
            ("92233720368.54775807", Ok(i64::MAX)),
            ("92233720368.54775808", Err(MoneyError::OutOfRange)),
            ("0.000000001", Err(MoneyError::TooPrecise(Currency::USDT, 8))),
            ("", Err(MoneyError::Malformed)),
            (".5", Err(MoneyError::Malformed)),
            ("5.", Err(MoneyError::Malformed)),
            ("1e3", Err(MoneyError::Malformed)),
            ("+1", Err(MoneyError::Malformed)),
            ("1,5", Err(MoneyError::Malformed)),
        ];
        for (text, expected) in cases {
            assert_eq!(Amount::parse(text, Currency::USDT).map(Amount::minor), expected, "{text:?}");
        }
    }

    #[test]
    fn percentages() {
        let cases = [
            ("1", Some(10_000)),
            ("0.25", Some(2_500)),
            ("100", Some(1_000_000)),
            ("100.0001", None),
            ("-1", None),
            ("1.23456", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let read = PartsPerMillion::from_percent(text);
            assert_eq!(read.map(PartsPerMillion::get), expected, "{text:?}");
            assert!(read.is_none_or(|rate| rate.to_percent() == text), "{text:?} is written as it is read");
        }
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(minor in (i64::MIN + 1)..=i64::MAX) {
            for currency in Currency::all() {
                let amount = Amount::from_minor(minor, currency);
                prop_assert_eq!(Amount::parse(&amount.to_string(), currency), Ok(amount));
            }
        }

        #[test]
        fn a_share_never_exceeds_the_whole(minor in 0..=i64::MAX, millionths in 0..=1_000_000_i64) {
            let rate = PartsPerMillion::new(millionths).expect("in range");
            let whole = Amount::from_minor(minor, Currency::USDT);
            let share = whole.share_floor(rate);
            prop_assert!(share.minor() >= 0 && share.minor() <= minor);
        }
    }
}
