//! The waiting room's promises, one by one.

use countersign_domain::id::MerchantId;
use countersign_store::queries::outbox::{MessageState, Round};

use super::*;

mod hosts;

const NEVER: Timestamp = Timestamp::from_ms(0);

fn job(id: usize, lane: &str) -> Job {
    let message = Message {
        id: OutboxId::new(i64::try_from(id).unwrap()),
        channel: Channel::Webhook,
        merchant_id: MerchantId::new(1),
        destination: lane.to_owned(),
        endpoint_id: None,
        redirect: None,
        lane: lane.to_owned(),
        event_kind: String::new(),
        event_status: String::new(),
        subject: 0,
        event: String::new(),
        body: None,
        body_sealed: false,
        state: MessageState::Pending,
        attempts: 0,
        round: Round::default(),
        next_attempt_at: NEVER,
        last_status: None,
        last_error: None,
        created_at: NEVER,
        finished_at: None,
    };
    Job { message, body: Ok(bytes::Bytes::new()), leased_until: Timestamp::from_ms(100) }
}

fn until(ms: i64) -> impl Fn(Channel) -> Timestamp {
    move |_| Timestamp::from_ms(ms)
}

fn drain(desk: &mut Desk) -> Vec<Job> {
    std::iter::from_fn(|| desk.next(|_| NEVER)).collect()
}

fn ids(jobs: &[Job]) -> Vec<i64> {
    jobs.iter().map(|job| job.message.id.get()).collect()
}

/// What is offered to a claim of this lane alone.
fn offer(desk: &mut Desk, lane: &str) -> Offer {
    desk.offer(lane, &mut Coming::up_to(WAITING_MAX))
}

/// Lets as many in as the desk offers, up to `count`, as the dispatcher does; tells how many those were.
fn fill(desk: &mut Desk, lane: &str, count: usize) -> usize {
    let mut entered = 0;
    while let Offer::Take(places) = offer(desk, lane) {
        let coming = places.min(count - entered);
        (0..coming).for_each(|id| desk.enter(job(id, lane)));
        entered += coming;
        desk.note_more(lane, coming == places);
        if coming < places {
            break;
        }
    }
    entered
}

fn finish(desk: &mut Desk, job: &Job, succeeded: bool) {
    desk.tried(job, Went { succeeded, duration_ms: SLOW_MS });
    desk.settled(job);
}

/// A try to each lane fails.
fn fail(desk: &mut Desk, lanes: &[&str]) {
    for lane in lanes {
        desk.enter(job(0, lane));
    }
    for job in drain(desk) {
        finish(desk, &job, false);
    }
}

#[test]
fn lanes_take_turns_and_keep_their_order() {
    let mut desk = Desk::default();
    for (id, lane) in [(1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "c"), (6, "b")] {
        desk.enter(job(id, lane));
    }
    assert_eq!(ids(&drain(&mut desk)), [1, 4, 5, 2, 6, 3]);
}

