//! Who is served next: a bounded waiting room with one lane per destination.
//!
//! Lanes take turns. What they hold together is counted by origin, scheme, host and port: an origin has at most
//! [`ORIGIN_IN_FLIGHT_MAX`] tries under way and [`ORIGIN_WAITING_MAX`] messages waiting, so a host that hangs holds up its own
//! messages only, under however many paths it is called. A try that has ended makes room for the next to that origin before it is
//! written down; only all together are bounded until then. Origins whose last try failed, or took longer than [`SLOW_MS`], lag.
//! Those have to share: all of them together get half of the places where tries are under way, and a quarter of those where
//! messages wait, so that however many of them there are, the others find room. What of a lagging origin finds no room any more
//! is let go, and claimed again when its turn comes. Mails leave by a way of their own, so they have room and places of their own:
//! as many as one origin has.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_store::queries::outbox::{Channel, MAIL_LANE, Message, channel_of};

pub(super) use origins::{Coming, Laggards};
use origins::{Origins, origin_of};

mod origins;

/// The most webhooks that are being tried, or were and are not written down yet.
pub(super) const IN_FLIGHT_MAX: usize = 64;
/// The most tries under way to one origin.
pub(super) const ORIGIN_IN_FLIGHT_MAX: usize = 8;
/// The most tries under way to origins that lag.
pub(super) const LAGGING_IN_FLIGHT_MAX: usize = IN_FLIGHT_MAX / 2;
/// The most webhooks that wait for their turn.
pub(super) const WAITING_MAX: usize = 512;
/// The most messages that wait for one origin.
pub(super) const ORIGIN_WAITING_MAX: usize = 64;
/// The most messages that wait for origins that lag.
pub(super) const LAGGING_WAITING_MAX: usize = WAITING_MAX / 4;
/// The most messages that are claimed to wait for one origin that lags.
pub(super) const ORIGIN_LAGGING_WAITING_MAX: usize = ORIGIN_IN_FLIGHT_MAX;
/// The most lagging origins that are remembered.
const LAGGING_MAX: usize = 1024;

/// The longest that a try may take, in milliseconds of wall time, for its origin not to lag. A place that is held for so long is
/// worth a hundred tries to a receiver that answers as most do.
pub(super) const SLOW_MS: i64 = 2_000;

/// How a try went, as far as the desk cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Went {
    /// Whether the message arrived.
    pub(super) succeeded: bool,
    /// How long its place was held, in wall time.
    pub(super) duration_ms: i64,
}

impl Went {
    const fn was_prompt(self) -> bool {
        self.succeeded && self.duration_ms <= SLOW_MS
    }
}

/// A claimed message, ready to be sent.
#[derive(Clone)]
pub(super) struct Job {
    /// The message as claimed.
    pub(super) message: Message,
    /// Its bytes, unsealed, or why there are none.
    pub(super) body: Result<bytes::Bytes, String>,
    /// Until when it is ours, in wall time.
    pub(super) leased_until: Timestamp,
}

/// A message that was claimed and will not be tried here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LetGo {
    /// Which.
    pub(super) id: OutboxId,
    /// Until when it was ours.
    pub(super) leased_until: Timestamp,
}

/// A lane for which somebody waits.
struct Lane {
    origin: String,
    waiting: VecDeque<Job>,
    /// Whether the last claim brought as many as it asked for.
    has_more: bool,
}

/// How many messages of a lane may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// So many.
    Take(usize),
    /// None: enough of this lane wait, or there is no room for its origin.
    LaneIsFull,
    /// None: no room is left for anybody.
    RoomIsFull,
}

/// The waiting room.
#[derive(Default)]
pub(super) struct Desk {
    // A tree, so that a reproducible world serves in the same order each time.
    lanes: BTreeMap<String, Lane>,
    origins: Origins,
    /// The lane that was served last: the next one has the next turn.
    last: Option<String>,
    waiting: usize,
    /// Webhooks that are tried, or not written down yet. Mails have places enough in those of their one origin.
    in_flight: usize,
    /// Whether somebody was turned away for want of room.
    was_full: bool,
    is_hungry: bool,
    let_go: Vec<LetGo>,
}

impl Desk {
    /// How many messages of a lane may come in beside those that are coming; they are counted among those.
    pub(super) fn offer(&mut self, lane: &str, coming: &mut Coming) -> Offer {
        // Mails have a room of their own: all of them leave by one way, which webhooks neither fill nor empty.
        let room = match channel_of(lane) {
            Channel::Mail => ORIGIN_WAITING_MAX,
            Channel::Webhook => WAITING_MAX.saturating_sub(self.waiting_webhooks() + coming.all),
        };
        if room == 0 {
            self.was_full = true;
            return Offer::RoomIsFull;
        }
        let origin = origin_of(lane);
        if self.lanes.get(lane).is_some_and(|known| !self.runs_low(known)) {
            return Offer::LaneIsFull;
        }
        match self.origins.room(&origin, coming).min(room).min(coming.left) {
            0 => Offer::LaneIsFull,
            places => {
                self.origins.expect(origin, places, coming);
                Offer::Take(places)
            }
        }
    }

    /// Whether so few of a lane are left that it is worth a claim.
    fn runs_low(&self, lane: &Lane) -> bool {
        lane.waiting.len() <= self.origins.waiting_max(&lane.origin) / 2
    }

