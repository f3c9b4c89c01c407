//! Movements between a merchant's own two wallets (`money.md` §4): asked for, and asked after.

mod create;
mod query;

pub use create::{NewTransfer, TransferError, Transferred, create};
pub use query::{QueryError, query};
