//! The application of one test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign_api::admin::{self, AdminApiSettings, AdminMetrics};
use countersign_api::{ApiMetrics, ApiSettings, ApiState, FailStatus, FaultPlan};
use countersign_crypto::{MasterKey, MasterKeyRing, WebhookSigningKey};
use countersign_domain::id::{LedgerAccountId, MerchantId};
use countersign_domain::ledger::{AccountRef, Wallet};
use countersign_domain::merchant::MerchantKind;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::rates::{Priced, Rate};
use countersign_domain::{AddressList, Amount, Currency, Scope, ScopeSet, Timestamp};
use countersign_service::check::{self, Report};
use countersign_service::refusals::RefusalLog;
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_service::{Clocks, Links, Platform, PlatformParts, Rates};
use countersign_store::queries::ledger::StoredAccount;
use countersign_store::queries::outbox::{self, Channel, Message};
use countersign_store::queries::trial_balance::PlatformSum;
use countersign_store::queries::{ledger, orders as order_rows, trial_balance};
use countersign_store::{Engine, ReadTx, StoreError};

use crate::actors::{Anon, HoldsMoney, Merchant, Operator, Partner, Payer, Provider};
use crate::clock::ManualClock;
use crate::consent::{Authority, Terms};
use crate::database::TestDatabase;
use crate::entropy::SeededEntropy;
use crate::footprint::Footprint;
use crate::rates::rate_table;
use crate::system::{System, SystemRights};
use crate::world::World;

/// When every test begins: 2026-01-15T12:00:00Z.
pub const START: Timestamp = Timestamp::from_ms(1_768_478_400_000);

/// The base of every link.
pub const BASE_URL: &str = "https://pay.test";

/// The address that the tests' outbound policy refuses.
pub const REFUSED_HOST: &str = "169.254.169.254";

/// The most messages of one merchant that a test looks at.
const MESSAGES_MAX: i64 = 100;

/// The most accounts that a test looks at.
const ACCOUNTS_MAX: i64 = 1_000;

/// Allows every receiver but the metadata address.
struct TestUrlPolicy;

impl UrlPolicy for TestUrlPolicy {
    fn check(&self, url: &str) -> Result<(), String> {
        if url.contains(REFUSED_HOST) { Err(format!("{REFUSED_HOST} is never called")) } else { Ok(()) }
    }
}

/// What a test may set before its application starts.
pub struct Setup {
    /// The API's settings: one second each way, mapped statuses, explanations on, no rate limit.
    pub settings: ApiSettings,
    /// Codes that calls get out of turn.
    pub faults: Option<Arc<dyn FaultPlan>>,
    /// Where refused calls are kept; nowhere if not said.
    pub refusals: Option<Arc<dyn RefusalLog>>,
    /// What things are worth: [`rate_table`], for ever.
    pub rates: Rates,
    /// The seed of every id, key and token.
    pub seed: u64,
}

impl Setup {
    fn new() -> Self {
        let settings = ApiSettings {
            timestamp_window_ms: 1_000,
            fail_status: FailStatus::Mapped,
            explain: true,
            trusted_proxies: AddressList::any(),
            requests_per_second: None,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            request_id_prefix: "test".to_owned(),
        };
        Self { settings, faults: None, refusals: None, rates: Rates::fixed(rate_table()), seed: 1 }
    }
}

/// The whole application in process, on a database of its own.
///
/// When it goes, every proof of `countersign check` must hold; a test that fails anyway is not disturbed.
pub struct TestApp {
    world: Arc<World>,
    admin_metrics: AdminMetrics,
    admin_wakes: Arc<AtomicU32>,
    // Fields drop in order: the store's threads must be gone before their database is.
    database: TestDatabase,
}

