//! Refunds: what a merchant, or a provider for it, sends back of a paid order; to a frozen payer it waits.

mod announce;
mod query;
mod refund;
mod release;
mod view;

pub use query::{QueryError, query};
pub use refund::{Accepted, NewRefund, RefundError, Told, refund};
pub(crate) use release::note as note_release;
pub use release::{RELEASE_BATCH_MAX, RELEASE_RETRY_MS, ReleaseError, held_for, release, releases_due, settle_release};
pub use view::RefundView;
