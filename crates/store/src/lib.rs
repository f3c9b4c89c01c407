//! Transactions, statements and migrations of Countersign on SQLite and PostgreSQL.
//!
//! Use cases are plain functions over `&mut dyn WriteTx`: no `.await` can stand inside a transaction, a closure can be run again, and a simulator
//! needs no runtime. [`Store::write`] answers once the effect is on disk, [`Store::read`] sees one consistent snapshot.
//!
//! Invariants:
//! - What was answered `Ok` is committed and synced; what was answered `Err` left nothing behind. The two exceptions say so:
//!   [`StoreError::OutcomeUnknown`] and [`StoreError::Fatal`].
//! - Every queue, batch, result set, retry and answer has a named bound. Full means [`StoreError::Busy`], never growth.
//! - Every statement is written once ([`Statement`]) and runs on both engines; what differs is a named fragment.
//! - After a statement failed, its transaction is dead on both engines: further statements repeat the error and nothing of it is committed.

mod error;
mod job;
mod locked;
mod migrate;
mod options;
mod pg;
pub mod queries;
mod queue;
mod row;
mod sqlite;
mod statement;
mod stats;
mod store;
mod tx;
mod url;
mod value;

pub use error::{BusyCause, ConstraintKind, OpenError, SnapshotError, StoreError};
pub use job::CommandId;
pub use locked::Locked;
pub use options::{FatalHook, Mode, MonotonicClock, PostgresTls, StoreOptions, WallClock};
pub use pg::{create_schema, drop_schema};
pub use row::Row;
pub use statement::{Engine, Statement};
pub use stats::{Condition, StoreHealth, StoreStats};
pub use store::Store;
pub use tx::{ROWS_MAX, ReadTx, WriteTx};
pub use url::{DatabaseUrl, SchemaName, UrlError};
pub use value::Value;
