//! Refunds: what a merchant, or a provider for it, sends back of a paid order.

mod announce;
mod query;
mod refund;
mod view;

pub use query::{QueryError, query};
pub use refund::{Accepted, NewRefund, RefundError, Told, refund};
pub use view::RefundView;
