//! The few sums with fractions that a table of figures needs.
#![expect(clippy::float_arithmetic, reason = "rates and ratios for people; no money is near")]

use std::time::Duration;

use crate::machine::Ticks;

/// Events per second.
pub(crate) fn rate(events: u64, time: Duration) -> f64 {
    float(events) / time.as_secs_f64()
}

/// A count, to be set against another.
pub(crate) fn count(things: u64) -> f64 {
    float(things)
}

/// Bytes as mebibytes.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    float(bytes) / 1024.0 / 1024.0
}

/// Microseconds per event.
pub(crate) fn microseconds_each(time: Duration, events: u64) -> f64 {
    time.as_secs_f64() * 1e6 / float(events)
}

/// How many of `things` come to each of `others`.
pub(crate) fn each(things: u64, others: u64) -> f64 {
    float(things) / float(others)
}

/// How many times `base` goes into `value`.
pub(crate) fn ratio(value: f64, base: f64) -> f64 {
    value / base
}

/// By how many per cent something with this ratio is dearer.
pub(crate) fn dearer_percent(ratio: f64) -> f64 {
    (ratio - 1.0) * 100.0
}

/// How many per cent of the processor time between two looks other programs took.
pub(crate) fn neighbours_percent(before: Ticks, after: Ticks) -> f64 {
    let (all, own) = (after.all - before.all, after.own - before.own);
    float(all.saturating_sub(own)) / float(all.max(1)) * 100.0
}

/// The middle value, or the mean of the two in the middle; `None` of none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(values[values.len() / 2 - 1], upper))
}

/// Counts here stay far below 2^32 per cell; a larger one would only be shown too small.
fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
