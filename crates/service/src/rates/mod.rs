//! What things are worth: the prices last taken from the source that the configuration chose.
//!
//! Whoever feeds them puts whole tables here (`jobs` from an HTTP endpoint, the binary from a file, the sandbox from its own
//! table); use cases ask for the table of now. Invariant: prices older than the configured age are refused, and nothing is
//! made up in their place. Without a source there are no prices at all.

mod document;

use std::sync::{Arc, PoisonError, RwLock};

use countersign_domain::Timestamp;
use countersign_domain::rates::RateTable;
use thiserror::Error;

pub use document::{AHEAD_MS_MAX, Document, DocumentFault, PRICES_MAX, known_prices};

/// Why there are no prices to go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RateError {
    /// The configuration names no source; waiting does not help.
    #[error("there is no source of rates")]
    NoSource,
    /// The source has given nothing yet.
    #[error("no rates have come from their source yet")]
    Unavailable,
    /// What it gave last is older than the configuration allows.
    #[error("the rates are {} seconds old, which is too old", age_ms / 1_000)]
    Stale {
        /// How old, in milliseconds of wall time.
        age_ms: i64,
    },
}

/// How old prices may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lifetime {
    /// There is no source.
    Never,
    /// Prices that are true by definition, as in the sandbox.
    Unlimited,
    /// So many milliseconds.
    Ms(i64),
}

/// The prices of one process.
pub struct Rates {
    kept: RwLock<Option<Arc<RateTable>>>,
    lifetime: Lifetime,
}

impl Rates {
    /// No source: nothing has a price.
    pub fn none() -> Self {
        Self { kept: RwLock::default(), lifetime: Lifetime::Never }
    }

    /// Prices that hold until others are put in their place.
    pub fn fixed(table: RateTable) -> Self {
        Self { kept: RwLock::new(Some(Arc::new(table))), lifetime: Lifetime::Unlimited }
    }

    /// Prices that somebody feeds and that are good for `max_age_ms` after they were taken.
    pub fn fed(max_age_ms: i64) -> Self {
        Self { kept: RwLock::default(), lifetime: Lifetime::Ms(max_age_ms) }
    }

    /// Whether the prices are the sandbox's own, which may be set by hand.
    pub fn are_fixed(&self) -> bool {
        self.lifetime == Lifetime::Unlimited
    }

    /// Keeps a newer table. One from a source that was taken before the one at hand is dropped: behind a cache, answers
    /// overtake each other. Fixed prices are replaced whatever the clock does.
    pub fn put(&self, table: RateTable) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if self.are_fixed() || kept.as_ref().is_none_or(|kept| kept.at() <= table.at()) {
            *kept = Some(Arc::new(table));
        }
    }

    /// The prices as of `now`, wall time.
    pub fn table(&self, now: Timestamp) -> Result<Arc<RateTable>, RateError> {
        if self.lifetime == Lifetime::Never {
            return Err(RateError::NoSource);
        }
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).clone();
        let table = kept.ok_or(RateError::Unavailable)?;
        let age_ms = now.ms_since(table.at());
        match self.lifetime {
            Lifetime::Ms(max_age_ms) if age_ms > max_age_ms => Err(RateError::Stale { age_ms }),
            _ => Ok(table),
        }
    }

    /// When the prices at hand were taken, however old they are.
    pub fn taken_at(&self) -> Option<Timestamp> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|table| table.at())
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::Currency;
    use countersign_domain::rates::{Priced, Rate};

    use super::*;

    fn table(at_ms: i64, price: &str) -> RateTable {
        let price = price.parse().expect("a rate");
        RateTable::new(Timestamp::from_ms(at_ms), [(Priced::Asset(Currency::BTC), price)])
    }

    fn price(rates: &Rates, now_ms: i64) -> Result<String, RateError> {
        let table = rates.table(Timestamp::from_ms(now_ms))?;
        Ok(table.price(Currency::BTC).map(Rate::number).expect("it is priced").to_string())
    }

    #[test]
    fn prices_are_refused_once_they_are_too_old() {
        let rates = Rates::fed(1_000);
        assert_eq!(price(&rates, 5), Err(RateError::Unavailable));
        rates.put(table(5_000, "1"));
        assert_eq!(price(&rates, 6_000).as_deref(), Ok("1"));
        assert_eq!(price(&rates, 6_001), Err(RateError::Stale { age_ms: 1_001 }));
        rates.put(table(6_000, "2"));
        assert_eq!(price(&rates, 6_001).as_deref(), Ok("2"));
        rates.put(table(5_999, "3"));
        assert_eq!(price(&rates, 6_001).as_deref(), Ok("2"), "an older table does not replace a newer one");
        assert_eq!(rates.taken_at(), Some(Timestamp::from_ms(6_000)));
    }

    #[test]
    fn fixed_prices_do_not_age_and_without_a_source_there_are_none() {
        let rates = Rates::fixed(table(5, "1"));
        assert_eq!(price(&rates, i64::MAX).as_deref(), Ok("1"));
        rates.put(table(0, "2"));
        assert_eq!(price(&rates, 0).as_deref(), Ok("2"));
        let none = Rates::none();
        none.put(table(0, "1"));
        assert_eq!(price(&none, 0), Err(RateError::NoSource));
        assert!(rates.are_fixed() && !none.are_fixed() && !Rates::fed(1).are_fixed());
    }
}
