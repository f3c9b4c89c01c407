//! The outbox on both engines: claims go from lane to lane however long one lane is, and lists show what their filters say.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OutboxId, WebhookEndpointId, compose};
use countersign_domain::webhook_endpoint::{EndpointState, EndpointTerms, EventKind, WebhookEndpoint};
use countersign_store::queries::outbox::{
    self, Attempt, Channel, Lane, LogFilter, Message, MessageState, Missed, NewMessage, ParkReason, Parked, Redirect,
    Restart, Round, Settlement, StateFilter,
};
use countersign_store::queries::webhook_endpoints;
use countersign_store::{ReadTx, Store, WriteTx};

use crate::conformance::Open;
use crate::support::{Refused, command, options};

const SHOP: MerchantId = MerchantId::new(200_000_001);
const OTHER: MerchantId = MerchantId::new(200_000_002);
const ENDPOINT: WebhookEndpointId = WebhookEndpointId::new(77);
/// When every message of these tests is caused, each so many milliseconds later as its number says.
const CAUSED: Timestamp = Timestamp::from_ms(1_768_478_400_000);

const fn at(number: i64) -> Timestamp {
    CAUSED.plus_ms(number)
}

fn id(number: i64) -> OutboxId {
    OutboxId::new(compose(at(number), 0))
}

fn write<T>(store: &Store, mut what: impl FnMut(&mut dyn WriteTx) -> Result<T, Refused> + Send + 'static) -> T
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
{
    store.write_blocking("test", command(), move |tx: &mut dyn WriteTx| what(tx)).expect("it can be written")
}

fn read<T: Send + 'static>(
    store: &Store,
    mut what: impl FnMut(&mut dyn ReadTx) -> Result<T, Refused> + Send + 'static,
) -> T {
    store.read_blocking("test", move |tx: &mut dyn ReadTx| what(tx)).expect("it can be read")
}

/// Message `number` of `merchant` to `url`.
fn insert(
    tx: &mut dyn WriteTx,
    number: i64,
    (merchant_id, destination, kind): (MerchantId, &str, EventKind),
    endpoint_id: Option<WebhookEndpointId>,
) -> Result<(), Refused> {
    let message = NewMessage {
        id: id(number),
        channel: Channel::Webhook,
        merchant_id,
        destination,
        endpoint_id,
        is_missed: false,
        event_kind: kind.name(),
        event_status: "S",
        subject: number,
        event: "{}",
        body_sealed: false,
        created_at: at(number),
    };
    Ok(outbox::insert(tx, &message)?)
}

fn attempt(error: Option<&str>) -> Attempt {
    Attempt {
        started_at: CAUSED,
        duration_ms: 3,
        status: Some(200),
        error: error.map(str::to_owned),
        signed_with: None,
        answer: None,
    }
}

fn numbers(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.subject).collect()
}

fn lane_names(lanes: &[Lane]) -> Vec<&str> {
    lanes.iter().map(|lane| lane.name.as_str()).collect()
}

