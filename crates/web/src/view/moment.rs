//! Points in time as people and machines read them. All are UTC: merchant and provider may sit on different continents.

use jiff::Timestamp;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Beyond this distance a date says more than a count of days.
const RELATIVE_MAX_MS: i64 = 60 * DAY_MS;

/// One instant in the three spellings a page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
    /// `21 Nov 2026, 22:47 UTC`.
    pub human: String,
    /// `in 23 hours`, `5 minutes ago`; empty where the distance says nothing.
    pub relative: String,
}

impl Moment {
    /// An instant (Unix milliseconds) seen from `now_ms`. Instants beyond the calendar are shown as its ends.
    pub fn at(ms: i64, now_ms: i64) -> Self {
        let bound = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let instant = Timestamp::from_millisecond(ms).unwrap_or(bound);
        Self {
            iso: instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            human: instant.strftime("%-d %b %Y, %H:%M UTC").to_string(),
            relative: relative(ms.saturating_sub(now_ms)),
        }
    }

    /// The same, to the second: `21 Nov 2026, 22:47:09 UTC`.
    pub fn exact(ms: i64, now_ms: i64) -> Self {
        let moment = Self::at(ms, now_ms);
        let seconds = moment.iso.get(16..19).unwrap_or_default();
        let human = moment.human.replace(" UTC", &format!("{seconds} UTC"));
        Self { human, ..moment }
    }

    /// The same, to the day: `3 Mar 2026`.
    pub fn day(ms: i64, now_ms: i64) -> Self {
        let human = Self::at(ms, now_ms).human;
        let day = human.split(',').next().unwrap_or_default().to_owned();
        Self { human: day, ..Self::at(ms, now_ms) }
    }
}

/// A distance in milliseconds in words, the past being negative; also used for "business time is … ahead".
fn relative(distance_ms: i64) -> String {
    let size = distance_ms.saturating_abs();
    if size > RELATIVE_MAX_MS {
        return String::new();
    }
    if size < 10 * SECOND_MS {
        return "just now".to_owned();
    }
    let words = span(size);
    if distance_ms > 0 { format!("in {words}") } else { format!("{words} ago") }
}

/// A span in one unit, rounded down: `22 hours`, `1 day`.
pub fn span(size_ms: i64) -> String {
    let (count, unit) = match size_ms {
        ms if ms >= 2 * DAY_MS => (ms / DAY_MS, "day"),
        ms if ms >= HOUR_MS => (ms / HOUR_MS, "hour"),
        ms if ms >= MINUTE_MS => (ms / MINUTE_MS, "minute"),
        ms => (ms / SECOND_MS, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_262_400_000; // 2026-11-21T12:00:00Z

    #[test]
    fn an_instant_reads_for_people_and_machines() {
        let moment = Moment::at(NOON, NOON - 22 * HOUR_MS);
        assert_eq!(moment.iso, "2026-11-21T12:00:00Z");
        assert_eq!(moment.human, "21 Nov 2026, 12:00 UTC");
        assert_eq!(moment.relative, "in 22 hours");
        assert_eq!(Moment::day(NOON, NOON).human, "21 Nov 2026");
        assert_eq!(Moment::exact(NOON + 7 * SECOND_MS, NOON).human, "21 Nov 2026, 12:00:07 UTC");
    }

    #[test]
    fn distances_read_in_one_unit() {
        let cases = [
            (0, "just now"),
            (30 * SECOND_MS, "in 30 seconds"),
            (-MINUTE_MS, "1 minute ago"),
            (-25 * HOUR_MS, "25 hours ago"),
            (3 * DAY_MS, "in 3 days"),
            (90 * DAY_MS, ""),
            (i64::MIN, ""),
        ];
        for (distance, words) in cases {
            assert_eq!(relative(distance), words, "{distance}");
        }
    }

    #[test]
    fn instants_beyond_the_calendar_do_not_panic() {
        assert!(Moment::at(i64::MAX, 0).iso.starts_with("9999"));
        assert!(!Moment::at(i64::MIN, 0).iso.is_empty());
    }
}
