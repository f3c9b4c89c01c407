//! Who is served next: a bounded waiting room with one lane per destination.
//!
//! A destination has at most [`PER_LANE_MAX`] tries under way, so a receiver that hangs holds up its own messages only. A try
//! that has ended makes room for the next to that receiver before it is written down; only all together are bounded until then.
//! Receivers whose last try failed have to share: all of them together get half of the places where tries are under way, and a
//! quarter of those where messages wait, so that however many of them there are, the others find room. What of a failing
//! receiver finds no room any more is let go, and claimed again when its turn comes.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use countersign_domain::Timestamp;
use countersign_domain::id::OutboxId;
use countersign_store::queries::outbox::Message;

/// The most messages that are being tried, or were and are not written down yet.
pub(super) const IN_FLIGHT_MAX: usize = 64;
/// The most tries under way to one destination.
pub(super) const PER_LANE_MAX: usize = 8;
/// The most tries under way to destinations that fail.
pub(super) const FAILING_IN_FLIGHT_MAX: usize = IN_FLIGHT_MAX / 2;
/// The most messages that wait for their turn.
pub(super) const WAITING_MAX: usize = 512;
/// The most messages that wait for one destination.
pub(super) const LANE_WAITING_MAX: usize = 64;
/// The most messages that wait for destinations that fail.
pub(super) const FAILING_WAITING_MAX: usize = WAITING_MAX / 4;
/// The most messages that are claimed to wait for one destination that fails.
pub(super) const FAILING_LANE_WAITING_MAX: usize = PER_LANE_MAX;
/// The most failing destinations that are remembered.
const FAILING_MAX: usize = 1024;

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

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Job>,
    in_flight: usize,
    is_failing: bool,
    /// Whether the last claim brought as many as it asked for.
    has_more: bool,
}

impl Lane {
    const fn waiting_max(&self) -> usize {
        if self.is_failing { FAILING_LANE_WAITING_MAX } else { LANE_WAITING_MAX }
    }

    /// Whether so few are left that it is worth a claim.
    fn runs_low(&self) -> bool {
        self.waiting.len() <= self.waiting_max() / 2
    }
}

/// How many messages of a lane may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// So many.
    Take(usize),
    /// None: enough of this lane wait.
    LaneIsFull,
    /// None: no room is left for anybody.
    RoomIsFull,
}

/// The waiting room.
#[derive(Default)]
pub(super) struct Desk {
    // A tree, so that a reproducible world serves in the same order each time.
    lanes: BTreeMap<String, Lane>,
    /// The lane that was served last: the next one has the next turn.
    last: Option<String>,
    waiting: usize,
    in_flight: usize,
    failing_waiting: usize,
    failing_in_flight: usize,
    /// Whether somebody was turned away for want of room.
    was_full: bool,
    is_hungry: bool,
    let_go: Vec<LetGo>,
}

impl Desk {
    /// How many messages of a lane may come in, where `expected` others are about to.
    pub(super) fn offer(&mut self, lane: &str, expected: usize) -> Offer {
        let room = WAITING_MAX.saturating_sub(self.waiting + expected);
        if room == 0 {
            self.was_full = true;
            return Offer::RoomIsFull;
        }
        let (left, is_failing) = match self.lanes.get(lane) {
            None => (LANE_WAITING_MAX, false),
            Some(known) if !known.runs_low() => return Offer::LaneIsFull,
            Some(known) => (known.waiting_max() - known.waiting.len(), known.is_failing),
        };
        let share = if is_failing { FAILING_WAITING_MAX.saturating_sub(self.failing_waiting + expected) } else { room };
        match left.min(room).min(share) {
            0 => Offer::LaneIsFull,
            places => Offer::Take(places),
        }
    }