pub(crate) fn lanes_are_walked_and_claimed_one_by_one<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let store = &opened.store;
    write(store, |tx| {
        for (number, url) in [(1, "b"), (2, "a?order=1"), (3, "a?order=2"), (4, "c"), (5, "a#x"), (6, "b")] {
            insert(tx, number, (SHOP, url, EventKind::Order), None)?;
        }
        Ok(())
    });
    let lanes = |after: &'static str, wall: i64, limit: i64| {
        read(store, move |tx| Ok(outbox::lanes(tx, after, Timestamp::from_ms(wall), limit)?))
    };
    assert_eq!(lane_names(&lanes("", 0, 100)), ["a", "b", "c"]);
    assert_eq!(lane_names(&lanes("", 0, 2)), ["a", "b"]);
    assert_eq!(lane_names(&lanes("a", 0, 100)), ["b", "c"]);
    assert!(lanes("c", 0, 100).is_empty());
    assert_eq!(lanes("", 0, 1)[0], Lane { name: "a".to_owned(), due_at: at(2), free_at: Some(at(2)) });

    let claim = |lane: &'static str, now: i64, wall: i64, limit: i64| {
        write(store, move |tx| {
            let until = Timestamp::from_ms(wall + 10);
            let claimed = outbox::claim_lane(tx, lane, (at(now), Timestamp::from_ms(wall)), until, limit)?;
            Ok(numbers(&claimed))
        })
    };
    assert_eq!(claim("a", 4, 0, 100), [2, 3], "the third is not due yet");
    assert_eq!(claim("a", 9, 0, 100), [5], "the others are held");
    assert_eq!(lanes("", 0, 1)[0].free_at, None);
    assert_eq!(lanes("", 0, 1)[0].due_at, at(2), "what is under way still waits to be settled");
    assert_eq!(claim("a", 9, 10, 2), [2, 3], "leases end, first come first served");
    assert_eq!(claim("b", 9, 0, 1), [1]);
    write(store, |tx| Ok(outbox::release(tx, id(1), Timestamp::from_ms(10))?));
    assert_eq!(claim("b", 9, 0, 1), [1], "it was let go");
    write(store, |tx| Ok(outbox::release(tx, id(1), Timestamp::from_ms(9))?));
    assert!(claim("b", 1, 0, 1).is_empty(), "only who holds it lets it go");
    assert_eq!(read(store, |tx| Ok(outbox::next_due(tx)?)), Some(at(1)));
    assert_eq!(read(store, |tx| Ok((outbox::depth(tx, 100)?, outbox::depth(tx, 4)?))), (6, 4));
}

pub(crate) fn a_try_is_recorded_once_and_a_message_is_sent_anew<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let store = &opened.store;
    write(store, |tx| insert(tx, 1, (SHOP, "https://a.example/?n=1", EventKind::Refund), Some(ENDPOINT)));
    let get = || read(store, |tx| Ok(outbox::get(tx, id(1))?)).expect("it is there");
    let settle = |message: Message, error: Option<&'static str>, settlement: Settlement| {
        write(store, move |tx| Ok(outbox::settle(tx, &message, &attempt(error), settlement)?))
    };
    let fresh = get();
    assert_eq!((fresh.target(), fresh.target_endpoint()), ("https://a.example/?n=1", Some(ENDPOINT)));
    assert!(settle(fresh.clone(), Some("e"), Settlement::Retry(at(50))));
    assert!(!settle(fresh, None, Settlement::Delivered(at(60))), "this try is recorded");
    assert!(settle(get(), Some("f"), Settlement::Parked(at(70), ParkReason::LastTry)));
    assert_eq!((get().state, get().attempts), (MessageState::Parked(ParkReason::LastTry), 2));
    assert_eq!(get().finished_at, Some(at(70)));

    let elsewhere = Redirect { url: "https://b.example/".to_owned(), endpoint_id: WebhookEndpointId::new(5) };
    let round = Round { tries_before: 2, is_single: true };
    let to = elsewhere.clone();
    write(store, move |tx| {
        let (message, _) = outbox::lock(tx, id(1))?.expect("it is there");
        Ok(outbox::restart(tx, &message, Restart { at: at(80), to: Some(&to), round })?)
    });
    let again = get();
    assert_eq!((again.state, again.round, again.next_try_of_round()), (MessageState::Pending, round, 1));
    assert_eq!((again.target(), again.target_endpoint()), ("https://b.example/", Some(elsewhere.endpoint_id)));
    assert_eq!((again.lane.as_str(), again.finished_at), ("https://b.example/", None));
    assert_eq!((again.destination.as_str(), again.endpoint_id), ("https://a.example/?n=1", Some(ENDPOINT)));
    let stale = Message { redirect: None, ..get() };
    assert!(!settle(stale, None, Settlement::Delivered(at(90))), "a try that went elsewhere settles nothing");
    assert!(settle(again, None, Settlement::Delivered(at(90))));
    let tries = read(store, |tx| Ok(outbox::attempts(tx, id(1), 100)?));
    let seen: Vec<_> =
        tries.iter().map(|(number, to, facts)| (*number, to.as_deref(), facts.error.as_deref())).collect();
    assert_eq!(seen, [(1, None, Some("e")), (2, None, Some("f")), (3, Some("https://b.example/"), None)]);
    assert!(read(store, |tx| Ok(outbox::inconsistent(tx, 10)?)).is_empty());
}

