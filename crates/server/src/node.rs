//! The parts that the sandbox and `serve` have in common: from a configuration to what listens.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use countersign_api::admin::{AdminApiSettings, AdminMetrics, signed_router};
use countersign_api::{ApiMetrics, ApiSettings, ApiState, FailStatus, FaultPlan};
use countersign_crypto::{WebhookKeySize, hex_token};
use countersign_domain::AddressList;
use countersign_domain::time::DAY_MS;
use countersign_jobs::{
    DeliveryLimits, DeliveryMetrics, Dispatcher, DispatcherParts, OutboundClient, OutboundPolicy, OutboundTimeouts,
    RefusalQueue, RetrySchedule,
};
use countersign_service::platform::Platform;
use countersign_web::{WebSettings, WebState};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::failure::Failure;
use crate::mail::MailWay;
use crate::rates;
use crate::system::{OsEntropy, monotonic};

/// What listens and works for one platform.
pub(crate) struct Node {
    pub(crate) platform: Arc<Platform>,
    pub(crate) outbound: Arc<OutboundPolicy>,
    client: OutboundClient,
    mails_leave: bool,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) refusals: Arc<RefusalQueue>,
    pub(crate) api_metrics: ApiMetrics,
    pub(crate) admin_metrics: AdminMetrics,
    pub(crate) delivery_metrics: DeliveryMetrics,
}

/// In which of the two ways a node differs.
pub(crate) struct Manner {
    /// Which receivers may be called.
    pub(crate) policy: OutboundPolicy,
    /// What becomes of mails.
    pub(crate) mail: MailWay,
    /// Retries to the millisecond, for a clock that is moved by hand.
    pub(crate) exact_retries: bool,
}

/// Reads a list of addresses of the configuration.
pub(crate) fn addresses(key: &str, entries: &[String]) -> Result<AddressList, Failure> {
    AddressList::parse(entries.iter().map(String::as_str)).map_err(|error| Failure::usage(format!("'{key}': {error}")))
}

/// Reads the address by which others reach this server: a scheme, a host and perhaps a port. A path would be in no route.
pub(crate) fn base_url(key: &str, text: &str) -> Result<String, Failure> {
    let refuse = || {
        Failure::usage(format!("'{key}' must be http(s)://HOST[:PORT] and nothing more, such as https://pay.example"))
    };
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| refuse())?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(refuse)?;
    let authority = uri.authority().filter(|authority| !authority.host().is_empty()).ok_or_else(refuse)?;
    let plain = authority.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    if !plain || !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('#') {
        return Err(refuse());
    }
    Ok(format!("{scheme}://{authority}"))
}

/// When the dispatcher loses patience with an endpoint, and the log with the dispatcher.
fn delivery_limits(config: &Config) -> DeliveryLimits {
    DeliveryLimits {
        failing_ms_max: i64::from(config.webhook_disable_after_days) * DAY_MS,
        overdue_ms_max: i64::from(config.webhook_alert_seconds) * 1_000,
    }
}

/// The size of a new webhook key.
pub(crate) fn webhook_key_size(config: &Config) -> WebhookKeySize {
    if config.webhook_key_bits == 4096 { WebhookKeySize::Rsa4096 } else { WebhookKeySize::Rsa2048 }
}

impl Node {
    /// Puts the working parts together.
    pub(crate) fn new(platform: Arc<Platform>, config: &Config, manner: Manner) -> Result<Self, Failure> {
        let outbound = OutboundClient::new(manner.policy, OutboundTimeouts::default()).map_err(Failure::work)?;
        let policy = Arc::clone(outbound.policy());
        rates::check_url(config, &policy)?;
        let delays = config.webhook_retry_seconds.iter().map(|seconds| i64::from(*seconds) * 1_000).collect();
        let jitter = if manner.exact_retries { 0 } else { config.webhook_jitter_percent };
        let schedule = RetrySchedule::new(delays, jitter)
            .map_err(|error| Failure::usage(format!("'webhook_retry_seconds': {error}")))?;
        let delivery_metrics = DeliveryMetrics::default();
        let dispatcher = Dispatcher::new(DispatcherParts {
            platform: Arc::clone(&platform),
            outbound: outbound.clone(),
            mailer: manner.mail.mailer,
            schedule,
            jitter: Arc::new(OsEntropy),
            limits: delivery_limits(config),
            metrics: delivery_metrics.clone(),
        });
        Ok(Self {
            platform,
            outbound: policy,
            client: outbound,
            mails_leave: manner.mail.leaves,
            dispatcher: Arc::new(dispatcher),
            refusals: Arc::default(),
            api_metrics: ApiMetrics::new(monotonic()),
            admin_metrics: AdminMetrics::default(),
            delivery_metrics,
        })
    }

