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
use crate::clock::ADVANCE_MS_MAX;

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

/// Moves the clock and answers once everything that fell due on the way has run, each thing at its own time.
pub(super) async fn advance(State(control): State<Control>, Body(advance): Body<Advance>) -> Result<Json<Value>, Refusal> {
    if !(0..=ADVANCE_MS_MAX).contains(&advance.ms) {
        return Err(Refusal::bad(format!("'ms' must be from 0 to {ADVANCE_MS_MAX}: time does not run backwards")));
    }
    let target = control.clock.now().plus_ms(advance.ms);
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
    Ok(Json(json!({ "now": control.clock.now().ms() })))
}

async fn run_due(control: &Control) -> Result<(), Refusal> {
    control.dispatcher.run_due().await.map(|_| ()).map_err(|error| match error {
        RunError::Store(error) => error.into(),
        error => Refusal::ours(error),
    })
}

async fn next_due(control: &Control) -> Result<Option<Timestamp>, Refusal> {
    Ok(control.dispatcher.next_due().await?)
}