/// How many messages the list is tested with.
const LISTED: i64 = 60;

/// Fills a log in which everything that a filter can tell apart occurs in every combination.
fn fill_log(tx: &mut dyn WriteTx) -> Result<(), Refused> {
    for number in 1..=LISTED {
        let merchant = if number % 2 == 0 { SHOP } else { OTHER };
        let kind = if number % 3 == 0 { EventKind::Refund } else { EventKind::Order };
        let endpoint = (number % 5 < 2).then_some(ENDPOINT);
        insert(tx, number, (merchant, if number % 5 == 0 { "u" } else { "v" }, kind), endpoint)?;
        match number % 4 {
            0 => outbox::park(tx, id(number), ParkReason::EndpointDisabled, at(number))?,
            1 => outbox::park(tx, id(number), ParkReason::EndpointRemoved, at(number + 5))?,
            2 => {
                let message = outbox::get(tx, id(number))?.expect("just written");
                outbox::settle(tx, &message, &attempt(None), Settlement::Delivered(at(number)))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the filter lets message `number` of [`fill_log`] through.
fn is_listed(filter: &LogFilter, number: i64) -> bool {
    let parked = match number % 4 {
        0 => Some(ParkReason::EndpointDisabled),
        1 => Some(ParkReason::EndpointRemoved),
        _ => None,
    };
    let state = parked
        .map_or(if number % 4 == 2 { MessageState::Delivered } else { MessageState::Pending }, MessageState::Parked);
    filter.merchant.is_none_or(|merchant| (merchant == SHOP) == (number % 2 == 0))
        && filter.kind.is_none_or(|kind| (kind == EventKind::Refund) == (number % 3 == 0))
        && filter.endpoint.is_none_or(|_| number % 5 < 2)
        && filter.destination.as_deref().is_none_or(|url| (url == "u") == (number % 5 == 0))
        && filter.since.is_none_or(|since| at(number) >= since)
        && filter.until.is_none_or(|until| at(number) < until)
        && match filter.state {
            None => true,
            Some(StateFilter::Parked) => parked.is_some(),
            Some(StateFilter::Is(wanted)) => state == wanted,
        }
}

/// Every page of a list, of `limit` messages each.
fn pages(store: &Store, filter: &LogFilter, limit: i64) -> Vec<i64> {
    let (mut before, mut all) = (OutboxId::new(i64::MAX), Vec::new());
    loop {
        let filter = filter.clone();
        let page = read(store, move |tx| Ok(outbox::list(tx, &filter, before, limit)?));
        assert!(i64::try_from(page.messages.len()).is_ok_and(|count| count <= limit));
        all.extend(numbers(&page.messages));
        match page.next {
            Some(next) => before = next,
            None => return all,
        }
    }
}

/// Every page of a merchant's list, read the other way; each is newest first all the same.
fn pages_upwards(store: &Store, merchant: MerchantId, filter: &LogFilter, limit: i64) -> Vec<i64> {
    let (mut after, mut all) = (OutboxId::new(0), Vec::new());
    loop {
        let filter = filter.clone();
        let page = read(store, move |tx| Ok(outbox::list_newer(tx, merchant, &filter, (after, limit))?));
        assert!(i64::try_from(page.messages.len()).is_ok_and(|count| count <= limit));
        all.splice(0..0, numbers(&page.messages));
        match page.next {
            Some(next) => after = next,
            None => return all,
        }
    }
}

pub(crate) fn lists_show_what_their_filters_say<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let store = &opened.store;
    write(store, fill_log);
    write(store, |tx| Ok(outbox::set_body(tx, id(2), b"{\"a\":1}")?));
    let states = [
        None,
        Some(StateFilter::Parked),
        Some(StateFilter::Is(MessageState::Pending)),
        Some(StateFilter::Is(MessageState::Delivered)),
        Some(StateFilter::Is(MessageState::Parked(ParkReason::EndpointDisabled))),
    ];
    for (index, state) in (0..states.len() * 32).map(|index| (index, states[index / 32])) {
        let has = |bit: usize| index >> bit & 1 == 1;
        let filter = LogFilter {
            merchant: has(0).then_some(SHOP),
            state,
            kind: has(1).then_some(EventKind::Refund),
            endpoint: has(2).then_some(ENDPOINT),
            destination: has(3).then(|| "u".to_owned()),
            since: has(4).then_some(at(11)),
            until: has(4).then_some(at(48)),
        };
        let expected: Vec<i64> = (1..=LISTED).rev().filter(|number| is_listed(&filter, *number)).collect();
        for limit in [7, 100] {
            assert_eq!(pages(store, &filter, limit), expected, "{filter:?}, {limit} a page");
            if let Some(merchant) = filter.merchant {
                assert_eq!(
                    pages_upwards(store, merchant, &filter, limit),
                    expected,
                    "{filter:?}, {limit} a page, upwards"
                );
            }
        }
    }
    let whole = read(store, |tx| Ok(outbox::get(tx, id(2))?)).expect("it is there");
    let of_shop = LogFilter { merchant: Some(SHOP), ..LogFilter::default() };
    let lines = read(store, move |tx| Ok(outbox::list(tx, &of_shop, id(4), 1)?)).messages;
    assert_eq!((whole.event.as_str(), whole.body.is_some(), numbers(&lines)), ("{}", true, vec![2]));
    assert_eq!((lines[0].event.as_str(), &lines[0].body), ("", &None), "lines are read without what makes them big");
    let count = |endpoint: Option<WebhookEndpointId>, since: i64| {
        read(store, move |tx| Ok(outbox::count_parked(tx, SHOP, endpoint, at(since))?))
    };
    let expected = |since: i64, of: fn(&i64) -> bool| {
        let count = (since..=LISTED).filter(|number| number % 4 == 0).filter(of).count();
        Parked { count: i64::try_from(count).unwrap(), is_cut: false }
    };
    for since in [0, 12, 13, LISTED + 1] {
        assert_eq!(count(None, since), expected(since.max(1), |_| true), "since {since}");
        assert_eq!(count(Some(ENDPOINT), since), expected(since.max(1), |number| number % 5 < 2), "since {since}");
    }
    let after = |merchant: Option<MerchantId>, number: i64| {
        write(store, move |tx| {
            let parked = outbox::parked_after(tx, merchant, id(number), 5)?;
            Ok(parked.iter().map(|message| message.subject).collect::<Vec<_>>())
        })
    };
    assert_eq!(after(Some(SHOP), 8), [12, 16, 20, 24, 28]);
    assert_eq!(after(None, 8), [9, 12, 13, 16, 17]);
}

/// What a long silence leaves of an endpoint: one message more than a count looks at, from [`ENDPOINT`] on, caused and parked one
/// after the other; and before them three of another endpoint.
static MISSED: countersign_store::Statement = countersign_store::Statement {
    name: "test_missed",
    sql: "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10004)
          INSERT INTO outbox (id, channel, merchant_id, destination, endpoint_id, lane, event_kind, event_status, subject, event, body_sealed,
          state, parked_as, attempts, next_attempt_at, leased_until, created_at, finished_at)
          SELECT CAST($1 AS BIGINT) + n, 'WEBHOOK', $2, 'u', CASE WHEN n <= 3 THEN CAST($3 AS BIGINT) + 1 ELSE $3 END, 'u', 'ORDER', 'PAID',
          n, '{}', 0, 'PARKED', 'ENDPOINT_DISABLED', 0, 0, 0, CAST($4 AS BIGINT) + n, $4 + n FROM n",
};
static SHOP_ROW: countersign_store::Statement = countersign_store::Statement {
    name: "test_shop",
    sql: "INSERT INTO merchants (id, kind, name, status, allowed_scopes, fee_share_ppm, commission_ppm, created_at)
          VALUES ($1, 'PLAIN', 'Shop', 'ACTIVE', 0, 0, 0, 1)",
};

/// The endpoint `id`, disabled by its owner at `number`.
fn disabled(id: WebhookEndpointId, number: i64) -> WebhookEndpoint {
    WebhookEndpoint {
        id,
        merchant_id: SHOP,
        terms: EndpointTerms::of_everything(&id.to_string(), ""),
        state: EndpointState::ENABLED.disabled_by_owner(at(number)),
        created_at: CAUSED,
    }
}

pub(crate) fn what_an_endpoint_missed_is_found_beside_a_noisy_sibling<G>(open: Open<'_, G>) {
    const QUIET: WebhookEndpointId = WebhookEndpointId::new(ENDPOINT.get() + 1);
    let opened = open(&options());
    let store = &opened.store;
    write(store, |tx| {
        tx.execute(&SHOP_ROW, &[SHOP.get().into()])?;
        for (id, number) in [(ENDPOINT, 3), (QUIET, 2), (WebhookEndpointId::new(99), 0)] {
            assert!(webhook_endpoints::insert(tx, &disabled(id, number))?);
        }
        let first = compose(CAUSED, 0);
        Ok(tx.execute(&MISSED, &[first.into(), SHOP.get().into(), ENDPOINT.get().into(), CAUSED.ms().into()])?)
    });
    let missed = |endpoint: Option<WebhookEndpointId>, limit: i64| {
        read(store, move |tx| Ok(outbox::missed(tx, SHOP, endpoint, limit)?))
    };
    let of = |endpoint_id, count, is_cut, number| Missed {
        endpoint_id,
        parked: Parked { count, is_cut },
        since: at(number),
    };
    // The silence of the other began when two of its messages were there.
    assert_eq!(missed(None, 20_000), [of(ENDPOINT, 10_001, false, 4), of(QUIET, 2, false, 2)]);
    // What was not looked at may be as old as the silence.
    assert_eq!(missed(None, 100), [of(ENDPOINT, 100, true, 3), of(QUIET, 2, false, 2)]);
    assert_eq!(missed(Some(QUIET), 20_000), [of(QUIET, 2, false, 2)]);
    assert!(missed(Some(WebhookEndpointId::new(99)), 100).is_empty());
    assert!(read(store, |tx| Ok(outbox::missed(tx, OTHER, None, 100)?)).is_empty());
    let parked = |merchant, endpoint, since: i64| {
        read(store, move |tx| Ok(outbox::count_parked(tx, merchant, Some(endpoint), at(since))?))
    };
    assert_eq!(parked(SHOP, QUIET, 0), Parked { count: 3, is_cut: false }, "its sibling does not stand before it");
    assert_eq!(parked(SHOP, QUIET, 3), Parked { count: 1, is_cut: false });
    assert_eq!(parked(SHOP, ENDPOINT, 0), Parked { count: 10_000, is_cut: true });
    assert_eq!(parked(OTHER, QUIET, 0), Parked { count: 0, is_cut: false });
}

pub(crate) fn what_does_not_agree_is_found<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let store = &opened.store;
    write(store, fill_log);
    assert!(read(store, |tx| Ok(outbox::inconsistent(tx, 100)?)).is_empty());
    let spoilt: [&'static countersign_store::Statement; 5] = [&UNFINISHED, &NO_REASON, &NO_TRY, &UNTRIED, &ROUND];
    for (number, statement) in (1..).zip(spoilt) {
        write(store, move |tx| Ok(tx.execute(statement, &[])?));
        let found = read(store, |tx| Ok(outbox::inconsistent(tx, 100)?));
        assert_eq!(found.len(), number, "{} is not found", statement.name);
    }
}

macro_rules! spoil {
    ($($name:ident = $sql:literal;)*) => {
        $(static $name: countersign_store::Statement = countersign_store::Statement { name: stringify!($name), sql: $sql };)*
    };
}

spoil! {
    UNFINISHED = "UPDATE outbox SET finished_at = NULL WHERE subject = 2";
    NO_REASON = "UPDATE outbox SET parked_as = NULL WHERE subject = 4";
    NO_TRY = "DELETE FROM delivery_attempts WHERE outbox_id IN (SELECT id FROM outbox WHERE subject = 6)";
    UNTRIED = "UPDATE outbox SET parked_as = 'LAST_TRY' WHERE subject = 8";
    ROUND = "UPDATE outbox SET round_before = 1 WHERE subject = 3";
}
