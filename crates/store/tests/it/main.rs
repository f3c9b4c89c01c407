//! The store on both engines. PostgreSQL comes from `cargo xtask test`.

#![expect(clippy::unwrap_used, reason = "all of this crate is tests, the helpers of the suite too")]

#[macro_use]
mod conformance;

mod backfill;
mod backlog;
mod catalogue;
mod orders;
mod outbox;
mod payer_identities;
mod plans;
mod postgres;
mod refunds;
mod sqlite;
mod support;
