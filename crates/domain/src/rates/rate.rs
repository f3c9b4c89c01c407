//! A price: how many units of one thing for one unit of another.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::amount::FiatAmount;
use super::rounding::{Rounding, quotient};
use crate::currency::Currency;
use crate::money::{Amount, MoneyError};

/// The significant digits that a rate keeps: with them an amount's minor units times a rate fit an `i128`.
pub const RATE_DIGITS_MAX: u32 = 18;
/// The dearest: 10^15 for one.
const LARGEST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
/// The cheapest: 10^-15 for one.
const SMALLEST: Decimal = Decimal::from_parts(1, 0, 0, false, 15);

/// Why a number is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RateFault {
    /// Not a plain decimal.
    #[error("is no decimal number")]
    Malformed,
    /// Nothing costs nothing or less, and nothing costs more than 10^15 or less than 10^-15 of another.
    #[error("is not from 10^-15 to 10^15")]
    OutOfRange,
}

/// The price of one unit of a base in a quote currency; which two they are is known where it is used.
///
/// It is above zero, from 10^-15 to 10^15, and has at most [`RATE_DIGITS_MAX`] significant digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

impl Rate {
    /// One for one.
    pub const ONE: Self = Self(Decimal::ONE);

    /// From a number; digits beyond [`RATE_DIGITS_MAX`] are rounded, a half to the even digit.
    pub fn new(number: Decimal) -> Result<Self, RateFault> {
        if !(SMALLEST..=LARGEST).contains(&number) {
            return Err(RateFault::OutOfRange);
        }
        let kept = number.round_sf_with_strategy(RATE_DIGITS_MAX, RoundingStrategy::MidpointNearestEven);
        Ok(Self(kept.ok_or(RateFault::OutOfRange)?.normalize()))
    }

    /// The number.
    pub const fn number(self) -> Decimal {
        self.0
    }

    /// The price of a base in a quote where both are priced in a third thing: `base` / `quote`.
    pub fn cross(base: Self, quote: Self) -> Result<Self, RateFault> {
        Self::new(base.0.checked_div(quote.0).ok_or(RateFault::OutOfRange)?)
    }

    /// The price of the quote in the base: 0.0125 for 80. Rounded as any rate is, so turning twice need not lead back.
    pub fn inverse(self) -> Result<Self, RateFault> {
        Self::cross(Self::ONE, self)
    }

    /// What `amount` is worth in `to`, of which this is the price of one unit of the amount's currency.
    pub fn multiply(self, amount: Amount, to: Currency, rounding: Rounding) -> Result<Amount, MoneyError> {
        amount_of(self.multiplied((amount.minor(), amount.currency().scale()), to.scale(), rounding), to)
    }

    /// How much of `to` is worth `amount`, where this is the price of one unit of `to` in the amount's currency.
    pub fn divide(self, amount: Amount, to: Currency, rounding: Rounding) -> Result<Amount, MoneyError> {
        let shift = shift(amount.currency().scale(), to.scale()) + places(self.0.scale());
        let magnitude = quotient(amount.minor().unsigned_abs().into(), self.0.mantissa(), shift, rounding);
        amount_of(magnitude.map(|magnitude| signed(magnitude, amount.minor())), to)
    }

    /// What a fiat amount is worth in `to`, of which this is the price of one unit of the fiat currency.
    pub fn multiply_fiat(self, amount: FiatAmount, to: Currency, rounding: Rounding) -> Result<Amount, MoneyError> {
        amount_of(self.multiplied((amount.units(), super::FIAT_SCALE), to.scale(), rounding), to)
    }

    /// Minor units with their scale times this rate, at another scale; `None` beyond an `i128`.
    pub fn multiplied(self, (minor, scale): (i64, u32), to_scale: u32, rounding: Rounding) -> Option<i128> {
        // At most 2^63 × 10^18, which an i128 holds.
        let product = i128::from(minor.unsigned_abs()) * self.0.mantissa();
        let magnitude = quotient(product, 1, shift(scale, to_scale) - places(self.0.scale()), rounding)?;
        Some(signed(magnitude, minor))
    }
}

fn places(scale: u32) -> i32 {
    i32::try_from(scale).expect("a decimal has at most 28 places")
}

