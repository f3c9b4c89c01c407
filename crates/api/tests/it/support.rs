//! A platform of its own for each test: fixed clocks, a merchant with a key, and signed calls through the router.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use countersign_api::{ApiMetrics, ApiSettings, ApiState, FailStatus, FaultPlan, router};
use countersign_crypto::{Entropy, MasterKey, MasterKeyRing, WebhookSigningKey, sign_request};
use countersign_domain::id::{ApiKeyId, MerchantId};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::{AddressList, ScopeSet, Timestamp};
use countersign_service::accounts::{self, AccountError};
use countersign_service::api_keys::{self, KeyError, KeyPair, NewKey};
use countersign_service::audit::Actor;
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_service::{Clock, Clocks, Links, Platform, PlatformParts, Rates};
use countersign_store::{Store, StoreOptions};
use countersign_wire::ResultCode;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tower::ServiceExt as _;

/// 2023-11-14T22:13:20Z.
pub(crate) const NOW_MS: i64 = 1_700_000_000_000;
/// From where calls come unless a test says otherwise.
pub(crate) const PEER: &str = "198.51.100.7:4711";

/// A clock that stands where it was put.
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    fn at(ms: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(ms)))
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.load(Ordering::Relaxed))
    }
}

/// The `SplitMix64` generator: spread over all bytes and the same each run.
struct Stream(AtomicU64);

impl Entropy for Stream {
    fn fill(&self, destination: &mut [u8]) {
        for chunk in destination.chunks_mut(8) {
            let mut word = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(word ^ (word >> 31)).to_be_bytes()[..chunk.len()]);
        }
    }
}

/// Refuses what holds `forbidden`, and breaks on what holds `defect`.
pub(crate) struct Policy;

impl UrlPolicy for Policy {
    fn check(&self, url: &str) -> Result<(), String> {
        assert!(!url.contains("defect"), "a defect that nobody may hear of");
        if url.contains("forbidden") { Err("this address is never called".to_owned()) } else { Ok(()) }
    }
}

/// Faults for one path, used up one after another.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<(String, ResultCode)>>);

impl Faults {
    pub(crate) fn plan(&self, path: &str, code: ResultCode) {
        self.0.lock().expect("not poisoned").push((path.to_owned(), code));
    }
}

impl FaultPlan for Faults {
    fn take(&self, path: &str) -> Option<ResultCode> {
        let mut planned = self.0.lock().expect("not poisoned");
        let index = planned.iter().position(|(of, _)| of == path)?;
        Some(planned.remove(index).1)
    }
}

/// A key as its owner has it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: ApiKeyId,
    pub(crate) merchant: MerchantId,
    pub(crate) text: String,
    secret: SecretString,
}

/// One application.
pub(crate) struct App {
    pub(crate) platform: Arc<Platform>,
    pub(crate) wall: Arc<SetClock>,
    pub(crate) business: Arc<SetClock>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) metrics: ApiMetrics,
    router: axum::Router,
    nonces: AtomicU64,
    _folder: tempfile::TempDir,
}

/// Settings as a sandbox has them.
pub(crate) fn settings() -> ApiSettings {
    ApiSettings {
        timestamp_window_ms: 1_000,
        fail_status: FailStatus::Mapped,
        explain: true,
        trusted_proxies: AddressList::any(),
        requests_per_second: None,
        body_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(20),
        request_id_prefix: "test".to_owned(),
    }
}

