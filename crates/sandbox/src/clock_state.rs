//! Where the business clock stood, kept in the database so that a restart does not turn time back.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_service::Clock;
use countersign_service::platform::Platform;
use countersign_store::queries::meta;
use countersign_store::{CommandId, ReadTx, Store, StoreError};

use crate::clock::{BusinessClock, FIXED_INSTANT, Pace};

const CLOCK: &str = "sandbox_clock";
const RUNS: &str = "sandbox_runs";

/// What a start of the sandbox finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// How often this world was started before.
    pub run: u64,
    /// Where business time stands at this start.
    pub business: Timestamp,
}

/// How a kept clock is written: its wall time and its business time then.
fn parse(text: &str) -> Option<(i64, i64)> {
    let (wall, business) = text.split_once(' ')?;
    Some((wall.parse().ok()?, business.parse().ok()?))
}

fn read(tx: &mut dyn ReadTx) -> Result<(u64, Option<(i64, i64)>), StoreError> {
    let runs = meta::get(tx, RUNS)?.and_then(|runs| runs.parse().ok()).unwrap_or(0);
    Ok((runs, meta::get(tx, CLOCK)?.as_deref().and_then(parse)))
}

/// Counts this start and tells where business time stands: where it was left, plus what passed meanwhile at real pace;
/// in a new world at the fixed instant where the world is seeded or the clock manual, else with the wall.
pub fn begin(
    store: &Store,
    command: CommandId,
    (pace, seeded): (Pace, bool),
    wall: Timestamp,
) -> Result<Start, StoreError> {
    store
        .write_blocking("sandbox_begin", command, move |tx| {
            let (run, kept) = read(tx)?;
            let business = match (kept, pace) {
                (Some((_, business)), Pace::Manual) => Timestamp::from_ms(business),
                (Some((then, business)), Pace::Real) => {
                    Timestamp::from_ms(business).plus_ms(wall.ms().saturating_sub(then).max(0))
                }
                (None, Pace::Manual) => FIXED_INSTANT,
                (None, Pace::Real) if seeded => FIXED_INSTANT,
                (None, Pace::Real) => wall,
            };
            meta::put(tx, RUNS, &(run + 1).to_string())?;
            meta::put(tx, CLOCK, &format!("{} {}", wall.ms(), business.ms()))?;
            Ok::<_, StoreError>((run, business.ms()))
        })
        .map(|(run, business)| Start { run, business: Timestamp::from_ms(business) })
}

/// Keeps where the clock stands.
pub async fn keep(platform: &Arc<Platform>, clock: &BusinessClock) -> Result<(), StoreError> {
    let text = format!("{} {}", platform.wall_now().ms(), clock.now().ms());
    platform.store.write("sandbox_clock_keep", platform.command_id(), move |tx| meta::put(tx, CLOCK, &text)).await
}

/// Sets the clock to where a restored world left it: the one case in which business time goes back.
pub(crate) async fn put_back(platform: &Arc<Platform>, clock: &BusinessClock) -> Result<(), StoreError> {
    let kept = platform.read("sandbox_clock_read", |tx, _| read(tx).map(|(_, kept)| kept)).await?;
    if let Some((_, business)) = kept {
        clock.set(Timestamp::from_ms(business));
    }
    Ok(())
}
