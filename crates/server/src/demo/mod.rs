//! `countersign demo`: the founding document's flow, step by step, against a sandbox.
//!
//! A provider asks a merchant for authority, the merchant countersigns, the provider creates an order with the token, a
//! payer pays, and the money lands with the merchant while the provider's balance stands still. Then the operator takes a
//! commission, gives the provider its share, and a part of a sale goes back. Last a channel partner enrols two sub-merchants
//! and creates an order for each. Everything goes over HTTP:
//! merchant-API calls through the SDK, what people would do in the portal through the sandbox's control API, and webhooks
//! into a receiver of our own.
//!
//! Invariants:
//!
//! - actors and wallets are made for the run, so one path serves a fresh sandbox and one that is in use;
//! - whatever is not as it should be ends the walk with the step, what was expected and what was found;
//! - what is printed masks tokens, keys and passwords; waiting is bounded.

mod actors;
mod control;
mod error;
mod flow;
mod json;
mod outcome;
mod page;
mod partner;
mod payment;
mod receiver;
mod refund;
mod transcript;
mod walk;
mod withdrawal;

#[cfg(test)]
mod fake_books;
#[cfg(test)]
mod fake_sandbox;
#[cfg(test)]
mod tests;

pub(crate) use flow::run;
pub(crate) use outcome::Target;
