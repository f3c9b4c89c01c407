//! Refunds on both engines: who gets what, what is answered a second time, and what is refused (`decisions.md` row 32).

use countersign_domain::ledger::Wallet;
use countersign_domain::time::DAY_MS;
use countersign_domain::{Currency, Scope};
use countersign_store::queries::outbox::Channel;
use countersign_testkit::{Answer, Merchant, Payer, Provider, TestApp, on_both_engines};
use serde_json::{Value, json};

use crate::samples::{order_v2, order_v3};

/// Creates an order and pays it; its prepay id.
pub(crate) async fn paid(merchant: &Merchant, payer: &Payer, number: &str, amount: &str) -> String {
    let created = merchant.call("/v2/order", order(number, amount)).await;
    let prepay_id = created.text_of("prepayId");
    payer.pay(&prepay_id).await;
    prepay_id
}

pub(crate) fn order(number: &str, amount: &str) -> Value {
    let mut body = order_v2(number);
    body["orderAmount"] = json!(amount);
    body
}

/// A provider with a share of 40 % that acts for a merchant that is charged 1 %, and a payer with 1000 USDT.
pub(crate) async fn charged(app: &TestApp) -> (Provider, Merchant, Payer, String) {
    let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
    let operator = app.operator().await;
    operator.set_commission(merchant.id, 10_000).await;
    operator.set_fee_share(provider.id, 400_000).await;
    let authority = app.grant(&provider, &merchant, &[Scope::Checkout, Scope::Refund]).await;
    (provider, merchant, app.payer_with("1000").await, authority.token)
}

/// An order of `amount` that the provider creates for the merchant, paid.
pub(crate) async fn paid_through(
    provider: &Provider,
    payer: &Payer,
    (token, number): (&str, &str),
    amount: &str,
) -> String {
    let created = provider.call("/v2/order", order(number, amount)).on_behalf(token).await;
    let prepay_id = created.text_of("prepayId");
    payer.pay(&prepay_id).await;
    prepay_id
}

pub(crate) async fn status(merchant: &Merchant, prepay_id: &str) -> String {
    merchant.call("/v2/order/query", json!({"prepayId": prepay_id})).await.text_of("status")
}

pub(crate) async fn asked(merchant: &Merchant, request_id: &str) -> Answer {
    merchant.call("/order/refund/query", json!({"refundRequestId": request_id})).await
}

/// The figures of an answer: this refund and its commission, all so far and their commission, attempts left, whether a repeat.
#[track_caller]
pub(crate) fn figures(answer: &Answer) -> (String, String, String, String, i64, String) {
    let text = |key: &str| answer.text_of(key).trim_end_matches('0').trim_end_matches('.').to_owned();
    (
        text("refundAmount"),
        text("refundCommission"),
        text("refundedAmount"),
        text("refundedCommission"),
        answer.data()["remainingAttempts"].as_i64().expect("a number"),
        answer.data()["duplicateRequest"].as_str().unwrap_or("-").to_owned(),
    )
}

pub(crate) fn figured(
    amount: &str,
    fee: &str,
    all: &str,
    all_fees: &str,
    left: i64,
    again: &str,
) -> (String, String, String, String, i64, String) {
    (amount.into(), fee.into(), all.into(), all_fees.into(), left, again.into())
}

