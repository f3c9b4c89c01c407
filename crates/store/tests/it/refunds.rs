//! Refunds come back as they were written, and the schema alone keeps two from being one.

use countersign_domain::id::{ApiKeyId, AuthorizationId, MerchantId, OrderId, PayerId, RefundId, TransferId, UserId};
use countersign_domain::order::{OnBehalf, OrderState};
use countersign_domain::refund::{Figures, Refund, RefundState, RefundTerms};
use countersign_domain::{Amount, Currency, Initiator, Timestamp};
use countersign_store::queries::{merchants, orders, payers, refund_releases, refunds};
use countersign_store::{ReadTx, Store, WriteTx};

use crate::conformance::Open;
use crate::orders::{MERCHANT, merchant, order};
use crate::support::{Refused, command, options};

fn usdt(minor: i64) -> Amount {
    Amount::from_minor(minor, Currency::USDT)
}

/// The `number`th refund of an order.
fn refund(order: i64, number: i64, state: RefundState) -> Refund {
    let told = number % 2 == 0;
    Refund {
        id: RefundId::new(order * 100 + number),
        merchant_id: MERCHANT,
        request_id: format!("r{order}-{number}"),
        terms: RefundTerms {
            order_id: OrderId::new(order),
            amount: usdt(11),
            reason: told.then(|| "broken".to_owned()),
            webhook_url: told.then(|| "https://shop.example/hook".to_owned()),
        },
        on_behalf: told
            .then(|| OnBehalf { provider_id: MerchantId::new(200_000_002), authorization_id: AuthorizationId::new(4) }),
        initiator: if told { Initiator::Key(ApiKeyId::new(3)) } else { Initiator::User(UserId::new(4)) },
        payer_id: PayerId::new(300_000_001),
        payer_open_id: "0".repeat(32),
        figures: Figures {
            amount: usdt(10),
            commission: usdt(2),
            share: usdt(1),
            refunded: usdt(10 * number),
            refunded_commission: usdt(2 * number),
            attempts_left: u32::try_from(10 - number).expect("few"),
        },
        accepted_at: Timestamp::from_ms(5),
        state,
    }
}

fn states() -> [RefundState; 3] {
    let (at, transfer_id, hold_id) = (Timestamp::from_ms(9), TransferId::new(8), TransferId::new(7));
    [
        RefundState::Pending { hold_id },
        RefundState::Succeeded { at, transfer_id, hold_id: Some(hold_id) },
        RefundState::Succeeded { at, transfer_id, hold_id: None },
    ]
}

/// Two orders, whose numbers are 1 and 2.
fn fill(store: &Store) {
    let written = store.write_blocking("fill", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        assert!(merchants::insert(tx, &merchant())?);
        for id in [1, 2] {
            assert!(orders::insert(tx, &order(id, OrderState::Initial))?);
        }
        Ok(())
    });
    written.expect("orders can be written");
}

fn insert(store: &Store, refund: &Refund) -> bool {
    let refund = refund.clone();
    let inserted = store.write_blocking("insert", command(), move |tx: &mut dyn WriteTx| -> Result<bool, Refused> {
        Ok(refunds::insert(tx, &refund)?)
    });
    inserted.expect("a refund is taken, or gives way")
}

fn read<T: Send + 'static>(
    store: &Store,
    what: impl FnMut(&mut dyn ReadTx) -> Result<T, Refused> + Send + 'static,
) -> T {
    store.read_blocking("read", what).expect("refunds can be read")
}

pub(crate) fn refunds_come_back_in_every_state<G>(open: Open<'_, G>) {
    let opened = open(&options());
    fill(&opened.store);
    let all: Vec<Refund> = (1..).zip(states()).map(|(number, state)| refund(1, number, state)).collect();
    for refund in &all {
        assert!(insert(&opened.store, refund));
        let (id, request_id) = (refund.id, refund.request_id.clone());
        assert_eq!(read(&opened.store, move |tx| Ok(refunds::get(tx, id)?)).as_ref(), Some(refund));
        let found = read(&opened.store, move |tx| Ok(refunds::by_request_id(tx, MERCHANT, &request_id)?));
        assert_eq!(found.as_ref(), Some(refund));
    }
    let other = refund(2, 1, states()[2]);
    assert!(insert(&opened.store, &other));
    let of = |after, last| {
        read(&opened.store, move |tx| Ok(refunds::of_orders(tx, (OrderId::new(after), OrderId::new(last)))?))
    };
    assert_eq!((of(0, 1), of(1, 2), of(2, 9)), (all, vec![other], vec![]));
}