    /// Lets a claimed message in.
    pub(super) fn enter(&mut self, job: Job) {
        assert!(self.waiting < WAITING_MAX, "no more is claimed than there is room for");
        let lane = self.lanes.entry(job.message.lane.clone()).or_default();
        lane.waiting.push_back(job);
        self.failing_waiting += usize::from(lane.is_failing);
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

    /// The next message to send, lanes taking turns; a message whose lease ends before `lease_needed_until` is let go.
    pub(super) fn next(&mut self, lease_needed_until: Timestamp) -> Option<Job> {
        while self.in_flight < IN_FLIGHT_MAX {
            let key = self.next_lane()?;
            let lane = self.lanes.get_mut(&key).expect("the key was just found");
            let job = lane.waiting.pop_front().expect("the lane was found to have somebody waiting");
            let failing = usize::from(lane.is_failing);
            self.waiting -= 1;
            self.failing_waiting -= failing;
            self.is_hungry |= lane.has_more && lane.runs_low();
            if self.was_full && self.waiting <= WAITING_MAX - LANE_WAITING_MAX {
                (self.was_full, self.is_hungry) = (false, true);
            }
            if job.leased_until < lease_needed_until {
                continue;
            }
            lane.in_flight += 1;
            self.in_flight += 1;
            self.failing_in_flight += failing;
            self.last = Some(key);
            return Some(job);
        }
        None
    }

    fn next_lane(&self) -> Option<String> {
        let failing_have_room = self.failing_in_flight < FAILING_IN_FLIGHT_MAX;
        let ready = |(key, lane): (&String, &Lane)| {
            let has_place = lane.in_flight < PER_LANE_MAX && (failing_have_room || !lane.is_failing);
            (!lane.waiting.is_empty() && has_place).then(|| key.clone())
        };
        let after_last = self
            .last
            .as_ref()
            .and_then(|last| self.lanes.range::<String, _>((Bound::Excluded(last), Bound::Unbounded)).find_map(ready));
        after_last.or_else(|| self.lanes.iter().find_map(ready))
    }

    /// The try of a message that [`Desk::next`] handed out has ended: its receiver can have the next.
    pub(super) fn tried(&mut self, job: &Job, succeeded: bool) {
        let key = &job.message.lane;
        let lane = self.lanes.get_mut(key).expect("a lane stays while it has tries under way");
        lane.in_flight -= 1;
        self.failing_in_flight -= usize::from(lane.is_failing);
        match (lane.is_failing, succeeded) {
            (false, false) => {
                self.failing_in_flight += lane.in_flight;
                self.failing_waiting += lane.waiting.len();
            }
            (true, true) => {
                self.failing_in_flight -= lane.in_flight;
                self.failing_waiting -= lane.waiting.len();
            }
            _ => {}
        }
        lane.is_failing = !succeeded;
        let is_idle = lane.in_flight == 0 && lane.waiting.is_empty();
        if is_idle && (succeeded || self.lanes.len() > FAILING_MAX) {
            self.lanes.remove(key);
        }
        self.turn_failing_lanes_out();
    }

    /// What became of a try is written down, or given up.
    pub(super) const fn settled(&mut self) {
        self.in_flight -= 1;
    }

    /// What was let go since this was asked last, to be given back.
    pub(super) fn take_let_go(&mut self) -> Vec<LetGo> {
        std::mem::take(&mut self.let_go)
    }

    /// Lets everybody who waits go.
    pub(super) fn empty(&mut self) {
        for lane in self.lanes.values_mut() {
            self.let_go.extend(lane.waiting.drain(..).map(|job| let_go(&job)));
        }
        (self.waiting, self.failing_waiting) = (0, 0);
    }

    /// Lanes that began to fail with many waiting give their places back, the longest first.
    fn turn_failing_lanes_out(&mut self) {
        while self.failing_waiting > FAILING_WAITING_MAX {
            let failing = self.lanes.values_mut().filter(|lane| lane.is_failing);
            let Some(longest) = failing.max_by_key(|lane| lane.waiting.len()) else { return };
            let kept = longest.waiting.len().min(FAILING_LANE_WAITING_MAX);
            let turned_out = longest.waiting.split_off(kept);
            if turned_out.is_empty() {
                return;
            }
            self.waiting -= turned_out.len();
            self.failing_waiting -= turned_out.len();
            longest.has_more = true;
            self.let_go.extend(turned_out.iter().map(let_go));
        }
    }
}

const fn let_go(job: &Job) -> LetGo {
    LetGo { id: job.message.id, leased_until: job.leased_until }
}

#[cfg(test)]
mod tests;
