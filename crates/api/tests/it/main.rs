//! The merchant API through its router, on a private SQLite database.

mod support;

mod calls;
mod orders;
mod provider;
