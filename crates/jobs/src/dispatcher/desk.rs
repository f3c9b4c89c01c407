//! Who is served next: a bounded waiting room with one lane per destination.
//!
//! A destination has at most [`PER_DESTINATION_MAX`] tries under way, so a receiver that hangs holds up its own messages
//! only; to mails the destination is the mail server, which all of them go to. When the room is full, the lane of a receiver that fails gives its places back: those messages stay leased, and are
//! claimed again when their leases end.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use countersign_domain::Timestamp;
use countersign_store::queries::outbox::{Channel, Message};

/// The most tries under way.
pub(super) const IN_FLIGHT_MAX: usize = 64;
/// The most tries under way to one destination.
pub(super) const PER_DESTINATION_MAX: usize = 8;
/// The most messages that wait for their turn.
pub(super) const WAITING_MAX: usize = 256;
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

impl Job {
    fn lane(&self) -> LaneKey {
        match self.message.channel {
            Channel::Webhook => (false, self.message.destination.clone()),
            // One lane for all: a mail server that hangs must not take the places of webhooks.
            Channel::Mail => (true, String::new()),
        }
    }
}

type LaneKey = (bool, String);

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Job>,
    in_flight: usize,
    is_failing: bool,
}

/// The waiting room.
#[derive(Default)]
pub(super) struct Desk {
    // A tree, so that a reproducible world serves in the same order each time.
    lanes: BTreeMap<LaneKey, Lane>,
    /// The lane that was served last: the next one has the next turn.
    last: Option<LaneKey>,
    waiting: usize,
    in_flight: usize,
}

impl Desk {
    /// How many more messages may come in.
    pub(super) fn room(&mut self) -> usize {
        if self.waiting >= WAITING_MAX {
            self.turn_out_a_failing_lane();
        }
        WAITING_MAX - self.waiting
    }

    /// Lets a claimed message in.
    pub(super) fn enter(&mut self, job: Job) {
        assert!(self.waiting < WAITING_MAX, "no more is claimed than there is room for");
        self.lanes.entry(job.lane()).or_default().waiting.push_back(job);
        self.waiting += 1;
    }

    /// The next message to send, lanes taking turns; a message whose lease ends before `lease_needed_until` is let go.
    pub(super) fn next(&mut self, lease_needed_until: Timestamp) -> Option<Job> {
        while self.in_flight < IN_FLIGHT_MAX {
            let key = self.next_lane()?;
            let lane = self.lanes.get_mut(&key).expect("the key was just found");
            let job = lane.waiting.pop_front().expect("the lane was found to have somebody waiting");
            self.waiting -= 1;
            if job.leased_until < lease_needed_until {
                continue;
            }
            lane.in_flight += 1;
            self.in_flight += 1;
            self.last = Some(key);
            return Some(job);
        }
        None
    }

    fn next_lane(&self) -> Option<LaneKey> {
        let ready = |(key, lane): (&LaneKey, &Lane)| {
            (!lane.waiting.is_empty() && lane.in_flight < PER_DESTINATION_MAX).then(|| key.clone())
        };
        let after_last = self
            .last
            .as_ref()
            .and_then(|last| self.lanes.range::<LaneKey, _>((Bound::Excluded(last), Bound::Unbounded)).find_map(ready));
        after_last.or_else(|| self.lanes.iter().find_map(ready))
    }

    /// A message that [`Desk::next`] handed out is settled or given up.
    pub(super) fn finish(&mut self, job: &Job, succeeded: bool) {
        let key = job.lane();
        let lane = self.lanes.get_mut(&key).expect("a lane stays while it has tries under way");
        lane.in_flight -= 1;
        lane.is_failing = !succeeded;
        self.in_flight -= 1;
        let is_idle = lane.in_flight == 0 && lane.waiting.is_empty();
        if is_idle && (succeeded || self.lanes.len() > FAILING_MAX) {
            self.lanes.remove(&key);
        }
    }

