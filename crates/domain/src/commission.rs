//! What the platform takes of a payment: a part of it, within a minimum and a cap, per merchant and currency.
//!
//! Invariant: a commission is never more than the payment, and never less than nothing; a merchant whose currency has no
//! schedule pays the rate that stands with the merchant itself.

use thiserror::Error;

use crate::currency::Currency;
use crate::money::{Amount, PartsPerMillion};

/// Why a schedule cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// The two bounds are of different currencies, or one of them is below zero.
    #[error("minimum and cap are amounts of the schedule's currency, from zero on")]
    Bounds,
    /// Nothing lies between them.
    #[error("the cap {cap} is below the minimum {minimum}")]
    CapBelowMinimum {
        /// The least.
        minimum: Amount,
        /// The most.
        cap: Amount,
    },
}

/// The terms of one merchant in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommissionSchedule {
    rate: PartsPerMillion,
    minimum: Amount,
    cap: Option<Amount>,
}

impl CommissionSchedule {
    /// `rate` of each payment, at least `minimum` and at most `cap`.
    pub fn new(rate: PartsPerMillion, minimum: Amount, cap: Option<Amount>) -> Result<Self, ScheduleError> {
        let fits = |bound: Amount| bound.minor() >= 0 && bound.currency() == minimum.currency();
        if !fits(minimum) || !cap.is_none_or(fits) {
            return Err(ScheduleError::Bounds);
        }
        match cap {
            Some(cap) if cap.minor() < minimum.minor() => Err(ScheduleError::CapBelowMinimum { minimum, cap }),
            _ => Ok(Self { rate, minimum, cap }),
        }
    }

    /// `rate` of each payment in `currency` and nothing else.
    pub const fn flat(rate: PartsPerMillion, currency: Currency) -> Self {
        Self { rate, minimum: Amount::zero(currency), cap: None }
    }

    /// The currency.
    pub const fn currency(&self) -> Currency {
        self.minimum.currency()
    }

    /// The part.
    pub const fn rate(&self) -> PartsPerMillion {
        self.rate
    }

    /// The least.
    pub const fn minimum(&self) -> Amount {
        self.minimum
    }

    /// The most, where there is one.
    pub const fn cap(&self) -> Option<Amount> {
        self.cap
    }

    /// The commission on `payment`: the part, rounded down, within the bounds; all of a payment that is below the minimum.
    pub fn on(&self, payment: Amount) -> Amount {
        assert!(payment.currency() == self.currency(), "a schedule is for payments in its own currency");
        assert!(payment.minor() >= 0, "a payment is not below nothing");
        let part = payment.share_floor(self.rate).minor().max(self.minimum.minor());
        let most = self.cap.map_or(i64::MAX, Amount::minor).min(payment.minor());
        Amount::from_minor(part.min(most), self.currency())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    fn schedule(percent: &str, minimum: i64, cap: Option<i64>) -> Result<CommissionSchedule, ScheduleError> {
        let rate = PartsPerMillion::from_percent(percent).expect("a percentage");
        CommissionSchedule::new(rate, usdt(minimum), cap.map(usdt))
    }

    #[test]
    fn a_part_within_its_bounds() {
        let rows = [
            ("1", 0, None, 1_000, 10),
            ("1", 0, None, 99, 0),
            ("1", 25, None, 1_000, 25),
            ("1", 25, None, 10, 10),
            ("1", 25, Some(30), 1_000_000, 30),
            ("1", 25, Some(30), 2_800, 28),
            ("100", 0, None, 1_000, 1_000),
            ("0", 5, Some(5), 1_000, 5),
            ("2.5", 0, Some(0), 1_000, 0),
        ];
        for (percent, minimum, cap, payment, expected) in rows {
            let charged = schedule(percent, minimum, cap).expect("it can be").on(usdt(payment));
            assert_eq!(charged, usdt(expected), "{percent} % of {payment}, from {minimum} to {cap:?}");
        }
    }

    #[test]
    fn bounds_that_cannot_be() {
        assert_eq!(schedule("1", -1, None), Err(ScheduleError::Bounds));
        assert_eq!(schedule("1", 0, Some(-1)), Err(ScheduleError::Bounds));
        let below = ScheduleError::CapBelowMinimum { minimum: usdt(2), cap: usdt(1) };
        assert_eq!(schedule("1", 2, Some(1)), Err(below));
        assert_eq!(below.to_string(), "the cap 0.00000001 is below the minimum 0.00000002");
        let foreign = CommissionSchedule::new(PartsPerMillion::ZERO, usdt(0), Some(Amount::zero(Currency::BTC)));
        assert_eq!(foreign, Err(ScheduleError::Bounds));
    }

    proptest! {
        #[test]
        fn never_more_than_the_payment_nor_than_the_cap(
            millionths in 0..=1_000_000_i64, minimum in 0..=i64::MAX, above in 0..=i64::MAX, payment in 1..=i64::MAX,
        ) {
            let rate = PartsPerMillion::new(millionths).expect("in range");
            let cap = minimum.checked_add(above);
            let schedule = CommissionSchedule::new(rate, usdt(minimum), cap.map(usdt)).expect("it can be");
            let charged = schedule.on(usdt(payment)).minor();
            prop_assert!((0..=payment).contains(&charged));
            prop_assert!(cap.is_none_or(|cap| charged <= cap));
            prop_assert!(charged >= minimum.min(payment));
            let flat = CommissionSchedule::flat(rate, Currency::USDT).on(usdt(payment));
            prop_assert_eq!(flat, usdt(payment).share_floor(rate));
        }
    }
}