fn shift(from_scale: u32, to_scale: u32) -> i32 {
    places(to_scale) - places(from_scale)
}

const fn signed(magnitude: i128, like: i64) -> i128 {
    if like < 0 { -magnitude } else { magnitude }
}

fn amount_of(minor: Option<i128>, currency: Currency) -> Result<Amount, MoneyError> {
    let minor = minor.and_then(|minor| i64::try_from(minor).ok()).ok_or(MoneyError::OutOfRange)?;
    Ok(Amount::from_minor(minor, currency))
}

impl FromStr for Rate {
    type Err = RateFault;

    /// Reads a plain decimal such as `60000` or `0.00001`: no exponent, no sign, no other writing of digits.
    fn from_str(text: &str) -> Result<Self, RateFault> {
        let plain = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        let digits_around = text.bytes().next().zip(text.bytes().last()).is_some_and(|(a, b)| a != b'.' && b != b'.');
        let points = text.bytes().filter(|byte| *byte == b'.').count();
        if !digits_around || points > 1 || !text.bytes().all(plain) {
            return Err(RateFault::Malformed);
        }
        // What else can be wrong with digits is that there are too many.
        Self::new(Decimal::from_str(text).map_err(|_| RateFault::OutOfRange)?)
    }
}

impl fmt::Display for Rate {
    /// The number without trailing zeros: `92.52211938`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|fault| serde::de::Error::custom(format!("the rate {text} {fault}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().expect(text)
    }

    fn amount(text: &str, currency: Currency) -> Amount {
        Amount::parse(text, currency).expect(text)
    }

    #[test]
    fn numbers_that_are_rates() {
        let rows = [
            ("1", Ok("1")),
            ("60000.00", Ok("60000")),
            ("0.000000000000001", Ok("0.000000000000001")),
            ("1000000000000000", Ok("1000000000000000")),
            ("1000000000000000.1", Err(RateFault::OutOfRange)),
            ("0.0000000000000009", Err(RateFault::OutOfRange)),
            ("0", Err(RateFault::OutOfRange)),
            ("1.23456789012345678901", Ok("1.23456789012345679")),
            ("99999999999999999999999999999999", Err(RateFault::OutOfRange)),
            ("-1", Err(RateFault::Malformed)),
            ("+1", Err(RateFault::Malformed)),
            ("1e3", Err(RateFault::Malformed)),
            ("1_000", Err(RateFault::Malformed)),
            ("1.2.3", Err(RateFault::Malformed)),
            (".5", Err(RateFault::Malformed)),
            ("5.", Err(RateFault::Malformed)),
            ("", Err(RateFault::Malformed)),
        ];
        for (text, expected) in rows {
            let read = text.parse::<Rate>().map(|rate| rate.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{text:?}");
        }
        let json = serde_json::to_string(&rate("92.52211938")).expect("a text");
        assert_eq!(
            (json.as_str(), serde_json::from_str::<Rate>(&json).ok()),
            ("\"92.52211938\"", Some(rate("92.52211938")))
        );
        assert!(serde_json::from_str::<Rate>("\"0\"").is_err());
    }

    #[test]
    fn a_recorded_payment_is_computed_as_it_was() {
        // clients.md W1: 3.58 USDT were paid with 0.03869345 LTC at 92.52211938.
        let (price, ltc) = (rate("92.52211938"), Currency::from_code("LTC").expect("it is listed"));
        let given = price.divide(amount("3.58", Currency::USDT), ltc, Rounding::HalfEven).expect("in range");
        assert_eq!(given.to_string(), "0.03869345");
        let worth = price.multiply(given, Currency::USDT, Rounding::HalfEven).expect("in range");
        assert_eq!(worth.to_string(), "3.58");
    }

    #[test]
    fn scales_and_signs_are_kept() {
        let xrp = Currency::from_code("XRP").expect("it is listed");
        let rows = [
            ("1", xrp, "0.5", Currency::USDT, "0.5"),
            ("-1", xrp, "0.5", Currency::USDT, "-0.5"),
            ("0.00000003", Currency::USDT, "1", xrp, "0"),
            ("92233720368", Currency::USDT, "0.000000000000001", Currency::USDT, "0.00009223"),
        ];
        for (from, currency, price, to, expected) in rows {
            let got = rate(price).multiply(amount(from, currency), to, Rounding::Down).map(|amount| amount.to_string());
            assert_eq!(got, Ok(expected.to_owned()), "{from} {currency} at {price}");
        }
        let fiat = FiatAmount::from_units(1_050_000_000, crate::reference::FiatCurrency::EUR);
        let worth = rate("1.08").multiply_fiat(fiat, Currency::USDT, Rounding::Up).expect("in range");
        assert_eq!(worth.to_string(), "11.34");
        let all = amount("92233720368", Currency::USDT);
        assert_eq!(rate("2").multiply(all, Currency::USDT, Rounding::Down), Err(MoneyError::OutOfRange));
        assert_eq!(rate("0.5").divide(all, Currency::USDT, Rounding::Down), Err(MoneyError::OutOfRange));
    }

    /// Rates over their whole range, evenly by magnitude.
    fn rates() -> impl Strategy<Value = Rate> {
        let number = (1..=1_000_000_000_000_000_000_i64, 3..=28_u32);
        number.prop_filter_map("within the range", |(mantissa, scale)| {
            Rate::new(Decimal::from_i128_with_scale(mantissa.into(), scale)).ok()
        })
    }

    fn currencies() -> impl Strategy<Value = Currency> {
        proptest::sample::select(Currency::all().collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn directions_enclose_the_exact_worth(price in rates(), minor in 0..=i64::MAX, from in currencies(), to in currencies()) {
            let amount = Amount::from_minor(minor, from);
            let all = [Rounding::Up, Rounding::Down, Rounding::HalfEven];
            let ways: [&dyn Fn(Rounding) -> Result<Amount, MoneyError>; 2] =
                [&|rounding| price.multiply(amount, to, rounding), &|rounding| price.divide(amount, to, rounding)];
            for way in ways {
                if let [Ok(up), Ok(down), Ok(even)] = all.map(way) {
                    prop_assert!((0..=1).contains(&(up.minor() - down.minor())), "never off by a whole unit");
                    prop_assert!((down.minor()..=up.minor()).contains(&even.minor()));
                }
            }
        }

        #[test]
        fn what_a_payer_gives_is_worth_the_price(price in rates(), minor in 0..=i64::MAX, order in currencies(), paid in currencies()) {
            let asked = Amount::from_minor(minor, order);
            let Ok(given) = price.divide(asked, paid, Rounding::Up) else { return Ok(()) };
            let Ok(worth) = price.multiply(given, order, Rounding::Down) else { return Ok(()) };
            prop_assert!(worth.minor() >= minor, "{given} {paid} for {asked} {order}");
            if given.is_positive() {
                let less = given.minus(Amount::from_minor(1, paid)).expect("above zero");
                let worth = price.multiply(less, order, Rounding::Up).expect("less than before");
                prop_assert!(worth.minor() <= minor, "and one unit less would not be more than asked for");
            }
        }

        #[test]
        fn there_and_back_loses_at_most_what_rounding_takes(price in rates(), minor in 0..=i64::MAX, from in currencies(), to in currencies()) {
            let amount = Amount::from_minor(minor, from);
            let Ok(there) = price.multiply(amount, to, Rounding::Down) else { return Ok(()) };
            let back = price.divide(there, from, Rounding::Up).expect("not more than what was there");
            prop_assert!(back.minor() <= minor, "nothing is made");
            let above = there.plus(Amount::from_minor(1, to)).ok().and_then(|above| price.divide(above, from, Rounding::Down).ok());
            if let Some(above) = above {
                prop_assert!(above.minor() >= minor, "what is lost is worth less than one unit of the other currency");
            }
        }

        #[test]
        fn crossing_is_dividing(base in rates(), quote in rates()) {
            let Ok(crossed) = Rate::cross(base, quote) else { return Ok(()) };
            let product = crossed.number().checked_mul(quote.number());
            if let Some(product) = product {
                let off = (product - base.number()).abs();
                // The scale of a decimal ends at 28 places, so the smallest rates keep fewer digits.
                let allowed = base.number() * Decimal::from_i128_with_scale(1, 12);
                prop_assert!(off <= allowed, "{base} / {quote} = {crossed}");
            }
        }
    }
}
