//! What happens to an order, told to its open checkout pages as server-sent events.
//!
//! A page is told a word for what the order's page shows and asks for itself again when that is not what it shows. The word
//! comes from the database at a bounded rate, so it makes no difference which node does what; the streams of one order share
//! their looks. Bounds: a number of open streams ([`super::seats`]), each with an end, after which the browser comes again; a
//! page that finds no place, or a browser without events, falls back on asking from time to time.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use countersign_domain::Timestamp;
use countersign_domain::id::OrderId;
use countersign_domain::order::{OrderStatus, Standing};
use countersign_service::Platform;
use futures_util::stream;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::bill::find;
use super::seats::{NoSeat, Seat, Seats};
use crate::failure::Failure;
use crate::headers::CACHE_CONTROL_PAGE;
use crate::pages::ErrorKind;
use crate::session::Client;
use crate::state::WebState;

/// How often a stream looks, and how often the database is asked for one order at most, but for streams that begin.
pub(super) const POLL: Duration = Duration::from_secs(1);
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
pub(super) fn shown(standing: Standing, now: Timestamp) -> String {
    match (standing, standing.status_at(now)) {
        (Standing::Open { held_until: Some(until), .. }, OrderStatus::Pending) => format!("confirming-{}", until.ms()),
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
    seat: Seat,
}

impl Watch {
    /// The next thing to tell, or the end.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while self.polls < POLLS_MAX && !self.said.as_deref().is_some_and(is_last) {
            let at = tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                at = self.ticks.tick() => at,
            };
            self.polls += 1;
            self.quiet += 1;
            // A busy moment is no end: the next look may find an answer.
            let looked = self.seat.board.look(&self.platform, self.order, (at, self.said.is_none())).await;
            let Ok(standing) = looked else { continue };
            let word = shown(standing?, self.platform.business_now());
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
pub(crate) async fn events(
    State(state): State<WebState>,
    Path(token): Path<String>,
    client: Client,
) -> Result<Response, Failure> {
    let order = find(&state, token).await?.order.id;
    // To a page, any answer but a stream says that there is none.
    let seat = Seats::take(state.seats(), order, client.address()).map_err(|none| match none {
        NoSeat::All => Failure::page(ErrorKind::Busy),
        NoSeat::Own => Failure::page(ErrorKind::TooMany),
    })?;
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
        seat,
    };
    let mut response = Sse::new(stream::unfold(watch, Watch::next)).into_response();
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL_PAGE));
    // A proxy that collects the answer would tell everything at its end.
    fields.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}
