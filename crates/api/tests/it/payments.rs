//! Confirming prices and paying them on both engines: who may, for how long, in which race, and at which commission.

use countersign_domain::commission::CommissionSchedule;
use countersign_domain::id::OfferId;
use countersign_domain::ledger::{AccountRef, Wallet};
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::money::PartsPerMillion;
use countersign_domain::order::{self, Failure, OFFER_LIFETIME_MS};
use countersign_domain::rates::Priced;
use countersign_domain::time::HOUR_MS;
use countersign_domain::{Amount, Currency, Scope};
use countersign_service::orders::{self, Outcome, PayError};
use countersign_service::{Platform, Rates};
use countersign_store::queries::ledger;
use countersign_store::queries::outbox::Channel;
use countersign_store::{StoreError, WriteTx};
use countersign_testkit::{Engine, Merchant, Payer, TestApp, on_both_engines, rate_table};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::samples::order_v2;

/// How often a race is run.
const RACES: usize = 20;

async fn order(merchant: &Merchant, number: &str) -> String {
    merchant.call("/v2/order", order_v2(number)).await.text_of("prepayId")
}

async fn queried(merchant: &Merchant, prepay_id: &str) -> Value {
    merchant.call("/v2/order/query", json!({"prepayId": prepay_id})).await.data().clone()
}

async fn status(merchant: &Merchant, prepay_id: &str) -> String {
    queried(merchant, prepay_id).await["status"].as_str().expect("a status").to_owned()
}

async fn confirmed(payer: &Payer, prepay_id: &str) -> OfferId {
    payer.confirm(prepay_id, None).await.expect("the price can be confirmed")
}

#[track_caller]
fn is_paid(outcome: &Result<Outcome, PayError>) -> bool {
    matches!(outcome, Ok(Outcome::Paid(_)))
}

fn usdt(text: &str) -> Amount {
    Amount::parse(text, Currency::USDT).expect("an amount")
}

fn schedule(percent: &str, minimum: &str, cap: Option<&str>) -> CommissionSchedule {
    let rate = PartsPerMillion::from_percent(percent).expect("a percentage");
    CommissionSchedule::new(rate, usdt(minimum), cap.map(usdt)).expect("terms that can be")
}

/// What the merchant gets of 25.17, and what it was charged, as its query says.
async fn credited(app: &TestApp, merchant: &Merchant, payer: &Payer, number: &str) -> (String, String) {
    let before = app.balance(merchant, Wallet::Funding, Currency::USDT).await;
    let prepay_id = order(merchant, number).await;
    payer.pay(&prepay_id).await;
    let commission = queried(merchant, &prepay_id).await["commission"].as_str().expect("a text").to_owned();
    let after = app.balance(merchant, Wallet::Funding, Currency::USDT).await;
    (after.minus(before).expect("one currency").to_string(), commission)
}

