//! `countersign listen`: programs that want to be told of everything for as long as they hold a connection.
//!
//! A listener is an endpoint of every merchant of the sandbox, or of one. What stands in the database follows from who listens
//! in this process: [`Listeners::settle`] adds the endpoints that are missing, enables those that were disabled, and removes
//! those that belong to nobody. It runs at the start, so that what a process left that was killed is gone, and whenever something
//! changes that it follows from.
//! A listener that goes, in whatever way, lets go of its [`Seat`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, WebhookEndpointId};
use countersign_domain::webhook_endpoint::{EndpointTerms, EventFilter, WebhookEndpoint};
use countersign_service::audit::Actor;
use countersign_service::platform::Platform;
use countersign_service::webhook_endpoints::{self as endpoints, EndpointError};
use countersign_store::WriteTx;
use countersign_store::queries::{merchants, webhook_endpoints as rows};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The description of their endpoints, by which they are known again.
pub const DESCRIPTION: &str = "countersign listen (goes when it ends)";
/// The most listeners at a time: a merchant's other endpoints need places too.
pub const LISTENERS_MAX: usize = 4;
/// How many rows are read at once.
const PAGE: i64 = 200;

/// Whether this endpoint is a listener's.
pub fn is_of_listener(endpoint: &WebhookEndpoint) -> bool {
    endpoint.terms.description == DESCRIPTION
}

/// Who listens.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Where it is told.
    pub url: String,
    /// Of which kinds of events.
    pub events: EventFilter,
    /// What this merchant is told; `None` for every merchant.
    pub merchant: Option<MerchantId>,
}

impl Listener {
    fn hears(&self, merchant: MerchantId) -> bool {
        self.merchant.is_none_or(|only| only == merchant)
    }

    fn terms(&self) -> EndpointTerms {
        EndpointTerms { events: self.events.clone(), ..EndpointTerms::of_everything(&self.url, DESCRIPTION) }
    }
}

/// What is in the database now of one listener.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// How many endpoints it has.
    pub endpoints: u32,
    /// How many it lacks, because the merchant has as many as it may have.
    pub no_place: u32,
}

/// Listeners by their numbers.
type Numbered<T> = BTreeMap<u64, T>;

/// Why nobody more can listen.
#[derive(Debug, Error)]
pub enum ListenError {
    /// There are enough.
    #[error("at most {LISTENERS_MAX} programs can listen at a time")]
    TooMany,
    /// The sandbox is about to end.
    #[error("the sandbox is about to end")]
    Ending,
    /// Nobody is told there.
    #[error("there is no such merchant, or it has no place for one more endpoint")]
    Nobody,
    /// What it is to be told cannot be written.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}

/// The listeners of one sandbox.
pub struct Listeners {
    platform: Arc<Platform>,
    stop: CancellationToken,
    live: Mutex<(u64, Numbered<Listener>)>,
    turn: tokio::sync::Mutex<()>,
    changed: Notify,
}

/// A listener's place, which it has until this is dropped.
pub struct Seat {
    /// Its number.
    pub id: u64,
    listeners: Arc<Listeners>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.listeners.forget(self.id);
        self.listeners.changed.notify_one();
    }
}

impl Listeners {
    /// None yet; none any more once `stop` is cancelled.
    pub fn new(platform: Arc<Platform>, stop: CancellationToken) -> Arc<Self> {
        let live = Mutex::new((0, BTreeMap::new()));
        Arc::new(Self { platform, stop, live, turn: tokio::sync::Mutex::new(()), changed: Notify::new() })
    }

