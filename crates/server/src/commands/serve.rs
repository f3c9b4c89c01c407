//! `countersign serve`: the platform of a pay network.

mod admin;

use std::path::PathBuf;
use std::sync::Arc;

use countersign_crypto::MasterKeyRing;
use countersign_jobs::OutboundPolicy;
use countersign_service::installation::{self, Mood, NewWebhookKey};
use countersign_service::{Clock as _, Clocks, Links, Platform, PlatformParts, Rates};
use countersign_store::{DatabaseUrl, Mode, Store};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::ConfigArg;
use crate::config::{Config, Environment};
use crate::drain::Work;
use crate::failure::Failure;
use crate::listener::{self, Limits};
use crate::mail::MailWay;
use crate::node::{self, Manner, Node, addresses, webhook_key_size};
use crate::system::{OsEntropy, SystemClock, read_key_ring};
use crate::{database, rates, telemetry};

/// What `serve` and the commands that enrol need from a configuration.
pub(super) struct Installation {
    pub(super) url: DatabaseUrl,
    pub(super) keys: MasterKeyRing,
    pub(super) links: Links,
}

pub(super) fn required<'a, T: ?Sized>(value: Option<&'a T>, key: &str) -> Result<&'a T, Failure> {
    value.ok_or_else(|| Failure::usage(format!("'{key}' is missing from the configuration")))
}

impl Installation {
    pub(super) fn of(config: &Config) -> Result<Self, Failure> {
        let url = database::parse_url(required(config.database.as_deref(), "database")?)?;
        let key_file = required(config.master_key_file.as_deref(), "master_key_file")?;
        let public_url = node::base_url("public_url", required(config.public_url.as_deref(), "public_url")?)?;
        let links = Links::new(&public_url, &config.deeplink_scheme);
        Ok(Self { url, keys: read_key_ring(key_file, &config.master_key_older_files)?, links })
    }

    /// Opens the database and puts the platform together.
    pub(super) fn platform(self, config: &Config, rates: Rates) -> Result<Arc<Platform>, Failure> {
        let mut options = database::options(Mode::ReadWrite);
        options.migrate_on_start = config.migrate_on_start;
        let store = database::open(&self.url, &options)?;
        let webhook_key = self.prepare(&store, config)?;
        Ok(Arc::new(Platform::new(PlatformParts {
            store,
            keys: self.keys,
            webhook_key,
            clocks: Clocks { wall: Arc::new(SystemClock), business: Arc::new(SystemClock) },
            entropy: Arc::new(OsEntropy),
            sealing_entropy: Arc::new(OsEntropy),
            links: self.links,
            rates,
        })))
    }

    fn prepare(&self, store: &Store, config: &Config) -> Result<countersign_crypto::WebhookSigningKey, Failure> {
        installation::claim(store, Mood::Serve, &OsEntropy).map_err(Failure::usage)?;
        installation::prove_master_key(store, &self.keys, &OsEntropy).map_err(Failure::usage)?;
        let new = NewWebhookKey::Generate(webhook_key_size(config));
        let key = installation::webhook_key(store, &self.keys, new, &OsEntropy).map_err(Failure::usage)?;
        installation::refuse_published(&key).map_err(Failure::usage)?;
        Ok(key)
    }
}

/// Where the admin socket lives: as configured, else beside a SQLite database.
pub(super) fn socket_path(config: &Config, url: &DatabaseUrl) -> Option<PathBuf> {
    if !config.admin_socket.is_empty() {
        return Some(PathBuf::from(&config.admin_socket));
    }
    url.sqlite_path().map(|path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".sock");
        PathBuf::from(name)
    })
}

/// Which receivers may be called.
pub(super) fn outbound_policy(config: &Config) -> Result<OutboundPolicy, Failure> {
    let allow = addresses("outbound_allow", &config.outbound_allow)?;
    Ok(OutboundPolicy::Serve { allow_http: config.outbound_allow_http, allow })
}

pub(crate) fn run(args: &ConfigArg, environment: &Environment) -> Result<(), Failure> {
    let config = Config::of_serve(&args.config, environment)?;
    telemetry::begin(&config, environment)?;
    let installation = Installation::of(&config)?;
    let socket = socket_path(&config, &installation.url);
    let rates = rates::at_start(&config, SystemClock.now())?;
    let platform = installation.platform(&config, rates)?;
    let runtime = super::runtime()?;
    let outcome = runtime.block_on(serve(Arc::clone(&platform), &config, socket));
    platform.store.drain();
    // Dropping it would wait for look-ups of names that the drain gave up.
    runtime.shutdown_timeout(super::RUNTIME_END);
    outcome
}

async fn serve(platform: Arc<Platform>, config: &Config, socket: Option<PathBuf>) -> Result<(), Failure> {
    let asked = super::stop_signal();
    let policy = outbound_policy(config)?;
    let mail = MailWay::of(config, &platform.links)?;
    let node = Node::new(Arc::clone(&platform), config, Manner { policy, mail, exact_retries: false })?;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let web = node.web(config, (false, ""), &stop)?;
    let pages = countersign_web::router(web.clone()).fallback_service(countersign_web::elsewhere(web));
    let router = node.api(config, None)?.merge(pages);
    let main = listener::bind(config.listen)?;

    node.work(config, &stop, &tasks);
    admin::listen(&node, config, (&stop, &tasks))?;
    admin::listen_api(&node, config, (&stop, &tasks))?;
    if let Some(path) = socket {
        admin::listen_on_socket(&node, &path, (&stop, &tasks))?;
    }
    tracing::info!(address = %config.listen, public_url = platform.links.base(), "countersign serves");
    let limits = Limits::of(config)?;
    let work = Work { stop: &stop, tasks: &tasks, drain_timeout: limits.drain_timeout };
    let listening = listener::serve(main, router, limits, work.stopped_by(asked));
    work.drain(listening, super::stop_signal_again()).await.conclude()
}
