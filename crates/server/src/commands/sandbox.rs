//! `countersign sandbox`: a seeded world, all in one process.

mod data;
mod ready;

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use countersign_crypto::{Entropy, hex_token, random_bytes};
use countersign_jobs::{KeptMailer, OutboundPolicy};
use countersign_sandbox::clock::{BusinessClock, Pace};
use countersign_sandbox::clock_state;
use countersign_sandbox::console::{self, ConsoleState};
use countersign_sandbox::control::{self, Control};
use countersign_sandbox::entropy::SeededEntropy;
use countersign_sandbox::faults::Faults;
use countersign_sandbox::host::{self, AllowedHosts};
use countersign_sandbox::listeners::Listeners;
use countersign_sandbox::world::{self, KEY_PREFIX, World};
use countersign_service::installation::{self, Mood, NewWebhookKey};
use countersign_service::{Clock, Clocks, Links, Platform, PlatformParts};
use countersign_store::{CommandId, Mode, Store};
use countersign_web::WebState;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::{ClockArg, SandboxArgs};
use crate::config::{Config, Environment, RatesSource};
use crate::control_file::ControlFile;
use crate::drain::Work;
use crate::failure::Failure;
use crate::listener::{self, Limits};
use crate::mail::MailWay;
use crate::node::{self, Manner, Node, webhook_key_size};
use crate::system::{OsEntropy, SystemClock};
use crate::{database, rates, telemetry};
use data::Data;
pub(crate) use ready::Ready;

/// What a sandbox is made of before it listens.
pub(crate) struct Options {
    pub(crate) config: Config,
    pub(crate) data: DataChoice,
    pub(crate) seed: Option<u64>,
    pub(crate) pace: Pace,
}

/// Where a sandbox keeps its data.
pub(crate) enum DataChoice {
    /// In this folder.
    Folder(std::path::PathBuf),
    /// Nowhere: it goes with the process.
    Ephemeral,
}

/// A sandbox that is ready to listen.
pub(crate) struct Sandbox {
    platform: Arc<Platform>,
    clock: Arc<BusinessClock>,
    listener: std::net::TcpListener,
    config: Config,
    seeded: bool,
    // Dropped last: the folder or schema goes when nothing uses it any more.
    data: Data,
}

pub(crate) fn run(args: &SandboxArgs, environment: &Environment) -> Result<(), Failure> {
    let mut config = Config::of_sandbox(environment)?;
    config.listen = args.listen.unwrap_or(config.listen);
    config.public_url = args.public_url.clone().or(config.public_url);
    config.database = args.database.clone().or(config.database);
    telemetry::begin(&config, environment)?;
    let data = if args.ephemeral { DataChoice::Ephemeral } else { DataChoice::Folder(args.data.clone()) };
    let pace = match args.clock {
        ClockArg::Real => Pace::Real,
        ClockArg::Manual => Pace::Manual,
    };
    let sandbox = Sandbox::open(Options { config, data, seed: args.seed, pace })?;
    let json = args.json;
    let told = move |ready: &Ready| {
        if json {
            crate::complain(&format!("the console opens once at {}", ready.console_url()));
        }
        super::print(&if json { ready.json() } else { ready.text() })
    };
    let runtime = super::runtime()?;
    let outcome = runtime.block_on(async { sandbox.run(told, super::stop_signal()).await });
    // Dropping it would wait for look-ups of names that the drain gave up.
    runtime.shutdown_timeout(super::RUNTIME_END);
    outcome
}

