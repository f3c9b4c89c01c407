//! What every handler may lean on.

use std::sync::Arc;

use countersign_service::Platform;
use countersign_service::webhook_endpoints::UrlPolicy;

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
}

struct Inner {
    platform: Arc<Platform>,
    settings: WebSettings,
    passwords: PasswordDesk,
}

/// Shared by all handlers; clones are cheap.
#[derive(Clone)]
pub struct WebState(Arc<Inner>);

impl WebState {
    /// Pages over this platform.
    pub fn new(platform: Arc<Platform>, settings: WebSettings) -> Self {
        Self(Arc::new(Inner { platform, settings, passwords: PasswordDesk::new() }))
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

    /// Tells the dispatcher that there may be something to send.
    pub fn wake(&self) {
        (self.0.settings.wake)();
    }
}
