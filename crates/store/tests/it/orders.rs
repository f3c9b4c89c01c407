//! Orders come back as they were written, and are found by the status that they have at an instant.

use countersign_domain::id::{
    ApiKeyId, AuthorizationId, MerchantId, OfferId, OrderId, PayerId, SubMerchantId, TransferId, UserId, compose,
};
use countersign_domain::merchant::{Merchant, MerchantKind, MerchantStatus};
use countersign_domain::money::PartsPerMillion;
use countersign_domain::order::{
    Failure, FiatPrice, Goods, Offer, OnBehalf, Order, OrderState, OrderStatus, OrderTexts, Payment, Returned,
    Terminal, UnitPrice,
};
use countersign_domain::time::DAY_MS;
use countersign_domain::{Amount, Currency, Initiator, Timestamp};
use countersign_store::queries::orders::{Listing, Through};
use countersign_store::queries::{Key, merchants, orders};
use countersign_store::{Locked, ReadTx, Store, WriteTx};

use crate::conformance::Open;
use crate::support::{Refused, command, options};

pub(crate) const MERCHANT: MerchantId = MerchantId::new(200_000_001);
/// When every order's time is over.
const END: i64 = 1_000;
/// 2026-01-01T00:00:00Z.
const FIRST_DAY: i64 = 1_767_225_600_000;
const PAGE: i64 = 100;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn usdt(minor: i64) -> Amount {
    Amount::from_minor(minor, Currency::USDT)
}

pub(crate) fn merchant() -> Merchant {
    Merchant {
        id: MERCHANT,
        name: "Tea House".to_owned(),
        kind: MerchantKind::Plain,
        status: MerchantStatus::Active,
        commission: PartsPerMillion::ZERO,
        created_at: at(0),
    }
}

fn payment() -> Payment {
    Payment {
        transfer_id: TransferId::new(9),
        payer_id: PayerId::new(300_000_001),
        open_user_id: "0".repeat(32),
        confirmed_at: Some(at(4)),
        paid_at: at(5),
        paid: Amount::from_minor(3, Currency::BTC),
        price: "33.5".parse().unwrap(),
        commission: usdt(7),
        share: usdt(3),
        payer_detail: Some("sealed".to_owned()),
    }
}

fn offer(until: i64) -> Offer {
    let pays = Amount::from_minor(3, Currency::BTC);
    Offer {
        id: OfferId::new(8),
        payer_id: PayerId::new(300_000_001),
        pays,
        price: "33.5".parse().unwrap(),
        confirmed_at: at(4),
        held_since: at(2),
        until: at(until),
    }
}

fn returned(refunded: i64, under_way: u32) -> Returned {
    Returned { refunded: usdt(refunded), commission: usdt(2), share: usdt(1), accepted: 2, under_way }
}

fn states() -> Vec<OrderState> {
    vec![
        OrderState::Initial,
        OrderState::Pending(offer(900)),
        OrderState::Pending(offer(400)),
        OrderState::Paid(payment(), Returned::nothing_of(usdt(0))),
        OrderState::Paid(payment(), returned(40, 1)),
        OrderState::Paid(payment(), returned(40, 0)),
        OrderState::Paid(payment(), returned(100, 0)),
        OrderState::Canceled { at: at(3), by: Some(Initiator::Key(ApiKeyId::new(3))) },
        OrderState::Canceled { at: at(3), by: Some(Initiator::User(UserId::new(4))) },
        OrderState::Canceled { at: at(3), by: None },
        OrderState::Expired { at: at(END) },
        OrderState::Failed { at: at(3), why: Failure::MerchantFrozen },
    ]
}

/// A line with all that it can hold, and one with the least.
fn goods() -> Vec<Goods> {
    let full = Goods {
        name: "Ice Cream \u{1F368}".to_owned(),
        detail: Some("two \"scoops\"".to_owned()),
        kind: "01".to_owned(),
        category: Some("D000".to_owned()),
        reference: Some("7876763A3B".to_owned()),
        unit_price: Some(UnitPrice { amount: "0.50".to_owned(), currency: "EUR".to_owned() }),
    };
    vec![full, Goods { name: "Spoon".to_owned(), ..Goods::default() }]
}

pub(crate) fn order(id: i64, state: OrderState) -> Order {
    Order {
        id: OrderId::new(id),
        merchant_id: MERCHANT,
        merchant_trade_no: format!("a{id}"),
        on_behalf: None,
        api_key_id: ApiKeyId::new(3),
        sub_merchant_id: None,
        amount: usdt(100),
        fiat: (id % 2 == 0).then(|| FiatPrice { currency: "EUR".to_owned(), amount: "0.9".to_owned() }),
        pay_currencies: (id % 2 == 0).then(|| vec![Currency::USDT, Currency::BTC]),
        terminal: Terminal::Web,
        checkout_token: format!("{id:032}"),
        texts: OrderTexts { product_name: "Ice Cream".to_owned(), goods: goods(), ..OrderTexts::default() },
        created_at: at(0),
        expires_at: at(END),
        state,
    }
}

/// Writes one order of each state: created, then brought to where it stands.
fn fill(store: &Store) -> Vec<Order> {
    let all: Vec<Order> = (1..).zip(states()).map(|(id, state)| order(id, state)).collect();
    write(store, &all);
    all
}

