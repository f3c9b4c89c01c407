//! Orders on both engines: the shape of answers as recorded (clients.md §5), what is refused, balances, and races.

use countersign_domain::ledger::Wallet;
use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_domain::{Currency, order};
use countersign_service::orders::PayError;
use countersign_testkit::{Answer, BASE_URL, Merchant, REFUSED_HOST, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::samples::{order_v2, order_v3};

/// How many callers race for one order.
const RACERS: usize = 100;
/// How often two payers race for one order.
const PAYMENT_RACES: usize = 20;

pub(crate) fn with(mut body: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().expect("an object of changes") {
        body[key] = value.clone();
    }
    body
}

/// The answer's text with its keys in the order sent, and what differs from run to run masked. What is masked must be there,
/// so that a mask never hides that something is missing.
#[track_caller]
pub(crate) fn masked(answer: &Answer, masks: &[(&str, &str)]) -> String {
    let mut text = answer.ordered().to_string();
    for (value, mask) in masks {
        assert!(!value.is_empty() && text.contains(value), "{mask}: {value:?} is not in {text}");
        text = text.replace(value, mask);
    }
    text
}

/// The 32 hexadecimal digits behind an order's checkout link.
#[track_caller]
pub(crate) fn checkout_token(answer: &Answer) -> String {
    let url = answer.text_of("checkoutUrl");
    let token = url.strip_prefix(&format!("{BASE_URL}/checkout/")).expect("a link to the checkout").to_owned();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    token
}

async fn query(merchant: &Merchant, body: Value) -> Answer {
    merchant.call("/v2/order/query", body).await
}

on_both_engines! {
    // The same text on both engines: one snapshot for both.
    async fn answers_look_as_recorded(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        for (path, body) in [
            ("/v2/order", with(order_v2("recorded2"), &json!({"passThroughInfo": "echo me"}))),
            ("/v3/order", with(order_v3("recorded3"), &json!({"passThroughInfo": "echo me", "orderAmount": "1.50"}))),
        ] {
            let number = body["merchantTradeNo"].as_str().expect("a text").to_owned();
            let created = merchant.call(path, body).await;
            let (prepay_id, token) = (created.text_of("prepayId"), checkout_token(&created));
            assert!(prepay_id.len() >= 17 && prepay_id.len() <= 19, "{prepay_id}");
            let universal = created.text_of("universalUrl");
            let (_, deeplink) = universal.rsplit_once("_dp=").expect("the deep link in base64");
            let hidden = [(prepay_id.as_str(), "[prepayId]"), (deeplink, "[deeplink]"), (token.as_str(), "[checkoutToken]")];
            let shape = masked(&created, &hidden);
            insta::assert_snapshot!(format!("{number}_created"), shape);

            let id = merchant.id.to_string();
            let open = query(&merchant, json!({"prepayId": prepay_id})).await;
            let shape = masked(&open, &[(&prepay_id, "[prepayId]"), (&id, "[merchantId]")]);
            insta::assert_snapshot!(format!("{number}_open"), shape);

            app.advance_ms(2_500);
            let paid = payer.pay(&prepay_id).await;
            let done = query(&merchant, json!({"merchantTradeNo": number})).await;
            let (transaction, user) = (paid.transfer_id.to_string(), done.text_of("openUserId"));
            assert!(user.len() == 32 && user.bytes().all(|byte| byte.is_ascii_hexdigit()), "{user}");
            let payer_id = payer.id.to_string();
            let masks = [
                (prepay_id.as_str(), "[prepayId]"), (&id, "[merchantId]"), (&transaction, "[transfer]"), (&user, "[openUserId]"),
                (&payer_id, "[payerId]"),
            ];
            insta::assert_snapshot!(format!("{number}_paid"), masked(&done, &masks));
        }
        let balance = merchant.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"})).await;
        insta::assert_snapshot!("recorded_balance", masked(&balance, &[]));
        let certificates = merchant.call("/certificates", json!({})).await;
        insta::assert_snapshot!("recorded_certificates", masked(&certificates, &[]));
    }

    // Row 27: unique per merchant for ever, byte-identical or not, whatever became of the first.
    async fn a_number_is_used_once(app: TestApp) {
        let (merchant, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let payer = app.payer_with("100").await;
        let first = merchant.call("/v2/order", order_v2("once")).await.text_of("prepayId");
        let again = || async {
            for (path, body) in [
                ("/v2/order", order_v2("once")),
                ("/v3/order", order_v3("once")),
                ("/v2/order", with(order_v2("once"), &json!({"orderAmount": 1}))),
            ] {
                let refused = merchant.call(path, body).await.refused("400201");
                assert!(refused.message().contains("duplicated"), "{}", refused.text);
            }
        };
        again().await;
        payer.pay(&first).await;
        again().await;
        app.advance_ms(2 * DAY_MS);
        again().await;
        merchant.call("/v2/order", order_v2("ONCE")).await.data();
        other.call("/v2/order", order_v2("once")).await.data();
    }

    // Row 29.
    async fn an_order_expires_within_its_bounds(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let now = app.now().ms();
        let at = |number: &str, time: Value| merchant.call("/v2/order", with(order_v2(number), &json!({"orderExpireTime": time})));
        let rows = [
            (json!(now - 1), None), (json!(now), None), (json!(now + 1), Some(now + 1)),
            (json!(now + 15 * DAY_MS), Some(now + 15 * DAY_MS)), (json!(now + 15 * DAY_MS + 1), None), (json!(3_600), None),
            (json!((now + HOUR_MS).to_string()), Some(now + HOUR_MS)), (Value::Null, Some(now + HOUR_MS)), (json!(""), Some(now + HOUR_MS)),
            (json!(i64::MAX), None),
        ];
        for (index, (time, expected)) in rows.into_iter().enumerate() {
            let answer = at(&format!("expiry{index}"), time.clone()).await;
            match expected {
                Some(expires) => assert_eq!(answer.data()["expireTime"], json!(expires), "{time}"),
                None => drop(answer.refused("400102")),
            }
        }
        let order = at("last", json!(now + 1_000)).await.text_of("prepayId");
        app.advance_ms(999);
        assert_eq!(query(&merchant, json!({"prepayId": order})).await.data()["status"], "INITIAL");
        app.advance_ms(1);
        let expired = query(&merchant, json!({"prepayId": order})).await;
        assert_eq!(expired.data()["status"], "EXPIRED");
        assert!(expired.data()["transactTime"].is_null());
        let refused = payer.try_pay(&order, None).await.expect_err("it is too late");
        assert!(matches!(refused, PayError::NotPayable(order::PayError::Expired)), "{refused}");
        assert_eq!(app.usdt(&payer).await, "100");
    }

    // Rows 10, 30, 55 and 56: amounts and URLs.
    async fn amounts_are_read_from_their_text(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        // Raw texts, because a JSON library would change them.
        let rows = [
            ("1", "1", "1.00000000"), ("0.3", "0.3", "0.30000000"), ("25.17", "25.17", "25.17000000"), ("10.00", "10.00", "10.00000000"),
            ("1e-7", "0.0000001", "0.00000010"), ("1E2", "100", "100.00000000"), ("\"1.5\"", "1.5", "1.50000000"),
            ("0.00000001", "0.00000001", "0.00000001"), ("92233720368.54775807", "92233720368.54775807", "92233720368.54775807"),
        ];
        for (index, (sent, echoed, padded)) in rows.into_iter().enumerate() {
            let number = format!("amount{index}");
            let body = order_v2(&number).to_string().replace("25.17", sent);
            let created = merchant.call("/v2/order", json!({})).raw_body(body).await;
            assert_eq!(created.data()["totalFee"], echoed, "{sent}");
            let shown = query(&merchant, json!({"merchantTradeNo": number})).await;
            assert_eq!(shown.data()["orderAmount"], padded, "{sent}");
        }
        let refused = [
            ("92233720368.54775808", "400102"), ("1e30", "400102"), ("0.000000001", "400101"), ("0", "400102"), ("-0.01", "400102"),
            ("\"1e-7\"", "400101"), ("\"1.5 \"", "400101"), ("\"+1\"", "400101"), ("\".5\"", "400101"),
        ];
        for (sent, code) in refused {
            let body = order_v2("refused").to_string().replace("25.17", sent);
            let answer = merchant.call("/v2/order", json!({})).raw_body(body).await;
            assert_eq!(answer.code, code, "{sent}: {}", answer.text);
        }
        // A currency's own scale counts: XRP has six decimals.
        for (amount, code) in [("1.000001", "000000"), ("1.0000010", "000000"), ("1.0000001", "400101")] {
            let body = with(order_v2(&format!("xrp{}", amount.len())), &json!({"currency": "XRP", "orderAmount": amount}));
            assert_eq!(merchant.call("/v2/order", body).await.code, code, "{amount} XRP");
        }
        let rows = [
            (json!({"currency": "XYZ"}), "400102"), (json!({"currency": "usdt"}), "400101"), (json!({"currency": null}), "400100"),
            (json!({"orderAmount": null}), "400100"), (json!({"webhookUrl": format!("http://{REFUSED_HOST}/")}), "400101"),
            (json!({"webhookUrl": "https://shop.test/hook"}), "000000"), (json!({"returnUrl": "javascript:alert(1)"}), "400101"),
            (json!({"env": {"terminalType": "MINI_PROGRAM"}}), "400100"),
        ];
        for (index, (change, code)) in rows.into_iter().enumerate() {
            let answer = merchant.call("/v2/order", with(order_v2(&format!("row{index}")), &change)).await;
            assert_eq!(answer.code, code, "{change}: {}", answer.text);
        }
    }

    // Row 60; tests/it/sub_merchants.rs has those that exist.
    async fn a_partner_names_its_sub_merchant_on_v3(app: TestApp) {
        let (partner, merchant) = (app.partner("Channel").await, app.merchant("Shop").await);
        let refused = partner.call("/v3/order", order_v3("t1")).await.refused("400100");
        assert!(refused.message().contains("'merchant.subMerchantId'"), "{}", refused.text);
        partner.call("/v3/order", with(order_v3("t1"), &json!({"merchant": {}}))).await.refused("400100");
        partner.call("/v2/order", order_v2("t2")).await.data();
        merchant.call("/v3/order", order_v3("t3")).await.data();
        for actor in [&*partner, &merchant] {
            let named = with(order_v2("t4"), &json!({"merchant": {"subMerchantId": "1"}}));
            actor.call("/v2/order", named).await.refused("400206");
        }
    }

    // money.md 1.7: prepayId wins; what is another merchant's is not found.
    async fn an_order_is_shown_to_its_merchant_alone(app: TestApp) {
        let (merchant, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let first = merchant.call("/v2/order", order_v2("first")).await.text_of("prepayId");
        let second = merchant.call("/v2/order", order_v2("second")).await.text_of("prepayId");
        let foreign = other.call("/v2/order", order_v2("foreign")).await.text_of("prepayId");
        let rows = [
            (json!({"prepayId": first}), Ok(&first)),
            (json!({"prepayId": first.parse::<i64>().expect("a number")}), Ok(&first)),
            (json!({"merchantTradeNo": "second"}), Ok(&second)),
            (json!({"prepayId": first, "merchantTradeNo": "second"}), Ok(&first)),
            (json!({"prepayId": first, "merchantTradeNo": "not-judged!"}), Ok(&first)),
            (json!({"prepayId": null, "merchantTradeNo": "second"}), Ok(&second)),
            (json!({"prepayId": "", "merchantTradeNo": "second"}), Ok(&second)),
            (json!({"prepayId": foreign}), Err("400202")),
            (json!({"merchantTradeNo": "foreign"}), Err("400202")),
            (json!({"prepayId": foreign, "merchantTradeNo": "first"}), Err("400202")),
            (json!({"prepayId": "1"}), Err("400202")),
            (json!({"prepayId": "9999999999999999999"}), Err("400202")),
            (json!({"prepayId": "abcdef"}), Err("400202")),
            (json!({"merchantTradeNo": "FIRST"}), Err("400202")),
            (json!({"merchantTradeNo": "a-b"}), Err("400201")),
            (json!({}), Err("400100")),
            (json!({"prepayId": ""}), Err("400100")),
        ];
        for (body, expected) in rows {
            let answer = query(&merchant, body.clone()).await;
            match expected {
                Ok(prepay_id) => assert_eq!(answer.data()["prepayId"], **prepay_id, "{body}"),
                Err(code) => assert_eq!(answer.code, code, "{body}: {}", answer.text),
            }
        }
    }

    // Row 40.
    async fn balances_leave_zeros_out_unless_asked(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let operator = app.operator().await;
        let balances = async |body: Value| {
            let answer = merchant.call("/v2/balance", body).await;
            let rows = answer.data()["balance"].as_array().expect("a list").clone();
            assert_eq!(answer.data()["updateTime"], json!(app.now().ms()));
            rows.iter().map(|row| format!("{} {}", row["asset"].as_str().expect("a code"), row["available"])).collect::<Vec<_>>()
        };
        assert_eq!(balances(json!({"wallet": "FUNDING_WALLET"})).await, Vec::<String>::new());
        assert_eq!(balances(json!({"wallet": "FUNDING_WALLET", "currency": "BTC"})).await, ["BTC 0.0"]);
        operator.credit(&merchant, Wallet::Funding, ("1.5", Currency::USDT)).await;
        operator.credit(&merchant, Wallet::Funding, ("0.25", Currency::BTC)).await;
        operator.credit(&merchant, Wallet::Spot, ("7", Currency::BNB)).await;
        let mut funding = balances(json!({"wallet": "FUNDING_WALLET"})).await;
        funding.sort();
        assert_eq!(funding, ["BTC 0.25", "USDT 1.5"]);
        assert_eq!(balances(json!({"wallet": "SPOT_WALLET"})).await, ["BNB 7.0"]);
        assert_eq!(balances(json!({"wallet": "FUNDING_WALLET", "currency": "USDT"})).await, ["USDT 1.5"]);
        assert_eq!(balances(json!({"wallet": "SPOT_WALLET", "currency": "USDT"})).await, ["USDT 0.0"]);
        let refused = [json!({"wallet": "SAVINGS"}), json!({"wallet": "SPOT_WALLET", "currency": "XYZ"})];
        for body in refused {
            merchant.call("/v2/balance", body).await.refused("400102");
        }
    }

    // A payment without funds, in another currency, or twice moves nothing.
    async fn a_payment_happens_once_and_in_full(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let (poor, rich) = (app.payer_with("25.16999999").await, app.payer_with("25.17").await);
        let order = merchant.call("/v2/order", order_v2("t1")).await.text_of("prepayId");
        let before = app.footprint().await;
        poor.try_pay(&order, None).await.expect_err("it is short by one unit");
        rich.try_pay(&order, Some(Currency::BTC)).await.expect_err("there is none of it");
        rich.try_pay("1", None).await.expect_err("there is no such order");
        before.assert_same(&app.footprint().await, "a payment that was refused");
        rich.pay(&order).await;
        let before = app.footprint().await;
        rich.try_pay(&order, None).await.expect_err("it is paid");
        before.assert_same(&app.footprint().await, "a second payment");
        assert_eq!((app.usdt(&rich).await.as_str(), app.usdt(&poor).await.as_str()), ("0", "25.16999999"));
        assert_eq!(app.usdt(&merchant).await, "25.17");
    }

    // A race for one number: the schema lets exactly one through.
    async fn of_many_equal_orders_one_is_created(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let mut racers = JoinSet::new();
        for _ in 0..RACERS {
            racers.spawn(merchant.call("/v2/order", order_v2("race")).send());
        }
        let mut codes = std::collections::BTreeMap::new();
        for answer in racers.join_all().await {
            *codes.entry(answer.code).or_insert(0) += 1;
        }
        let expected = [("000000".to_owned(), 1), ("400201".to_owned(), RACERS - 1)];
        assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(app.footprint().await.rows("orders"), 1);
    }

    // Two payers at once: one pays, the other keeps its money. And one payer for two orders has money for one.
    async fn of_two_payments_one_wins(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let operator = app.operator().await;
        let (first, second) = (app.payer("First").await, app.payer("Second").await);
        for race in 0..PAYMENT_RACES {
            for payer in [&first, &second] {
                let held = app.usdt(payer).await;
                if held == "0" {
                    operator.credit(payer, Wallet::Funding, ("25.17", Currency::USDT)).await;
                }
            }
            let order = merchant.call("/v2/order", order_v2(&format!("race{race}"))).await.text_of("prepayId");
            let mut racers = JoinSet::new();
            for payer in [first.clone(), second.clone()] {
                let order = order.clone();
                racers.spawn(async move { payer.try_pay(&order, None).await });
            }
            let outcomes = racers.join_all().await;
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "race {race}: {outcomes:?}");
            let lost = outcomes.into_iter().find_map(Result::err).expect("one lost");
            assert!(matches!(lost, PayError::NotPayable(order::PayError::AlreadyPaid)), "race {race}: {lost}");
            let mut left = [app.usdt(&first).await, app.usdt(&second).await];
            left.sort();
            assert_eq!(left, ["0", "25.17"], "race {race}");
        }
        let payer = app.payer_with("25.17").await;
        let mut racers = JoinSet::new();
        for number in ["a", "b"] {
            let order = merchant.call("/v2/order", order_v2(number)).await.text_of("prepayId");
            let payer = payer.clone();
            racers.spawn(async move { payer.try_pay(&order, None).await });
        }
        assert_eq!(racers.join_all().await.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(app.usdt(&payer).await, "0");
    }

    // A withdrawal and calls at once: each call is before or after it, and after its answer none gets through.
    async fn a_withdrawal_races_calls(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let grant = app.grant(&provider, &merchant, &[countersign_domain::Scope::Checkout]).await;
        let mut racers = JoinSet::new();
        for number in 0..20 {
            let call = provider.call("/v2/order", order_v2(&format!("race{number}"))).on_behalf(grant.token.as_str());
            racers.spawn(call.send());
        }
        merchant.disable(grant.id).await.expect("it is in force");
        provider.call("/v2/order", order_v2("late")).on_behalf(grant.token.as_str()).await.refused("400203");
        let mut created = 0;
        for answer in racers.join_all().await {
            match answer.code.as_str() {
                "000000" => created += 1,
                "400203" => {}
                other => panic!("{other}: {}", answer.text),
            }
        }
        assert_eq!(app.footprint().await.rows("orders"), created);
    }
}
