//! The SDK against a scripted server on a free port.

mod calls;
mod fake_api;
mod order_calls;
mod orders;
mod refunds;
mod refusals;
mod setup;
mod webhook_doctor;
mod webhooks;
