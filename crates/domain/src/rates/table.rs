//! The prices of one instant, all in US dollars.

use std::collections::BTreeMap;

use thiserror::Error;

use super::amount::FiatAmount;
use super::rate::{Rate, RateFault};
use super::rounding::Rounding;
use crate::currency::Currency;
use crate::money::{Amount, MoneyError};
use crate::reference::FiatCurrency;
use crate::time::Timestamp;

/// What can have a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priced {
    /// An asset that wallets hold.
    Asset(Currency),
    /// Money of a state.
    Fiat(FiatCurrency),
}

impl Priced {
    /// What has exactly this upper-case code; no code is both an asset's and a fiat currency's.
    pub fn from_code(code: &str) -> Option<Self> {
        Currency::from_code(code).map(Self::Asset).or_else(|| FiatCurrency::from_code(code).map(Self::Fiat))
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asset(currency) => currency.code(),
            Self::Fiat(currency) => currency.code(),
        }
    }
}

impl From<Currency> for Priced {
    fn from(currency: Currency) -> Self {
        Self::Asset(currency)
    }
}

impl From<FiatCurrency> for Priced {
    fn from(currency: FiatCurrency) -> Self {
        Self::Fiat(currency)
    }
}

/// Why there is no rate between two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoPrice {
    /// The table does not price this.
    #[error("there is no price of {}", .0.code())]
    Unknown(Priced),
    /// The two are too far apart for a rate.
    #[error("the rate of {} in {} {}", .0.code(), .1.code(), .2)]
    Extreme(Priced, Priced, RateFault),
}

/// Why an amount was not converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConversionError {
    /// There is no rate.
    #[error(transparent)]
    NoPrice(#[from] NoPrice),
    /// The result cannot be held.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Prices in US dollars and the instant they were taken. What is not in it has no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateTable {
    at: Timestamp,
    prices: BTreeMap<Priced, Rate>,
}

impl RateTable {
    /// A table of what one unit of each is worth in US dollars. A dollar is worth one, whatever is said about it.
    pub fn new(at: Timestamp, prices: impl IntoIterator<Item = (Priced, Rate)>) -> Self {
        let mut prices: BTreeMap<Priced, Rate> = prices.into_iter().collect();
        prices.insert(Priced::Fiat(FiatCurrency::USD), Rate::ONE);
        Self { at, prices }
    }

    /// The same table with some prices changed as of `at`.
    #[must_use]
    pub fn with(&self, at: Timestamp, changed: impl IntoIterator<Item = (Priced, Rate)>) -> Self {
        Self::new(at, self.prices.iter().map(|(priced, rate)| (*priced, *rate)).chain(changed))
    }

    /// When the prices were taken.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Everything that has a price, with what one unit is worth in US dollars.
    pub fn prices(&self) -> impl Iterator<Item = (Priced, Rate)> {
        self.prices.iter().map(|(priced, rate)| (*priced, *rate))
    }

    /// What one unit is worth in US dollars.
    pub fn price(&self, of: impl Into<Priced>) -> Result<Rate, NoPrice> {
        let of = of.into();
        self.prices.get(&of).copied().ok_or(NoPrice::Unknown(of))
    }

    /// What one unit of `base` is worth in `quote`; one where both are the same, if it has a price at all.
    pub fn rate(&self, base: impl Into<Priced>, quote: impl Into<Priced>) -> Result<Rate, NoPrice> {
        let (base, quote) = (base.into(), quote.into());
        let rate = Rate::cross(self.price(base)?, self.price(quote)?);
        rate.map_err(|fault| NoPrice::Extreme(base, quote, fault))
    }

    /// What `amount` is worth in `to`.
    pub fn convert(&self, amount: Amount, to: Currency, rounding: Rounding) -> Result<Amount, ConversionError> {
        Ok(self.rate(amount.currency(), to)?.multiply(amount, to, rounding)?)
    }

    /// What a fiat amount is worth in `to`.
    pub fn convert_fiat(
        &self,
        amount: FiatAmount,
        to: Currency,
        rounding: Rounding,
    ) -> Result<Amount, ConversionError> {
        Ok(self.rate(amount.currency(), to)?.multiply_fiat(amount, to, rounding)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RateTable {
        let price = |code: &str, price: &str| (Priced::from_code(code).expect(code), price.parse().expect(price));
        let prices =
            [("USDT", "1"), ("BTC", "60000"), ("BNB", "600"), ("SHIB", "0.00002"), ("EUR", "1.08"), ("JPY", "0.0064")];
        RateTable::new(Timestamp::from_ms(1), prices.map(|(code, text)| price(code, text)))
    }

    #[test]
    fn rates_cross_over_the_dollar() {
        let rows = [
            ("BTC", "USDT", "60000"),
            ("USDT", "BTC", "0.0000166666666666666667"),
            ("BNB", "BTC", "0.01"),
            ("EUR", "USDT", "1.08"),
            ("USD", "EUR", "0.925925925925925926"),
            ("SHIB", "BTC", "0.0000000003333333333333333"),
            ("JPY", "EUR", "0.00592592592592592593"),
            ("BTC", "BTC", "1"),
        ];
        for (base, quote, expected) in rows {
            let [base, quote] = [base, quote].map(|code| Priced::from_code(code).expect(code));
            let rate = table().rate(base, quote).map(|rate| rate.to_string());
            assert!(rate.as_ref().is_ok_and(|rate| rate.starts_with(expected)), "{base:?} in {quote:?}: {rate:?}");
        }
        let unknown = NoPrice::Unknown(Priced::from_code("ETH").expect("it is listed"));
        assert_eq!(table().rate(Currency::BTC, Currency::from_code("ETH").expect("it is listed")), Err(unknown));
        assert_eq!(unknown.to_string(), "there is no price of ETH");
    }

    #[test]
    fn amounts_are_converted_and_fiat_prices_priced() {
        let half = Amount::parse("0.5", Currency::BTC).expect("an amount");
        let worth = table().convert(half, Currency::USDT, Rounding::Down).map(|amount| amount.to_string());
        assert_eq!(worth, Ok("30000".to_owned()));
        let price =
            FiatAmount::parse("1000", FiatCurrency::from_code("JPY").expect("it is listed")).expect("an amount");
        let worth = table().convert_fiat(price, Currency::USDT, Rounding::Up).map(|amount| amount.to_string());
        assert_eq!(worth, Ok("6.4".to_owned()));
    }

    #[test]
    fn changes_leave_the_rest_and_the_dollar_alone() {
        let (dollar, bitcoin) = (Priced::Fiat(FiatCurrency::USD), Priced::Asset(Currency::BTC));
        let two = "2".parse().expect("a rate");
        let changed = table().with(Timestamp::from_ms(2), [(dollar, two), (bitcoin, two)]);
        assert_eq!((changed.price(dollar), changed.price(bitcoin)), (Ok(Rate::ONE), Ok(two)));
        assert_eq!((changed.at(), changed.price(Currency::BNB)), (Timestamp::from_ms(2), table().price(Currency::BNB)));
    }
}
