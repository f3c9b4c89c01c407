//! Days and minutes as date fields hold them: `YYYY-MM-DD` and `YYYY-MM-DDThh:mm`, in UTC.

use countersign_domain::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::view::Moment;

/// Bytes of `YYYY-MM-DD`.
const DATE_LENGTH: usize = 10;

/// Bytes of `YYYY-MM-DDThh:mm`.
const MINUTE_LENGTH: usize = 16;

/// What to do about a text that is no minute.
const MINUTE_EXPECTED: &str = "Write the day and the time, such as 2027-03-31T14:30.";

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

/// When the minute that a text names begins. Where there is no field for it people may write a blank between day and time, or
/// the day alone.
pub(crate) fn minute_begin(text: &str) -> Result<Timestamp, String> {
    if text.len() == DATE_LENGTH {
        return day_begin(text);
    }
    let read = || {
        let civil: DateTime = if text.len() == MINUTE_LENGTH { text.parse().ok()? } else { return None };
        let begin = civil.to_zoned(TimeZone::UTC).ok()?;
        Some(Timestamp::from_ms(begin.timestamp().as_millisecond()))
    };
    read().ok_or_else(|| MINUTE_EXPECTED.to_owned())
}

/// The minute of an instant.
pub(crate) fn minute_text(at: Timestamp) -> String {
    Moment::at(at.ms(), at.ms()).iso.chars().take(MINUTE_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_as_fields_and_people_write_them() {
        let at = Timestamp::from_ms(1_768_478_400_000);
        assert_eq!(minute_text(at), "2026-01-15T12:00");
        assert_eq!(minute_text(at.plus_ms(59_999)), "2026-01-15T12:00");
        for text in ["2026-01-15T12:00", "2026-01-15 12:00"] {
            assert_eq!(minute_begin(text), Ok(at), "{text}");
        }
        assert_eq!(minute_begin("2026-01-15"), Ok(at.plus_ms(-12 * 3_600_000)));
        for wrong in
            ["", "yesterday", "2026-02-30T12:00", "2026-01-15T24:01", "2026-01-15T12:00Z", "2026-01-15T12:00:00"]
        {
            assert!(minute_begin(wrong).is_err(), "{wrong}");
        }
        assert!(minute_begin("2026-01-15T1200").is_err());
    }
}
