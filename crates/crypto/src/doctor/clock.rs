//! What is wrong with the timestamp itself, whatever was signed.

use super::diagnose::SuspectRequest;
use super::mistake::Mistake;

const DAY_MS: i64 = 86_400_000;

/// A timestamp that the window refuses.
pub(super) struct Offence {
    pub(super) mistake: Mistake,
    /// How far it is ahead of the server's clock (behind: negative), in milliseconds, where it is in milliseconds at all.
    pub(super) ahead_by_ms: Option<i64>,
}

/// Judges the timestamp by the window; `None` when it passes.
pub(super) fn judge(request: &SuspectRequest<'_>) -> Option<Offence> {
    let digits = !request.timestamp.is_empty() && request.timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Some(sent) = request.timestamp.parse::<i64>().ok().filter(|_| digits) else {
        return Some(Offence { mistake: Mistake::TimestampNotANumber, ahead_by_ms: None });
    };
    let ahead = sent.saturating_sub(request.received_at_ms);
    if ahead.saturating_abs() <= request.window_ms {
        return None;
    }
    let today = |ms: i64| ms.saturating_sub(request.received_at_ms).saturating_abs() < DAY_MS;
    let unit = if today(sent.saturating_mul(1_000)) {
        Some(Mistake::SecondsSent)
    } else if today(sent / 1_000) || today(sent / 1_000_000) {
        Some(Mistake::TimestampUnit)
    } else {
        None
    };
    Some(match unit {
        Some(mistake) => Offence { mistake, ahead_by_ms: None },
        None if ahead > 0 => Offence { mistake: Mistake::ClockAhead, ahead_by_ms: Some(ahead) },
        None => Offence { mistake: Mistake::ClockBehind, ahead_by_ms: Some(ahead) },
    })
}
