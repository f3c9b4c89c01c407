//! Amounts of fiat money, in which goods are priced but nothing is held.

use std::fmt;

use crate::currency::SCALE_MAX;
use crate::money::{NumberFault, decimal_text, parse_minor};
use crate::reference::FiatCurrency;

/// The decimals that a fiat price keeps: as many as the wire carries (`money.md` §1.4, `fiatAmount`), which may be more than
/// the currency's own.
pub const FIAT_SCALE: u32 = SCALE_MAX;

/// A price in fiat money. No wallet holds any: it is converted before anything moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiatAmount {
    units: i64,
    currency: FiatCurrency,
}

impl FiatAmount {
    /// From hundred-millionths of the currency: `1050000000` is 10.5.
    pub const fn from_units(units: i64, currency: FiatCurrency) -> Self {
        Self { units, currency }
    }

    /// Reads a plain decimal such as `12` or `10.50`.
    pub fn parse(text: &str, currency: FiatCurrency) -> Result<Self, NumberFault> {
        parse_minor(text, FIAT_SCALE).map(|units| Self { units, currency })
    }

    /// Hundred-millionths of the currency.
    pub const fn units(self) -> i64 {
        self.units
    }

    /// The currency.
    pub const fn currency(self) -> FiatCurrency {
        self.currency
    }
}

impl fmt::Display for FiatAmount {
    /// The number alone, without trailing zeros and without the currency: `10.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal_text(self.units, FIAT_SCALE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_keep_the_decimals_of_the_wire() {
        let rows = [
            ("10.50", Ok("10.5")),
            ("0.00000001", Ok("0.00000001")),
            ("1000", Ok("1000")),
            ("0.000000001", Err(NumberFault::TooPrecise)),
            ("92233720368.54775808", Err(NumberFault::OutOfRange)),
            ("ten", Err(NumberFault::Malformed)),
        ];
        for (text, expected) in rows {
            let read = FiatAmount::parse(text, FiatCurrency::EUR).map(|amount| amount.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{text}");
        }
    }
}
