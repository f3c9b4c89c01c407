//! Refunds that were held for payers who are free again.
//!
//! Any number of nodes may work off the same notes: each refund is brought under its lock, and who comes later finds it arrived.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::id::{PayerId, RefundId};
use countersign_service::{Platform, refunds};
use tokio::task::JoinSet;

use super::dispatch::RunError;
use super::housekeeping::Bite;

/// What became of the refunds that were held for one payer.
#[derive(Debug, Clone, Copy, Default)]
struct Walk {
    arrived: i64,
    some_failed: bool,
    /// Whether there may be more behind those.
    is_unfinished: bool,
}

/// Brings what is held for payers who were unfrozen until `now`, one batch of payers and one batch of refunds of each, and tells
/// how many refunds arrived. One that cannot be brought is told of and left; it holds up neither the others nor the messages.
pub(super) async fn release(platform: &Arc<Platform>, now: Timestamp) -> Result<Bite, RunError> {
    let due = platform
        .read("refund_releases_due", move |tx, _| refunds::releases_due(tx, now).map_err(RunError::from))
        .await?;
    let mut bite = Bite { count: 0, has_more: !due.is_empty() };
    // Payers side by side, so that they share commits; the refunds of one would only wait for each other.
    let mut walks = JoinSet::new();
    for payer in due {
        walks.spawn(release_to(Arc::clone(platform), payer));
    }
    for walked in walks.join_all().await {
        bite.count += walked?;
    }
    Ok(bite)
}

/// Brings what is held for one payer and tells how many refunds arrived.
async fn release_to(platform: Arc<Platform>, payer: PayerId) -> Result<i64, RunError> {
    let Walk { arrived, some_failed, is_unfinished } = walk(&platform, payer).await?;
    if is_unfinished {
        return Ok(arrived);
    }
    let settled = platform.write("refund_release_settle", move |tx, platform| {
        refunds::settle_release(tx, payer, some_failed, platform.business_now()).map_err(RunError::from)
    });
    settled.await.map(|()| arrived)
}

/// Ends with the first batch of which all arrived: the next walk begins behind them. Others would be met again, so it goes on.
async fn walk(platform: &Arc<Platform>, payer: PayerId) -> Result<Walk, RunError> {
    let mut walk = Walk::default();
    let mut after = RefundId::new(i64::MIN);
    while !walk.is_unfinished {
        let held =
            platform.read("refunds_held", move |tx, _| refunds::held_for(tx, payer, after).map_err(RunError::from));
        let held = held.await?;
        let Some(last) = held.last().copied() else { break };
        let mut all_arrived = true;
        for id in held {
            let has_arrived = bring(platform, id, &mut walk).await;
            all_arrived &= has_arrived;
        }
        walk.is_unfinished = all_arrived && !walk.some_failed;
        after = last;
    }
    Ok(walk)
}

/// Brings one refund and tells whether it arrived.
async fn bring(platform: &Arc<Platform>, id: RefundId, walk: &mut Walk) -> bool {
    let released = platform
        .write("refund_release", move |tx, platform| refunds::release(tx, platform, id, platform.business_now()));
    match released.await {
        Ok(arrived) => {
            walk.arrived += i64::from(arrived);
            arrived
        }
        Err(error) => {
            tracing::error!(refund = %id, %error, "a refund that was held could not be brought");
            walk.some_failed = true;
            false
        }
    }
}
