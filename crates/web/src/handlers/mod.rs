//! Handlers, one file per family of pages: read what the page shows, or run one use case and say what became of it.

pub(crate) mod api_keys;
pub(crate) mod assets;
pub(crate) mod blocked;
pub(crate) mod checkout;
pub(crate) mod dashboard;
pub(crate) mod deliveries;
pub(crate) mod forgot_password;
mod helpers;
pub(crate) mod orders;
pub(crate) mod password_link;
pub(crate) mod refused_calls;
pub(crate) mod review;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sub_merchants;
pub(crate) mod technical_vendor;
pub(crate) mod trial_balance;
pub(crate) mod vendors;
pub(crate) mod wallet;
pub(crate) mod webhooks;

use crate::failure::Failure;

/// What a handler answers.
pub(crate) type Answer = Result<axum::response::Response, Failure>;
