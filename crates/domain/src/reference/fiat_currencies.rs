//! Fiat currencies by their ISO 4217 alphabetic code, with the decimals of their smallest unit.

use std::fmt;

/// One fiat currency, by its index in the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiatCurrency(u8);

/// Code and minor digits, sorted by code: list one as published on 2026-01-01, without funds, metals, baskets and codes
/// for tests, in which nobody prices goods.
static TABLE: &[(&str, u32)] = &[
    ("AED", 2),
    ("AFN", 2),
    ("ALL", 2),
    ("AMD", 2),
    ("AOA", 2),
    ("ARS", 2),
    ("AUD", 2),
    ("AWG", 2),
    ("AZN", 2),
    ("BAM", 2),
    ("BBD", 2),
    ("BDT", 2),
    ("BHD", 3),
    ("BIF", 0),
    ("BMD", 2),
    ("BND", 2),
    ("BOB", 2),
    ("BRL", 2),
    ("BSD", 2),
    ("BTN", 2),
    ("BWP", 2),
    ("BYN", 2),
    ("BZD", 2),
    ("CAD", 2),
    ("CDF", 2),
    ("CHF", 2),
    ("CLP", 0),
    ("CNY", 2),
    ("COP", 2),
    ("CRC", 2),
    ("CUP", 2),
    ("CVE", 2),
    ("CZK", 2),
    ("DJF", 0),
    ("DKK", 2),
    ("DOP", 2),
    ("DZD", 2),
    ("EGP", 2),
    ("ERN", 2),
    ("ETB", 2),
    ("EUR", 2),
    ("FJD", 2),
    ("FKP", 2),
    ("GBP", 2),
    ("GEL", 2),
    ("GHS", 2),
    ("GIP", 2),
    ("GMD", 2),
    ("GNF", 0),
    ("GTQ", 2),
    ("GYD", 2),
    ("HKD", 2),
    ("HNL", 2),
    ("HTG", 2),
    ("HUF", 2),
    ("IDR", 2),
    ("ILS", 2),
    ("INR", 2),
    ("IQD", 3),
    ("IRR", 2),
    ("ISK", 0),
    ("JMD", 2),
    ("JOD", 3),
    ("JPY", 0),
    ("KES", 2),
    ("KGS", 2),
    ("KHR", 2),
    ("KMF", 0),
    ("KPW", 2),
    ("KRW", 0),
    ("KWD", 3),
    ("KYD", 2),
    ("KZT", 2),
    ("LAK", 2),
    ("LBP", 2),
    ("LKR", 2),
    ("LRD", 2),
    ("LSL", 2),
    ("LYD", 3),
    ("MAD", 2),
    ("MDL", 2),
    ("MGA", 2),
    ("MKD", 2),
    ("MMK", 2),
    ("MNT", 2),
    ("MOP", 2),
    ("MRU", 2),
    ("MUR", 2),
    ("MVR", 2),
    ("MWK", 2),
    ("MXN", 2),
    ("MYR", 2),
    ("MZN", 2),
    ("NAD", 2),
    ("NGN", 2),
    ("NIO", 2),
    ("NOK", 2),
    ("NPR", 2),
    ("NZD", 2),
    ("OMR", 3),
    ("PAB", 2),
    ("PEN", 2),
    ("PGK", 2),
    ("PHP", 2),
    ("PKR", 2),
    ("PLN", 2),
    ("PYG", 0),
    ("QAR", 2),
    ("RON", 2),
    ("RSD", 2),
    ("RUB", 2),
    ("RWF", 0),
    ("SAR", 2),
    ("SBD", 2),
    ("SCR", 2),
    ("SDG", 2),
    ("SEK", 2),
    ("SGD", 2),
    ("SHP", 2),
    ("SLE", 2),
    ("SOS", 2),
    ("SRD", 2),
    ("SSP", 2),
    ("STN", 2),
    ("SVC", 2),
    ("SYP", 2),
    ("SZL", 2),
    ("THB", 2),
    ("TJS", 2),
    ("TMT", 2),
    ("TND", 3),
    ("TOP", 2),
    ("TRY", 2),
    ("TTD", 2),
    ("TWD", 2),
    ("TZS", 2),
    ("UAH", 2),
    ("UGX", 0),
    ("USD", 2),
    ("UYU", 2),
    ("UZS", 2),
    ("VED", 2),
    ("VES", 2),
    ("VND", 0),
    ("VUV", 0),
    ("WST", 2),
    ("XAF", 0),
    ("XCD", 2),
    ("XCG", 2),
    ("XOF", 0),
    ("XPF", 0),
    ("YER", 2),
    ("ZAR", 2),
    ("ZMW", 2),
    ("ZWG", 2),
];

impl FiatCurrency {
    /// The US dollar, in which everything is priced.
    pub const USD: Self = Self(138);
    /// The euro.
    pub const EUR: Self = Self(40);

    /// The currency with exactly this upper-case code.
    pub fn from_code(code: &str) -> Option<Self> {
        let index = TABLE.binary_search_by_key(&code, |(code, _)| code).ok()?;
        u8::try_from(index).ok().map(Self)
    }

    /// Every currency, sorted by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).filter_map(|index| u8::try_from(index).ok().map(Self))
    }

    /// The alphabetic code, `EUR`.
    pub fn code(self) -> &'static str {
        TABLE[usize::from(self.0)].0
    }

    /// Decimals of the smallest unit that changes hands: 2 of the euro, 0 of the yen.
    pub fn minor_digits(self) -> u32 {
        TABLE[usize::from(self.0)].1
    }
}

impl fmt::Debug for FiatCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for FiatCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn the_table_is_sound() {
        assert!(TABLE.is_sorted_by(|(a, _), (b, _)| a < b), "look-ups rely on the order");
        for currency in FiatCurrency::all() {
            assert_eq!(FiatCurrency::from_code(currency.code()), Some(currency));
            assert_eq!(
                Currency::from_code(currency.code()),
                None,
                "{currency} would be two things in a table of rates"
            );
            assert!(currency.code().len() == 3 && currency.minor_digits() <= 4);
        }
        assert_eq!((FiatCurrency::USD.code(), FiatCurrency::EUR.code()), ("USD", "EUR"));
    }

    #[test]
    fn minor_digits_are_those_of_the_list() {
        let rows = [("EUR", 2), ("HKD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("TND", 3), ("CLP", 0)];
        for (code, digits) in rows {
            assert_eq!(FiatCurrency::from_code(code).map(FiatCurrency::minor_digits), Some(digits), "{code}");
        }
        for none in ["eur", "", "EURO", "HRK", "BGN", "XXX", "XAU", "USDT"] {
            assert_eq!(FiatCurrency::from_code(none), None, "{none:?}");
        }
    }
}
