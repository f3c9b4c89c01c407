//! Prices as a source writes them, in a file or behind a URL.
//!
//! ```json
//! {"base": "USD", "at": 1768478400000, "prices": {"BTC": "60000.00", "BNB": "600", "EUR": "1.08"}}
//! ```
//!
//! Prices are texts, so that no reader on the way makes a float of them. A document is believed as a whole or not at all:
//! who writes nonsense into one line is not trusted with the next.

use std::collections::BTreeMap;

use countersign_domain::Timestamp;
use countersign_domain::rates::{Priced, Rate, RateFault, RateTable};
use countersign_domain::reference::FiatCurrency;
use serde::Deserialize;
use thiserror::Error;

/// The most prices of one document; assets and fiat currencies that anybody trades in are fewer.
pub const PRICES_MAX: usize = 2_000;
/// How far a source's clock may be ahead of ours, in milliseconds. Prices of tomorrow would never be too old.
pub const AHEAD_MS_MAX: i64 = 60_000;

/// The fields of a document; others may stand beside them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Document {
    /// In what the prices are: `USD`.
    pub base: String,
    /// When they were taken, in Unix milliseconds.
    pub at: i64,
    /// What one unit of each is worth. Codes that are not known here are passed over.
    pub prices: BTreeMap<String, String>,
}

/// Why a document is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentFault {
    /// Prices are in US dollars here.
    #[error("'base' must be USD")]
    Base,
    /// It is from the future.
    #[error("'at' is {ahead_ms} ms ahead of the clock of this machine")]
    Ahead {
        /// How far.
        ahead_ms: i64,
    },
    /// More than [`PRICES_MAX`].
    #[error("there are more than {PRICES_MAX} prices")]
    TooMany,
    /// Nothing in it has a name that is known here.
    #[error("it prices nothing that is known here")]
    Nothing,
    /// A price is no price.
    #[error("the price of {code} {fault}")]
    Price {
        /// Of what.
        code: &'static str,
        /// What is wrong with it.
        fault: RateFault,
    },
    /// A dollar is priced other than at a dollar.
    #[error("the price of USD in USD must be 1")]
    Dollar,
}

impl Document {
    /// The table that the document says, read at `now`, wall time.
    pub fn table(&self, now: Timestamp) -> Result<RateTable, DocumentFault> {
        if self.base != FiatCurrency::USD.code() {
            return Err(DocumentFault::Base);
        }
        let at = Timestamp::from_ms(self.at);
        let ahead_ms = at.ms_since(now);
        if ahead_ms > AHEAD_MS_MAX {
            return Err(DocumentFault::Ahead { ahead_ms });
        }
        let prices = known_prices(&self.prices)?;
        if prices.is_empty() {
            return Err(DocumentFault::Nothing);
        }
        Ok(RateTable::new(at, prices))
    }
}

/// The prices among these whose codes are known here.
pub fn known_prices(prices: &BTreeMap<String, String>) -> Result<Vec<(Priced, Rate)>, DocumentFault> {
    if prices.len() > PRICES_MAX {
        return Err(DocumentFault::TooMany);
    }
    let known = prices.iter().filter_map(|(code, text)| Some((Priced::from_code(code)?, text)));
    known
        .map(|(priced, text)| {
            let rate: Rate = text.parse().map_err(|fault| DocumentFault::Price { code: priced.code(), fault })?;
            if priced == Priced::Fiat(FiatCurrency::USD) && rate != Rate::ONE {
                return Err(DocumentFault::Dollar);
            }
            Ok((priced, rate))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use countersign_domain::Currency;

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_768_478_400_000);

    fn read(json: &str) -> Result<RateTable, DocumentFault> {
        serde_json::from_str::<Document>(json).expect(json).table(NOW)
    }

    #[test]
    fn a_document_becomes_a_table() {
        let table = read(
            r#"{"base":"USD","at":1768478399000,"prices":{"BTC":"60000.00","EUR":"1.08","AVAX":"?","USD":"1.0"},"by":"x"}"#,
        );
        let table = table.expect("it is sound");
        assert_eq!(table.at(), NOW.plus_ms(-1_000));
        let prices: Vec<String> = table.prices().map(|(priced, rate)| format!("{} {rate}", priced.code())).collect();
        assert_eq!(prices, ["BTC 60000", "EUR 1.08", "USD 1"]);
        assert_eq!(
            table.price(Currency::USDT).map_err(|error| error.to_string()),
            Err("there is no price of USDT".into())
        );
    }

    #[test]
    fn nonsense_is_not_believed() {
        let rows = [
            (r#"{"base":"EUR","at":0,"prices":{"BTC":"1"}}"#, "'base' must be USD"),
            (
                r#"{"base":"USD","at":1768478460001,"prices":{"BTC":"1"}}"#,
                "'at' is 60001 ms ahead of the clock of this machine",
            ),
            (
                r#"{"base":"USD","at":9223372036854775807,"prices":{"BTC":"1"}}"#,
                "'at' is 9223370268376375807 ms ahead of the clock of this machine",
            ),
            (r#"{"base":"USD","at":0,"prices":{"AVAX":"1"}}"#, "it prices nothing that is known here"),
            (
                r#"{"base":"USD","at":0,"prices":{"BTC":"60000","BNB":"0"}}"#,
                "the price of BNB is not from 10^-15 to 10^15",
            ),
            (r#"{"base":"USD","at":0,"prices":{"BTC":"6e4"}}"#, "the price of BTC is no decimal number"),
            (r#"{"base":"USD","at":0,"prices":{"USD":"1.1"}}"#, "the price of USD in USD must be 1"),
        ];
        for (json, fault) in rows {
            assert_eq!(read(json).map_err(|fault| fault.to_string()), Err(fault.to_owned()), "{json}");
        }
        let many = (0..=PRICES_MAX).map(|number| (number.to_string(), "1".to_owned())).collect();
        let many = Document { base: "USD".to_owned(), at: 0, prices: many };
        assert_eq!(many.table(NOW), Err(DocumentFault::TooMany));
        assert!(serde_json::from_str::<Document>(r#"{"base":"USD","at":0,"prices":{"BTC":60000.5}}"#).is_err());
    }
}
