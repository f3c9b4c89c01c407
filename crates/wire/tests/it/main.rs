//! The crate as its users see it: one binary, one module per subject.

mod answers;
mod refunds;
mod requests;
mod rules;
mod samples;
mod schemas;
mod webhook_data;
mod webhooks;
