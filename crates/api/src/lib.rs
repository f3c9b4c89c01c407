//! The merchant API over HTTP, and the operator's admin API.
//!
//! A call comes in at [`router`], is judged by [`signed`] in one fixed order, is turned into a command by a handler of
//! [`endpoints`], and leaves through [`finish`], the only place that writes envelopes, headers, metrics and log lines of
//! refusals. What a use case refuses becomes a result code in [`refusals`], and nowhere else.
//!
//! Threat model: whoever can reach the port may send anything. Nothing is looked up, hashed or kept for a caller without a
//! named bound, nothing of a body or secret is logged, and no explanation names an expected signature.

pub mod admin;
mod answer;
mod client_address;
mod convert;
mod doctor;
mod endpoints;
mod finish;
mod kept;
mod metrics;
mod openapi;
mod refusals;
mod router;
mod settings;
mod signed;
mod state;
mod valuations;
mod witness;

pub use convert::{fact_named, scope_named};
pub use metrics::ApiMetrics;
pub use openapi::openapi;
pub use router::router;
pub use settings::{ApiSettings, FailStatus, FaultPlan};
pub use state::ApiState;
