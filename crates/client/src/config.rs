//! What a client needs to know.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

/// Where to call, and as whom.
#[derive(Clone)]
pub struct Config {
    /// Scheme, host and port, such as `http://127.0.0.1:8420`; `/binancepay/openapi/…` is appended. `http` is meant for a
    /// sandbox: the secret never travels, but bodies and tokens would be readable.
    pub base_url: String,
    /// The API identity key, sent with each call.
    pub api_key: String,
    /// The API secret, which signs each call and is never sent.
    pub api_secret: SecretString,
    /// How long to wait.
    pub timeouts: Timeouts,
}

impl Config {
    /// A configuration with the default [`Timeouts`].
    pub fn new(base_url: impl Into<String>, api_key: impl Into<String>, api_secret: impl Into<SecretString>) -> Self {
        Self {
            base_url: base_url.into(),
            api_key: api_key.into(),
            api_secret: api_secret.into(),
            timeouts: Timeouts::default(),
        }
    }
}

/// The API key is left out too: it identifies an account.
impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Config");
        shown.field("base_url", &self.base_url).field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection, TLS included.
    pub connect: Duration,
    /// For a whole call, from connecting to the answer's last byte.
    pub call: Duration,
}

impl Default for Timeouts {
    /// 5 s to connect, 30 s for a call.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), call: Duration::from_secs(30) }
    }
}