/// The address by which this machine reaches a listener.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl Sandbox {
    /// Opens or makes the world's database and binds the listener.
    pub(crate) fn open(options: Options) -> Result<Self, Failure> {
        let Options { config, data, seed, pace } = options;
        let listener = listener::bind(config.listen)?;
        let address = reachable(listener.local_addr().map_err(Failure::work)?);
        let base_url = match &config.public_url {
            Some(url) => node::base_url("--public-url", url)?,
            None => format!("http://{address}"),
        };
        let data = Data::open(&data, config.database.as_deref(), seed)?;
        let mut store_options = database::options(Mode::ReadWrite);
        store_options.migrate_on_start = true;
        let store = database::open(&data.url(), &store_options)?;
        let (platform, clock) = compose(store, &data, &config, (seed, pace), &base_url)?;
        Ok(Self { platform, clock, listener, config, seeded: seed.is_some(), data })
    }

    /// Runs until `stop` is done; `told` is called once everything answers.
    pub(crate) async fn run(
        self,
        told: impl FnOnce(&Ready) -> Result<(), Failure>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), Failure> {
        let Self { platform, clock, listener, config, seeded, data } = self;
        let world = Arc::new(world::ensure(&platform).await.map_err(Failure::usage)?);
        let token = hex_token(platform.entropy(), 16);
        let policy = OutboundPolicy::Sandbox;
        let exact_retries = seeded || clock.pace() == Pace::Manual;
        // They are all in the mailbox, where everybody who waits for one finds it.
        let mail = MailWay { mailer: Arc::new(KeptMailer), leaves: true };
        let node = Node::new(Arc::clone(&platform), &config, Manner { policy, mail, exact_retries })?;
        let faults = Arc::new(Faults::default());
        let (cancel, tasks) = (CancellationToken::new(), TaskTracker::new());
        let listeners = Listeners::new(Arc::clone(&platform), cancel.clone());
        listeners.settle().await.map_err(Failure::work)?;
        let control = Control {
            platform: Arc::clone(&platform),
            dispatcher: Arc::clone(&node.dispatcher),
            clock: Arc::clone(&clock),
            world: Arc::clone(&world),
            listeners: Arc::clone(&listeners),
            faults: Arc::clone(&faults),
            outbound: node.outbound.clone(),
            token: Arc::new(SecretString::from(token.clone())),
            snapshots: data.snapshots().map(Arc::new),
        };
        let console_token = hex_token(&OsEntropy, 16);
        let address = reachable(listener.local_addr().map_err(Failure::work)?);
        let web = node.web(&config, (true, KEY_PREFIX), &cancel)?;
        let pages = pages((&node, web), &world, address, (&token, &console_token));
        let router = node.api(&config, Some(faults))?.merge(control::router(control)).merge(pages);

        node.work(&config, &cancel, &tasks);
        tasks.spawn(async move { listeners.run().await });
        let file =
            ControlFile { base_url: format!("http://{address}"), control_token: SecretString::from(token.clone()) };
        let published = file.publish(data.folder())?;
        told(&Ready::new(platform.links.base(), &token, &console_token, &world))?;
        let limits = Limits::of(&config)?;
        let work = Work { stop: &cancel, tasks: &tasks, drain_timeout: limits.drain_timeout };
        let listening = listener::serve(listener, router, limits, work.stopped_by(stop));
        let outcome = work.drain(listening, super::stop_signal_again()).await.conclude();
        drop(published);
        let kept = clock_state::keep(&platform, &clock).await;
        platform.store.drain();
        drop(platform);
        drop(data);
        kept.map_err(Failure::work)?;
        outcome
    }
}

/// The listen address is a name of ours even where links carry another (design §8).
fn allowed_hosts(base_url: &str, address: SocketAddr) -> AllowedHosts {
    AllowedHosts::new([base_url, &format!("http://{address}")])
}

/// Portal, checkout, console and mailbox, for browsers that call them by a name of ours.
fn pages(
    (node, web): (&Node, WebState),
    world: &Arc<World>,
    address: SocketAddr,
    (token, console_token): (&str, &str),
) -> Router {
    let base_url = node.platform.links.base().to_owned();
    let hosts = allowed_hosts(&base_url, address);
    let console = ConsoleState {
        web: web.clone(),
        platform: Arc::clone(&node.platform),
        world: Arc::clone(world),
        control_token: Arc::new(SecretString::from(token.to_owned())),
        base_url,
        console_token: Arc::new(SecretString::from(console_token.to_owned())),
    };
    countersign_web::router(web.clone())
        .merge(console::router(console))
        .fallback_service(countersign_web::elsewhere(web))
        .layer(middleware::from_fn_with_state(hosts, host::guard))
}

/// Claims the database and puts platform and business clock together.
fn compose(
    store: Store,
    data: &Data,
    config: &Config,
    (seed, pace): (Option<u64>, Pace),
    base_url: &str,
) -> Result<(Arc<Platform>, Arc<BusinessClock>), Failure> {
    let keys = data.key_ring()?;
    installation::claim(&store, Mood::Sandbox, &OsEntropy).map_err(Failure::usage)?;
    installation::prove_master_key(&store, &keys, &OsEntropy).map_err(Failure::usage)?;
    let new =
        if seed.is_some() { NewWebhookKey::PublishedTest } else { NewWebhookKey::Generate(webhook_key_size(config)) };
    let webhook_key = installation::webhook_key(&store, &keys, new, &OsEntropy).map_err(Failure::usage)?;
    let wall: Arc<dyn Clock> = Arc::new(SystemClock);
    let command = CommandId(random_bytes(&OsEntropy));
    let start = clock_state::begin(&store, command, (pace, seed.is_some()), wall.now()).map_err(Failure::usage)?;
    let entropy: Arc<dyn Entropy> = match seed {
        Some(seed) => Arc::new(SeededEntropy::new(seed, start.run)),
        None => Arc::new(OsEntropy),
    };
    let clock = Arc::new(BusinessClock::new(Arc::clone(&wall), pace, start.business));
    let rates = match config.rates_source {
        RatesSource::Sandbox => countersign_sandbox::rates::at_start(&store, wall.now()).map_err(Failure::usage)?,
        _ => rates::at_start(config, wall.now())?,
    };
    let platform = Platform::new(PlatformParts {
        store,
        keys,
        webhook_key,
        clocks: Clocks { wall, business: clock.clone() },
        entropy,
        sealing_entropy: Arc::new(OsEntropy),
        links: Links::new(base_url, &config.deeplink_scheme),
        rates,
    });
    Ok((Arc::new(platform), clock))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_answer_to_the_listen_address_beside_the_public_url() {
        let hosts = allowed_hosts("https://pay.example", "192.0.2.7:8420".parse().expect("an address"));
        for host in ["pay.example", "192.0.2.7:8420", "localhost:8420"] {
            assert!(hosts.allows(host), "{host}");
        }
        assert!(!hosts.allows("192.0.2.8:8420"));
    }
}
