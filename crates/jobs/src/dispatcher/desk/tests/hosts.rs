//! Hosts with many lanes.

use super::*;

/// Lanes of one host, in the spellings that messages of before and endpoints have.
fn paths_of(host: &str) -> Vec<String> {
    (0..1_000).map(|number| format!("https://{host}:443/hook/{number}?n")).collect()
}

#[test]
fn a_host_has_no_more_places_for_having_many_paths() {
    let mut desk = Desk::default();
    let paths = paths_of("hangs.example");
    let mut coming = Coming::up_to(WAITING_MAX);
    let offered: Vec<Offer> = paths.iter().map(|lane| desk.offer(lane, &mut coming)).collect();
    assert_eq!(offered[..2], [Offer::Take(ORIGIN_WAITING_MAX), Offer::LaneIsFull], "also within one claim");
    let waiting: usize = paths.iter().map(|lane| fill(&mut desk, lane, 1)).sum();
    assert_eq!(waiting, ORIGIN_WAITING_MAX);
    let hanging = drain(&mut desk);
    assert_eq!(hanging.len(), ORIGIN_IN_FLIGHT_MAX);
    assert_eq!(fill(&mut desk, "https://well.example/hook", 1_000), ORIGIN_WAITING_MAX);
    assert_eq!(drain(&mut desk).len(), ORIGIN_IN_FLIGHT_MAX);
    finish(&mut desk, &hanging[0], false);
    assert_eq!(offer(&mut desk, "https://HANGS.example/another"), Offer::LaneIsFull, "it is known to fail");
    assert_eq!(desk.origins.count(), 2, "one memory for a thousand lanes");
}

#[test]
fn lanes_of_one_host_take_turns_at_its_places() {
    let mut desk = Desk::default();
    assert_eq!(fill(&mut desk, "https://a.example/one", 1_000), ORIGIN_WAITING_MAX);
    let first = drain(&mut desk);
    assert_eq!(fill(&mut desk, "https://a.example/two", 1_000), ORIGIN_IN_FLIGHT_MAX, "as many as left");
    for job in &first {
        finish(&mut desk, job, true);
    }
    let of_two = drain(&mut desk).iter().filter(|job| job.message.lane.ends_with("two")).count();
    assert_eq!(of_two, ORIGIN_IN_FLIGHT_MAX / 2);
}

#[test]
fn a_host_that_begins_to_fail_gives_up_the_places_of_all_its_paths() {
    let mut desk = Desk::default();
    let hosts: Vec<Vec<String>> = (0..8).map(|number| paths_of(&format!("h{number}.example"))).collect();
    let waiting: usize = hosts.iter().flatten().map(|lane| fill(&mut desk, lane, 1)).sum();
    assert_eq!(waiting, WAITING_MAX);
    for job in drain(&mut desk) {
        finish(&mut desk, &job, false);
    }
    let let_go = desk.take_let_go();
    assert!(desk.waiting <= LAGGING_WAITING_MAX && desk.origins.lagging() == (0, desk.waiting));
    assert_eq!(let_go.len(), WAITING_MAX - IN_FLIGHT_MAX - desk.waiting, "nobody is forgotten");
    assert_eq!(desk.lanes.len(), desk.waiting, "lanes for which nobody waits are gone");
    assert_eq!(fill(&mut desk, "https://well.example/hook", 1_000), ORIGIN_WAITING_MAX);
}

#[test]
fn an_emptied_room_tells_whom_it_let_go() {
    let mut desk = Desk::default();
    for id in 0..20 {
        desk.enter(job(id, "a"));
    }
    assert_eq!(drain(&mut desk).len(), ORIGIN_IN_FLIGHT_MAX);
    desk.empty();
    assert_eq!(desk.take_let_go().len(), 20 - ORIGIN_IN_FLIGHT_MAX);
    assert!(drain(&mut desk).is_empty());
}
