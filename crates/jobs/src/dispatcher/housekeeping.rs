//! What falls due without being a message: authorizations and orders that end, sessions, one-time links and stored answers that
//! are stale.
//!
//! Each step is a transaction of its own and takes a bounded bite.

use std::sync::Arc;

use countersign_domain::Timestamp;
use countersign_domain::id::OrderId;
use countersign_domain::time::{HOUR_MS, MINUTE_MS};
use countersign_service::Platform;
use countersign_service::{authorizations, orders};
use countersign_store::queries::{commands, outbox, password_resets, sessions, users};
use countersign_store::{StoreError, WriteTx};
use tokio::task::JoinSet;

use super::desk::Laggards;
use super::dispatch::RunError;
use super::metrics::DeliveryMetrics;
use super::watch::{Notice, Watch};

/// How often stale rows are swept, in wall time.
pub(super) const SWEEP_EVERY_MS: i64 = MINUTE_MS;
/// Answers of commands are kept this long; a retry comes within seconds or never.
const COMMANDS_KEPT_MS: i64 = HOUR_MS;
/// The most rows that one step deletes.
const DELETED_MAX: i64 = 500;
/// Up to how many waiting messages are counted.
const DEPTH_MAX: i64 = 1_000_000;
/// The most steps of one kind in one sweep; what is left waits for the next.
const STEPS_MAX: u32 = 20;

/// What one bite of what is due came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bite {
    /// How much was done.
    pub(super) count: i64,
    /// Whether there may be more of it, due already.
    pub(super) has_more: bool,
}

/// Ends what is over at `now`, one batch of each kind: messages go out between two batches, however many there are.
pub(super) async fn expire(platform: &Arc<Platform>, now: Timestamp) -> Result<Bite, RunError> {
    let count = expire_authorizations(platform, now).await? + expire_orders(platform, now).await?;
    // What cannot be ended stays due; it is tried again at the next look, not at once.
    Ok(Bite { count, has_more: count > 0 })
}

/// Ends authorizations whose time is over and tells how many that were. One that cannot be ended is told of and left; it holds up
/// neither the others nor the messages.
async fn expire_authorizations(platform: &Arc<Platform>, now: Timestamp) -> Result<i64, RunError> {
    let due =
        platform.read("authorizations_overdue", move |tx, _| authorizations::overdue(tx, now).map_err(RunError::from));
    let mut ended = 0;
    for id in due.await? {
        let expired = platform.write("authorization_expire", move |tx, platform| {
            authorizations::expire(tx, platform, id, platform.business_now())
        });
        match expired.await {
            Ok(true) => ended += 1,
            Ok(false) => {}
            Err(error) => tracing::error!(authorization = %id, %error, "an authorization could not be ended"),
        }
    }
    Ok(ended)
}

/// Records the expiry of orders whose time is over and tells how many that were; what cannot be recorded is told of and left, as
/// with authorizations.
async fn expire_orders(platform: &Arc<Platform>, now: Timestamp) -> Result<i64, RunError> {
    let due = platform.read("orders_overdue", move |tx, _| orders::overdue(tx, now).map_err(RunError::from));
    // Side by side, so that they share commits: an unpaid order is nothing rare.
    let mut expiring = JoinSet::new();
    for id in due.await? {
        expiring.spawn(expire_order(Arc::clone(platform), id));
    }
    Ok(expiring.join_all().await.into_iter().map(i64::from).sum())
}

/// Whether the order was ended here.
async fn expire_order(platform: Arc<Platform>, id: OrderId) -> bool {
    let expired =
        platform.write("order_expire", move |tx, platform| orders::expire(tx, platform, id, platform.business_now()));
    expired.await.unwrap_or_else(|error| {
        tracing::error!(order = %id, %error, "the expiry of an order could not be recorded");
        false
    })
}

/// Deletes stale rows.
pub(super) async fn sweep(platform: &Arc<Platform>) -> Result<(), RunError> {
    sweep_one(platform, "sessions_sweep", sessions::delete_expired, 0).await?;
    sweep_one(platform, "welcome_links_sweep", users::delete_dead_welcome_links, 0).await?;
    sweep_one(platform, "password_resets_sweep", password_resets::delete_expired, 0).await?;
    sweep_one(platform, "commands_sweep", commands::delete_before, COMMANDS_KEPT_MS).await
}

/// Deletes at most so many rows that are stale at a wall time, and tells how many those were.
type Delete = fn(&mut dyn WriteTx, Timestamp, i64) -> Result<u64, StoreError>;

/// Deletes rows of one kind that were stale so many milliseconds ago, each step in a transaction of its own.
async fn sweep_one(platform: &Arc<Platform>, name: &'static str, delete: Delete, kept_ms: i64) -> Result<(), RunError> {
    for _ in 0..STEPS_MAX {
        let deleted = platform.write(name, move |tx, platform| {
            delete(tx, platform.wall_now().plus_ms(-kept_ms), DELETED_MAX).map_err(RunError::from)
        });
        if deleted.await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Counts the queue, and says in the log when it falls behind and when it has caught up. A receiver that fails or is slow is late
/// by its own fault, and with a backlog it is late all the time, so the `laggards` are not looked at.
pub(super) async fn measure(
    platform: &Arc<Platform>,
    (metrics, watch): (&DeliveryMetrics, &Watch),
    laggards: Laggards,
) -> Result<(), RunError> {
    let read = platform.read("outbox_measure", move |tx, _| {
        let next_due = outbox::next_due_in(tx, |lane| !laggards.holds(lane))?;
        Ok::<_, RunError>((outbox::depth(tx, DEPTH_MAX)?, next_due))
    });
    let (depth, next_due) = read.await?;
    let overdue_ms = Watch::overdue_ms(next_due, platform.business_now());
    metrics.measure(depth, overdue_ms);
    let overdue_seconds = overdue_ms / 1_000;
    match watch.notice(overdue_ms) {
        Some(Notice::Behind) => tracing::error!(
            depth,
            overdue_seconds,
            "messages do not go out in time: of those to receivers that answer, the one that is due first waits too long; this is told once until they do"
        ),
        Some(Notice::CaughtUp) => tracing::info!(depth, "messages go out in time again"),
        None => {}
    }
    Ok(())
}