impl App {
    pub(crate) fn new(settings: ApiSettings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display()).parse().expect("a URL");
        let options = StoreOptions::new(Arc::new(|| Duration::ZERO), Arc::new(|| NOW_MS));
        let (wall, business) = (SetClock::at(NOW_MS), SetClock::at(NOW_MS));
        let entropy = Arc::new(Stream(AtomicU64::new(1)));
        let platform = Arc::new(Platform::new(PlatformParts {
            store: Store::open(&url, &options).expect("a database"),
            keys: MasterKeyRing::new(&MasterKey::from_bytes(&[7; 32]), &[]).expect("a ring"),
            webhook_key: WebhookSigningKey::published_test(),
            clocks: Clocks { wall: wall.clone(), business: business.clone() },
            entropy: entropy.clone(),
            sealing_entropy: entropy,
            links: Links::new("https://pay.example", "countersign"),
            rates: Rates::none(),
        }));
        let faults = Arc::new(Faults::default());
        let metrics = ApiMetrics::new(Arc::new(|| Duration::ZERO));
        let state =
            ApiState::new(Arc::clone(&platform), settings, Arc::new(Policy), Some(faults.clone()), metrics.clone());
        Self {
            platform,
            wall,
            business,
            faults,
            metrics,
            router: router(state),
            nonces: AtomicU64::new(0),
            _folder: folder,
        }
    }

    /// A merchant of any kind.
    pub(crate) async fn merchant(&self, kind: MerchantKind) -> MerchantId {
        let made = self.platform.write("test", move |tx, platform| -> Result<_, AccountError> {
            accounts::create_merchant(tx, platform, ("Shop", kind), (Actor::Operator, Timestamp::from_ms(NOW_MS)))
        });
        made.await.expect("a merchant")
    }

    /// A key with everything ticked.
    pub(crate) async fn key(&self, merchant: MerchantId, addresses: &[&str]) -> Key {
        self.key_with(merchant, addresses, ScopeSet::ALL).await
    }

    /// A key with some access ticks.
    pub(crate) async fn key_with(&self, merchant: MerchantId, addresses: &[&str], scopes: ScopeSet) -> Key {
        let pair = KeyPair::draw(&self.platform, "");
        let addresses = AddressList::parse(addresses.iter().copied()).expect("a list");
        let new = NewKey { merchant_id: merchant, name: "test".to_owned(), scopes, addresses, pair: pair.clone() };
        let made = self.platform.write("test", move |tx, platform| -> Result<_, KeyError> {
            api_keys::create(tx, platform, &new, (Actor::Operator, Timestamp::from_ms(NOW_MS)))
        });
        Key { id: made.await.expect("a key"), merchant, text: pair.key, secret: pair.secret }
    }

    /// A key as the admin API answered it.
    pub(crate) fn made_key(answer: &Value, merchant: &str) -> Key {
        let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
        let merchant = merchant.parse().expect("a number");
        Key { id: ApiKeyId::new(0), merchant, text: text("apiKey"), secret: SecretString::from(text("apiSecret")) }
    }

    /// A plain merchant's key without address list.
    pub(crate) async fn shop(&self) -> Key {
        let merchant = self.merchant(MerchantKind::Plain).await;
        self.key(merchant, &[]).await
    }

    /// A provider's key, all scopes allowed.
    pub(crate) async fn provider(&self) -> Key {
        let kind = MerchantKind::Provider { allowed_scopes: ScopeSet::ALL, fee_share: PartsPerMillion::ZERO };
        let merchant = self.merchant(kind).await;
        self.key(merchant, &[]).await
    }

    /// A signed request, fresh each time.
    pub(crate) fn signed(&self, key: &Key, path: &str, body: &str) -> Request<Body> {
        let nonce = format!("{:032}", self.nonces.fetch_add(1, Ordering::Relaxed));
        self.signed_with(key, path, body, &nonce)
    }

    /// A signed request with this nonce.
    pub(crate) fn signed_with(&self, key: &Key, path: &str, body: &str, nonce: &str) -> Request<Body> {
        let timestamp = self.platform.wall_now().ms().to_string();
        let signature = sign_request(key.secret.expose_secret().as_bytes(), &timestamp, nonce, body.as_bytes());
        Request::post(format!("/binancepay/openapi{path}"))
            .extension(ConnectInfo(PEER.parse::<SocketAddr>().expect("an address")))
            .header("content-type", "application/json")
            .header("BinancePay-Certificate-SN", &key.text)
            .header("BinancePay-Timestamp", timestamp)
            .header("BinancePay-Nonce", nonce)
            .header("BinancePay-Signature", signature)
            .body(Body::from(body.to_owned()))
            .expect("a request")
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.expect("the router answers")).await
    }

    /// Signs and sends.
    pub(crate) async fn call(&self, key: &Key, path: &str, body: &str) -> Answer {
        self.send(self.signed(key, path, body)).await
    }
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status: parts.status.as_u16(), headers: parts.headers, body, text }
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn message(&self) -> &str {
        self.body["errorMessage"].as_str().unwrap_or_default()
    }

    pub(crate) fn explanation(&self) -> &str {
        self.headers.get("x-countersign-explain").and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The data of a success.
    pub(crate) fn data(&self) -> &Value {
        assert_eq!((self.status, self.code()), (200, "000000"), "{self:?}");
        &self.body["data"]
    }

    /// A refusal: HTTP status and code.
    pub(crate) fn refused(&self) -> (u16, &str) {
        assert_eq!(self.body["status"], "FAIL", "{self:?}");
        assert!(!self.message().is_empty() && self.body.get("data").is_none(), "{self:?}");
        assert_eq!(self.headers["content-type"], "application/json");
        (self.status, self.code())
    }
}