on_both_engines! {
    // money.md 3.1 and 3.2, clients.md A7: every field, in its type and place.
    async fn answers_look_as_recorded(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100.11").await;
        app.operator().await.set_commission(merchant.id, 10_000).await;
        let prepay_id = paid(&merchant, &payer, "t1", "100.11").await;
        let refunded = merchant.refund(&prepay_id, "68711039982968832", "25.17").await;
        let keys = [
            "refundId", "refundRequestId", "prepayId", "orderAmount", "refundedAmount", "refundAmount", "remainingAttempts",
            "payerOpenId", "duplicateRequest", "refundStatus", "refundCommission", "refundedCommission",
        ];
        assert_eq!(refunded.ordered().get("data").expect("data").keys(), keys);
        // The one that pays a refund is the merchant, not whoever paid the order.
        let open_id = refunded.text_of("payerOpenId");
        let order = merchant.call("/v2/order/query", json!({"prepayId": prepay_id})).await;
        assert!(open_id.len() == 32 && open_id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{open_id}");
        assert_ne!(open_id, order.text_of("openUserId"));
        let id = refunded.data()["refundId"].as_i64().expect("a number");
        assert!(id > 1 << 53 && refunded.text.contains(&format!(r#""refundId":{id},"#)), "{}", refunded.text);
        let expected = json!({
            "refundId": id, "refundRequestId": "68711039982968832", "prepayId": prepay_id, "orderAmount": "100.11000000",
            "refundedAmount": "25.17000000", "refundAmount": "25.17000000", "remainingAttempts": 9,
            "payerOpenId": open_id, "duplicateRequest": "N", "refundStatus": "REFUND_SUCCESS",
            "refundCommission": "0.25170000", "refundedCommission": "0.25170000",
        });
        assert_eq!(*refunded.data(), expected);
        let shown = asked(&merchant, "68711039982968832").await;
        let without: Vec<_> = keys.into_iter().filter(|key| *key != "duplicateRequest").collect();
        assert_eq!(shown.ordered().get("data").expect("data").keys(), without);
        assert!(without.iter().all(|key| shown.data()[key] == expected[key]), "{}", shown.text);
    }

    // clients.md R9 to R11: amounts as numbers or strings, nothing as null or an empty string.
    async fn requests_come_as_clients_send_them(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let bodies = [
            // Binance's own: a string; rs and davimury: a float and an empty reason; tomk1v: an empty reason.
            format!(r#"{{"refundRequestId": "python", "prepayId": "{prepay_id}", "refundAmount": "0.1"}}"#),
            format!(r#"{{"refundRequestId":"rust","prepayId":"{prepay_id}","refundAmount":25.0,"refundReason":""}}"#),
            // .NET: every unset field.
            format!(r#"{{"refundRequestId":"net","prepayId":"{prepay_id}","refundAmount":1.50,"refundReason":null,"webhookUrl":null}}"#),
            // JavaScript prints small numbers so.
            format!(r#"{{"refundRequestId":"node","prepayId":"{prepay_id}","refundAmount":1e-7,"refundReason":"größe 日本"}}"#),
        ];
        for body in bodies {
            merchant.call("/order/refund", json!({})).raw_body(body).await.data();
        }
        assert_eq!(app.usdt(&payer).await, "26.6000001");
    }

    // Row 21: commission and share go back in proportion, and all is as it was before the payment once all is refunded.
    async fn everybody_gives_back_a_part(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let prepay_id = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        let all = async || [app.usdt(&payer).await, app.usdt(&merchant).await, app.usdt(&provider).await];
        assert_eq!(all().await, ["900", "99", "0.4"]);
        let refund = async |id: &str, amount: &str| {
            provider.refund(&prepay_id, id, amount).on_behalf(token.as_str()).await
        };
        let first = refund("r1", "25").await;
        assert_eq!(figures(&first), figured("25", "0.25", "25", "0.25", 9, "N"));
        assert_eq!(all().await, ["925", "74.25", "0.3"]);
        assert_eq!(status(&merchant, &prepay_id).await, "REFUNDED");
        // A third of a unit of commission: rounded down, and made up for by the last refund.
        let second = refund("r2", "0.00000033").await;
        assert_eq!(figures(&second), figured("0.00000033", "0", "25.00000033", "0.25", 8, "N"));
        let third = refund("r3", "74.99999967").await;
        assert_eq!(figures(&third), figured("74.99999967", "0.75", "100", "1", 7, "N"));
        assert_eq!(all().await, ["1000", "0", "0"]);
        assert_eq!(status(&merchant, &prepay_id).await, "FULL_REFUNDED");
        refund("r4", "0.00000001").await.refused("400303");
        assert_eq!(app.debt(&provider, Currency::USDT).await.minor(), 0);
    }

    // Row 21: a provider that has spent its share owes it, and the next shares pay it off before they reach the wallet.
    async fn a_share_that_is_gone_becomes_debt(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let debt = async || app.debt(&provider, Currency::USDT).await.to_string();
        let first = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        crate::refund_races::drain(&app, &provider, "0.3").await.data();
        merchant.refund(&first, "r1", "50").await.data();
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0", "0.1"));
        merchant.refund(&first, "r2", "50").await.data();
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0", "0.3"));
        assert_eq!((app.usdt(&payer).await.as_str(), app.usdt(&merchant).await.as_str()), ("1000", "0"));
        // 0.2 of share: all of it goes to the debt; of the next 0.4 only what is still owed.
        paid_through(&provider, &payer, (&token, "t2"), "50").await;
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0", "0.1"));
        let third = paid_through(&provider, &payer, (&token, "t3"), "100").await;
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0.3", "0"));
        // The order's share is what it was, whoever was paid with it: a refund takes it back in full.
        merchant.refund(&third, "r3", "100").await.data();
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0", "0.1"));
    }

    // Row 32: the same number is the same refund for ever, and is told so.
    async fn a_repeat_is_answered_as_the_first_was(app: TestApp) {
        let (merchant, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let payer = app.payer_with("300").await;
        let (first, second) = (paid(&merchant, &payer, "t1", "100").await, paid(&merchant, &payer, "t2", "100").await);
        let body = |id: &str| json!({
            "refundRequestId": id, "prepayId": first, "refundAmount": 10, "refundReason": "broken", "webhookUrl": "https://shop.test/r",
        });
        let with = |change: Value| {
            let mut body = body("r1");
            body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            body
        };
        let call = async |body: Value| merchant.call("/order/refund", body).await;
        let accepted = call(body("r1")).await;
        call(body("r2")).await.data();
        let before = app.footprint().await;
        let mut again = accepted.data().clone();
        again["duplicateRequest"] = json!("Y");
        for same in [json!({}), json!({"refundAmount": "10.00"}), json!({"refundAmount": 1e1}), json!({"unknown": 1})] {
            assert_eq!(*call(with(same.clone())).await.data(), again, "{same}");
        }
        for other in [
            json!({"refundAmount": 11}), json!({"refundAmount": "10.00000001"}), json!({"prepayId": second}), json!({"prepayId": "1"}),
            json!({"prepayId": "x"}), json!({"refundReason": "Broken"}), json!({"refundReason": ""}), json!({"webhookUrl": null}),
            json!({"webhookUrl": "https://shop.test/R"}),
        ] {
            let refused = call(with(other.clone())).await.refused("400001");
            assert!(refused.explanation().contains("refundRequestId"), "{other}: {}", refused.explanation());
        }
        app.advance_ms(400 * DAY_MS);
        assert_eq!(*call(body("r1")).await.data(), again, "however late");
        let after = app.footprint().await;
        for table in ["refunds", "ledger_transfers", "ledger_postings", "outbox", "audit"] {
            assert_eq!(after.rows(table), before.rows(table), "a repeat wrote to {table}");
        }
        // Numbers are a merchant's own.
        let foreign = paid(&other, &payer, "t1", "100").await;
        assert_eq!(other.refund(&foreign, "r1", "1").await.data()["duplicateRequest"], "N");
        other.call("/order/refund/query", json!({"refundRequestId": "r2"})).await.refused("400202");
        assert_eq!(app.messages(Channel::Webhook, merchant.id).await.len(), 2, "a repeat tells nobody again");
    }

    // money.md 3.1: when one attempt is left, the next refund returns all that is left, whatever it asks for.
    async fn the_tenth_refund_returns_the_rest(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        for left in (1..10).rev() {
            let refunded = merchant.refund(&prepay_id, &format!("r{left}"), "1").await;
            assert_eq!(refunded.data()["remainingAttempts"], json!(left));
            if left > 1 {
                merchant.refund(&prepay_id, "refused", "100").await.refused("400303");
            }
        }
        assert_eq!(app.usdt(&payer).await, "9", "what was refused used no attempt");
        let last = merchant.refund(&prepay_id, "last", "5").await;
        assert_eq!(figures(&last), figured("91", "0", "100", "0", 0, "N"));
        assert_eq!(figures(&merchant.refund(&prepay_id, "last", "5").await), figured("91", "0", "100", "0", 0, "Y"));
        merchant.refund(&prepay_id, "last", "91").await.refused("400001");
        merchant.refund(&prepay_id, "eleventh", "1").await.refused("400302");
        assert_eq!((app.usdt(&payer).await.as_str(), status(&merchant, &prepay_id).await.as_str()), ("100", "FULL_REFUNDED"));
    }

    async fn what_cannot_be_refunded_is_refused(app: TestApp) {
        let (merchant, other) = (app.merchant("Shop").await, app.merchant("Other").await);
        let payer = app.payer_with("300").await;
        let open = merchant.call("/v2/order", order("open", "100")).await.text_of("prepayId");
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let foreign = paid(&other, &payer, "t1", "100").await;
        let before = app.footprint().await;
        for (id, amount, code) in [
            (open.as_str(), "1", "400204"), (&foreign, "1", "400301"), ("1", "1", "400301"), ("abc", "1", "400301"),
            ("9999999999999999999", "1", "400301"), (&prepay_id, "100.00000001", "400303"), (&prepay_id, "92233720368", "400303"),
            (&prepay_id, "92233720369", "400102"), (&prepay_id, "0", "400102"), (&prepay_id, "0.000000001", "400101"),
        ] {
            let refused = merchant.refund(id, "r1", amount).await.refused(code);
            assert!(!refused.explanation().is_empty(), "{id} {amount}");
        }
        asked(&merchant, "r1").await.refused("400202");
        before.assert_same(&app.footprint().await, "a refused refund");
        // Row 32: a year and not a millisecond longer; the explanation says so.
        app.advance_ms(365 * DAY_MS);
        merchant.refund(&prepay_id, "r1", "1").await.data();
        app.advance_ms(1);
        let refused = merchant.refund(&prepay_id, "r2", "1").await.refused("400204");
        assert!(refused.explanation().contains("365 days"), "{}", refused.explanation());
        merchant.refund(&open, "r3", "1").await.refused("400204");
    }

    // The currency decides how exact an amount may be: XRP has six decimals.
    async fn amounts_are_of_the_orders_currency(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer("Ann").await;
        app.operator().await.credit(&payer, Wallet::Funding, ("10", Currency::from_code("XRP").expect("it is known"))).await;
        let mut body = order("t1", "10");
        body["currency"] = json!("XRP");
        let prepay_id = merchant.call("/v2/order", body).await.text_of("prepayId");
        payer.pay(&prepay_id).await;
        merchant.refund(&prepay_id, "r1", "0.0000001").await.refused("400101");
        let refunded = merchant.refund(&prepay_id, "r1", "0.0000010").await;
        assert_eq!(refunded.text_of("refundAmount"), "0.00000100");
        assert_eq!(app.balance(&payer, Wallet::Funding, Currency::from_code("XRP").expect("it is known")).await.to_string(), "0.000001");
    }

    // Row 32: 400304, and nothing is moved.
    async fn a_merchant_short_of_funds_cannot_refund(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let prepay_id = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        crate::refund_races::drain(&app, &merchant, "49.50000001").await.data();
        let before = app.footprint().await;
        let refused = merchant.refund(&prepay_id, "r1", "50").await.refused("400304");
        assert!(refused.explanation().contains("USDT"), "{}", refused.explanation());
        before.assert_same(&app.footprint().await, "a refund without funds");
        // The commission's part comes back with the refund and need not be there before: 49.49999999 are enough.
        merchant.refund(&prepay_id, "r1", "49.99999998").await.data();
        assert_eq!(app.usdt(&merchant).await, "0");
    }

    // Row 28: through a token it is the merchant's refund, of whichever of its orders, out of its wallet.
    async fn a_refund_through_a_token_is_the_merchants(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let own = paid(&merchant, &payer, "t1", "10").await;
        let of_provider = paid(&provider, &payer, "t1", "10").await;
        let refunded = provider.refund(&own, "r1", "10").on_behalf(token.as_str()).await;
        assert_eq!(figures(&refunded), figured("10", "0.1", "10", "0.1", 9, "N"));
        assert_eq!(app.usdt(&merchant).await, "0");
        assert_eq!(app.usdt(&provider).await, "10", "its own order is untouched, and it had no share of the merchant's");
        provider.refund(&own, "r2", "1").await.refused("400301");
        provider.refund(&of_provider, "r2", "1").on_behalf(token.as_str()).await.refused("400301");
        assert_eq!(figures(&merchant.refund(&own, "r1", "10").await).5, "Y", "one space of numbers, the merchant's");
        asked(&provider, "r1").await.refused("400202");
        asked(&merchant, "r1").await.data();
        let v3 = merchant.call("/v3/order", order_v3("t3")).await.text_of("prepayId");
        payer.pay(&v3).await;
        provider.refund(&v3, "r3", "25.17").on_behalf(token.as_str()).await.data();
    }

    // Row 28: who is told of a refund.
    async fn those_who_asked_and_the_merchant_are_told(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let second = app.provider("Second").await;
        let other = app.grant(&second, &merchant, &[Scope::Refund]).await.token;
        for (actor, url) in [(&*provider, "https://acme.test/"), (&*second, "https://second.test/"), (&merchant, "https://shop.test/")] {
            actor.set_endpoint(url).await;
        }
        let through = async |number: &str, url: Option<&str>| {
            let mut body = order(number, "10");
            body["webhookUrl"] = json!(url);
            let prepay_id = provider.call("/v2/order", body).on_behalf(token.as_str()).await.text_of("prepayId");
            payer.pay(&prepay_id).await;
            prepay_id
        };
        let (plain, with_url) = (through("t1", None).await, through("t2", Some("https://order.test/")).await);
        let own = paid(&merchant, &payer, "t3", "10").await;
        let url = |prepay_id: &str, id: &str| json!({
            "refundRequestId": id, "prepayId": prepay_id, "refundAmount": "1", "webhookUrl": "https://refund.test/",
        });
        let calls = [
            (provider.refund(&plain, "r1", "1").on_behalf(token.as_str()), vec!["acme", "shop"]),
            (provider.refund(&with_url, "r2", "1").on_behalf(token.as_str()), vec!["order", "shop"]),
            (provider.call("/order/refund", url(&plain, "r3")).on_behalf(token.as_str()), vec!["refund", "shop"]),
            (merchant.refund(&plain, "r4", "1"), vec!["acme", "shop"]),
            (merchant.refund(&with_url, "r5", "1"), vec!["order", "shop"]),
            (merchant.call("/order/refund", url(&with_url, "r6")), vec!["refund"]),
            (merchant.refund(&own, "r7", "1"), vec!["shop"]),
            (second.refund(&plain, "r8", "1").on_behalf(other.as_str()), vec!["acme", "second", "shop"]),
            (second.refund(&own, "r9", "1").on_behalf(other.as_str()), vec!["second", "shop"]),
        ];
        for (call, expected) in calls {
            let request_id = call.await.text_of("refundRequestId");
            let mut told = Vec::new();
            for actor in [&*provider, &*second, &merchant] {
                let messages = app.messages(Channel::Webhook, actor.id).await;
                let about = format!("\"request_id\":\"{request_id}\"");
                told.extend(messages.into_iter().filter(|message| message.event.contains(&about)));
            }
            assert!(told.iter().all(|message| (message.event_kind.as_str(), message.event_status.as_str()) == ("REFUND", "SUCCEEDED")));
            let mut hosts: Vec<_> = told
                .iter()
                .map(|message| message.destination.trim_start_matches("https://").trim_end_matches(".test/").to_owned())
                .collect();
            hosts.sort();
            assert_eq!(hosts, expected, "{request_id}");
        }
    }
}
