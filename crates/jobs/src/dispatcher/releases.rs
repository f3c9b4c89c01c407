//! Refunds that were held for payers who are free again.
//!
//! Any number of nodes may work off the same notes: each refund is brought under its lock, and who comes later finds it arrived.

use std::sync::Arc;

use countersign_domain::id::{PayerId, RefundId};
use countersign_service::{Platform, refunds};
use tokio::task::JoinSet;

use super::dispatch::RunError;

/// What became of the refunds that were held for one payer.
#[derive(Debug, Clone, Copy, Default)]
struct Walk {
    arrived: i64,
    some_failed: bool,
}

/// Brings what is held for every payer who was unfrozen and tells how many refunds arrived. One that cannot be brought is told of
/// and left; it holds up neither the others nor the messages.
pub(super) async fn release(platform: &Arc<Platform>) -> Result<i64, RunError> {
    let mut all = 0;
    loop {
        let due = platform.read("refund_releases_due", |tx, platform| {
            refunds::releases_due(tx, platform.business_now()).map_err(RunError::from)
        });
        let due = due.await?;
        if due.is_empty() {
            return Ok(all);
        }
        // Payers side by side, so that they share commits; the refunds of one would only wait for each other.
        let mut walks = JoinSet::new();
        for payer in due {
            walks.spawn(release_to(Arc::clone(platform), payer));
        }
        for walked in walks.join_all().await {
            all += walked?;
        }
    }
}

/// Brings what is held for one payer and tells how many refunds arrived.
async fn release_to(platform: Arc<Platform>, payer: PayerId) -> Result<i64, RunError> {
    let Walk { arrived, some_failed } = walk(&platform, payer).await?;
    let settled = platform.write("refund_release_settle", move |tx, platform| {
        refunds::settle_release(tx, payer, some_failed, platform.business_now()).map_err(RunError::from)
    });
    settled.await.map(|()| arrived)
}

async fn walk(platform: &Arc<Platform>, payer: PayerId) -> Result<Walk, RunError> {
    let mut walk = Walk::default();
    let mut after = RefundId::new(i64::MIN);
    loop {
        let held =
            platform.read("refunds_held", move |tx, _| refunds::held_for(tx, payer, after).map_err(RunError::from));
        let held = held.await?;
        let Some(last) = held.last().copied() else { return Ok(walk) };
        for id in held {
            let released = platform.write("refund_release", move |tx, platform| {
                refunds::release(tx, platform, id, platform.business_now())
            });
            match released.await {
                Ok(arrived) => walk.arrived += i64::from(arrived),
                Err(error) => {
                    tracing::error!(refund = %id, %error, "a refund that was held could not be brought");
                    walk.some_failed = true;
                }
            }
        }
        after = last;
    }
}
