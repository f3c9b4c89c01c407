//! Days as date fields hold them: `YYYY-MM-DD`, in UTC.

use countersign_domain::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::view::Moment;

/// Bytes of `YYYY-MM-DD`.
const DATE_LENGTH: usize = 10;

/// What to do about a text that is no day.
pub(super) const EXPECTED: &str = "Write the day as year-month-day, such as 2027-03-31.";

/// The day that a text names.
pub(super) fn parse(text: &str) -> Option<Date> {
    if text.len() == DATE_LENGTH { text.parse().ok() } else { None }
}

/// When a day begins; `None` beyond the calendar.
pub(super) fn begin(date: Date) -> Option<Timestamp> {
    date.to_zoned(TimeZone::UTC).ok().map(|begin| Timestamp::from_ms(begin.timestamp().as_millisecond()))
}

/// When the day that a text names begins.
pub(crate) fn day_begin(text: &str) -> Result<Timestamp, String> {
    parse(text).and_then(begin).ok_or_else(|| EXPECTED.to_owned())
}

/// When the day that a text names is over.
pub(crate) fn day_end(text: &str) -> Result<Timestamp, String> {
    let next = parse(text).and_then(|date| date.tomorrow().ok());
    next.and_then(begin).ok_or_else(|| EXPECTED.to_owned())
}

/// The day of an instant.
pub(super) fn text(at: Timestamp) -> String {
    Moment::at(at.ms(), at.ms()).iso.chars().take(DATE_LENGTH).collect()
}
