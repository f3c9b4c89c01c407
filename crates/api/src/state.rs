//! What every call of one process shares.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use countersign_domain::id::ApiKeyId;
use countersign_service::Platform;
use countersign_service::api_keys::{self, KeyError, VerifyingKey};
use countersign_service::refusals::RefusalLog;
use countersign_service::webhook_endpoints::UrlPolicy;

use crate::metrics::ApiMetrics;
use crate::settings::{ApiSettings, FaultPlan};
use crate::signed::{KeyCache, RateLimit, ReplaySet};

/// Shared by every call; clones are handles.
#[derive(Clone)]
pub struct ApiState(pub(crate) Arc<Shared>);

/// What an [`ApiState`] holds.
pub(crate) struct Shared {
    pub(crate) platform: Arc<Platform>,
    pub(crate) settings: ApiSettings,
    pub(crate) outbound: Arc<dyn UrlPolicy>,
    pub(crate) faults: Option<Arc<dyn FaultPlan>>,
    pub(crate) metrics: ApiMetrics,
    keys: KeyCache<VerifyingKey>,
    pub(crate) replays: ReplaySet<ApiKeyId>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) refusals: OnceLock<Arc<dyn RefusalLog>>,
    requests: AtomicU64,
}

impl ApiState {
    /// Puts the parts together. `faults` belongs to the sandbox.
    pub fn new(
        platform: Arc<Platform>,
        settings: ApiSettings,
        outbound: Arc<dyn UrlPolicy>,
        faults: Option<Arc<dyn FaultPlan>>,
        metrics: ApiMetrics,
    ) -> Self {
        let shared = Shared {
            keys: KeyCache::new(),
            replays: ReplaySet::new(settings.timestamp_window_ms),
            rate_limit: settings.requests_per_second.map(RateLimit::new),
            refusals: OnceLock::new(),
            requests: AtomicU64::new(0),
            platform,
            settings,
            outbound,
            faults,
            metrics,
        };
        Self(Arc::new(shared))
    }

    /// The same, with a place where refused calls of known keys are kept for their owners; without one they are not kept.
    #[must_use]
    pub fn keeping_refusals(self, log: Arc<dyn RefusalLog>) -> Self {
        // The first log stays: a call may be under way with it.
        let _ = self.0.refusals.set(log);
        self
    }
}

impl Shared {
    /// The API key whose text this is, revoked ones included.
    pub(crate) async fn find_key(&self, text: &str) -> Result<Option<Arc<VerifyingKey>>, KeyError> {
        let look_up =
            |text: String| self.platform.read("api_key_find", move |tx, platform| api_keys::find(tx, platform, &text));
        self.keys.find(text, look_up).await
    }

    /// A fresh request id: the process's prefix and a count.
    pub(crate) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}-{number:x}", self.settings.request_id_prefix)
    }
}