    /// The number given last, and who listens.
    fn live(&self) -> MutexGuard<'_, (u64, Numbered<Listener>)> {
        self.live.lock().expect("the lock is held only for map operations")
    }

    fn forget(&self, id: u64) {
        self.live().1.remove(&id);
    }

    /// Done when the sandbox is to end.
    pub async fn ending(&self) {
        self.stop.cancelled().await;
    }

    /// One listener more.
    pub async fn join(self: &Arc<Self>, listener: Listener) -> Result<(Seat, Settled), ListenError> {
        if self.stop.is_cancelled() {
            return Err(ListenError::Ending);
        }
        let seat = {
            let mut live = self.live();
            if live.1.len() >= LISTENERS_MAX {
                return Err(ListenError::TooMany);
            }
            live.0 += 1;
            let id = live.0;
            live.1.insert(id, listener);
            Seat { id, listeners: Arc::clone(self) }
        };
        let settled = self.settle().await?.get(&seat.id).copied().unwrap_or_default();
        if settled.endpoints > 0 { Ok((seat, settled)) } else { Err(ListenError::Nobody) }
    }

    /// One listener less, its endpoints gone when this is done. Nothing happens where it is gone already.
    pub async fn leave(&self, id: u64) -> Result<(), EndpointError> {
        self.forget(id);
        self.settle().await.map(drop)
    }

    /// Lets the database say who listens; answers what it says of each.
    pub async fn settle(&self) -> Result<Numbered<Settled>, EndpointError> {
        let _turn = self.turn.lock().await;
        let wanted = self.live().1.clone();
        let now = self.platform.business_now();
        let write = self.platform.write("sandbox_listeners_settle", move |tx, platform| {
            clear(tx, &wanted, now)?;
            cover(tx, platform, &wanted, now)
        });
        write.await
    }

    /// The same where somebody listens: after what may have changed who their merchants are, or taken an endpoint from them, or
    /// disabled it.
    pub async fn renew(&self) -> Result<(), EndpointError> {
        if self.live().1.is_empty() { Ok(()) } else { self.settle().await.map(drop) }
    }

    /// Clears up after listeners that go, until the sandbox ends and all go.
    pub async fn run(&self) {
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => break,
                () = self.changed.notified() => self.clear_up().await,
            }
        }
        self.live().1.clear();
        self.clear_up().await;
    }

    async fn clear_up(&self) {
        if let Err(error) = self.settle().await {
            tracing::warn!(%error, "endpoints of programs that no longer listen are left until the next change");
        }
    }
}

/// Removes the endpoints of listeners that are no more.
fn clear(tx: &mut dyn WriteTx, wanted: &Numbered<Listener>, now: Timestamp) -> Result<(), EndpointError> {
    let mut after = WebhookEndpointId::new(0);
    loop {
        let page = rows::described(tx, DESCRIPTION, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for endpoint in page {
            let merchant = endpoint.merchant_id;
            let is_wanted =
                wanted.values().any(|listener| listener.url == endpoint.terms.url && listener.hears(merchant));
            if !is_wanted {
                match endpoints::remove(tx, merchant, endpoint.id, (Actor::Operator, now)) {
                    // Its owner was faster.
                    Ok(()) | Err(EndpointError::Unknown) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

/// Adds the endpoints that listeners lack. Who listens wants to hear: those that are disabled, because their receiver was away
/// for days on a clock that runs, are enabled.
fn cover(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    wanted: &Numbered<Listener>,
    now: Timestamp,
) -> Result<Numbered<Settled>, EndpointError> {
    let (mut settled, mut after) = (Numbered::<Settled>::new(), MerchantId::new(0));
    loop {
        let page = if wanted.is_empty() { Vec::new() } else { merchants::ids_after(tx, after, PAGE)? };
        let Some(last) = page.last() else { return Ok(settled) };
        after = *last;
        for merchant in page {
            for (id, listener) in wanted.iter().filter(|(_, listener)| listener.hears(merchant)) {
                let of_it = settled.entry(*id).or_default();
                match endpoints::add(tx, platform, merchant, &listener.terms(), (Actor::Operator, now)) {
                    Ok(_) => of_it.endpoints += 1,
                    Err(EndpointError::UrlTaken) => {
                        enable(tx, (merchant, &listener.url), now)?;
                        of_it.endpoints += 1;
                    }
                    Err(EndpointError::TooMany) => of_it.no_place += 1,
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

/// Lets the listener's endpoint that is there already hear again; one that a merchant has under this URL is left as it is.
fn enable(tx: &mut dyn WriteTx, (merchant, url): (MerchantId, &str), now: Timestamp) -> Result<(), EndpointError> {
    match rows::by_url(tx, merchant, url)?.filter(is_of_listener) {
        Some(endpoint) => endpoints::enable_by_operator(tx, merchant, endpoint.id, (Actor::Operator, now)).map(drop),
        None => Ok(()),
    }
}
