//! How much a key may post.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::currency::Currency;
use crate::money::{Amount, MoneyError};

/// The most currencies for which one key may have limits.
pub const POSTING_LIMITS_MAX: usize = 20;

/// Why a text or a list is no [`PostingLimits`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LimitsError {
    /// Not `CURRENCY:PER_POSTING/PER_DAY`; holds the text.
    #[error("'{0}' is no limit; write CURRENCY:PER_POSTING/PER_DAY, such as USDT:1000/50000")]
    Malformed(String),
    /// A currency twice.
    #[error("{0} has more than one limit")]
    Repeated(Currency),
    /// A limit per posting that is not above zero, or above the one per day.
    #[error("the limits of {0} must be above zero, and the one per posting at most the one per day")]
    Unordered(Currency),
    /// Too many currencies.
    #[error("a key may have limits in at most {POSTING_LIMITS_MAX} currencies")]
    TooMany,
    /// Not an amount of the currency.
    #[error(transparent)]
    Amount(#[from] MoneyError),
}

/// What a posting was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum OverLimit {
    /// Its currency has no limit while another has one.
    #[error("the key has limits, and none for {0}")]
    Currency(Currency),
    /// More than one posting may move.
    #[error("over the key's limit of {0} per posting")]
    Posting(Amount),
    /// More than is left of the day.
    #[error("over the key's limit of {0} per day")]
    Day(Amount),
}

/// The limits of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostingLimit {
    per_posting: Amount,
    per_day: Amount,
}

impl PostingLimit {
    /// The most that one posting may move.
    pub const fn per_posting(self) -> Amount {
        self.per_posting
    }

    /// The most that all postings of a key may move on one UTC day of business time, deposits and withdrawals together.
    pub const fn per_day(self) -> Amount {
        self.per_day
    }
}

/// How much one key may move, per currency.
///
/// Empty means no limit. Where any limit is set, postings in other currencies are over it, as with
/// [`OrderLimits`](crate::authorization::OrderLimits).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostingLimits(Vec<PostingLimit>);

impl PostingLimits {
    /// No limit.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads `CURRENCY:PER_POSTING/PER_DAY` entries, at most one per currency.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, LimitsError> {
        let mut limits: Vec<PostingLimit> = Vec::new();
        for entry in entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty()) {
            let limit = parse_limit(entry)?;
            let currency = limit.per_day.currency();
            if limits.iter().any(|other| other.per_day.currency() == currency) {
                return Err(LimitsError::Repeated(currency));
            }
            if limits.len() == POSTING_LIMITS_MAX {
                return Err(LimitsError::TooMany);
            }
            limits.push(limit);
        }
        Ok(Self(limits))
    }

    /// Whether nothing is limited.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Each limit.
    pub fn iter(&self) -> impl Iterator<Item = PostingLimit> {
        self.0.iter().copied()
    }

    /// Judges a posting of `amount` when `posted` minor units of its currency were posted on that day before, and answers what
    /// the day comes to with it. Without any limit there is no day to count: `None`.
    pub fn judge(&self, amount: Amount, posted: i64) -> Result<Option<i64>, OverLimit> {
        if self.is_none() {
            return Ok(None);
        }
        let currency = amount.currency();
        let limit = self.0.iter().find(|limit| limit.per_day.currency() == currency);
        let limit = limit.ok_or(OverLimit::Currency(currency))?;
        if amount.minor() > limit.per_posting.minor() {
            return Err(OverLimit::Posting(limit.per_posting));
        }
        let day = posted.checked_add(amount.minor()).filter(|day| *day <= limit.per_day.minor());
        day.map(Some).ok_or(OverLimit::Day(limit.per_day))
    }

    /// The entries as they are stored and written.
    pub fn entries(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|limit| format!("{}:{}/{}", limit.per_day.currency(), limit.per_posting, limit.per_day))
    }

    /// The stored form: entries joined by commas, empty for no limit.
    pub fn to_stored(&self) -> String {
        self.entries().collect::<Vec<_>>().join(",")
    }

    /// Reads the stored form.
    pub fn from_stored(text: &str) -> Result<Self, LimitsError> {
        Self::parse(text.split(','))
    }
}

