//! Closing an order, its expiry, and both against whoever would pay it (money.md 1.8, decisions.md row 31).

use std::collections::BTreeMap;

use countersign_domain::Currency;
use countersign_domain::Scope;
use countersign_domain::ledger::Wallet;
use countersign_domain::order::PayError as NotPayable;
use countersign_domain::time::{HOUR_MS, MINUTE_MS};
use countersign_service::orders::PayError;
use countersign_store::queries::outbox::Channel;
use countersign_testkit::{Answer, Merchant, TestApp, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::order_life::with;
use crate::samples::{order_of, order_v2};

/// How often two callers race for the end of one order.
const RACES: usize = 40;

async fn status(merchant: &Merchant, prepay_id: &str) -> Value {
    merchant.query(prepay_id).await.data()["status"].clone()
}

/// Asserts that a close was refused because of where the order stood.
#[track_caller]
fn refused_as(answer: Answer, status: &str) {
    let answer = answer.refused("400204");
    assert!(answer.explanation().starts_with(&format!("the order is {status};")), "{}", answer.explanation());
}

/// How many messages of each status are in a merchant's log.
async fn told(app: &TestApp, merchant: &Merchant) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for message in app.messages(Channel::Webhook, merchant.id).await {
        *counts.entry(message.event_status).or_insert(0) += 1;
    }
    counts
}

