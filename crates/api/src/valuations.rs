//! What an asset is worth in US dollars and in bitcoin (`docs/decisions/0002-valuations-and-rates.md`).
//!
//! By the rates of now. What has no price, because there is no source, or it is silent for too long, or it does not know the
//! asset, is not guessed at: then only what is one by its nature is valued, a dollar at a dollar and a bitcoin at a
//! bitcoin, and all else at nothing.

use std::sync::Arc;

use countersign_domain::currency::SCALE_MAX;
use countersign_domain::rates::{Priced, RateTable, Rounding};
use countersign_domain::reference::FiatCurrency;
use countersign_domain::{Amount, Currency};
use countersign_service::Platform;
use countersign_wire::WireNumber;

/// The fiat currency of valuations.
pub(crate) const FIAT: &str = "USD";

/// Assets that are redeemed for a dollar.
const DOLLARS: [&str; 5] = ["USDT", "USDC", "BUSD", "FDUSD", "DAI"];
/// Assets that are bitcoin.
const BITCOINS: [&str; 1] = ["BTC"];

/// What to value by, for the whole of one answer.
pub(crate) struct Valuations(Option<Arc<RateTable>>);

impl Valuations {
    /// By the rates of now, if there are any.
    pub(crate) fn now(platform: &Platform) -> Self {
        Self(platform.rates_now().ok())
    }

    /// The amount in dollars.
    pub(crate) fn in_fiat(&self, amount: Amount) -> WireNumber {
        self.worth(amount, FiatCurrency::USD, &DOLLARS)
    }

    /// The amount in bitcoin.
    pub(crate) fn in_btc(&self, amount: Amount) -> WireNumber {
        self.worth(amount, Currency::BTC, &BITCOINS)
    }

    fn worth(&self, amount: Amount, unit: impl Into<Priced>, at_par: &[&str]) -> WireNumber {
        let (minor, scale) = (amount.minor(), amount.currency().scale());
        let rate = self.0.as_ref().and_then(|table| table.rate(amount.currency(), unit).ok());
        match rate.and_then(|rate| rate.multiplied((minor, scale), SCALE_MAX, Rounding::Down)) {
            Some(worth) => WireNumber::hundred_millionths(worth),
            None if at_par.contains(&amount.currency().code()) => WireNumber::padded(minor, scale),
            None => WireNumber::padded(0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::Timestamp;

    use super::*;

    fn worth(valuations: &Valuations, amount: &str, code: &str) -> (String, String) {
        let amount = Amount::parse(amount, Currency::from_code(code).expect(code)).expect("an amount");
        (valuations.in_fiat(amount).text().to_owned(), valuations.in_btc(amount).text().to_owned())
    }

    #[test]
    fn without_rates_only_what_is_a_dollar_or_a_bitcoin_is_valued() {
        let rows = [
            ("USDT", "1.50000000", "0.00000000"),
            ("BTC", "0.00000000", "1.50000000"),
            ("BNB", "0.00000000", "0.00000000"),
        ];
        for (code, fiat, btc) in rows {
            assert_eq!(worth(&Valuations(None), "1.5", code), (fiat.to_owned(), btc.to_owned()), "{code}");
        }
        assert!(DOLLARS.iter().chain(&BITCOINS).all(|code| Currency::from_code(code).is_some()));
    }

    #[test]
    fn with_rates_everything_that_has_a_price_is_valued_by_it() {
        let price = |(code, price): (&str, &str)| (Priced::from_code(code).expect(code), price.parse().expect(price));
        let prices = [("USDT", "0.9998"), ("BTC", "60000"), ("SHIB", "0.00002")].map(price);
        let valuations = Valuations(Some(Arc::new(RateTable::new(Timestamp::from_ms(0), prices))));
        let rows = [
            ("1.5", "USDT", "1.49970000", "0.00002499"),
            ("1.5", "BTC", "90000.00000000", "1.50000000"),
            ("50000", "SHIB", "1.00000000", "0.00001666"),
            // More dollars than fit 64 bits at eight decimals.
            ("92233720368", "BTC", "5534023222080000.00000000", "92233720368.00000000"),
            ("1.5", "DAI", "1.50000000", "0.00000000"),
            ("1.5", "BNB", "0.00000000", "0.00000000"),
        ];
        for (amount, code, fiat, btc) in rows {
            assert_eq!(worth(&valuations, amount, code), (fiat.to_owned(), btc.to_owned()), "{code}");
        }
    }
}
