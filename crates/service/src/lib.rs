//! Use cases: who may do what, idempotency, ledger booking, the outbox and the audit chain.
//!
//! Every use case is a plain function over a transaction: its first statement decides authority, time and randomness are
//! arguments or come from [`Platform`], and what it causes (postings, messages, audit rows) is written in that same
//! transaction. Nothing here awaits, so nothing can stand between a decision and its effect.
//!
//! Where to look: [`authority`] for who may act, [`authorizations`] for consent, [`orders`] for orders and their payment,
//! [`refunds`] for what goes back, [`fee_share`] for what providers get of commissions, [`sub_merchants`] for channel partners,
//! [`operator`] for money that enters and leaves and for frozen accounts, [`wallet_transfers`] between a merchant's own wallets,
//! [`booking`] for the ledger, [`rates`] for prices, [`outbox`] for messages, [`deliveries`] for their log and sending them again,
//! [`webhook_endpoints`] for where they go, [`sign_in`] and [`password_resets`] for people, [`check`] for the proofs behind
//! `countersign check`.

pub mod accounts;
pub mod admin_keys;
pub mod api_keys;
pub mod audit;
pub mod authority;
pub mod authorizations;
pub mod balances;
pub mod booking;
pub mod check;
pub mod clock;
pub mod commissions;
pub mod deliveries;
pub mod fee_share;
pub mod ids;
pub mod installation;
pub mod links;
pub mod operator;
pub mod orders;
pub mod outbox;
pub mod password_resets;
pub mod payer_identities;
pub mod platform;
pub mod rates;
pub mod refunds;
pub mod refusals;
pub mod sign_in;
pub mod sign_in_devices;
pub mod sub_merchants;
pub mod wallet_transfers;
pub mod webhook_endpoints;

pub use clock::{Clock, Clocks};
pub use links::Links;
pub use platform::{Failpoint, Platform, PlatformParts, WriteSide};
pub use rates::{RateError, Rates};
