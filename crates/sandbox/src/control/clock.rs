//! `/clock` and `/clock/advance`.

use axum::Json;
use axum::extract::State;
use countersign_domain::Timestamp;
use countersign_jobs::RunError;
use countersign_service::Clock;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::body::Body;
use super::refusal::Refusal;
use crate::clock::{ADVANCE_MS_MAX, CLOCK_LAST};

/// The most instants at which one advance stops to run what falls due there.
const STOPS_MAX: usize = 100_000;

/// Business time.
pub(super) async fn now(State(control): State<Control>) -> Json<Value> {
    Json(json!({ "now": control.clock.now().ms() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    ms: i64,
}

/// Where an advance by `ms` leads.
fn target(now: Timestamp, ms: i64) -> Result<Timestamp, Refusal> {
    if !(0..=ADVANCE_MS_MAX).contains(&ms) {
        return Err(Refusal::bad(format!("'ms' must be from 0 to {ADVANCE_MS_MAX}: time does not run backwards")));
    }
    let target = now.plus_ms(ms);
    if ms > 0 && target > CLOCK_LAST {
        return Err(Refusal::bad(format!("the clock goes no further than {}, because ids run out", CLOCK_LAST.ms())));
    }
    Ok(target)
}

/// Moves the clock and answers once everything that fell due on the way has run, each thing at its own time.
pub(super) async fn advance(
    State(control): State<Control>,
    Body(advance): Body<Advance>,
) -> Result<Json<Value>, Refusal> {
    let target = target(control.clock.now(), advance.ms)?;
    for _ in 0..STOPS_MAX {
        run_due(&control).await?;
        match next_due(&control).await? {
            Some(due) if due <= target => control.clock.move_to(due),
            _ => break,
        }
    }
    control.clock.move_to(target);
    run_due(&control).await?;
    crate::clock_state::keep(&control.platform, &control.clock).await?;
    // Days of failures that pass at once are no reason to hear nothing more.
    control.listeners.renew().await?;
    Ok(Json(json!({ "now": control.clock.now().ms() })))
}

async fn run_due(control: &Control) -> Result<(), Refusal> {
    control.dispatcher.run_due().await.map(|_| ()).map_err(|error| match error {
        RunError::Store(error) => error.into(),
        error @ RunError::Expiry(_) => Refusal::ours(error),
    })
}

async fn next_due(control: &Control) -> Result<Option<Timestamp>, Refusal> {
    Ok(control.dispatcher.next_due().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stops_before_ids_run_out() {
        let now = crate::clock::FIXED_INSTANT;
        let left = CLOCK_LAST.ms_since(now);
        let rows =
            [(now, 0, true), (now, -1, false), (now, left, true), (now, left + 1, false), (now, ADVANCE_MS_MAX, false)];
        for (now, ms, accepted) in rows {
            assert_eq!(target(now, ms).is_ok(), accepted, "{ms}");
        }
        assert!(target(CLOCK_LAST, 0).is_ok() && target(CLOCK_LAST, 1).is_err());
    }
}
