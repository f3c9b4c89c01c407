//! The real application: platform, merchant API, and the accounts that call it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use countersign_api::{ApiMetrics, ApiSettings, ApiState, FailStatus};
use countersign_crypto::{Entropy, MasterKey, MasterKeyRing, WebhookSigningKey, random_bytes};
use countersign_domain::authorization::{OrderLimits, Origin};
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::user::Role;
use countersign_domain::{AddressList, Scope, ScopeSet};
use countersign_service::accounts::{self, AccountError};
use countersign_service::api_keys::{self, KeyError, KeyPair, NewKey};
use countersign_service::audit::Actor;
use countersign_service::authorizations::{
    self, Approval, AuthorizationToken, DecideError, NewRequest, RecordError, RequestError,
};
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_service::{Clock, Clocks, Links, Platform, PlatformParts, Rates};
use countersign_store::{Store, StoreOptions};

use crate::clock::{OsEntropy, SystemClock, monotonic, wall_ms};

/// How many orders share a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// As the store decides.
    Shared,
    /// Never more than one.
    OnePerOrder,
}

/// Orders of the benchmark name no receivers.
struct NoReceivers;

impl UrlPolicy for NoReceivers {
    fn check(&self, _: &str) -> Result<(), String> {
        Err("the benchmark calls nobody".to_owned())
    }
}

/// One application on a database of its own; clones share it.
#[derive(Clone)]
pub(crate) struct Application {
    platform: Arc<Platform>,
}

/// Who calls, and for whom.
#[derive(Clone)]
pub(crate) struct Caller {
    /// Its key and secret.
    pub(crate) key: KeyPair,
    /// Acts on behalf of the merchant who granted this.
    pub(crate) token: Option<String>,
}

impl Application {
    /// The URL of a SQLite database `name` in `folder`.
    pub(crate) fn sqlite(folder: &Path, name: &str) -> String {
        format!("sqlite:{}", folder.join(name).display())
    }

    /// Makes the database at `url`.
    pub(crate) fn open(url: &str, commits: Commits) -> Result<Self> {
        let url = url.parse()?;
        let mut options = StoreOptions::new(monotonic(), Arc::new(wall_ms));
        if commits == Commits::OnePerOrder {
            options.batch_jobs_max = 1;
        }
        options.migrate_on_start = true;
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let platform = Platform::new(PlatformParts {
            store: Store::open(&url, &options)?,
            keys: MasterKeyRing::new(&MasterKey::from_bytes(&random_bytes::<32>(&OsEntropy)), &[])?,
            webhook_key: WebhookSigningKey::published_test(),
            clocks: Clocks { wall: Arc::clone(&clock), business: clock },
            entropy: Arc::clone(&entropy),
            sealing_entropy: entropy,
            links: Links::new("https://pay.example", "countersign"),
            rates: Rates::none(),
        });
        Ok(Self { platform: Arc::new(platform) })
    }

    /// The merchant API with the settings of `serve`, but without a limit on the rate.
    pub(crate) fn router(&self, timestamp_window_ms: i64) -> Router {
        let settings = ApiSettings {
            timestamp_window_ms,
            fail_status: FailStatus::Mapped,
            explain: false,
            trusted_proxies: AddressList::any(),
            requests_per_second: None,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            request_id_prefix: "bench".to_owned(),
        };
        let metrics = ApiMetrics::new(monotonic());
        let state = ApiState::new(Arc::clone(&self.platform), settings, Arc::new(NoReceivers), None, metrics);
        countersign_api::router(state)
    }

    /// The use cases.
    pub(crate) fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }

    /// A merchant with a key, for use cases that are called without HTTP.
    pub(crate) async fn shop(&self) -> Result<(MerchantId, ApiKeyId)> {
        let merchant = self.enrol("Shop", MerchantKind::Plain).await?;
        Ok((merchant, self.key(merchant).await?.0))
    }

    /// Its database, for the counters.
    pub(crate) fn store(&self) -> Store {
        self.platform.store.clone()
    }

    /// A merchant that calls for itself.
    pub(crate) async fn merchant(&self) -> Result<Caller> {
        let merchant = self.enrol("Shop", MerchantKind::Plain).await?;
        Ok(Caller { key: self.key(merchant).await?.1, token: None })
    }

    /// A provider with a merchant's agreement to create orders.
    pub(crate) async fn provider(&self) -> Result<Caller> {
        let kind = MerchantKind::Provider { allowed_scopes: ScopeSet::ALL, fee_share: PartsPerMillion::ZERO };
        let provider = self.enrol("Provider", kind).await?;
        let merchant = self.enrol("Shop", MerchantKind::Plain).await?;
        let (key_id, key) = self.key(provider).await?;
        let token = self.agreement(merchant, (provider, key_id)).await?;
        Ok(Caller { key, token: Some(token) })
    }

    async fn enrol(&self, name: &'static str, kind: MerchantKind) -> Result<MerchantId, AccountError> {
        let acting = (Actor::Operator, SystemClock.now());
        self.platform
            .write("merchant_create", move |tx, platform| accounts::create_merchant(tx, platform, (name, kind), acting))
            .await
    }

    async fn key(&self, merchant_id: MerchantId) -> Result<(ApiKeyId, KeyPair), KeyError> {
        let pair = KeyPair::draw(&self.platform, "");
        let (scopes, addresses) = (ScopeSet::ALL, AddressList::any());
        let new = NewKey { merchant_id, name: "bench".to_owned(), scopes, addresses, pair: pair.clone() };
        let acting = (Actor::Operator, SystemClock.now());
        let made = self.platform.write("key_create", move |tx, platform| api_keys::create(tx, platform, &new, acting));
        Ok((made.await?, pair))
    }

    /// Asks as the provider, agrees as the merchant's owner, and gives the token.
    async fn agreement(&self, merchant: MerchantId, (provider, key): (MerchantId, ApiKeyId)) -> Result<String> {
        let scopes: ScopeSet = [Scope::Checkout].into_iter().collect();
        let now = SystemClock.now();
        let new = NewRequest {
            provider_id: provider,
            merchant_id: merchant,
            scopes,
            addresses: AddressList::any(),
            origin: Origin::Api,
            token: AuthorizationToken::draw(&self.platform),
        };
        let asked = self.platform.write("authorization_request", move |tx, platform| -> Result<_, RequestError> {
            authorizations::create(tx, platform, &new, (Actor::Key(key), now))
        });
        let asked = asked.await?;
        let owner = self.platform.write("user_create", move |tx, platform| -> Result<_, AccountError> {
            accounts::create_user(
                tx,
                platform,
                ("owner@shop.example", Role::Owner(merchant)),
                None,
                (Actor::Operator, now),
            )
        });
        let approval = Approval {
            merchant_id: merchant,
            id: asked.id,
            by: owner.await?,
            scopes,
            limits: OrderLimits::none(),
            ends_at: None,
            shown: None,
        };
        let agreed = self.platform.write("authorization_approve", move |tx, platform| -> Result<_, DecideError> {
            authorizations::approve(tx, platform, &approval, now)
        });
        agreed.await?;
        let token = self.platform.read("token", move |tx, platform| -> Result<_, RecordError> {
            authorizations::open_token(tx, platform, asked.token_of)
        });
        Ok(token.await?.expose().to_owned())
    }
}
