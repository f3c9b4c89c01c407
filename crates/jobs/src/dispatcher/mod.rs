//! Takes what is due out of the outbox, sends it and records what became of it.
//!
//! One message's way: claimed under a lease and rendered where it has no body yet (one transaction), read and unsealed,
//! queued on the [`desk`] behind others for the same destination, sent outside any transaction, settled. What falls due is
//! counted in business time; leases, timestamps of signatures and durations are wall time.
//!
//! A crash between sending and settling leaves the message pending: its lease ends and it is sent again.

mod claim;
mod desk;
mod dispatch;
mod housekeeping;
mod metrics;
mod releases;
mod schedule;
mod send;
mod worker;

pub use countersign_store::queries::outbox::Channel;
pub use dispatch::{Dispatcher, DispatcherParts, RunError, RunSummary};
pub use metrics::{DeliveryMetrics, Outcome};
pub use schedule::{RetrySchedule, RetryScheduleError};
