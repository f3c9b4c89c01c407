//! What every handler may lean on.

use std::sync::Arc;
use std::time::Duration;

use countersign_domain::AddressList;
use countersign_service::Platform;
use countersign_service::webhook_endpoints::UrlPolicy;
use tokio_util::sync::CancellationToken;

use crate::attempts::Attempts;
use crate::handlers::checkout::Seats;
use crate::passwords::PasswordDesk;

/// How the pages are served.
#[derive(Clone)]
pub struct WebSettings {
    /// Whether pages carry the sandbox's banner and menu.
    pub sandbox: bool,
    /// Whether cookies go over TLS alone; then their names have the `__Host-` prefix.
    pub secure_cookies: bool,
    /// How API keys made here begin; `csbx` in the sandbox (design §8).
    pub api_key_prefix: &'static str,
    /// The base of the merchant API with scheme and host, as pages show it.
    pub api_base_url: String,
    /// Which webhook URLs may be given.
    pub url_policy: Arc<dyn UrlPolicy>,
    /// Called after a write that may have put messages into the outbox.
    pub wake: Arc<dyn Fn() + Send + Sync>,
    /// Proxies in front of this server: only their `X-Forwarded-For` is believed.
    pub trusted_proxies: AddressList,
    /// How long a form's body may take to arrive.
    pub body_timeout: Duration,
    /// Whether mails reach anybody; without, nobody is promised one.
    pub mails_leave: bool,
    /// Done when the process is told to end: answers without an end must not hold it up.
    pub stop: CancellationToken,
}

/// How many links for a new password one address may ask for in an hour, for whomever.
const RESETS_PER_HOUR: u32 = 10;

struct Inner {
    platform: Arc<Platform>,
    settings: WebSettings,
    passwords: PasswordDesk,
    resets: Attempts,
    seats: Arc<Seats>,
}

/// Shared by all handlers; clones are cheap.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

impl WebState {
    /// Pages over this platform.
    pub fn new(platform: Arc<Platform>, settings: WebSettings) -> Self {
        let resets = Attempts::per_hour(RESETS_PER_HOUR);
        Self(Arc::new(Inner { platform, settings, passwords: PasswordDesk::new(), resets, seats: Arc::default() }))
    }

    /// The platform.
    pub fn platform(&self) -> &Arc<Platform> {
        &self.0.platform
    }

    /// How the pages are served.
    pub fn settings(&self) -> &WebSettings {
        &self.0.settings
    }

    pub(crate) fn passwords(&self) -> &PasswordDesk {
        &self.0.passwords
    }

    /// Counts requests for links to set a new password.
    pub(crate) fn resets(&self) -> &Attempts {
        &self.0.resets
    }

    /// Places for open checkout pages that are told what happens.
    pub(crate) fn seats(&self) -> &Arc<Seats> {
        &self.0.seats
    }

    /// Tells the dispatcher that there may be something to send.
    pub fn wake(&self) {
        (self.0.settings.wake)();
    }
}