fn parse_limit(entry: &str) -> Result<PostingLimit, LimitsError> {
    let malformed = || LimitsError::Malformed(entry.chars().take(64).collect());
    let (code, amounts) = entry.split_once(':').ok_or_else(malformed)?;
    let (per_posting, per_day) = amounts.split_once('/').ok_or_else(malformed)?;
    let currency = Currency::from_code(code).ok_or_else(malformed)?;
    let limit =
        PostingLimit { per_posting: Amount::parse(per_posting, currency)?, per_day: Amount::parse(per_day, currency)? };
    let ordered = limit.per_posting.is_positive() && limit.per_posting.minor() <= limit.per_day.minor();
    if ordered { Ok(limit) } else { Err(LimitsError::Unordered(currency)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    #[test]
    fn limits_are_read_as_they_are_written() {
        let limits = PostingLimits::parse(["USDT:1000/50000", " BTC:0.5/0.5 ", ""]).expect("two limits");
        assert_eq!(limits.to_stored(), "USDT:1000/50000,BTC:0.5/0.5");
        assert_eq!(PostingLimits::from_stored(&limits.to_stored()), Ok(limits));
        assert!(PostingLimits::from_stored("").expect("none").is_none());
        for text in ["USDT", "USDT:1", "USD:1/2", "1/2", ":1/2"] {
            assert_eq!(PostingLimits::parse([text]), Err(LimitsError::Malformed(text.to_owned())), "{text}");
        }
        let refused = |entries: &[&str]| PostingLimits::parse(entries.iter().copied()).expect_err("refused");
        assert_eq!(refused(&["USDT:1/2", "USDT:1/3"]), LimitsError::Repeated(Currency::USDT));
        for text in ["USDT:0/1", "USDT:-1/1", "USDT:2/1"] {
            assert_eq!(refused(&[text]), LimitsError::Unordered(Currency::USDT), "{text}");
        }
        assert_eq!(refused(&["USDT:1e3/2"]), LimitsError::Amount(MoneyError::Malformed));
    }

    #[test]
    fn a_posting_is_judged_by_its_size_and_by_its_day() {
        let limits = PostingLimits::parse(["USDT:0.00000010/0.00000025"]).expect("a limit");
        let rows = [
            (10, 0, Ok(Some(10))),
            (11, 0, Err(OverLimit::Posting(usdt(10)))),
            (10, 15, Ok(Some(25))),
            (10, 16, Err(OverLimit::Day(usdt(25)))),
            (1, i64::MAX, Err(OverLimit::Day(usdt(25)))),
        ];
        for (amount, posted, expected) in rows {
            assert_eq!(limits.judge(usdt(amount), posted), expected, "{amount} after {posted}");
        }
        let other = Amount::from_minor(1, Currency::BTC);
        assert_eq!(limits.judge(other, 0), Err(OverLimit::Currency(Currency::BTC)));
        assert_eq!(PostingLimits::none().judge(usdt(i64::MAX), i64::MAX), Ok(None));
    }

    proptest! {
        #[test]
        fn a_day_never_passes_its_limit(
            per_day in 1..=i64::MAX,
            amounts in proptest::collection::vec(1..=i64::MAX, 1..50),
        ) {
            let limits = PostingLimits(vec![PostingLimit { per_posting: usdt(per_day), per_day: usdt(per_day) }]);
            let mut posted = 0;
            for amount in amounts {
                if let Ok(Some(day)) = limits.judge(usdt(amount), posted) {
                    prop_assert_eq!(day - posted, amount);
                    posted = day;
                }
                prop_assert!(posted <= per_day);
            }
        }
    }
}
