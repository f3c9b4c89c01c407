//! What the open streams of one order share: one of them looks, and the others see what it saw.

use std::sync::Arc;

use countersign_domain::id::OrderId;
use countersign_domain::order::Standing;
use countersign_service::Platform;
use countersign_store::StoreError;
use countersign_store::queries::orders;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::events::POLL;

/// The last look at an order, and of which moment it is.
#[derive(Default)]
pub(super) struct Board(Mutex<Option<(Instant, Standing)>>);

impl Board {
    /// Where the order stands as of `at`, or was not longer ago than one look is from the next; `None` where there is none.
    /// Whoever has just come wants to be told of now.
    pub(super) async fn look(
        &self,
        platform: &Arc<Platform>,
        order: OrderId,
        (at, has_come): (Instant, bool),
    ) -> Result<Option<Standing>, StoreError> {
        let mut last = self.0.lock().await;
        let fresh = last.filter(|(seen, _)| !has_come && at.saturating_duration_since(*seen) < POLL);
        if let Some((_, standing)) = fresh {
            return Ok(Some(standing));
        }
        let standing = platform.read("checkout_watch", move |tx, _| orders::standing(tx, order)).await?;
        *last = standing.map(|standing| (at, standing));
        Ok(standing)
    }
}