#[test]
fn a_hanging_receiver_holds_up_only_its_own() {
    let mut desk = Desk::default();
    assert_eq!(fill(&mut desk, "hangs", 1_000), ORIGIN_WAITING_MAX);
    let hanging = drain(&mut desk);
    assert_eq!(hanging.len(), ORIGIN_IN_FLIGHT_MAX);
    desk.enter(job(500, "well"));
    let next = drain(&mut desk);
    assert_eq!(ids(&next), [500]);
    finish(&mut desk, &next[0], true);
    assert!(drain(&mut desk).is_empty());
    finish(&mut desk, &hanging[0], false);
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
fn a_try_that_ended_makes_room_at_its_receiver_before_it_is_written_down() {
    let mut desk = Desk::default();
    assert_eq!(fill(&mut desk, "a", 1_000), ORIGIN_WAITING_MAX);
    let mut under_way = drain(&mut desk);
    let mut tried = 0;
    while let Some(job) = under_way.pop() {
        desk.tried(&job, Went { succeeded: true, duration_ms: SLOW_MS });
        tried += 1;
        under_way.extend(drain(&mut desk));
        assert!(under_way.len() <= ORIGIN_IN_FLIGHT_MAX && under_way.len() + tried <= IN_FLIGHT_MAX);
    }
    assert_eq!(
        (tried, desk.waiting),
        (IN_FLIGHT_MAX, ORIGIN_WAITING_MAX - IN_FLIGHT_MAX),
        "then all are being written"
    );
    desk.enter(job(1, "b"));
    assert!(desk.next(|_| NEVER).is_none());
    desk.settled(&job(1, "a"));
    assert!(desk.next(|_| NEVER).is_some());
}

#[test]
fn receivers_that_fail_leave_half_of_the_places_to_others() {
    let mut desk = Desk::default();
    let dead: Vec<String> = (0..40).map(|number| format!("dead {number:02}")).collect();
    fail(&mut desk, &dead.iter().map(String::as_str).collect::<Vec<_>>());
    let waiting: usize = dead.iter().map(|lane| fill(&mut desk, lane, 1_000)).sum();
    assert_eq!(waiting, LAGGING_WAITING_MAX);
    assert_eq!(drain(&mut desk).len(), LAGGING_IN_FLIGHT_MAX);
    let well: usize = (0..6).map(|number| fill(&mut desk, &format!("well {number}"), 1_000)).sum();
    assert!(well >= 5 * ORIGIN_WAITING_MAX, "only {well} of those that answer found room");
    assert_eq!(drain(&mut desk).len(), IN_FLIGHT_MAX - LAGGING_IN_FLIGHT_MAX);
}

#[test]
fn receivers_that_begin_to_fail_give_up_their_places() {
    let mut desk = Desk::default();
    let lanes: Vec<String> = (0..8).map(|number| format!("receiver {number}")).collect();
    for lane in &lanes {
        assert_eq!(fill(&mut desk, lane, 1_000), ORIGIN_WAITING_MAX);
    }
    assert_eq!(offer(&mut desk, "another"), Offer::RoomIsFull);
    for job in drain(&mut desk) {
        finish(&mut desk, &job, false);
    }
    let let_go = desk.take_let_go();
    assert!(desk.waiting <= LAGGING_WAITING_MAX && desk.origins.lagging() == (0, desk.waiting));
    assert_eq!(let_go.len(), WAITING_MAX - IN_FLIGHT_MAX - desk.waiting, "nobody is forgotten");
    assert!(desk.take_let_go().is_empty(), "told once");
    assert_eq!(offer(&mut desk, "another"), Offer::Take(ORIGIN_WAITING_MAX));
}

#[test]
fn receivers_that_are_slow_share_like_those_that_fail() {
    let mut desk = Desk::default();
    let slow: Vec<String> = (0..8).map(|number| format!("slow {number}")).collect();
    for lane in &slow {
        assert_eq!(fill(&mut desk, lane, 1_000), ORIGIN_WAITING_MAX);
    }
    let went = |duration_ms| Went { succeeded: true, duration_ms };
    for job in drain(&mut desk) {
        desk.tried(&job, went(SLOW_MS + 1));
        desk.settled(&job);
    }
    let slow_tries = drain(&mut desk);
    assert_eq!(slow_tries.len(), LAGGING_IN_FLIGHT_MAX, "half of the places are left");
    assert!(desk.waiting <= LAGGING_WAITING_MAX, "and most of the room");
    assert_eq!(fill(&mut desk, "well", 1_000), ORIGIN_WAITING_MAX);
    assert_eq!(drain(&mut desk).len(), ORIGIN_IN_FLIGHT_MAX);
    desk.tried(&slow_tries[0], went(SLOW_MS));
    assert_eq!(
        desk.next(|_| NEVER).map(|job| job.message.lane).as_ref(),
        Some(&slow_tries[0].message.lane),
        "it is quick again"
    );
}

#[test]
fn a_success_ends_the_sharing() {
    let mut desk = Desk::default();
    fail(&mut desk, &["a"]);
    assert_eq!(fill(&mut desk, "a", 1_000), ORIGIN_LAGGING_WAITING_MAX);
    let tries = drain(&mut desk);
    assert_eq!(desk.origins.lagging(), (ORIGIN_IN_FLIGHT_MAX, 0));
    finish(&mut desk, &tries[0], true);
    assert_eq!(desk.origins.lagging(), (0, 0));
    assert_eq!(fill(&mut desk, "a", 1_000), ORIGIN_WAITING_MAX);
    finish(&mut desk, &tries[1], false);
    assert_eq!(desk.origins.lagging(), (ORIGIN_IN_FLIGHT_MAX - 2, ORIGIN_WAITING_MAX));
}

#[test]
fn hunger_comes_when_a_lane_with_more_runs_low_or_a_full_room_empties() {
    let mut desk = Desk::default();
    assert_eq!(fill(&mut desk, "a", 1_000), ORIGIN_WAITING_MAX);
    assert_eq!(offer(&mut desk, "a"), Offer::LaneIsFull);
    for left in (0..ORIGIN_WAITING_MAX).rev() {
        let job = desk.next(|_| NEVER).unwrap();
        finish(&mut desk, &job, true);
        assert_eq!(desk.take_hunger(), left <= ORIGIN_WAITING_MAX / 2, "{left} are left");
    }
    assert_eq!(fill(&mut desk, "b", 3), 3);
    drop(drain(&mut desk));
    assert!(!desk.take_hunger(), "there is no more of it");

    let mut desk = Desk::default();
    for id in 0..WAITING_MAX {
        desk.enter(job(id, &format!("receiver {id}")));
    }
    assert_eq!(offer(&mut desk, "another"), Offer::RoomIsFull);
    let hungry_at = (0..WAITING_MAX).find(|_| {
        let job = desk.next(|_| NEVER).unwrap();
        finish(&mut desk, &job, true);
        desk.take_hunger()
    });
    assert_eq!(hungry_at, Some(ORIGIN_WAITING_MAX - 1));
}

#[test]
fn a_message_is_not_sent_once_its_lease_is_too_short() {
    let mut desk = Desk::default();
    desk.enter(job(1, "a"));
    assert!(desk.next(until(101)).is_none());
    assert_eq!(desk.waiting, 0, "it was let go");
    assert_eq!((desk.lanes.len(), desk.origins.count()), (0, 0), "nothing is left of it");
    desk.enter(job(2, "a"));
    assert!(desk.next(until(100)).is_some());
}

#[test]
fn each_channel_needs_its_own_lease() {
    let mut desk = Desk::default();
    let mail = job(1, "mailto:");
    desk.enter(Job { message: Message { channel: Channel::Mail, ..mail.message }, ..mail });
    desk.enter(job(2, "a"));
    let needed = |channel| Timestamp::from_ms(if channel == Channel::Mail { 101 } else { 100 });
    assert_eq!(desk.next(needed).map(|job| job.message.id.get()), Some(2));
    assert!(desk.next(needed).is_none());
}

#[test]
fn mails_do_not_wait_for_webhooks() {
    let mut desk = Desk::default();
    for number in 0..WAITING_MAX / ORIGIN_WAITING_MAX {
        assert_eq!(fill(&mut desk, &format!("https://h{number}.example"), 1_000), ORIGIN_WAITING_MAX);
    }
    let hanging = drain(&mut desk);
    assert_eq!(hanging.len(), IN_FLIGHT_MAX);
    for number in 0..IN_FLIGHT_MAX / ORIGIN_WAITING_MAX {
        fill(&mut desk, &format!("https://more{number}.example"), 1_000);
    }
    assert_eq!(offer(&mut desk, "https://well.example"), Offer::RoomIsFull);
    assert_eq!(fill(&mut desk, MAIL_LANE, 1_000), ORIGIN_WAITING_MAX);
    let mails = drain(&mut desk);
    assert_eq!(mails.len(), ORIGIN_IN_FLIGHT_MAX);
    assert!(mails.iter().all(|job| job.message.lane == MAIL_LANE));
    for job in &mails {
        finish(&mut desk, job, true);
    }
    assert_eq!(drain(&mut desk).len(), ORIGIN_IN_FLIGHT_MAX, "the next mails, and no webhook");
}