/// Creates each and brings it to where it stands.
fn write(store: &Store, orders: &[Order]) {
    let rows = orders.to_vec();
    let written = store.write_blocking("fill", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        assert!(merchants::insert(tx, &merchant())?);
        for order in &rows {
            assert!(orders::insert(tx, &Order { state: OrderState::Initial, ..order.clone() })?);
            let stored: Locked<Order> = orders::lock(tx, order.id)?.expect("it was just inserted");
            orders::update(tx, &stored.map(|_| order.clone()))?;
        }
        Ok(())
    });
    written.expect("every state can be written");
}

fn read<T: Send + 'static>(
    store: &Store,
    what: impl FnMut(&mut dyn ReadTx) -> Result<T, Refused> + Send + 'static,
) -> T {
    store.read_blocking("read", what).expect("orders can be read")
}

pub(crate) fn orders_come_back_in_every_state<G>(open: Open<'_, G>) {
    let opened = open(&options());
    for order in fill(&opened.store) {
        let id = order.id;
        let found = read(&opened.store, move |tx| Ok(orders::get(tx, id)?));
        assert_eq!(found, Some(order));
    }
}

pub(crate) fn orders_are_found_by_the_status_that_they_have<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let all = fill(&opened.store);
    for now in [at(500), at(END)] {
        for status in OrderStatus::ALL {
            let expected: Vec<OrderId> =
                all.iter().rev().filter(|order| order.status_at(now) == status).map(|order| order.id).collect();
            for key in [Key::Newest, Key::After(0)] {
                let found = read(&opened.store, move |tx| {
                    let listing = Listing { status: Some(status), ..Listing::of(MERCHANT, now) };
                    Ok(orders::keyed_page(tx, &listing, key, PAGE)?)
                });
                assert_eq!(found.iter().map(|order| order.id).collect::<Vec<_>>(), expected, "{status:?} at {now:?}");
            }
        }
    }
}

/// Orders of one day each, in every state, by nobody, a provider or a sub-merchant.
fn mixed() -> Vec<Order> {
    let through = |order: Order, by: i64| match by {
        0 => order,
        1 => Order {
            on_behalf: Some(OnBehalf {
                provider_id: MerchantId::new(300_000_001),
                authorization_id: AuthorizationId::new(1),
            }),
            ..order
        },
        _ => Order { sub_merchant_id: Some(SubMerchantId::new(2_601_010_000_000_001)), ..order },
    };
    let states = states();
    let mixed = (0..90_i64).map(|index| {
        let created_at = at(FIRST_DAY + index * DAY_MS);
        let state = states[usize::try_from(index).expect("few") % states.len()].clone();
        let id = compose(created_at, u32::try_from(index).expect("few"));
        through(Order { created_at, expires_at: at(i64::MAX), ..order(id, state) }, index % 3)
    });
    mixed.collect()
}

/// Pages of listings are exactly what the listing holds, newest first, read in either direction.
pub(crate) fn pages_of_orders_hold_what_is_asked_for<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let all = mixed();
    write(&opened.store, &all);
    let through = [
        Through::Anybody,
        Through::Provider(MerchantId::new(300_000_001)),
        Through::Provider(MerchantId::new(300_000_002)),
        Through::SubMerchant(SubMerchantId::new(2_601_010_000_000_001)),
    ];
    let days = [None, Some(at(FIRST_DAY + 20 * DAY_MS)..at(FIRST_DAY + 70 * DAY_MS))];
    let statuses = OrderStatus::ALL.map(Some).into_iter().chain([None]);
    for ((status, through), created) in
        statuses.flat_map(|s| through.map(|t| (s, t))).flat_map(|a| days.clone().map(|d| (a, d)))
    {
        let listing = Listing { through, status, created, ..Listing::of(MERCHANT, at(500)) };
        let expected: Vec<i64> =
            all.iter().rev().filter(|order| listing.holds(order)).map(|order| order.id.get()).collect();
        let page = |key: Key| {
            let listing = listing.clone();
            let found = read(&opened.store, move |tx| Ok(orders::keyed_page(tx, &listing, key, 7)?));
            found.into_iter().map(|order| order.id.get()).collect::<Vec<_>>()
        };
        let mut older = page(Key::Newest);
        while let Some(last) = older.last().copied().filter(|_| older.len() < expected.len()) {
            let next = page(Key::Before(last));
            assert!(!next.is_empty(), "{listing:?} ends too early");
            older.extend(next);
        }
        assert_eq!(older, expected, "{listing:?}");
        let mut newer: Vec<i64> = Vec::new();
        loop {
            let next = page(Key::After(newer.first().copied().unwrap_or(-1)));
            if next.is_empty() {
                break;
            }
            newer.splice(0..0, next);
        }
        assert_eq!(newer, expected, "{listing:?} from the oldest on");
    }
}

pub(crate) fn open_orders_are_overdue_once_their_time_is_over<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let next_due = || read(&opened.store, |tx| Ok(orders::next_due(tx)?));
    assert_eq!(next_due(), None);
    fill(&opened.store);
    assert_eq!(next_due(), Some(at(END)));
    let overdue = |now| read(&opened.store, move |tx| Ok(orders::overdue(tx, at(now), PAGE)?));
    assert_eq!(overdue(END - 1), []);
    assert_eq!(overdue(END), [1, 2, 3].map(OrderId::new), "the open one and the two that a payer had begun with");
}
