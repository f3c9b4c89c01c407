#![doc = include_str!("../README.md")]
//!
//! # How it is made
//!
//! - [`Client`] signs and sends; [`OnBehalf`] is the same client acting for a merchant. Both are one POST per call, and
//!   nothing is tried again behind the caller's back: a repeated order or payout is the caller's decision.
//! - [`WebhookVerifier`] checks deliveries without any I/O, and explains those that it refuses.
//! - Time and randomness are [`Clock`] and [`NonceSource`]; the defaults read the operating system, tests put in their own.
//! - Amounts are decimals as text ([`wire::WireDecimal`], [`wire::WireNumber`]) and never touch a float.
//! - The API secret and authorization tokens have no readable `Debug`.

mod authority;
mod call;
mod client;
mod config;
mod error;
mod on_behalf;
mod order;
mod order_calls;
mod query;
mod refund;
mod sub_merchant;
mod system;
mod transport;
mod wallet;
mod webhook;

pub use call::{Exchange, Observer};
pub use client::{Client, ClientBuilder};
pub use config::{Config, Timeouts};
pub use countersign_wire as wire;
pub use countersign_wire::{AuthorizationToken, ScopeName};
pub use error::{ApiFailure, ClientError, SetupError};
pub use on_behalf::OnBehalf;
pub use order::{Item, OrderBuilder, TerminalType};
pub use query::{OrderReference, Wallet};
pub use refund::RefundBuilder;
pub use secrecy::SecretString;
pub use sub_merchant::SubMerchantReference;
pub use system::{Clock, NonceSource, SystemClock, SystemNonces};
pub use transport::{ANSWER_BYTES_MAX, RawAnswer, Transport, TransportError};
pub use webhook::{
    CERTIFICATES_MAX, CapturedDelivery, CertificateError, DeliveryFault, INSPECTED_BODY_MAX, Inspection,
    REPRINTED_BODY_MAX, VerifyError, WEBHOOK_AGE_DEFAULT, WebhookEvent, WebhookVerifier,
};
