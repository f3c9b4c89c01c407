//! The sandbox: a seeded world to play in, and the controls over it.
//!
//! The merchant API, the portal and the webhooks are the very ones of `serve`; this crate adds what makes them a
//! laboratory: actors whose secrets may be read, a business clock that can be moved, money out of nothing, planned faults,
//! a console and a mailbox. `serve` never mounts any of it.

pub mod clock;
pub mod clock_state;
pub mod console;
pub mod control;
pub mod entropy;
pub mod faults;
pub mod host;
pub mod listeners;
pub mod rates;
pub mod world;
