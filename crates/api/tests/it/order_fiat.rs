//! Orders priced in fiat money: turned into USDT at the rate of their creation (money.md 1.1, decisions.md row 30).

use countersign_domain::authorization::OrderLimits;
use countersign_domain::order::FiatPrice;
use countersign_domain::rates::{Priced, RateTable};
use countersign_domain::{Amount, Currency, Scope};
use countersign_service::Rates;
use countersign_store::StoreError;
use countersign_store::queries::orders;
use countersign_testkit::{Engine, START, Terms, TestApp, on_both_engines, rate_table};
use serde_json::{Value, json};

use crate::order_life::{checkout_token, masked, with};
use crate::samples::{order_v2, order_v3};

/// The order priced in fiat money instead.
fn in_fiat(mut body: Value, amount: &Value, currency: &str) -> Value {
    let members = body.as_object_mut().expect("an object");
    members.remove("orderAmount");
    members.remove("currency");
    with(body, &json!({"fiatAmount": amount, "fiatCurrency": currency}))
}

/// An application whose prices come from somewhere, or do not.
async fn with_rates(rates: Rates, test: impl AsyncFnOnce(TestApp)) {
    test(TestApp::start_with(Engine::Sqlite, |setup| setup.rates = rates)).await;
}

on_both_engines! {
    async fn a_fiat_price_becomes_one_in_usdt(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        // The testkit's euro is worth 1.08 USDT: 25.164.
        let created = merchant.call("/v3/order", in_fiat(order_v3("eur"), &json!("23.30"), "EUR")).await;
        let (id, token) = (created.text_of("prepayId"), checkout_token(&created));
        let universal = created.text_of("universalUrl");
        let (_, deeplink) = universal.rsplit_once("_dp=").expect("the deep link in base64");
        let hidden = [(id.as_str(), "[prepayId]"), (deeplink, "[deeplink]"), (token.as_str(), "[checkoutToken]")];
        insta::assert_snapshot!("fiat_created", masked(&created, &hidden));
        let order_id = id.parse().expect("a prepay id is a number");
        let kept = app.platform().read("test", move |tx, _| orders::get(tx, order_id)).await;
        let kept = kept.map_err(|error: StoreError| error.to_string()).expect("it can be read").expect("the order");
        assert_eq!(kept.fiat, Some(FiatPrice { currency: "EUR".to_owned(), amount: "23.30".to_owned() }));

        // What other rates say later is no matter.
        app.platform().rates.put(RateTable::new(START, [(Priced::from_code("EUR").expect("it is listed"), "2".parse().expect("a rate"))]));
        payer.pay(&id).await;
        let paid = merchant.query(&id).await;
        assert_eq!((&paid.data()["currency"], &paid.data()["orderAmount"]), (&json!("USDT"), &json!("25.16400000")));
        assert_eq!((app.usdt(&payer).await.as_str(), app.usdt(&merchant).await.as_str()), ("74.836", "25.164"));
    }

    // Up, so that no merchant is paid less than its price; eight decimals of fiat money are kept.
    async fn what_is_left_over_is_rounded_up(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let rows = [
            ("JPY", json!(1000), "6.4", "1000"), ("JPY", json!(1), "0.0064", "1"), ("EUR", json!("0.01"), "0.0108", "0.01"),
            ("USD", json!(25.17), "25.17", "25.17"), ("HKD", json!("0.00000001"), "0.00000001", "0.00000001"),
            ("EUR", json!("0.00000001"), "0.00000002", "0.00000001"), ("EUR", json!("10.00"), "10.8", "10.00"),
        ];
        for (index, (currency, amount, total, echo)) in rows.into_iter().enumerate() {
            let created = merchant.call("/v2/order", in_fiat(order_v2(&format!("t{index}")), &amount, currency)).await;
            let data = created.data();
            assert_eq!((&data["currency"], &data["totalFee"]), (&json!("USDT"), &json!(total)), "{amount} {currency}");
            assert_eq!((&data["fiatCurrency"], &data["fiatAmount"]), (&json!(currency), &json!(echo)), "{amount} {currency}");
        }
    }

    async fn prices_that_cannot_be_are_refused_by_name(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let before = app.footprint().await;
        let rows = [
            (json!(1), "CHF", "400102", "fiatCurrency"), (json!(1), "USDT", "400102", "fiatCurrency"),
            (json!(1), "ABC", "400102", "fiatCurrency"), (json!(1), "eur", "400101", "fiatCurrency"),
            (json!("92233720368"), "EUR", "400102", "fiatAmount"), (json!("92233720368.54775808"), "EUR", "400102", "fiatAmount"),
            (json!(0), "EUR", "400102", "fiatAmount"), (json!("0.000000001"), "EUR", "400101", "fiatAmount"),
            (json!(null), "EUR", "400100", "fiatAmount"), (json!(1), "", "400100", "fiatCurrency"),
        ];
        for (amount, currency, code, field) in rows {
            for (path, body) in [("/v2/order", order_v2("refused")), ("/v3/order", order_v3("refused"))] {
                let answer = merchant.call(path, in_fiat(body, &amount, currency)).await.refused(code);
                assert!(answer.message().contains(&format!("'{field}'")), "{amount} {currency}: {}", answer.text);
            }
        }
        before.assert_same(&app.footprint().await, "a refused price");
    }

    // Row 30: the crypto pair wins if it is complete.
    async fn of_two_prices_the_one_in_crypto_counts(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let both = with(order_v3("both"), &json!({"fiatAmount": 3, "fiatCurrency": "EUR"}));
        let created = merchant.call("/v3/order", both).await;
        assert_eq!(created.data()["totalFee"], "25.17");
        assert!(created.data().get("fiatCurrency").is_none() && created.data().get("fiatAmount").is_none());
        let half = with(in_fiat(order_v3("half"), &json!(3), "EUR"), &json!({"currency": "BTC"}));
        assert_eq!(merchant.call("/v3/order", half).await.data()["currency"], "USDT");
    }

    // Row 13: a limit in USDT bounds what the fiat price comes to.
    async fn a_limit_counts_in_what_is_paid(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let limit = Amount::parse("25.164", Currency::USDT).expect("an amount");
        let limits = OrderLimits::new(vec![limit]).expect("one positive limit");
        let token = app.grant_on(&provider, &merchant, &Terms { limits, ..Terms::of(&[Scope::Checkout]) }).await.token;
        let order = |number: &str, amount: &str| {
            provider.call("/v3/order", in_fiat(order_v3(number), &json!(amount), "EUR")).on_behalf(token.as_str())
        };
        order("within", "23.30").await.data();
        order("over", "23.30000001").await.refused("400606");
    }
}

#[tokio::test]
async fn without_a_rate_nothing_is_made_up() {
    let order = || in_fiat(order_v3("t1"), &json!(1), "EUR");
    with_rates(Rates::none(), async |app| {
        let merchant = app.merchant("Shop").await;
        let refused = merchant.call("/v3/order", order()).await.refused("400102");
        assert!(refused.explanation().contains("no source of rates"), "{}", refused.explanation());
    })
    .await;
    with_rates(Rates::fed(60_000), async |app| {
        let merchant = app.merchant("Shop").await;
        let refused = merchant.call("/v3/order", order()).await.refused("400501");
        assert!(refused.explanation().contains("no rates have come"), "{}", refused.explanation());
        app.platform().rates.put(rate_table());
        app.world().wall().advance_ms(60_000);
        assert_eq!(merchant.call("/v3/order", order()).await.data()["totalFee"], "1.08");
        app.world().wall().advance_ms(1_000);
        let again = with(order(), &json!({"merchantTradeNo": "t2"}));
        let refused = merchant.call("/v3/order", again).await.refused("400501");
        assert!(refused.explanation().contains("61 seconds old"), "{}", refused.explanation());
    })
    .await;
}
