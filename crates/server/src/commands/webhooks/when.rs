//! Instants as people say them.

use countersign_domain::Timestamp;
use countersign_service::Clock;

use crate::failure::Failure;
use crate::system::SystemClock;

/// The units of an age, in milliseconds.
const UNITS: [(char, i64); 4] = [('s', 1_000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000)];

/// Unix milliseconds of an instant: an age such as `90m`, a date and time of RFC 3339, or Unix milliseconds.
pub(super) fn unix_ms(text: &str) -> Result<i64, Failure> {
    read(text, SystemClock.now()).ok_or_else(|| {
        Failure::usage(format!(
            "'{text}' is no time; say 90m, 24h or 7d for so long ago, 2026-01-15T12:00:00Z, or Unix milliseconds"
        ))
    })
}

fn read(text: &str, now: Timestamp) -> Option<i64> {
    if let Ok(ms) = text.parse::<i64>() {
        return Some(ms);
    }
    for (unit, ms) in UNITS {
        if let Some(age) = text.strip_suffix(unit).and_then(|digits| digits.parse::<u32>().ok()) {
            return now.ms().checked_sub(i64::from(age).checked_mul(ms)?);
        }
    }
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// An instant for people, in UTC.
pub(super) fn utc(ms: i64) -> String {
    let instant = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
    instant.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_three_ways() {
        let now = Timestamp::from_ms(1_768_478_400_000);
        let rows = [
            ("1768478400000", Some(1_768_478_400_000)),
            ("0", Some(0)),
            ("30s", Some(1_768_478_370_000)),
            ("90m", Some(1_768_473_000_000)),
            ("24h", Some(1_768_392_000_000)),
            ("7d", Some(1_767_873_600_000)),
            ("2026-01-15T12:00:00Z", Some(1_768_478_400_000)),
            ("2026-01-15T13:00:00+01:00", Some(1_768_478_400_000)),
            ("yesterday", None),
            ("h", None),
            ("-1h", None),
            ("2026-01-15", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(read(text, now), expected, "{text}");
        }
        assert_eq!(utc(now.ms()), "2026-01-15 12:00:00");
    }
}