    /// Lets everybody who waits go; their leases end by themselves.
    pub(super) fn empty(&mut self) {
        for lane in self.lanes.values_mut() {
            lane.waiting.clear();
        }
        self.waiting = 0;
    }

    fn turn_out_a_failing_lane(&mut self) {
        let longest = self.lanes.values_mut().filter(|lane| lane.is_failing).max_by_key(|lane| lane.waiting.len());
        if let Some(lane) = longest {
            self.waiting -= lane.waiting.len();
            lane.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::id::{MerchantId, OutboxId};
    use countersign_store::queries::outbox::MessageState;

    use super::*;

    const NEVER: Timestamp = Timestamp::from_ms(0);

    fn job(id: i64, destination: &str) -> Job {
        let message = Message {
            id: OutboxId::new(id),
            channel: Channel::Webhook,
            merchant_id: MerchantId::new(1),
            destination: destination.to_owned(),
            event_kind: String::new(),
            event_status: String::new(),
            subject: 0,
            event: String::new(),
            body: None,
            body_sealed: false,
            state: MessageState::Pending,
            attempts: 0,
            next_attempt_at: NEVER,
            last_status: None,
            last_error: None,
            created_at: NEVER,
            finished_at: None,
        };
        Job { message, body: Ok(bytes::Bytes::new()), leased_until: Timestamp::from_ms(100) }
    }

    fn drain(desk: &mut Desk) -> Vec<Job> {
        std::iter::from_fn(|| desk.next(NEVER)).collect()
    }

    fn ids(jobs: &[Job]) -> Vec<i64> {
        jobs.iter().map(|job| job.message.id.get()).collect()
    }

    #[test]
    fn lanes_take_turns_and_keep_their_order() {
        let mut desk = Desk::default();
        for (id, destination) in [(1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "c"), (6, "b")] {
            desk.enter(job(id, destination));
        }
        assert_eq!(ids(&drain(&mut desk)), [1, 4, 5, 2, 6, 3]);
        assert_eq!(desk.room(), WAITING_MAX);
    }

    #[test]
    fn a_hanging_receiver_holds_up_only_its_own() {
        let mut desk = Desk::default();
        for id in 0..100 {
            desk.enter(job(id, "hangs"));
        }
        assert_eq!(drain(&mut desk).len(), PER_DESTINATION_MAX);
        desk.enter(job(500, "well"));
        let next = drain(&mut desk);
        assert_eq!(ids(&next), [500]);
        desk.finish(&next[0], true);
        assert!(drain(&mut desk).is_empty());
        desk.finish(&job(0, "hangs"), false);
        assert_eq!(ids(&drain(&mut desk)), [8], "one place became free");
    }

    #[test]
    fn all_tries_together_are_bounded() {
        let mut desk = Desk::default();
        for id in 0..200 {
            desk.enter(job(id, &format!("receiver {id}")));
        }
        assert_eq!(drain(&mut desk).len(), IN_FLIGHT_MAX);
    }

    #[test]
    fn a_failing_receiver_gives_up_its_places_when_the_room_is_full() {
        let mut desk = Desk::default();
        for id in 0..200 {
            desk.enter(job(id, "dead"));
        }
        let first = desk.next(NEVER).unwrap();
        for id in 200..257 {
            desk.enter(job(id, "well"));
        }
        assert_eq!(desk.room(), 0, "nobody failed yet");
        desk.finish(&first, false);
        assert_eq!(desk.room(), 199);
        assert!(drain(&mut desk).iter().all(|job| job.message.destination == "well"));
    }

    #[test]
    fn a_message_is_not_sent_once_its_lease_is_too_short() {
        let mut desk = Desk::default();
        desk.enter(job(1, "a"));
        assert!(desk.next(Timestamp::from_ms(101)).is_none());
        assert_eq!(desk.room(), WAITING_MAX, "it was let go");
        desk.enter(job(2, "a"));
        assert!(desk.next(Timestamp::from_ms(100)).is_some());
    }
}