    /// Starts what works beside the listeners, until `stop`; `tasks` waits for it.
    pub(crate) fn work(&self, config: &Config, stop: &CancellationToken, tasks: &TaskTracker) {
        let (dispatcher, stopped) = (Arc::clone(&self.dispatcher), stop.clone());
        tasks.spawn(async move { dispatcher.run(stopped).await });
        let (refusals, platform, stopped) = (Arc::clone(&self.refusals), Arc::clone(&self.platform), stop.clone());
        tasks.spawn(async move { refusals.run(&platform, stopped).await });
        rates::feed((&self.platform, &self.client), config, (stop, tasks));
    }

    /// The merchant API.
    pub(crate) fn api(&self, config: &Config, faults: Option<Arc<dyn FaultPlan>>) -> Result<axum::Router, Failure> {
        let settings = ApiSettings {
            timestamp_window_ms: config.timestamp_window_ms,
            fail_status: if config.fail_status == 200 { FailStatus::Always200 } else { FailStatus::Mapped },
            explain: faults.is_some(),
            trusted_proxies: addresses("trusted_proxies", &config.trusted_proxies)?,
            requests_per_second: NonZeroU32::new(config.requests_per_second),
            body_timeout: Duration::from_millis(config.body_timeout_ms),
            request_timeout: Duration::from_millis(config.request_timeout_ms),
            request_id_prefix: hex_token(&OsEntropy, 4),
        };
        let outbound = Arc::clone(&self.outbound);
        let state = ApiState::new(Arc::clone(&self.platform), settings, outbound, faults, self.api_metrics.clone());
        Ok(countersign_api::router(state.keeping_refusals(self.refusals.clone())))
    }

    /// Tells the dispatcher that something is in line.
    pub(crate) fn wake(&self) -> Arc<dyn Fn() + Send + Sync> {
        let dispatcher = Arc::clone(&self.dispatcher);
        Arc::new(move || dispatcher.wake())
    }

    /// The admin API for the operator's own systems.
    pub(crate) fn admin_api(&self, config: &Config) -> Result<axum::Router, Failure> {
        let settings = AdminApiSettings {
            timestamp_window_ms: config.timestamp_window_ms,
            trusted_proxies: addresses("trusted_proxies", &config.trusted_proxies)?,
            body_timeout: Duration::from_millis(config.body_timeout_ms),
            request_timeout: Duration::from_millis(config.request_timeout_ms),
            request_id_prefix: hex_token(&OsEntropy, 4),
        };
        let metrics = self.admin_metrics.clone();
        Ok(signed_router(Arc::clone(&self.platform), (self.outbound.clone(), self.wake()), settings, metrics))
    }

    /// What pages need, in the sandbox or not, with how API keys made there begin; those that answer without an end do so until
    /// `stop`.
    pub(crate) fn web(
        &self,
        config: &Config,
        (sandbox, api_key_prefix): (bool, &'static str),
        stop: &CancellationToken,
    ) -> Result<WebState, Failure> {
        let trusted_proxies = addresses("trusted_proxies", &config.trusted_proxies)?;
        let base = self.platform.links.base().to_owned();
        Ok(WebState::new(
            Arc::clone(&self.platform),
            WebSettings {
                sandbox,
                secure_cookies: base.starts_with("https://"),
                api_key_prefix,
                api_base_url: base,
                url_policy: self.outbound.clone(),
                trusted_proxies,
                body_timeout: Duration::from_millis(config.body_timeout_ms),
                mails_leave: self.mails_leave,
                wake: self.wake(),
                stop: stop.clone(),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::base_url;

    #[test]
    fn a_base_url_is_scheme_host_and_port() {
        let good = [
            ("https://pay.example", "https://pay.example"),
            ("http://127.0.0.1:8420/", "http://127.0.0.1:8420"),
            ("HTTPS://Pay.Example", "https://Pay.Example"),
            ("http://[::1]:8420", "http://[::1]:8420"),
        ];
        for (text, expected) in good {
            assert_eq!(
                base_url("public_url", text).map_err(|failure| failure.to_string()),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
        let bad = [
            "",
            "pay.example",
            "http://",
            "ftp://pay.example",
            "http://x?q=1",
            "http://x/#f",
            "http://a b",
            "https://user:pw@x",
            "http://x\ny",
            "http://x\"onload=1",
            "https://pay.example/base",
            "javascript:alert(1)",
        ];
        for text in bad {
            assert!(base_url("public_url", text).is_err(), "{text:?}");
        }
    }
}
