//! The time window (`decisions.md` row 4), by the wall clock.

use countersign_domain::Timestamp;
use countersign_wire::{Refusal, ResultCode};

/// By how many milliseconds a timestamp lies behind the wall clock, where that is more than `window_ms` either way; negative
/// where it lies ahead.
pub(crate) fn outside(timestamp_ms: i64, wall_now: Timestamp, window_ms: i64) -> Option<i64> {
    let behind = wall_now.ms_since(Timestamp::from_ms(timestamp_ms));
    (behind.saturating_abs() > window_ms).then_some(behind)
}

/// Refuses a timestamp outside the window.
pub(super) fn check(timestamp_ms: i64, wall_now: Timestamp, window_ms: i64) -> Result<(), Refusal> {
    let Some(behind) = outside(timestamp_ms, wall_now, window_ms) else { return Ok(()) };
    let (distance, side) = (behind.unsigned_abs(), if behind > 0 { "behind" } else { "ahead of" });
    let rule = format!(
        "BinancePay-Timestamp is {distance} ms {side} the server's wall clock; at most {window_ms} ms are allowed"
    );
    Err(Refusal::new(ResultCode::InvalidTimestamp, rule, "decisions.md row 4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_ends_on_both_sides() {
        let now = Timestamp::from_ms(1_700_000_000_000);
        let rows = [(0, true), (-1_000, true), (1_000, true), (-1_001, false), (1_001, false)];
        for (offset, passes) in rows {
            let judged = check(now.ms() + offset, now, 1_000);
            assert_eq!(judged.is_ok(), passes, "{offset}");
            if let Err(refusal) = judged {
                assert_eq!(refusal.code.digits(), "400003");
                assert!(refusal.explanation.rule.contains("1001 ms"), "{}", refusal.explanation.rule);
            }
        }
        assert!(check(i64::MIN, now, 1_000).is_err() && check(i64::MAX, now, 1_000).is_err());
    }
}
