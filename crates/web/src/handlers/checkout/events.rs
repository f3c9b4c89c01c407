//! What happens to an order, told to its open checkout pages as server-sent events.
//!
//! A page is told a word for what the order's page shows and asks for itself again when that is not what it shows. The word
//! comes from the database at a bounded rate, so it makes no difference which node does what. Bounds: a number of open
//! streams per process, each with an end, after which the browser comes again; a page that finds no place, or a browser
//! without events, falls back on asking from time to time.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use countersign_domain::Timestamp;
use countersign_domain::id::OrderId;
use countersign_domain::order::{Order, OrderState, OrderStatus};
use countersign_service::Platform;
use countersign_store::StoreError;
use countersign_store::queries::orders;
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::bill::find;
use crate::failure::Failure;
use crate::headers::CACHE_CONTROL_PAGE;
use crate::pages::ErrorKind;
use crate::state::WebState;

/// The most streams of one process; each asks the database once per [`POLL`].
pub(crate) const WATCHERS_MAX: usize = 256;
/// How often a stream looks.
const POLL: Duration = Duration::from_secs(1);
/// How many looks a stream has before it ends: ten minutes.
const POLLS_MAX: u32 = 600;
/// After how many looks without a change the word is said again, so that a connection that is gone is noticed.
const POLLS_QUIET_MAX: u32 = 15;
/// How long a browser waits before it comes again.
const RETRY: Duration = Duration::from_secs(2);
/// The name of the event.
const NAME: &str = "order";

const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A word for what the order's page shows as of `now`.
pub(super) fn shown(order: &Order, now: Timestamp) -> String {
    match (&order.state, order.status_at(now)) {
        (OrderState::Pending(offer), OrderStatus::Pending) => format!("confirming-{}", offer.until.ms()),
        (_, OrderStatus::Initial | OrderStatus::Pending) => "open".to_owned(),
        (_, OrderStatus::Canceled) => "closed".to_owned(),
        (_, OrderStatus::Expired) => "expired".to_owned(),
        (_, OrderStatus::Error) => "failed".to_owned(),
        (_, OrderStatus::Paid | OrderStatus::Refunding | OrderStatus::Refunded | OrderStatus::FullRefunded) => {
            "paid".to_owned()
        }
    }
}

/// Whether nothing more is told after this word.
fn is_last(word: &str) -> bool {
    word != "open" && !word.starts_with("confirming-")
}

/// One open stream.
struct Watch {
    platform: Arc<Platform>,
    order: OrderId,
    stop: CancellationToken,
    ticks: Interval,
    polls: u32,
    quiet: u32,
    said: Option<String>,
    _seat: OwnedSemaphorePermit,
}

impl Watch {
    async fn look(&self) -> Result<Option<String>, StoreError> {
        let (id, now) = (self.order, self.platform.business_now());
        let order = self.platform.read("checkout_watch", move |tx, _| orders::get(tx, id)).await?;
        Ok(order.map(|order| shown(&order, now)))
    }

    /// The next thing to tell, or the end.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while self.polls < POLLS_MAX && !self.said.as_deref().is_some_and(is_last) {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                _ = self.ticks.tick() => {}
            }
            self.polls += 1;
            self.quiet += 1;
            // A busy moment is no end: the next look may find an answer.
            let Ok(word) = self.look().await else { continue };
            let word = word?;
            if self.said.as_ref() != Some(&word) || self.quiet >= POLLS_QUIET_MAX {
                self.quiet = 0;
                let event = Event::default().event(NAME).data(&word).retry(RETRY);
                self.said = Some(word);
                return Some((Ok(event), self));
            }
        }
        None
    }
}

/// The stream of one order.
pub(crate) async fn events(State(state): State<WebState>, Path(token): Path<String>) -> Result<Response, Failure> {
    let order = find(&state, token).await?.order.id;
    let seat = state.watcher_seat().ok_or(Failure::page(ErrorKind::Busy))?;
    let mut ticks = interval(POLL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Watch {
        platform: Arc::clone(state.platform()),
        order,
        stop: state.settings().stop.clone(),
        ticks,
        polls: 0,
        quiet: 0,
        said: None,
        _seat: seat,
    };
    let mut response = Sse::new(stream::unfold(watch, Watch::next)).into_response();
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL_PAGE));
    // A proxy that collects the answer would tell everything at its end.
    fields.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}