pub(crate) fn two_refunds_are_never_one<G>(open: Open<'_, G>) {
    let opened = open(&options());
    fill(&opened.store);
    let first = refund(1, 1, states()[2]);
    assert!(insert(&opened.store, &first));
    let other = refund(2, 2, states()[2]);
    let alike = [
        Refund { id: first.id, ..other.clone() },
        Refund { request_id: first.request_id.clone(), ..other.clone() },
        // The same attempt on the same order.
        Refund { terms: first.terms.clone(), figures: first.figures, ..other.clone() },
    ];
    for refund in alike {
        assert!(!insert(&opened.store, &refund), "{refund:?}");
    }
    let elsewhere = Refund { request_id: first.request_id, merchant_id: MerchantId::new(200_000_009), ..other };
    assert!(insert(&opened.store, &elsewhere), "numbers are a merchant's own");
}

pub(crate) fn held_refunds_wait_until_they_are_written_off<G>(open: Open<'_, G>) {
    let opened = open(&options());
    fill(&opened.store);
    let payer = PayerId::new(300_000_001);
    let written = opened.store.write_blocking("payer", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        assert!(payers::insert(tx, payer, "Ann", Timestamp::from_ms(1))?);
        Ok(())
    });
    written.expect("a payer can be written");
    for number in 1..=3 {
        assert!(insert(&opened.store, &refund(1, number, states()[0])));
    }
    assert!(insert(&opened.store, &refund(2, 1, states()[2])), "one that arrived is in no list");
    let held = |after| {
        let held = read(&opened.store, move |tx| Ok(refunds::held_for_payer(tx, payer, RefundId::new(after), 2)?));
        held.iter().map(|refund| refund.id.get()).collect::<Vec<_>>()
    };
    let totals = || {
        read(&opened.store, move |tx| {
            let sums = [Currency::USDT, Currency::BTC]
                .map(|currency| refunds::sum_held_of_merchant(tx, MERCHANT, currency).map(Amount::minor));
            let [usdt, btc] = sums;
            Ok((
                refunds::count_held_for_payer(tx, payer)?,
                refunds::count_held_of_merchant(tx, MERCHANT)?,
                (usdt?, btc?),
            ))
        })
    };
    assert_eq!((held(0), held(102), totals()), (vec![101, 102], vec![103], (3, 3, (30, 0))));
    let arrived = opened.store.write_blocking("arrive", command(), |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        let refund = refunds::lock(tx, RefundId::new(102))?.expect("it is there");
        let refund = refund.try_map(|refund| refund.arrive(TransferId::new(8), Timestamp::from_ms(9)));
        refunds::update(tx, &refund.expect("it waits"))?;
        Ok(())
    });
    arrived.expect("a refund can arrive");
    assert_eq!((held(0), totals()), (vec![101, 103], (2, 2, (20, 0))));
    let expected = refund(1, 2, states()[1]);
    assert_eq!(read(&opened.store, |tx| Ok(refunds::get(tx, RefundId::new(102))?)), Some(expected));
}

pub(crate) fn notes_about_payers_fall_due_in_turn<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let ids = [7, 5, 6].map(PayerId::new);
    let note = |number: usize, due_at: Option<i64>| {
        let id = ids[number];
        let noted =
            opened.store.write_blocking("note", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
                payers::insert(tx, id, "Ann", Timestamp::from_ms(1))?;
                let payer = payers::lock(tx, id)?.expect("it is there");
                match due_at {
                    Some(ms) => refund_releases::put(tx, &payer, Timestamp::from_ms(ms))?,
                    None => refund_releases::delete(tx, &payer)?,
                }
                Ok(())
            });
        noted.expect("a note can be written");
    };
    let due = |now, limit| {
        let due = read(&opened.store, move |tx| Ok(refund_releases::due(tx, Timestamp::from_ms(now), limit)?));
        due.into_iter().map(PayerId::get).collect::<Vec<_>>()
    };
    let next = || read(&opened.store, |tx| Ok(refund_releases::next_due(tx)?)).map(Timestamp::ms);
    assert_eq!((due(9, 9), next()), (vec![], None));
    for (number, at) in [(0, 20), (1, 30), (2, 20)] {
        note(number, Some(at));
    }
    assert_eq!((due(19, 9), due(20, 9), due(30, 9), due(30, 2)), (vec![], vec![6, 7], vec![6, 7, 5], vec![6, 7]));
    assert_eq!(next(), Some(20));
    note(2, Some(40));
    note(0, None);
    note(0, None);
    assert_eq!((due(40, 9), next()), (vec![5, 6], Some(30)));
    let at = |number: usize| {
        let id = ids[number];
        read(&opened.store, move |tx| Ok(refund_releases::due_at(tx, id)?)).map(Timestamp::ms)
    };
    assert_eq!((at(0), at(2)), (None, Some(40)));
}