    /// Lets a claimed message in.
    pub(super) fn enter(&mut self, job: Job) {
        let is_mail = channel_of(&job.message.lane) == Channel::Mail;
        assert!(is_mail || self.waiting_webhooks() < WAITING_MAX, "no more is claimed than there is room for");
        let lane = self.lanes.entry(job.message.lane.clone()).or_insert_with_key(|lane| Lane {
            origin: origin_of(lane),
            waiting: VecDeque::new(),
            has_more: false,
        });
        lane.waiting.push_back(job);
        self.origins.entered(&lane.origin);
        self.waiting += 1;
    }

    /// Says whether a lane may have more than was claimed of it.
    pub(super) fn note_more(&mut self, lane: &str, has_more: bool) {
        if let Some(known) = self.lanes.get_mut(lane) {
            known.has_more = has_more;
        }
    }

    /// Whether it is worth a claim now, before anything new is heard of; asked once, it is so no more.
    pub(super) fn take_hunger(&mut self) -> bool {
        std::mem::take(&mut self.is_hungry)
    }

    /// The next message to send, lanes taking turns; a message is dropped whose lease ends before it is needed by its channel.
    pub(super) fn next(&mut self, lease_needed_until: impl Fn(Channel) -> Timestamp) -> Option<Job> {
        loop {
            let key = self.next_lane()?;
            let (job, origin) = self.take_first(&key);
            if self.was_full && self.waiting <= WAITING_MAX - ORIGIN_WAITING_MAX {
                (self.was_full, self.is_hungry) = (false, true);
            }
            if job.leased_until < lease_needed_until(job.message.channel) {
                self.origins.left(&origin);
                continue;
            }
            self.origins.started(&origin);
            self.in_flight += usize::from(channel_of(&key) == Channel::Webhook);
            self.last = Some(key);
            return Some(job);
        }
    }

    fn waiting_webhooks(&self) -> usize {
        self.waiting - self.lanes.get(MAIL_LANE).map_or(0, |mails| mails.waiting.len())
    }

    fn next_lane(&self) -> Option<String> {
        let has_room = |key: &str| self.in_flight < IN_FLIGHT_MAX || channel_of(key) == Channel::Mail;
        let ready = |(key, lane): (&String, &Lane)| {
            (has_room(key) && self.origins.has_place(&lane.origin)).then(|| key.clone())
        };
        let after_last = self
            .last
            .as_ref()
            .and_then(|last| self.lanes.range::<String, _>((Bound::Excluded(last), Bound::Unbounded)).find_map(ready));
        after_last.or_else(|| self.lanes.iter().find_map(ready))
    }

    /// Takes the first of a lane out, and the lane with the last of it; its origin still counts it as waiting.
    fn take_first(&mut self, key: &str) -> (Job, String) {
        let lane = self.lanes.get_mut(key).expect("the key was just found");
        let job = lane.waiting.pop_front().expect("a lane is there while somebody waits");
        self.waiting -= 1;
        let (origin, is_left) = (lane.origin.clone(), lane.waiting.is_empty());
        let lane = &self.lanes[key];
        self.is_hungry |= lane.has_more && self.runs_low(lane);
        if is_left {
            self.lanes.remove(key);
        }
        (job, origin)
    }

    /// The try of a message that [`Desk::next`] handed out has ended: its receiver can have the next.
    pub(super) fn tried(&mut self, job: &Job, went: Went) {
        self.origins.tried(&origin_of(&job.message.lane), went.was_prompt());
        self.turn_lagging_lanes_out();
    }

    /// The receivers that lag.
    pub(super) fn laggards(&self) -> Laggards {
        self.origins.laggards()
    }

    /// What became of a try is written down, or given up.
    pub(super) fn settled(&mut self, job: &Job) {
        self.in_flight -= usize::from(channel_of(&job.message.lane) == Channel::Webhook);
    }

    /// What was let go since this was asked last, to be given back.
    pub(super) fn take_let_go(&mut self) -> Vec<LetGo> {
        std::mem::take(&mut self.let_go)
    }

    /// Lets everybody who waits go.
    pub(super) fn empty(&mut self) {
        for (_, lane) in std::mem::take(&mut self.lanes) {
            for job in &lane.waiting {
                self.origins.left(&lane.origin);
                self.let_go.push(let_go(job));
            }
        }
        self.waiting = 0;
    }

    /// Origins that began to lag with many waiting give their places back, the fullest first.
    fn turn_lagging_lanes_out(&mut self) {
        while let Some((origin, surplus)) = self.origins.fullest_lagging() {
            (0..surplus).for_each(|_| self.turn_out_of(&origin));
            self.lanes.retain(|_, lane| !lane.waiting.is_empty());
        }
    }

    /// Lets the last one go of the longest lane of an origin.
    fn turn_out_of(&mut self, origin: &str) {
        let lanes = self.lanes.values_mut().filter(|lane| lane.origin == origin);
        let longest = lanes.max_by_key(|lane| lane.waiting.len()).expect("somebody waits for it");
        let job = longest.waiting.pop_back().expect("somebody waits for it");
        longest.has_more = true;
        self.origins.left(origin);
        self.waiting -= 1;
        self.let_go.push(let_go(&job));
    }
}

const fn let_go(job: &Job) -> LetGo {
    LetGo { id: job.message.id, leased_until: job.leased_until }
}

#[cfg(test)]
mod tests;
