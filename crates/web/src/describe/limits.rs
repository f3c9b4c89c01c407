//! What a merchant may set beside the scopes: the most per order, and the last day.

use countersign_domain::authorization::OrderLimits;
use countersign_domain::{Amount, Currency, Timestamp};

use super::day;
use super::wallet::{money, parse_amount};
use crate::forms::LimitsInput;
use crate::pages::LimitsForm;
use crate::view::{Choice, Moment, TextField};

/// Limits as read from a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) order: OrderLimits,
    pub(crate) ends_at: Option<Timestamp>,
}

/// What is wrong with the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LimitsFault {
    pub(crate) amount: Option<String>,
    pub(crate) ends_on: Option<String>,
}

fn order_limit(input: &LimitsInput) -> Result<OrderLimits, String> {
    let Some(text) = &input.amount else { return Ok(OrderLimits::none()) };
    let currency = Currency::from_code(&input.currency).ok_or("Choose a currency of the list.")?;
    let amount = parse_amount(text, currency)?;
    OrderLimits::new(vec![amount]).ok_or_else(|| "The limit must be above zero.".to_owned())
}

/// The end of the last day, in UTC: the authority holds through it.
fn end_of(day: &str, now: Timestamp) -> Result<Timestamp, String> {
    let end = day::day_end(day)?;
    if end > now { Ok(end) } else { Err("Choose today or a later day.".to_owned()) }
}

/// Reads the fields, or says what is wrong with each.
pub(crate) fn read_limits(input: &LimitsInput, now: Timestamp) -> Result<Limits, LimitsFault> {
    let order = order_limit(input);
    let ends_at = input.ends_on.as_deref().map(|day| end_of(day, now)).transpose();
    match (order, ends_at) {
        (Ok(order), Ok(ends_at)) => Ok(Limits { order, ends_at }),
        (order, ends_at) => Err(LimitsFault { amount: order.err(), ends_on: ends_at.err() }),
    }
}

/// The last day of an authority that ends at this instant.
fn last_day(ends_at: Timestamp) -> Timestamp {
    ends_at.plus_ms(-1)
}

fn field(value: String, error: Option<String>) -> TextField {
    TextField { value, error }
}

/// The fields as they start from what is in force.
pub(crate) fn limits_form(limits: Option<&Limits>, now: Timestamp) -> LimitsForm {
    let first = limits.and_then(|limits| limits.order.iter().next());
    let ends_at = limits.and_then(|limits| limits.ends_at);
    let input = LimitsInput {
        amount: first.map(|amount| amount.to_string()),
        currency: first.map_or(Currency::USDT, Amount::currency).code().to_owned(),
        ends_on: ends_at.map(|at| day::text(last_day(at))),
    };
    LimitsForm::typed(&input, &LimitsFault::default(), now)
}

impl LimitsForm {
    /// The fields as they were typed, with what is wrong about them.
    pub(crate) fn typed(input: &LimitsInput, fault: &LimitsFault, now: Timestamp) -> Self {
        let choice = |currency: Currency| Choice {
            value: currency.code().to_owned(),
            label: currency.code().to_owned(),
            selected: currency.code() == input.currency,
        };
        Self {
            order_amount: field(input.amount.clone().unwrap_or_default(), fault.amount.clone()),
            currencies: Currency::all().map(choice).collect(),
            ends_on: field(input.ends_on.clone().unwrap_or_default(), fault.ends_on.clone()),
            ends_on_min: day::text(now),
        }
    }
}

/// Limits in words, each a sentence without a full stop; empty for none.
pub(crate) fn limits_words(order: &OrderLimits, ends_at: Option<Timestamp>) -> Vec<String> {
    let mut words: Vec<String> = order
        .iter()
        .map(|limit| {
            let shown = money(limit);
            format!("At most {} {} per order", shown.amount, shown.currency)
        })
        .collect();
    if let Some(ends_at) = ends_at {
        let day = last_day(ends_at).ms();
        words.push(format!("Ends after {}", Moment::day(day, day).human));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_ms(1_795_262_400_000); // 2026-11-21T12:00:00Z

    fn input(amount: &str, ends_on: &str) -> LimitsInput {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        LimitsInput { amount: some(amount), currency: "USDT".to_owned(), ends_on: some(ends_on) }
    }

    #[test]
    fn limits_are_read_as_the_fields_show_them_again() {
        let limits = read_limits(&input("500", "2026-11-21"), NOON).expect("today is a last day");
        assert_eq!(limits.ends_at, Some(Timestamp::from_ms(1_795_305_600_000)), "midnight after it");
        let form = limits_form(Some(&limits), NOON);
        assert_eq!((form.order_amount.value.as_str(), form.ends_on.value.as_str()), ("500", "2026-11-21"));
        let words = limits_words(&limits.order, limits.ends_at);
        assert_eq!(words, ["At most 500 USDT per order", "Ends after 21 Nov 2026"]);
        assert_eq!(read_limits(&input("", ""), NOON), Ok(Limits { order: OrderLimits::none(), ends_at: None }));
    }

    #[test]
    fn what_is_wrong_is_said_beside_its_field() {
        for (amount, day) in [("12,5", "2026-11-20"), ("0", "21.11.2026"), ("-1", "2026-02-30"), ("1e9", "9999-12-31")]
        {
            let fault = read_limits(&input(amount, day), NOON).expect_err(amount);
            assert!(fault.amount.is_some() && fault.ends_on.is_some(), "{amount} {day}: {fault:?}");
        }
        let fault = read_limits(&input("0.000000001", ""), NOON).expect_err("too precise");
        assert_eq!(fault.amount.as_deref(), Some("USDT has at most 8 decimals."));
        assert_eq!(fault.ends_on, None);
    }
}
