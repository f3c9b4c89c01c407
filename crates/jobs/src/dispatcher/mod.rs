//! Takes what is due out of the outbox, sends it and records what became of it.
//!
//! One message's way: found on a round over the lanes ([`walk`]), claimed under a lease and rendered where it has no body yet
//! (one transaction), read and unsealed, queued on the [`desk`] behind others for the same destination, sent outside any
//! transaction, settled. What falls due is counted in business time; leases, timestamps of signatures and durations are wall
//! time.
//!
//! Receivers do not stand in each other's way: claims go from lane to lane, each host has few tries under way, and those that
//! fail or are slow share a part of the room. So a backlog of any length costs what is being sent of it.
//!
//! A crash between sending and settling leaves the message pending: its lease ends and it is sent again.

mod claim;
mod desk;
mod dispatch;
mod housekeeping;
mod metrics;
mod releases;
mod retry_after;
mod schedule;
mod send;
mod walk;
mod watch;
mod worker;

pub use countersign_store::queries::outbox::Channel;
pub use dispatch::{DeliveryLimits, Dispatcher, DispatcherParts, RunError, RunSummary};
pub use metrics::{DeliveryMetrics, Outcome};
pub use schedule::{RetrySchedule, RetryScheduleError};
pub use watch::OVERDUE_MS_MAX;