on_both_engines! {
    async fn an_open_order_is_closed_once(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        merchant.set_endpoint("https://shop.test/hook").await;
        let open = order_of(&merchant, "open").await;
        let closed = merchant.call("/order/close", json!({"merchantTradeNo": "open", "prepayId": null})).await;
        assert_eq!(closed.text, r#"{"status":"SUCCESS","code":"000000","data":true}"#, "clients.md A6");
        assert_eq!(status(&merchant, &open).await, "CANCELED");
        refused_as(merchant.close(&open).await, "CANCELED");
        let late = payer.try_pay(&open, None).await.expect_err("it is closed");
        assert!(matches!(late, PayError::NotPayable(NotPayable::Closed)), "{late}");
        assert_eq!(told(&app, &merchant).await, BTreeMap::from([("CLOSED".to_owned(), 1)]));
        // Neither does time change it, nor does its number come free (row 27).
        app.advance_ms(HOUR_MS);
        assert_eq!(app.expire_due().await, 0);
        assert_eq!(status(&merchant, &open).await, "CANCELED");
        merchant.call("/v2/order", order_v2("open")).await.refused("400201");
    }

    async fn only_initial_orders_are_closed_and_only_ones_own(app: TestApp) {
        let (merchant, other, payer) = (app.merchant("Shop").await, app.merchant("Other").await, app.payer_with("100").await);
        let paid = order_of(&merchant, "paid").await;
        payer.pay(&paid).await;
        refused_as(merchant.close(&paid).await, "PAID");
        let foreign = order_of(&other, "foreign").await;
        let before = app.footprint().await;
        for (body, code) in [
            (json!({"prepayId": foreign}), "400202"), (json!({"merchantTradeNo": "foreign"}), "400202"),
            (json!({"prepayId": "1"}), "400202"), (json!({"prepayId": "nobody"}), "400202"),
            (json!({"merchantTradeNo": "PAID"}), "400202"), (json!({"prepayId": foreign, "merchantTradeNo": "paid"}), "400202"),
            (json!({"merchantTradeNo": "a-b"}), "400201"), (json!({"prepayId": null, "merchantTradeNo": ""}), "400100"),
        ] {
            merchant.call("/order/close", body).await.refused(code);
        }
        before.assert_same(&app.footprint().await, "a refused close");
        // An order whose time is over is EXPIRED, recorded or not.
        let overdue = order_of(&merchant, "overdue").await;
        app.advance_ms(HOUR_MS);
        refused_as(merchant.close(&overdue).await, "EXPIRED");
        // `foreign` is the other merchant's, and is over too.
        assert_eq!(app.expire_due().await, 2);
        refused_as(merchant.close(&overdue).await, "EXPIRED");
    }

    // What row 31 lets a payer do for a minute is not done for ever.
    async fn a_payer_who_confirms_every_minute_keeps_no_order_from_its_merchant(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let held = order_of(&merchant, "held").await;
        let mut offer = payer.confirm(&held, None).await.expect("it is open");
        let mut refused = 0;
        loop {
            let answer = merchant.close(&held).await;
            if answer.code == "000000" { break }
            refused_as(answer, "PENDING");
            refused += 1;
            app.advance_ms(MINUTE_MS - 1);
            offer = payer.confirm(&held, None).await.expect("it is the payer's");
        }
        assert_eq!(refused, 6, "five minutes, at a millisecond less than a minute each");
        let late = payer.pay_offer(&held, offer).await.expect_err("it is closed");
        assert!(matches!(late, PayError::NotPayable(NotPayable::Closed)), "{late}");
        assert_eq!(app.usdt(&payer).await, "100");
    }

    async fn a_payer_who_confirms_every_minute_does_not_outlast_the_order(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let held = order_of(&merchant, "held").await;
        for _ in 0..60 {
            payer.confirm(&held, None).await.expect("it is open");
            assert_eq!(status(&merchant, &held).await, "PENDING");
            app.advance_ms(MINUTE_MS);
        }
        assert_eq!((app.expire_due().await, status(&merchant, &held).await), (1, json!("EXPIRED")));
        let late = payer.confirm(&held, None).await.expect_err("it is over");
        assert!(matches!(late, PayError::NotPayable(NotPayable::Expired)), "{late}");
    }

    // Row 28: whoever created it is told, and the merchant whose it is.
    async fn a_provider_closes_for_its_merchant(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        provider.set_endpoint("https://acme.test/hook").await;
        merchant.set_endpoint("https://shop.test/hook").await;
        let token = app.grant(&provider, &merchant, &[Scope::Checkout]).await.token;
        let named = json!({"webhookUrl": "https://acme.test/orders"});
        for (number, by_provider, change) in [("a", true, json!({})), ("b", false, json!({})), ("c", true, named)] {
            let created = provider.call("/v2/order", with(order_v2(number), &change)).on_behalf(token.as_str()).await;
            let id = created.text_of("prepayId");
            provider.close(&id).await.refused("400202");
            let closed = if by_provider { provider.close(&id).on_behalf(token.as_str()) } else { merchant.close(&id) };
            assert_eq!(closed.await.data(), &json!(true));
        }
        let mut sent = Vec::new();
        for actor in [&*provider, &merchant] {
            for message in app.messages(Channel::Webhook, actor.id).await {
                if message.event_status == "CLOSED" {
                    sent.push(message.destination);
                }
            }
        }
        let (acme, shop) = ("https://acme.test/hook", "https://shop.test/hook");
        assert_eq!(sent, [acme, acme, "https://acme.test/orders", shop, shop, shop]);
    }

    async fn an_expiry_is_recorded_once_and_told(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        merchant.set_endpoint("https://shop.test/hook").await;
        let paid = order_of(&merchant, "paid").await;
        payer.pay(&paid).await;
        let late = merchant.call("/v2/order", with(order_v2("late"), &json!({"orderExpireTime": app.now().ms() + 2 * HOUR_MS})));
        let late = late.await.text_of("prepayId");
        let overdue = order_of(&merchant, "overdue").await;
        app.advance_ms(HOUR_MS - 1);
        assert_eq!(app.expire_due().await, 0);
        app.advance_ms(1);
        assert_eq!(status(&merchant, &overdue).await, "EXPIRED", "before a job has recorded it");
        assert_eq!(app.expire_due().await, 1);
        assert_eq!(app.expire_due().await, 0);
        let statuses = [status(&merchant, &paid).await, status(&merchant, &overdue).await, status(&merchant, &late).await];
        assert_eq!(statuses, ["PAID", "EXPIRED", "INITIAL"]);
        assert_eq!(told(&app, &merchant).await, BTreeMap::from([("CLOSED".to_owned(), 1), ("PAID".to_owned(), 1)]));
    }

    // Of a close and a payment at once exactly one happens, and the other is told which.
    async fn a_close_races_a_payment(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer("Ann").await);
        merchant.set_endpoint("https://shop.test/hook").await;
        let operator = app.operator().await;
        operator.credit(&payer, Wallet::Funding, ("100000", Currency::USDT)).await;
        let mut won = BTreeMap::new();
        for race in 0..RACES {
            let order = order_of(&merchant, &format!("race{race}")).await;
            let mut racers = JoinSet::new();
            let (close, paying) = (merchant.close(&order), (payer.clone(), order.clone()));
            // Who is spawned first tends to win: both get their chance.
            if race % 2 == 0 {
                racers.spawn(async move { Outcome::of_close(close.send().await) });
                racers.spawn(async move { Outcome::of_payment(paying.0.try_pay(&paying.1, None).await.map(drop)) });
            } else {
                racers.spawn(async move { Outcome::of_payment(paying.0.try_pay(&paying.1, None).await.map(drop)) });
                racers.spawn(async move { Outcome::of_close(close.send().await) });
            }
            let mut outcomes = racers.join_all().await;
            outcomes.sort();
            let expected = match status(&merchant, &order).await.as_str() {
                Some("PAID") => [Outcome::Paid, Outcome::NotClosed("PAID".to_owned())],
                Some("CANCELED") => [Outcome::Closed, Outcome::NotPaid("the order was closed by its merchant".to_owned())],
                other => panic!("race {race}: {other:?}"),
            };
            assert_eq!(outcomes, expected, "race {race}");
            *won.entry(format!("{:?}", expected[0])).or_insert(0_usize) += 1;
        }
        let paid = won.get("Paid").copied().unwrap_or(0);
        let told = told(&app, &merchant).await;
        assert_eq!(told.values().sum::<usize>(), RACES, "one message per order: {told:?}");
        assert_eq!(told.get("PAID").copied().unwrap_or(0), paid);
        let held = usize::try_from(app.balance(&merchant, Wallet::Funding, Currency::USDT).await.minor()).expect("positive");
        assert_eq!(held, paid * 2_517_000_000);
    }

    // The clock of a close and that of the job may stand on either side of the end: still exactly one happens.
    async fn an_expiry_races_a_close(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        merchant.set_endpoint("https://shop.test/hook").await;
        for race in 0..RACES {
            let ends = app.now().plus_ms(1);
            let body = with(order_v2(&format!("race{race}")), &json!({"orderExpireTime": ends.ms()}));
            let order = merchant.call("/v2/order", body).await.text_of("prepayId");
            let id = order.parse().expect("a prepay id is a number");
            let close = merchant.close(&order);
            let (closed, expired) = if race % 2 == 0 {
                tokio::join!(close.send(), app.expire_order(id, ends))
            } else {
                let (expired, closed) = tokio::join!(app.expire_order(id, ends), close.send());
                (closed, expired)
            };
            match (status(&merchant, &order).await.as_str(), expired) {
                (Some("CANCELED"), false) => assert_eq!(closed.data(), &json!(true), "race {race}"),
                (Some("EXPIRED"), true) => refused_as(closed, "EXPIRED"),
                other => panic!("race {race}: {other:?} and {}", closed.text),
            }
        }
        assert_eq!(told(&app, &merchant).await, BTreeMap::from([("CLOSED".to_owned(), RACES)]), "each is told once");
    }

    // Of many closes at once one happens.
    async fn of_many_closes_one_wins(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let order = order_of(&merchant, "race").await;
        let mut racers = JoinSet::new();
        for _ in 0..RACES {
            racers.spawn(merchant.close(&order).send());
        }
        let mut closed = 0;
        for answer in racers.join_all().await {
            if answer.code == "000000" {
                closed += 1;
            } else {
                refused_as(answer, "CANCELED");
            }
        }
        assert_eq!(closed, 1);
    }
}

/// How one of two racers fared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Paid,
    Closed,
    NotPaid(String),
    NotClosed(String),
}

impl Outcome {
    fn of_payment(paid: Result<(), PayError>) -> Self {
        paid.map_or_else(|error| Self::NotPaid(error.to_string()), |()| Self::Paid)
    }

    fn of_close(answer: Answer) -> Self {
        if answer.code == "000000" {
            return Self::Closed;
        }
        let answer = answer.refused("400204");
        let told = answer.explanation().strip_prefix("the order is ").and_then(|rest| rest.split_once(';'));
        Self::NotClosed(told.expect("the status is named").0.to_owned())
    }
}
