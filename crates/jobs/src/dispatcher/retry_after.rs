//! `Retry-After`: when a receiver wants to be asked again (RFC 9110 §10.2.3).

use std::time::{Duration, SystemTime};

use countersign_domain::Timestamp;

/// How many milliseconds the header's value asks to wait from `now`, in wall time: seconds, or a date in any of its three forms.
/// A date that has passed asks for nothing, as does a value that is neither.
pub(super) fn retry_after_ms(value: &str, now: Timestamp) -> Option<i64> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds are a long time all the same.
        return Some(value.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1_000));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let since_epoch = date.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let at = Timestamp::from_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX));
    Some(at.ms_since(now).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        // Sun, 06 Nov 1994 08:49:37 GMT, the RFC's own example.
        let example = Timestamp::from_ms(784_111_777_000);
        let rows = [
            ("0", Some(0)),
            ("120", Some(120_000)),
            (" 7 ", Some(7_000)),
            ("99999999999999999999999999", Some(i64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(60_000)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(60_000)),
            ("Sun Nov  6 08:49:37 1994", Some(60_000)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(0)),
            ("", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
        ];
        for (value, expected) in rows {
            assert_eq!(retry_after_ms(value, example.plus_ms(-60_000)), expected, "{value:?}");
        }
    }
}
