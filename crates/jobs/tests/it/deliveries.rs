//! What a receiver gets when all goes well, and how long it is tried when not.

use countersign_crypto::decrypt_payer_detail;
use countersign_domain::payer_identity::{Fact, Facts, KycState, PayerKind};
use countersign_domain::time::HOUR_MS;
use countersign_domain::{Scope, Timestamp};
use countersign_jobs::{Channel, Outcome, RunSummary};
use countersign_store::queries::outbox::{MessageState, ParkReason};
use countersign_testkit::{Ordered, SinkAnswer, on_both_engines};
use countersign_wire::webhooks::PayData;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{
    Setup, dispatcher, move_to, next_due, only_webhook, open_order, order_body, paid_order, paid_order_at, run_due,
    sink,
};

/// What `JSON.stringify(JSON.parse(text))` prints for an object of strings and numbers, but with numbers as they stand.
fn stringified(text: &str) -> String {
    let Ordered::Object(members) = Ordered::parse(text) else { panic!("no object: {text}") };
    let members = members.into_iter().map(|(key, value)| {
        let value = match value.text() {
            quoted if quoted.starts_with('"') => {
                let plain: String = serde_json::from_str(quoted).expect("a JSON string");
                serde_json::to_string(&plain).expect("a string")
            }
            number => number.to_owned(),
        };
        format!("{key:?}:{value}")
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

on_both_engines! {
    async fn a_payment_is_told_as_recorded(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        app.operator().await.set_commission(merchant.id, 10_000).await;
        let prepay_id = paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;

        let summary = run_due(&dispatcher).await;
        assert_eq!(summary, RunSummary { delivered: 1, ..RunSummary::default() });

        let deliveries = sink.deliveries();
        let [delivery] = deliveries.as_slice() else { panic!("one delivery was expected: {deliveries:?}") };
        let notification = delivery.verified();
        assert_eq!(delivery.path, "/hook");
        assert_eq!(delivery.header("content-type"), "application/json; charset=utf-8");
        assert!(delivery.header("user-agent").starts_with("Countersign/"));
        assert_eq!(delivery.header("binancepay-timestamp"), app.world().wall_now().ms().to_string());
        assert_eq!(notification.biz_id.to_string(), prepay_id);

        let body = std::str::from_utf8(&delivery.body).expect("JSON is UTF-8");
        assert_eq!(body, stringified(body), "a receiver that prints the body anew verifies the same bytes");
        assert_eq!(Ordered::parse(body).keys(), ["bizType", "data", "bizIdStr", "bizId", "bizStatus"]);
        let data = Ordered::parse(&notification.data);
        assert_eq!(
            data.keys(),
            ["merchantTradeNo", "productType", "productName", "transactTime", "tradeType", "totalFee", "currency",
             "transactionId", "openUserId", "passThroughInfo", "commission", "paymentInfo"],
        );
        let text = |key: &str| data.get(key).map(Ordered::text).unwrap_or_default().to_owned();
        assert_eq!((text("totalFee"), text("commission")), ("1.50000000".to_owned(), "0.01500000".to_owned()));
        assert_eq!((text("tradeType"), text("currency")), ("\"WEB\"".to_owned(), "\"USDT\"".to_owned()));
        assert_eq!(text("transactTime"), app.now().ms().to_string());
        assert!(text("transactionId").starts_with("\"M_P_"));
        let info = data.get("paymentInfo").expect("it was asserted above");
        assert_eq!(info.keys(), ["payerId", "payMethod", "paymentInstructions", "channel"]);
        assert!(notification.data.ends_with(
            r#""payMethod":"funding","paymentInstructions":[{"currency":"USDT","amount":1.50000000,"price":1}],"channel":"DEFAULT"}}"#
        ));

        let message = only_webhook(&app, merchant.id).await;
        assert_eq!((message.state, message.attempts, message.last_status), (MessageState::Delivered, 1, Some(200)));
        assert_eq!(message.body.as_deref(), Some(delivery.body.as_slice()), "the kept bytes are the sent bytes");
        assert_eq!(dispatcher.metrics().attempts(Channel::Webhook, Outcome::Delivered), 1);
        assert_eq!(run_due(&dispatcher).await, RunSummary::default(), "once");
    }

    // clients.md H5: where the payer met the order, in the words in which the order was asked for.
    async fn the_trade_type_is_the_terminal(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        for terminal in ["APP", "WEB", "WAP", "MINI_PROGRAM", "PAYMENT_LINK", "OTHERS"] {
            let number = terminal.replace('_', "");
            paid_order_at(terminal, &merchant, &payer, (&number, &sink.url("/hook"))).await;
            assert_eq!(run_due(&dispatcher).await.delivered, 1, "{terminal}");
            let deliveries = sink.deliveries();
            let notification = deliveries.last().expect("one was delivered").verified();
            let data = Ordered::parse(&notification.data);
            let text = |key: &str| data.get(key).map(Ordered::text).unwrap_or_default().to_owned();
            assert_eq!(text("tradeType"), format!("\"{terminal}\""));
            for key in ["merchantTradeNo", "productType", "productName", "currency"] {
                assert!(text(key).len() > 2, "{terminal}: {key}");
            }
        }
    }

    // clients.md W2: the whole body, but for what its order was.
    async fn an_order_that_nobody_paid_is_told_as_recorded(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let merchant = app.merchant("Shop").await;
        let mut bodies = Vec::new();
        for (number, closes) in [("closed", true), ("expired", false)] {
            let goods = json!({
                "goodsType": "02", "goodsCategory": "Z000", "referenceGoodsId": "g1", "goodsName": "Package 03",
            });
            let changes = json!({"orderAmount": "500", "goods": goods, "webhookUrl": sink.url("/hook")});
            let id = open_order(&merchant, number, &changes).await;
            let at = if closes {
                app.advance_ms(1_500);
                merchant.close(&id).await.data();
                app.now()
            } else {
                let end = next_due(&dispatcher).await.expect("an open order ends some time");
                assert_eq!(end, app.now().plus_ms(HOUR_MS), "the closed one is over already");
                move_to(&app, end);
                end
            };
            let expired = i64::from(!closes);
            let summary = run_due(&dispatcher).await;
            assert_eq!(summary, RunSummary { delivered: 1, expired, ..RunSummary::default() }, "{number}, in the same run");
            bodies.push(format!(
                r#"{{"bizType":"PAY","data":"{{\"merchantTradeNo\":\"{number}\",\"productType\":\"02\",\"productName\":\"Package 03\",\"transactTime\":{},\"tradeType\":\"WEB\",\"totalFee\":500.00000000,\"currency\":\"USDT\",\"commission\":0}}","bizIdStr":"{id}","bizId":{id},"bizStatus":"PAY_CLOSED"}}"#,
                at.ms()
            ));
        }
        let sent: Vec<String> = sink.deliveries().iter().map(|delivery| {
            delivery.verified();
            String::from_utf8(delivery.body.clone()).expect("JSON is UTF-8")
        }).collect();
        assert_eq!(sent, bodies);
        assert_eq!(next_due(&dispatcher).await, None);
    }

    // decisions.md row 45: whoever's key created the order is told who paid, and the other party is told of the payment alone.
    async fn who_paid_is_told_to_the_owner_of_the_creating_key(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        let (provider, merchant, payer) = (app.provider("Acme").await, app.merchant("Shop").await, app.payer_with("10").await);
        let must = [(Fact::FirstName, "Ann"), (Fact::LastName, "O'Neill"), (Fact::DateOfBirth, "1980-01-01")];
        let facts = Facts::new(PayerKind::Individual, must.map(|(fact, value)| (fact, value.to_owned()))).expect("a person");
        payer.identify(KycState::Complete, facts).await;
        provider.set_endpoint(&sink.url("/acme")).await;
        merchant.set_endpoint(&sink.url("/shop")).await;
        let token = app.grant(&provider, &merchant, &[Scope::Checkout]).await.token;
        run_due(&dispatcher).await;
        for (number, by_provider) in [("a1", true), ("b1", false)] {
            sink.clear();
            let order = order_body(number, &json!({}));
            let created = if by_provider {
                provider.call("/v2/order", order).on_behalf(token.as_str())
            } else {
                merchant.call("/v2/order", order)
            };
            payer.pay(&created.await.text_of("prepayId")).await;
            run_due(&dispatcher).await;
            let detail_at = |path: &str| {
                let told = sink.deliveries().into_iter().find(|delivery| delivery.path == path)?.verified();
                told.data::<PayData>().expect("a payment").payment_info.expect("it is paid").payer_detail
            };
            let (owner, seen, hidden) = if by_provider {
                (&*provider, detail_at("/acme"), detail_at("/shop"))
            } else {
                (&merchant, detail_at("/shop"), detail_at("/acme"))
            };
            let secret = owner.credentials.secret.expose_secret().as_bytes();
            let opened = decrypt_payer_detail(secret, &seen.expect("its owner gets it")).expect("the secret opens it");
            let known = r#"{"firstName":"Ann","lastName":"O'Neill","dateOfBirth":"1980-01-01"}"#;
            assert_eq!((opened.expose_secret(), hidden), (known, None), "{number}");
        }
    }

    // Many orders end at one instant: all of them are told, more than one batch holds.
    async fn every_overdue_order_ends_in_one_run(app: TestApp) {
        const ORDERS: i64 = 2 * countersign_service::orders::DUE_BATCH_MAX + 1;
        let dispatcher = dispatcher(&app);
        let merchant = app.merchant("Shop").await;
        for number in 0..ORDERS {
            open_order(&merchant, &format!("a{number}"), &json!({})).await;
        }
        app.advance_ms(HOUR_MS);
        assert_eq!(run_due(&dispatcher).await, RunSummary { expired: ORDERS, ..RunSummary::default() });
        assert_eq!(run_due(&dispatcher).await, RunSummary::default());
        assert_eq!(next_due(&dispatcher).await, None);
    }

    async fn a_failing_receiver_is_tried_seven_times_on_the_business_clock(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        sink.answer_always(SinkAnswer::Reply(500, Vec::new()));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        let first = app.now();

        let mut tried_at = vec![first];
        run_due(&dispatcher).await;
        while only_webhook(&app, merchant.id).await.state == MessageState::Pending {
            let due = next_due(&dispatcher).await.expect("a pending message is due some time");
            move_to(&app, due.plus_ms(-1));
            run_due(&dispatcher).await;
            assert_eq!(sink.deliveries().len(), tried_at.len(), "nothing is tried before its time");
            move_to(&app, due);
            run_due(&dispatcher).await;
            tried_at.push(due);
        }
        let gaps: Vec<i64> = tried_at.windows(2).map(|pair| pair[1].ms_since(pair[0]) / 1_000).collect();
        assert_eq!(gaps, [5, 60, 300, 1_800, 7_200, 43_200]);

        let message = only_webhook(&app, merchant.id).await;
        assert_eq!((message.state, message.attempts, message.last_status), (MessageState::Parked(ParkReason::LastTry), 7, Some(500)));
        assert_eq!(message.last_error.as_deref(), Some("answered 500"));
        assert_eq!(message.finished_at, tried_at.last().copied());
        assert_eq!(next_due(&dispatcher).await, None);

        let deliveries = sink.deliveries();
        assert_eq!(deliveries.len(), 7);
        for delivery in &deliveries {
            delivery.verified();
            assert_eq!(delivery.body, deliveries[0].body, "every try sends the same bytes");
        }
        let sent_at: Vec<&str> = deliveries.iter().map(|delivery| delivery.header("binancepay-timestamp")).collect();
        let expected: Vec<String> = tried_at.iter().map(|at: &Timestamp| at.ms().to_string()).collect();
        assert_eq!(sent_at, expected, "every try is signed anew, at its own time");
        let mut nonces: Vec<&str> = deliveries.iter().map(|delivery| delivery.header("binancepay-nonce")).collect();
        nonces.sort_unstable();
        nonces.dedup();
        assert_eq!(nonces.len(), 7);
        assert_eq!(dispatcher.metrics().attempts(Channel::Webhook, Outcome::Retried), 6);
        assert_eq!(dispatcher.metrics().attempts(Channel::Webhook, Outcome::Parked), 1);
    }

    async fn a_receiver_that_comes_back_gets_the_message_once(app: TestApp) {
        let (sink, dispatcher) = (sink(&app).await, dispatcher(&app));
        sink.script([SinkAnswer::Reply(503, Vec::new()), SinkAnswer::Reply(200, br#"{"code":"SUCCESS"}"#.to_vec())]);
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        assert_eq!(run_due(&dispatcher).await.retried, 1);
        app.advance_ms(5_000);
        assert_eq!(run_due(&dispatcher).await.delivered, 1);
        app.advance_ms(countersign_domain::time::DAY_MS);
        assert_eq!(run_due(&dispatcher).await, RunSummary::default());
        assert_eq!(sink.deliveries().len(), 2);
    }
}

#[test]
fn a_configured_schedule_is_kept() {
    countersign_testkit::run(countersign_testkit::Engine::Sqlite, |app| async move {
        let schedule = countersign_jobs::RetrySchedule::new(vec![1_000], 0).expect("one delay is a schedule");
        let (sink, dispatcher) = (sink(&app).await, Setup { schedule, ..Setup::default() }.dispatcher(&app));
        sink.answer_always(SinkAnswer::Reply(404, Vec::new()));
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("10").await);
        paid_order(&merchant, &payer, "a1", &sink.url("/hook")).await;
        run_due(&dispatcher).await;
        app.advance_ms(1_000);
        assert_eq!(run_due(&dispatcher).await.parked, 1);
        assert_eq!(sink.deliveries().len(), 2);
    });
}