impl TestApp {
    /// Starts on `engine` with the usual settings.
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, |_| ())
    }

    /// Starts on `engine` with what `change` makes of the usual settings.
    pub fn start_with(engine: Engine, change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup::new();
        change(&mut setup);
        let database = TestDatabase::create(engine);
        let (wall, business) = (Arc::new(ManualClock::at(START)), Arc::new(ManualClock::at(START)));
        let keys = MasterKeyRing::new(&MasterKey::from_bytes(b"the master key of every testkit!"), &[]);
        let platform = Arc::new(Platform::new(PlatformParts {
            store: database.open(START),
            keys: keys.expect("one key makes a ring"),
            webhook_key: WebhookSigningKey::published_test(),
            clocks: Clocks { wall: wall.clone(), business: business.clone() },
            entropy: Arc::new(SeededEntropy::new(setup.seed)),
            // A stream of its own: what is sealed must not shift the ids.
            sealing_entropy: Arc::new(SeededEntropy::new(!setup.seed)),
            links: Links::new(BASE_URL, "csbx"),
            rates: setup.rates,
        }));
        let always_200 = matches!(setup.settings.fail_status, FailStatus::Always200);
        // Durations are not looked at: the metrics' clock stands still.
        let metrics = ApiMetrics::new(Arc::new(|| Duration::ZERO));
        let Setup { settings, faults, refusals, .. } = setup;
        let admin_settings = AdminApiSettings {
            timestamp_window_ms: settings.timestamp_window_ms,
            trusted_proxies: settings.trusted_proxies.clone(),
            body_timeout: settings.body_timeout,
            request_timeout: settings.request_timeout,
            request_id_prefix: settings.request_id_prefix.clone(),
        };
        let admin_metrics = AdminMetrics::default();
        let admin_wakes = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&admin_wakes);
        let wake: admin::Wake = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let policy_and_wake: (Arc<dyn UrlPolicy>, _) = (Arc::new(TestUrlPolicy), wake);
        let admin_router =
            admin::signed_router(Arc::clone(&platform), policy_and_wake, admin_settings, admin_metrics.clone());
        let mut state = ApiState::new(Arc::clone(&platform), settings, Arc::new(TestUrlPolicy), faults, metrics);
        if let Some(log) = refusals {
            state = state.keeping_refusals(log);
        }
        let router = countersign_api::router(state);
        let world = Arc::new(World::new(platform, (router, admin_router), (wall, business), always_200));
        Self { world, admin_metrics, admin_wakes, database }
    }

    /// What the actors share.
    pub const fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// What is counted of the admin API.
    pub const fn admin_metrics(&self) -> &AdminMetrics {
        &self.admin_metrics
    }

    /// How often the admin API has woken the dispatcher.
    pub fn admin_wakes(&self) -> u32 {
        self.admin_wakes.load(Ordering::SeqCst)
    }

    /// The platform.
    pub fn platform(&self) -> &Arc<Platform> {
        self.world.platform()
    }

    /// Where the data is.
    pub const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Business time.
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// Moves both clocks.
    pub fn advance_ms(&self, ms: i64) {
        self.world.wall().advance_ms(ms);
        self.world.business().advance_ms(ms);
    }

    /// A provider that may ask for every scope and has no fee share.
    pub async fn provider(&self, name: &str) -> Provider {
        let kind = MerchantKind::Provider { allowed_scopes: ScopeSet::ALL, fee_share: PartsPerMillion::ZERO };
        Provider(Merchant::enrol(&self.world, name, kind).await)
    }

    /// A plain merchant.
    pub async fn merchant(&self, name: &str) -> Merchant {
        Merchant::enrol(&self.world, name, MerchantKind::Plain).await
    }

    /// A channel partner.
    pub async fn partner(&self, name: &str) -> Partner {
        Partner(Merchant::enrol(&self.world, name, MerchantKind::Partner).await)
    }

    /// A payer with empty wallets.
    pub async fn payer(&self, name: &str) -> Payer {
        Payer::enrol(&self.world, name).await
    }

    /// A payer with `amount` USDT in the funding wallet.
    pub async fn payer_with(&self, amount: &str) -> Payer {
        let payer = self.payer("Pay Er").await;
        self.operator().await.credit(&payer, Wallet::Funding, (amount, Currency::USDT)).await;
        payer
    }

    /// Whoever runs the platform.
    pub async fn operator(&self) -> Operator {
        Operator::enrol(&self.world).await
    }

    /// One of the operator's systems.
    pub async fn system(&self, rights: SystemRights) -> System {
        System::enrol(&self.world, rights).await
    }

    /// Somebody without a key.
    pub fn anon(&self) -> Anon {
        Anon { world: Arc::clone(&self.world) }
    }

    /// Lets `provider` act for `merchant` within `scopes`.
    pub async fn grant(&self, provider: &Provider, merchant: &Merchant, scopes: &[Scope]) -> Authority {
        self.grant_on(provider, merchant, &Terms::of(scopes)).await
    }

    /// Lets `provider` act for `merchant` on these terms.
    pub async fn grant_on(&self, provider: &Provider, merchant: &Merchant, terms: &Terms) -> Authority {
        let authority = provider.request(merchant, terms).await;
        merchant.approve(authority.id, terms).await.expect("the request can be agreed to");
        authority
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        mut what: impl FnMut(&mut dyn ReadTx) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let read: Result<T, StoreError> = self.platform().read("test", move |tx, _| what(tx)).await;
        read.expect("the database can be read")
    }

    /// What is free in a wallet, zero where it was never used.
    pub async fn balance(&self, holder: &impl HoldsMoney, wallet: Wallet, currency: Currency) -> Amount {
        let owner = holder.owner();
        let found = self.read(move |tx| ledger::balance(tx, owner, wallet, currency)).await;
        found.map_or(Amount::zero(currency), |balance| balance.available)
    }

    /// What is held in a funding wallet.
    pub async fn held(&self, holder: &impl HoldsMoney, currency: Currency) -> Amount {
        let owner = holder.owner();
        let found = self.read(move |tx| ledger::balance(tx, owner, Wallet::Funding, currency)).await;
        found.map_or(Amount::zero(currency), |balance| balance.frozen)
    }

    /// Every account, and what those of the platform come to, which keep no balance themselves; on one snapshot.
    pub async fn ledger(&self) -> (Vec<StoredAccount>, Vec<PlatformSum>) {
        let first = LedgerAccountId::new(i64::MIN);
        self.read(move |tx| Ok((ledger::accounts_page(tx, first, ACCOUNTS_MAX)?, trial_balance::platform(tx)?))).await
    }

    /// Changes what things are worth.
    pub fn set_price(&self, of: impl Into<Priced>, price: Rate) {
        let platform = self.platform();
        let table = platform.rates_now().expect("a test's prices do not age");
        platform.rates.put(table.with(self.now(), [(of.into(), price)]));
    }

    /// What a provider owes of its shares of commissions.
    pub async fn debt(&self, provider: &Provider, currency: Currency) -> Amount {
        let account = AccountRef::ProviderDebt(provider.id);
        let owed = self.read(move |tx| match ledger::find(tx, account, currency)? {
            Some(id) => ledger::sums(tx, id).map(|(sum, _)| -sum),
            None => Ok(0),
        });
        Amount::from_minor(owed.await, currency)
    }

    /// What is free in a funding wallet in USDT, as text.
    pub async fn usdt(&self, holder: &impl HoldsMoney) -> String {
        self.balance(holder, Wallet::Funding, Currency::USDT).await.to_string()
    }

    /// The messages in a merchant's log, oldest first.
    pub async fn messages(&self, channel: Channel, merchant: MerchantId) -> Vec<Message> {
        let before = countersign_domain::id::OutboxId::new(i64::MAX);
        let mut newest_first =
            self.read(move |tx| outbox::page(tx, channel, Some(merchant), before, MESSAGES_MAX)).await;
        newest_first.reverse();
        newest_first
    }

    /// Whose order this is.
    pub async fn merchant_of(&self, prepay_id: &str) -> MerchantId {
        let id = prepay_id.parse().expect("a prepay id is a number");
        self.read(move |tx| order_rows::get(tx, id)).await.expect("the order exists").merchant_id
    }

    /// How much is in the database.
    pub async fn footprint(&self) -> Footprint {
        self.read(Footprint::take).await
    }

    /// The proofs of `countersign check`.
    pub async fn check(&self) -> Report {
        self.read(check::run).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        // A runtime may be running on this thread, and reading blocks: a thread of its own does it.
        let store = self.platform().store.clone();
        let read = std::thread::spawn(move || store.read_blocking("check", |tx| check::run(tx)));
        let report: Result<Report, StoreError> = read.join().expect("the proofs do not panic");
        let findings = report.expect("the database can be read").findings;
        assert!(findings.is_empty(), "the test left a database that does not prove: {findings:?}");
    }
}

/// The address lists of tests: one entry.
pub fn only_from(address: &str) -> AddressList {
    AddressList::parse([address]).expect("the test gives an address or a range")
}

/// Runs a test's body on an engine, in a runtime of its own.
pub fn run<F: Future>(engine: Engine, body: impl FnOnce(TestApp) -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let app = TestApp::start(engine);
        body(app).await
    })
}
