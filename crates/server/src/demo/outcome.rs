//! What the demo is pointed at, and what came of it.

use std::time::Duration;

use secrecy::SecretString;

/// How long to wait for each webhook: the first try goes out at once, so seconds are plenty.
const WEBHOOK_WAIT: Duration = Duration::from_secs(15);

/// The sandbox to walk through, fresh or in use.
pub(crate) struct Target {
    /// Its base URL, as in the ready line.
    pub(crate) base_url: String,
    /// Its control token, as in the ready line.
    pub(crate) control_token: SecretString,
    /// How long to wait for each webhook.
    pub(crate) webhook_wait: Duration,
}

impl Target {
    /// A sandbox, given enough time for its webhooks.
    pub(crate) fn new(base_url: String, control_token: SecretString) -> Self {
        Self { base_url, control_token, webhook_wait: WEBHOOK_WAIT }
    }
}

/// A walk on which everything was as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoOutcome {
    /// How many statements were checked.
    pub(crate) checks: usize,
    /// The merchant's funding wallet.
    pub(crate) merchant: BalanceChange,
    /// The provider's funding wallet.
    pub(crate) provider: BalanceChange,
}

/// A balance before and after the payment, in minor units of 10^-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BalanceChange {
    /// Before.
    pub(crate) before: i64,
    /// After.
    pub(crate) after: i64,
}