on_both_engines! {
    // Row 31: confirming begins PENDING, paying executes what was confirmed, and doing either twice pays once.
    async fn a_price_is_confirmed_and_paid_once(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let id = order(&merchant, "twice").await;
        let first = confirmed(&payer, &id).await;
        assert_eq!(status(&merchant, &id).await, "PENDING");
        let second = confirmed(&payer, &id).await;
        let stale = payer.pay_offer(&id, first).await.expect_err("a later price took its place");
        assert!(matches!(stale, PayError::NoSuchOffer), "{stale}");
        assert!(is_paid(&payer.pay_offer(&id, second).await));
        assert_eq!(status(&merchant, &id).await, "PAID");
        let before = app.footprint().await;
        for again in [payer.pay_offer(&id, second).await.map(drop), payer.confirm(&id, None).await.map(drop)] {
            let again = again.expect_err("it is paid");
            assert!(matches!(again, PayError::NotPayable(order::PayError::AlreadyPaid)), "{again}");
        }
        before.assert_same(&app.footprint().await, "a second payment");
        assert_eq!((app.usdt(&payer).await.as_str(), app.usdt(&merchant).await.as_str()), ("74.83", "25.17"));
    }

    // While a price is locked the order is that payer's; once it lapsed it is anybody's, and the price is worth nothing.
    async fn a_locked_price_keeps_others_out_until_it_lapses(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let (quick, slow) = (app.payer_with("100").await, app.payer_with("100").await);
        let id = order(&merchant, "lapses").await;
        let offer = confirmed(&slow, &id).await;
        app.advance_ms(OFFER_LIFETIME_MS - 1);
        let refused = quick.try_pay(&id, None).await.expect_err("it is being paid");
        assert!(matches!(refused, PayError::NotPayable(order::PayError::BeingPaid)), "{refused}");
        quick.confirm(&id, None).await.expect_err("it is being paid");
        quick.pay_offer(&id, offer).await.expect_err("it is another's price");
        app.advance_ms(1);
        assert_eq!(status(&merchant, &id).await, "INITIAL");
        let late = slow.pay_offer(&id, offer).await.expect_err("the price lapsed");
        assert!(matches!(late, PayError::NoSuchOffer), "{late}");
        let other = confirmed(&quick, &id).await;
        slow.pay_offer(&id, other).await.expect_err("it is another's price");
        assert!(is_paid(&quick.pay_offer(&id, other).await));
        assert_eq!((app.usdt(&slow).await.as_str(), app.usdt(&quick).await.as_str()), ("100", "74.83"));
    }

    // An order's own end comes before its price's, and what was confirmed does not lengthen it.
    async fn a_price_ends_with_its_order(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let id = order(&merchant, "ends").await;
        app.advance_ms(HOUR_MS - 1_000);
        let offer = confirmed(&payer, &id).await;
        app.advance_ms(1_000);
        assert_eq!(status(&merchant, &id).await, "EXPIRED");
        let late = payer.pay_offer(&id, offer).await.expect_err("it is too late");
        assert!(matches!(late, PayError::NotPayable(order::PayError::Expired)), "{late}");
        payer.confirm(&id, None).await.expect_err("it is too late");
        assert_eq!(app.usdt(&payer).await, "100");
    }

    // Nobody keeps an order from others for a minute who cannot pay it; and money that left meanwhile is missing then.
    async fn a_wallet_short_of_funds_neither_confirms_nor_pays(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let (poor, rich) = (app.payer_with("25.16999999").await, app.payer_with("25.17").await);
        let (first, second) = (order(&merchant, "first").await, order(&merchant, "second").await);
        let before = app.footprint().await;
        let short = poor.confirm(&first, None).await.expect_err("it is short by one unit");
        assert!(matches!(short, PayError::InsufficientFunds(Currency::USDT)), "{short}");
        poor.try_pay(&first, None).await.expect_err("it is short by one unit");
        before.assert_same(&app.footprint().await, "a confirmation without funds");
        let offers = (confirmed(&rich, &first).await, confirmed(&rich, &second).await);
        assert!(is_paid(&rich.pay_offer(&first, offers.0).await));
        let before = app.footprint().await;
        let short = rich.pay_offer(&second, offers.1).await.expect_err("the money is gone");
        assert!(matches!(short, PayError::InsufficientFunds(Currency::USDT)), "{short}");
        before.assert_same(&app.footprint().await, "a payment without funds");
        assert_eq!(status(&merchant, &second).await, "PENDING");
    }

    // Frozen before: nobody confirms, the order stays as it is. Frozen between: the order fails, and the payer keeps all.
    async fn a_frozen_merchant_is_not_paid(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let (operator, payer) = (app.operator().await, app.payer_with("100").await);
        let (waiting, under_way) = (order(&merchant, "waiting").await, order(&merchant, "underway").await);
        merchant.set_endpoint("https://shop.test/hook").await;
        let offer = confirmed(&payer, &under_way).await;
        operator.set_status(merchant.id, MerchantStatus::Frozen).await;
        for refused in [payer.confirm(&waiting, None).await.map(drop), payer.try_pay(&waiting, None).await.map(drop)] {
            let refused = refused.expect_err("nobody pays a frozen merchant");
            assert!(matches!(refused, PayError::MerchantFrozen), "{refused}");
        }
        let failed = payer.pay_offer(&under_way, offer).await.expect("it is recorded");
        assert!(matches!(failed, Outcome::Failed(Failure::MerchantFrozen)), "{failed:?}");
        let told = app.messages(Channel::Webhook, merchant.id).await;
        assert_eq!(told.len(), 1);
        assert!(told[0].event.starts_with(r#"{"OrderClosed""#), "{}", told[0].event);
        operator.set_status(merchant.id, MerchantStatus::Active).await;
        assert_eq!((status(&merchant, &waiting).await, status(&merchant, &under_way).await), ("INITIAL".into(), "ERROR".into()));
        let over = payer.try_pay(&under_way, None).await.expect_err("it has failed for good");
        assert!(matches!(over, PayError::NotPayable(order::PayError::Failed)), "{over}");
        assert_eq!((app.usdt(&payer).await.as_str(), app.usdt(&merchant).await.as_str()), ("100", "0"));
        payer.pay(&waiting).await;
    }

    // Two payers confirm at once: one gets the price, the other is told; then the winner's two browsers pay at once.
    async fn of_two_payers_one_confirms_and_pays_once(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payers = [app.payer_with("1000").await, app.payer_with("1000").await];
        for race in 0..RACES {
            let id = order(&merchant, &format!("race{race}")).await;
            let mut racers = JoinSet::new();
            for payer in payers.clone() {
                let id = id.clone();
                racers.spawn(async move { (payer.confirm(&id, None).await, payer) });
            }
            let mut winner = None;
            for (outcome, payer) in racers.join_all().await {
                match outcome {
                    Ok(offer) => assert!(winner.replace((payer, offer)).is_none(), "race {race}: both confirmed"),
                    Err(error) => assert!(matches!(error, PayError::NotPayable(order::PayError::BeingPaid)), "race {race}: {error}"),
                }
            }
            let (payer, offer) = winner.expect("one confirmed");
            let before = app.balance(&payer, Wallet::Funding, Currency::USDT).await;
            let mut racers = JoinSet::new();
            for _ in 0..2 {
                let (payer, id) = (payer.clone(), id.clone());
                racers.spawn(async move { payer.pay_offer(&id, offer).await });
            }
            assert_eq!(racers.join_all().await.iter().filter(|outcome| is_paid(outcome)).count(), 1, "race {race}");
            let after = app.balance(&payer, Wallet::Funding, Currency::USDT).await;
            assert_eq!(before.minus(after), Ok(usdt("25.17")), "race {race}");
        }
    }

    // A freeze and a payment at once: paid before it or failed by it, and never anything between.
    async fn a_freeze_races_a_payment(app: TestApp) {
        let (operator, payer) = (app.operator().await, app.payer_with("1000").await);
        let merchant = app.merchant("Shop").await;
        let mut paid = 0;
        for race in 0..RACES {
            let id = order(&merchant, &format!("race{race}")).await;
            let offer = confirmed(&payer, &id).await;
            let (racer, operator_too, merchant_id) = (payer.clone(), operator.clone(), merchant.id);
            let mut racers = JoinSet::new();
            let pays = id.clone();
            racers.spawn(async move { Some(racer.pay_offer(&pays, offer).await.expect("paid or failed")) });
            racers.spawn(async move {
                operator_too.set_status(merchant_id, MerchantStatus::Frozen).await;
                None
            });
            let outcome = racers.join_all().await.into_iter().flatten().next().expect("an outcome");
            operator.set_status(merchant.id, MerchantStatus::Active).await;
            let expected = if matches!(outcome, Outcome::Paid(_)) { "PAID" } else { "ERROR" };
            paid += usize::from(expected == "PAID");
            assert_eq!(status(&merchant, &id).await, expected, "race {race}");
        }
        let held = app.balance(&merchant, Wallet::Funding, Currency::USDT).await;
        assert_eq!(held.minor(), usdt("25.17").minor() * i64::try_from(paid).expect("few"));
    }

    // A close and a payer at once: closed, or confirmed and then paid, and the other is told which.
    async fn a_close_races_a_confirmation(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("1000").await);
        for race in 0..RACES {
            let id = order(&merchant, &format!("race{race}")).await;
            let close = merchant.call("/order/close", json!({"prepayId": id})).send();
            let (closed, confirmed) = tokio::join!(close, payer.confirm(&id, None));
            match confirmed {
                Ok(offer) => {
                    assert_eq!(closed.code, "400204", "race {race}");
                    assert!(is_paid(&payer.pay_offer(&id, offer).await), "race {race}");
                }
                Err(error) => {
                    assert!(matches!(error, PayError::NotPayable(order::PayError::Closed)), "race {race}: {error}");
                    assert_eq!((closed.code.as_str(), status(&merchant, &id).await.as_str()), ("000000", "CANCELED"), "race {race}");
                }
            }
        }
    }

    // A payment in the last moment and the job that ends the order at once: one of the two happens.
    async fn an_expiry_races_a_payment(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("1000").await);
        let mut paid = 0;
        for race in 0..RACES {
            let id = order(&merchant, &format!("race{race}")).await;
            app.advance_ms(HOUR_MS - 1);
            let offer = confirmed(&payer, &id).await;
            let (order_id, over) = (id.parse().expect("a number"), app.now().plus_ms(1));
            let expire = move |tx: &mut dyn WriteTx, platform: &Platform| orders::expire(tx, platform, order_id, over);
            let (expired, outcome) =
                tokio::join!(app.platform().write("order_expire", expire), payer.pay_offer(&id, offer));
            let expired: Result<bool, StoreError> = expired;
            let expired = expired.expect("the database takes it");
            assert_ne!(expired, is_paid(&outcome), "race {race}: {outcome:?}");
            paid += usize::from(!expired);
            assert_eq!(status(&merchant, &id).await, if expired { "EXPIRED" } else { "PAID" }, "race {race}");
        }
        let held = app.balance(&merchant, Wallet::Funding, Currency::USDT).await;
        assert_eq!(held.minor(), usdt("25.17").minor() * i64::try_from(paid).expect("few"));
    }

    // What the call allows besides the order's own currency.
    async fn only_currencies_that_the_merchant_takes(app: TestApp) {
        let (merchant, payer, operator) = (app.merchant("Shop").await, app.payer_with("100").await, app.operator().await);
        for currency in [Currency::BNB, Currency::BTC, Currency::USDC] {
            operator.credit(&payer, Wallet::Funding, ("100", currency)).await;
        }
        for (number, currency) in [("a", Some(Currency::BNB)), ("b", Some(Currency::USDT)), ("c", None)] {
            let mut body = order_v2(number);
            body["supportPayCurrency"] = json!("BNB,USDC");
            let id = merchant.call("/v2/order", body).await.text_of("prepayId");
            let refused = payer.try_pay(&id, Some(Currency::BTC)).await.expect_err("it is not in the list");
            assert_eq!(refused.to_string(), "this order cannot be paid in BTC");
            payer.try_pay(&id, currency).await.expect("it is taken");
        }
    }

    // Percent, minimum and cap of one currency; the merchant's own rate where there are none.
    async fn commissions_follow_the_terms_of_the_currency(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("1000").await);
        let operator = app.operator().await;
        operator.set_commission(merchant.id, 10_000).await;
        let rows = [
            (None, ("24.9183", "0.25170000")),
            (Some(schedule("0.5", "0", None)), ("25.04415", "0.12585000")),
            (Some(schedule("0.5", "1.5", None)), ("23.67", "1.50000000")),
            (Some(schedule("50", "0", Some("2"))), ("23.17", "2.00000000")),
            (Some(schedule("0", "30", Some("40"))), ("0", "25.17000000")),
            (Some(schedule("0", "0", None)), ("25.17", "0.00000000")),
        ];
        for (index, (terms, (net, commission))) in rows.into_iter().enumerate() {
            if let Some(terms) = terms {
                operator.set_schedule(merchant.id, terms).await;
            }
            let credited = credited(&app, &merchant, &payer, &format!("row{index}")).await;
            assert_eq!(credited, (net.to_owned(), commission.to_owned()), "row {index}");
        }
        // Terms are of one merchant and one currency.
        let other = app.merchant("Other").await;
        assert_eq!(credited(&app, &other, &payer, "other").await, ("25.17".to_owned(), "0.00000000".to_owned()));
    }

    // The provider's part of what the terms come to (row 21).
    async fn a_fee_share_is_a_part_of_the_terms(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let (operator, payer) = (app.operator().await, app.payer_with("100").await);
        operator.set_schedule(merchant.id, schedule("0", "1", None)).await;
        operator.set_fee_share(provider.id, 333_333).await;
        let grant = app.grant(&provider, &merchant, &[Scope::Checkout]).await;
        let created = provider.call("/v2/order", order_v2("brought")).on_behalf(grant.token.as_str()).await;
        payer.pay(&created.text_of("prepayId")).await;
        assert_eq!((app.usdt(&merchant).await.as_str(), app.usdt(&provider).await.as_str()), ("24.17", "0.333333"));
    }

    // money.md 1.7 and clients.md W1: the payer gives another currency, the merchant gets the order's, both are told the rate.
    async fn a_payment_in_another_currency_is_converted(app: TestApp) {
        let (merchant, payer, operator) = (app.merchant("Shop").await, app.payer("Pay Er").await, app.operator().await);
        let xrp = Currency::from_code("XRP").expect("it is listed");
        for (amount, currency) in [("1", Currency::BNB), ("0.001", Currency::BTC), ("100", xrp)] {
            operator.credit(&payer, Wallet::Funding, (amount, currency)).await;
        }
        operator.set_schedule(merchant.id, schedule("1", "0", None)).await;
        merchant.set_endpoint("https://shop.test/hook").await;
        let rows = [
            (Currency::BNB, "0.04195000", "600.00000000"),
            // 0.0004195 exactly, and 50.34 of six decimals.
            (Currency::BTC, "0.00041950", "60000.00000000"),
            (xrp, "50.34000000", "0.50000000"),
        ];
        for (index, (currency, gave, price)) in rows.into_iter().enumerate() {
            let before = app.balance(&payer, Wallet::Funding, currency).await;
            let id = order(&merchant, &format!("pays{index}")).await;
            let offer = payer.confirm(&id, Some(currency)).await.expect("it has a price");
            assert!(is_paid(&payer.pay_offer(&id, offer).await));
            let given = before.minus(app.balance(&payer, Wallet::Funding, currency).await).expect("one currency");
            assert_eq!(Amount::parse(gave, currency), Ok(given));
            let shown = merchant.call("/v2/order/query", json!({"prepayId": id})).await.text;
            for expected in [
                r#""currency":"USDT""#.to_owned(),
                r#""orderAmount":"25.17000000","commission":"0.25170000""#.to_owned(),
                format!(r#""payMethod":"funding","paymentInstructions":[{{"currency":"{currency}","amount":"{gave}","price":{price}}}]"#),
            ] {
                assert!(shown.contains(&expected), "{expected}: {shown}");
            }
        }
        assert_eq!(app.usdt(&merchant).await, "74.7549", "three times 25.17 less one percent");
        let told = app.messages(Channel::Webhook, merchant.id).await;
        assert_eq!(told.len(), 3);
        assert!(told.iter().zip(["BNB", "BTC", "XRP"]).all(|(message, code)| message.event.contains(code)));
    }

    // What is not divisible is the platform's remainder: the payer gives a unit more, and every currency balances.
    async fn remainders_are_the_platforms(app: TestApp) {
        let (merchant, payer, operator) = (app.merchant("Shop").await, app.payer("Pay Er").await, app.operator().await);
        operator.credit(&payer, Wallet::Funding, ("1", Currency::BTC)).await;
        let mut body = order_v2("tiny");
        body["orderAmount"] = json!("0.00000001");
        let id = merchant.call("/v2/order", body).await.text_of("prepayId");
        let paid = payer.try_pay(&id, Some(Currency::BTC)).await.expect("it has a price");
        assert_eq!(app.balance(&payer, Wallet::Funding, Currency::BTC).await.to_string(), "0.99999999");
        assert_eq!(app.usdt(&merchant).await, "0.00000001");
        let legs = app.platform().read("legs", move |tx, _| ledger::postings_of_transfer(tx, paid.transfer_id)).await;
        let legs: Result<Vec<_>, StoreError> = legs;
        let platform = legs.expect("it is booked").into_iter().filter_map(|(account, _, amount)| match account {
            AccountRef::Platform(account) => Some(format!("{account:?} {amount} {}", amount.currency())),
            AccountRef::Wallet(..) | AccountRef::ProviderDebt(_) => None,
        });
        assert_eq!(platform.collect::<Vec<_>>(), ["Rounding 0.00000001 BTC", "Conversion -0.00000001 USDT"]);
    }

    // The price is locked: what happens to the rate afterwards is nobody's concern.
    async fn a_confirmed_price_outlives_its_rate(app: TestApp) {
        let (merchant, payer, operator) = (app.merchant("Shop").await, app.payer("Pay Er").await, app.operator().await);
        operator.credit(&payer, Wallet::Funding, ("1", Currency::BNB)).await;
        let (first, second) = (order(&merchant, "first").await, order(&merchant, "second").await);
        let offer = payer.confirm(&first, Some(Currency::BNB)).await.expect("it has a price");
        let rates = &app.platform().rates;
        let dearer = [(Priced::Asset(Currency::BNB), "1200".parse().expect("a rate"))];
        rates.put(rate_table().with(app.now(), dearer));
        assert!(is_paid(&payer.pay_offer(&first, offer).await));
        assert_eq!(app.balance(&payer, Wallet::Funding, Currency::BNB).await.to_string(), "0.95805");
        payer.try_pay(&second, Some(Currency::BNB)).await.expect("it has another price");
        assert_eq!(app.balance(&payer, Wallet::Funding, Currency::BNB).await.to_string(), "0.937075");
        assert_eq!(app.usdt(&merchant).await, "50.34");
    }

    // Without a price nobody pays in that currency, and in the order's own one always.
    async fn without_a_price_there_is_only_the_orders_own_currency(app: TestApp) {
        let (merchant, payer, operator) = (app.merchant("Shop").await, app.payer_with("100").await, app.operator().await);
        let ether = Currency::from_code("ETH").expect("it is listed");
        for currency in [ether, Currency::BNB] {
            operator.credit(&payer, Wallet::Funding, ("10", currency)).await;
        }
        let id = order(&merchant, "priceless").await;
        let before = app.footprint().await;
        let refused = payer.confirm(&id, Some(ether)).await.expect_err("the tests' table does not know it");
        assert_eq!(refused.to_string(), "there is no price of ETH");
        before.assert_same(&app.footprint().await, "a price that is none");
        assert!(payer.try_pay(&id, Some(Currency::BNB)).await.is_ok());
    }
}

/// Rates that nobody feeds any more.
#[tokio::test]
async fn rates_that_are_too_old_are_no_prices() {
    let app = TestApp::start_with(Engine::Sqlite, |setup| setup.rates = Rates::fed(60_000));
    let (merchant, payer, operator) = (app.merchant("Shop").await, app.payer_with("100").await, app.operator().await);
    operator.credit(&payer, Wallet::Funding, ("10", Currency::BNB)).await;
    let id = order(&merchant, "stale").await;
    let words = async || payer.confirm(&id, Some(Currency::BNB)).await.map_err(|error| error.to_string()).map(drop);
    assert_eq!(
        words().await,
        Err("there is no price in BNB at present: no rates have come from their source yet".into())
    );
    app.platform().rates.put(rate_table());
    assert_eq!(words().await, Ok(()));
    app.advance_ms(60_001);
    let old = "there is no price in BNB at present: the rates are 60 seconds old, which is too old";
    assert_eq!(words().await, Err(old.into()));
    payer.pay(&id).await;
    assert_eq!(app.usdt(&merchant).await, "25.17");
}
