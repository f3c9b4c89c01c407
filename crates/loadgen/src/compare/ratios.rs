//! What the comparisons gave, and what is expected of them.

use std::fmt;

use super::Comparison;
use crate::figures::{median, ratio};

impl Comparison {
    /// What is measured, and against what.
    const fn labels(self) -> (&'static str, &'static str) {
        match self {
            Self::Pay => ("pay an order", "create an order"),
            Self::OneMerchant => ("pay, all to one merchant", "pay, spread over 10,000 merchants"),
            Self::Query => ("v2/order/query", "bare handler"),
            Self::Postgres => ("create an order on PostgreSQL", "pgbench, same statements"),
            Self::Enqueue => ("payments with a webhook each", "their commits"),
            Self::Deliver => ("signed deliveries", "RSA-2048 signatures on one core"),
            Self::Drain => ("memory after a tenth of a backlog", "the most memory later"),
            Self::DeadReceiver => ("deliveries to nine receivers beside a dead one", "to nine alone"),
        }
    }

    /// In what both are counted.
    const fn unit(self) -> &'static str {
        match self {
            Self::Enqueue => "in all",
            Self::Drain => "MiB",
            _ => "per second",
        }
    }

    /// At least so much of the baseline's rate.
    const fn expected(self) -> f64 {
        match self {
            Self::Pay => 0.55,
            Self::OneMerchant => 0.85,
            Self::Query => 0.65,
            Self::Postgres | Self::Deliver => 0.5,
            Self::Enqueue => 1.0,
            Self::Drain | Self::DeadReceiver => 0.9,
        }
    }
}

/// One comparison over all rounds.
pub(crate) struct Ratio {
    comparison: Comparison,
    /// By round: what is measured, and the baseline of the same round.
    rounds: Vec<(f64, f64)>,
}

impl Ratio {
    /// The median over the rounds of how much of the baseline's rate was reached.
    fn median(&self) -> f64 {
        median(self.rounds.iter().map(|(rate, base)| ratio(*rate, *base)).collect()).expect("a comparison has a round")
    }

    /// Whether it is what the design expects.
    pub(crate) fn is_met(&self) -> bool {
        self.median() >= self.comparison.expected()
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, base) = self.comparison.labels();
        let rates = |of: fn(&(f64, f64)) -> f64| median(self.rounds.iter().map(of).collect()).unwrap_or_default();
        write!(
            formatter,
            "{} {what} {:.2} of {base} (at least {}): {:.0} against {:.0} {}",
            if self.is_met() { "PASS" } else { "FAIL" },
            self.median(),
            self.comparison.expected(),
            rates(|round| round.0),
            rates(|round| round.1),
            self.comparison.unit(),
        )
    }
}

/// Every comparison, in the order in which they were made.
#[derive(Default)]
pub(crate) struct Ratios(Vec<Ratio>);

impl Ratios {
    /// Adds a round: what was measured and its baseline.
    pub(super) fn add(&mut self, comparison: Comparison, rate: f64, base: f64) {
        match self.0.iter_mut().find(|ratio| ratio.comparison == comparison) {
            Some(ratio) => ratio.rounds.push((rate, base)),
            None => self.0.push(Ratio { comparison, rounds: vec![(rate, base)] }),
        }
    }

    /// Drops what came along without having been asked for.
    pub(super) fn keep(&mut self, asked: &[Comparison]) {
        self.0.retain(|ratio| asked.contains(&ratio.comparison));
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Ratio> {
        self.0.iter()
    }
}
