//! What the operator's systems post, on both engines: once per reference, within limits, whatever races whom.

use countersign_domain::Currency;
use countersign_domain::admin_key::Capability;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::ledger::Wallet;
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::payer::PayerStatus;
use countersign_domain::time::DAY_MS;
use countersign_service::orders::PayError;
use countersign_store::StoreError;
use countersign_store::queries::audit;
use countersign_testkit::{Merchant, Payer, System, SystemAnswer, SystemRights, TestApp, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinSet;

pub(crate) const POSTINGS: &str = "/admin/v1/postings";

pub(crate) fn merchant(merchant: &Merchant) -> Value {
    json!({ "merchantId": merchant.id.to_string() })
}

fn payer(payer: &Payer) -> Value {
    json!({ "binanceId": payer.id.to_string() })
}

pub(crate) fn posting(reference: &str, kind: &str, account: &Value, amount: &str) -> Value {
    json!({
        "reference": reference, "kind": kind, "account": account, "wallet": "FUNDING_WALLET", "currency": "USDT",
        "amount": amount,
    })
}

async fn posted(system: &System, body: &Value) -> Value {
    system.post(POSTINGS, body).send().await.data().clone()
}

async fn refused(system: &System, body: &Value, code: &str) {
    system.post(POSTINGS, body).send().await.refused(code);
}

/// Every call at once; answers in no order.
async fn at_once(calls: Vec<(System, Value)>) -> Vec<SystemAnswer> {
    let mut racers = JoinSet::new();
    for (system, body) in calls {
        racers.spawn(async move { system.post(POSTINGS, &body).send().await });
    }
    racers.join_all().await
}

/// Action, actor and detail of each row of a chain, oldest first.
async fn chain(app: &TestApp, owner: i64) -> Vec<(String, String, Value)> {
    let rows = app.platform().read("test", move |tx, _| audit::rows_after(tx, owner, 0, 1_000)).await;
    let rows: Result<Vec<_>, StoreError> = rows;
    let of_owner = rows.expect("the chain can be read").into_iter().filter(|row| row.owner == owner);
    of_owner.map(|row| (row.action, row.actor, serde_json::from_str(&row.detail).expect("JSON"))).collect()
}

on_both_engines! {
    async fn money_comes_in_and_goes_out(app: TestApp) {
        let (system, shop, ann) = (app.system(SystemRights::all()).await, app.merchant("Shop").await, app.payer("Ann").await);
        let mut body = posting("wire-1", "deposit", &merchant(&shop), "100.50");
        body["note"] = json!("Batch 7");
        let answer = posted(&system, &body).await;
        assert_eq!(answer, json!({
            "reference": "wire-1", "kind": "deposit", "account": merchant(&shop), "wallet": "FUNDING_WALLET", "currency": "USDT",
            "amount": "100.5", "note": "Batch 7", "transferId": answer["transferId"], "available": "100.5",
            "postedAt": app.now().ms(), "repeated": false,
        }));
        let answer = posted(&system, &posting("wire-2", "withdrawal", &merchant(&shop), "0.5")).await;
        assert_eq!((answer["available"].as_str(), answer["amount"].as_str()), (Some("100"), Some("0.5")));
        refused(&system, &posting("wire-3", "withdrawal", &merchant(&shop), "100.00000001"), "insufficient_funds").await;
        refused(&system, &posting("wire-3", "withdrawal", &payer(&ann), "1"), "insufficient_funds").await;
        // What was refused left its reference free, for other terms too.
        let mut spot = posting("wire-3", "deposit", &payer(&ann), "7");
        spot["wallet"] = json!("SPOT_WALLET");
        assert_eq!(posted(&system, &spot).await["available"], "7");
        assert_eq!(app.balance(&ann, Wallet::Spot, Currency::USDT).await.to_string(), "7");
        assert_eq!(app.usdt(&shop).await, "100");

        let answer = system.post("/admin/v1/accounts/balance", &json!({ "account": merchant(&shop) })).send().await;
        assert_eq!(*answer.data(), json!({
            "account": merchant(&shop), "name": "Shop", "status": "ACTIVE",
            "balances": [{ "wallet": "FUNDING_WALLET", "currency": "USDT", "available": "100", "frozen": "0" }],
            "heldRefunds": 0,
        }));
        let actor = format!("admin_key:{}", system.key_id);
        let rows: Vec<_> = chain(&app, shop.id.get()).await.into_iter().filter(|(_, by, _)| *by == actor).collect();
        let told: Vec<_> = rows.iter().map(|(action, _, detail)| (action.as_str(), detail["outcome"]["refused"].as_str())).collect();
        assert_eq!(told, [
            ("deposit_post", None),
            ("withdrawal_post", None),
            ("withdrawal_post", Some("not enough USDT in the wallet")),
        ]);
    }

    async fn a_reference_moves_money_once(app: TestApp) {
        let (system, other) = (app.system(SystemRights::all()).await, app.system(SystemRights::all()).await);
        let shop = app.merchant("Shop").await;
        let body = posting("wire-1", "deposit", &merchant(&shop), "10");
        let first = posted(&system, &body).await;
        posted(&system, &posting("wire-2", "deposit", &merchant(&shop), "1")).await;
        let mut again = first.clone();
        again["repeated"] = json!(true);
        let mut same = body.clone();
        same["amount"] = json!("10.000");
        for (system, body) in [(&system, &body), (&other, &body), (&system, &same)] {
            assert_eq!(posted(system, body).await, again, "the first answer, whoever asks and however the amount is written");
        }
        let partner = app.merchant("Other").await;
        let changes = [
            ("kind", json!("withdrawal")), ("account", merchant(&partner)), ("wallet", json!("SPOT_WALLET")),
            ("currency", json!("USDC")), ("amount", json!("10.00000001")), ("note", json!("new")),
        ];
        for (field, value) in changes {
            let mut changed = body.clone();
            changed[field] = value;
            refused(&system, &changed, "reference_used").await;
        }
        // Not even what would be refused now takes the first answer back.
        app.operator().await.set_status(shop.id, MerchantStatus::Frozen).await;
        assert_eq!(posted(&system, &body).await, again);
        assert_eq!(app.usdt(&shop).await, "11");
    }

    async fn a_hundred_equal_calls_at_once_post_once(app: TestApp) {
        let (system, shop) = (app.system(SystemRights::all()).await, app.merchant("Shop").await);
        let deposit = posting("wire-1", "deposit", &merchant(&shop), "10");
        let withdrawal = posting("wire-2", "withdrawal", &merchant(&shop), "10");
        // The withdrawal takes all there is: whoever comes second must hear of the first, not of an empty wallet.
        for (body, left) in [(deposit, "10"), (withdrawal, "0")] {
            let answers = at_once(vec![(system.clone(), body); 100]).await;
            let first = answers.iter().filter(|answer| answer.data()["repeated"] == false).count();
            assert_eq!(first, 1);
            let transfer = &answers[0].data()["transferId"];
            assert!(answers.iter().all(|answer| answer.data()["transferId"] == *transfer && answer.data()["available"] == left));
            assert_eq!(app.usdt(&shop).await, left);
        }
        assert_eq!(chain(&app, shop.id.get()).await.iter().filter(|(action, ..)| action == "deposit_post").count(), 100);
    }

    async fn of_a_hundred_different_calls_with_one_reference_one_stands(app: TestApp) {
        let (system, shop) = (app.system(SystemRights::all()).await, app.merchant("Shop").await);
        let calls = (1..=100).map(|amount| (system.clone(), posting("wire-1", "deposit", &merchant(&shop), &amount.to_string())));
        let answers = at_once(calls.collect()).await;
        let stands: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(stands.len(), 1);
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "reference_used"));
        assert_eq!(app.usdt(&shop).await, stands[0].data()["amount"]);
    }

    async fn withdrawals_at_once_take_no_more_than_there_is(app: TestApp) {
        let (system, shop) = (app.system(SystemRights::all()).await, app.merchant("Shop").await);
        posted(&system, &posting("in", "deposit", &merchant(&shop), "10")).await;
        let calls = (0..30).map(|n| (system.clone(), posting(&format!("out-{n}"), "withdrawal", &merchant(&shop), "3")));
        let answers = at_once(calls.collect()).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 3);
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "insufficient_funds"));
        assert_eq!(app.usdt(&shop).await, "1");
    }

    async fn a_posting_and_a_day_have_their_limits(app: TestApp) {
        let rights = SystemRights::of(&[Capability::LedgerPost]).within(&["USDT:10/25", "BTC:1/1"]);
        let (system, other) = (app.system(rights.clone()).await, app.system(rights).await);
        let shop = app.merchant("Shop").await;
        let deposit = |reference: &str, amount: &str| posting(reference, "deposit", &merchant(&shop), amount);
        refused(&system, &deposit("a", "10.00000001"), "over_posting_limit").await;
        let mut dai = deposit("a", "1");
        dai["currency"] = json!("DAI");
        refused(&system, &dai, "currency_not_limited").await;
        posted(&system, &deposit("a", "10")).await;
        // Both ways count, and what was refused or repeated does not.
        posted(&system, &posting("b", "withdrawal", &merchant(&shop), "10")).await;
        posted(&system, &deposit("a", "10")).await;
        refused(&system, &posting("c", "withdrawal", &merchant(&shop), "1"), "insufficient_funds").await;
        refused(&system, &deposit("c", "5.00000001"), "over_day_limit").await;
        posted(&system, &deposit("c", "5")).await;
        refused(&system, &deposit("d", "0.00000001"), "over_day_limit").await;
        let mut btc = deposit("d", "1");
        btc["currency"] = json!("BTC");
        posted(&system, &btc).await;
        posted(&other, &deposit("e", "10")).await;
        app.advance_ms(DAY_MS - app.now().ms() % DAY_MS - 1);
        refused(&system, &deposit("f", "1"), "over_day_limit").await;
        app.advance_ms(1);
        posted(&system, &deposit("f", "10")).await;
    }

    async fn postings_at_once_do_not_exceed_the_day(app: TestApp) {
        let rights = SystemRights::of(&[Capability::LedgerPost]).within(&["USDT:10/50"]);
        let (system, shops) = (app.system(rights).await, [app.merchant("One").await, app.merchant("Two").await]);
        // A row for the first posting of a day is made by whoever comes first: that race has its own rounds.
        for round in 0..10 {
            let calls = (0..20).map(|n| {
                let reference = format!("{round}-{n}");
                (system.clone(), posting(&reference, "deposit", &merchant(&shops[n % 2]), "7"))
            });
            let answers = at_once(calls.collect()).await;
            assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 7, "49 of 50");
            assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "over_day_limit"));
            app.advance_ms(DAY_MS);
        }
    }

    async fn frozen_accounts_take_and_do_not_give(app: TestApp) {
        let (system, shop, ann) = (app.system(SystemRights::all()).await, app.merchant("Shop").await, app.payer("Ann").await);
        let accounts = [merchant(&shop), payer(&ann)];
        for (number, account) in accounts.iter().enumerate() {
            let reason = json!({ "account": account, "reason": "Court order 7" });
            let frozen = |changed: bool| json!({ "account": account, "status": "FROZEN", "changed": changed });
            for changed in [true, false] {
                assert_eq!(*system.post("/admin/v1/accounts/freeze", &reason).send().await.data(), frozen(changed));
            }
            posted(&system, &posting(&format!("in-{number}"), "deposit", account, "10")).await;
            refused(&system, &posting("out", "withdrawal", account, "1"), "account_frozen").await;
        }
        let open = app.merchant("Open").await;
        let order = |number: &str| json!({
            "env": { "terminalType": "WEB" }, "merchantTradeNo": number, "orderAmount": "2", "currency": "USDT",
            "goods": { "goodsType": "01", "goodsCategory": "Z000", "referenceGoodsId": "1", "goodsName": "Tea" },
        });
        let placed = open.call("/v2/order", order("one")).await.text_of("prepayId");
        let paid = ann.try_pay(&placed, None).await;
        assert!(matches!(paid, Err(PayError::PayerFrozen)), "{paid:?}");
        shop.call("/v2/order", order("two")).await.refused("400203");
        for account in &accounts {
            let reason = json!({ "account": account, "reason": "Lifted" });
            let answer = system.post("/admin/v1/accounts/unfreeze", &reason).send().await;
            assert_eq!(*answer.data(), json!({ "account": account, "status": "ACTIVE", "changed": true }));
        }
        ann.pay(&placed).await;
        posted(&system, &posting("out", "withdrawal", &accounts[0], "1")).await;
        let acts: Vec<_> = chain(&app, ann.id.get()).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(acts, ["account_freeze", "account_freeze", "deposit_post", "withdrawal_post", "account_unfreeze"]);
        let reason = chain(&app, ann.id.get()).await.swap_remove(0).2;
        assert_eq!((&reason["reason"], &reason["outcome"]), (&json!("Court order 7"), &json!({ "changed": true })));
        app.operator().await.set_payer_status(ann.id, PayerStatus::Frozen).await;
    }

    async fn the_trial_balance_adds_up(app: TestApp) {
        let (system, shop, ann) = (app.system(SystemRights::all()).await, app.merchant("Shop").await, app.payer("Ann").await);
        app.operator().await.set_commission(shop.id, 10_000).await;
        posted(&system, &posting("a", "deposit", &payer(&ann), "100")).await;
        posted(&system, &posting("b", "withdrawal", &payer(&ann), "30")).await;
        let mut shiba = posting("c", "deposit", &merchant(&shop), "0.01");
        shiba["currency"] = json!("SHIB");
        posted(&system, &shiba).await;
        let placed = shop.call("/v2/order", json!({
            "env": { "terminalType": "WEB" }, "merchantTradeNo": "one", "orderAmount": "20", "currency": "USDT",
            "goods": { "goodsType": "01", "goodsCategory": "Z000", "referenceGoodsId": "1", "goodsName": "Tea" },
        })).await.text_of("prepayId");
        ann.pay(&placed).await;
        let answer = system.call(http::Method::GET, "/admin/v1/trial-balance", "").send().await;
        let parts = |available: &str| json!({ "available": available, "frozen": "0" });
        let platform = |answer: &Value, name: &str| {
            let rows = answer["platform"].as_array().expect("a list").iter();
            rows.filter(|row| row["account"] == name).map(|row| row["balance"].clone()).collect::<Vec<_>>()
        };
        let data = answer.data();
        assert_eq!((&data["balanced"], &data["at"]), (&json!(true), &json!(app.now().ms())));
        let [shib, usdt] = data["currencies"].as_array().expect("a list").as_slice() else { panic!("two: {data}") };
        assert_eq!((&shib["currency"], &shib["merchants"], &shib["total"]), (&json!("SHIB"), &parts("0.01"), &json!("0")));
        assert_eq!((&usdt["currency"], &usdt["merchants"], &usdt["payers"]), (&json!("USDT"), &parts("19.8"), &parts("50")));
        assert_eq!(platform(usdt, "DEPOSITS"), [json!("-70")]);
        assert_eq!((platform(usdt, "COMMISSION"), platform(usdt, "ROUNDING")), (vec![json!("0.2")], vec![json!("0")]));
        let again = system.post("/admin/v1/trial-balance", &json!({})).send().await;
        assert_eq!(again.data(), data, "POST asks the same");
    }

    async fn totals_beyond_64_bits_are_told(app: TestApp) {
        let (system, most) = (app.system(SystemRights::all()).await, "92233720368.54775807");
        for name in ["One", "Two", "Three"] {
            let shop = app.merchant(name).await;
            posted(&system, &posting(name, "deposit", &merchant(&shop), most)).await;
            refused(&system, &posting("more", "deposit", &merchant(&shop), "0.00000001"), "balance_out_of_range").await;
        }
        let answer = system.post("/admin/v1/trial-balance", &json!({})).send().await;
        let usdt = &answer.data()["currencies"][0];
        assert_eq!((&usdt["merchants"]["available"], &usdt["total"]), (&json!("276701161105.64327421"), &json!("0")));
        assert_eq!(usdt["platform"][0], json!({ "account": "DEPOSITS", "balance": "-276701161105.64327421" }));
    }

    async fn what_is_no_posting_is_refused_and_named(app: TestApp) {
        let (system, shop) = (app.system(SystemRights::all()).await, app.merchant("Shop").await);
        let good = posting("ok", "deposit", &merchant(&shop), "1");
        let rows = [
            ("reference", json!(""), "invalid_field", "reference"),
            ("reference", json!("a b"), "invalid_field", "reference"),
            ("reference", json!("r".repeat(129)), "invalid_field", "reference"),
            ("reference", json!(7), "invalid_body", "string"),
            ("kind", json!("DEPOSIT"), "invalid_field", "'DEPOSIT'"),
            ("account", json!({}), "invalid_field", "one account"),
            ("account", json!({ "merchantId": "1", "binanceId": "2" }), "invalid_field", "one account"),
            ("account", json!({ "merchantId": "x" }), "invalid_field", "'x'"),
            ("account", json!({ "merchantId": "1" }), "unknown_account", "no such account"),
            ("account", json!({ "binanceId": shop.id.to_string() }), "unknown_account", "no such account"),
            ("wallet", json!("funding"), "invalid_field", "'funding'"),
            ("currency", json!("USD"), "invalid_field", "'USD'"),
            ("amount", json!(1), "invalid_body", "string"),
            ("amount", json!("1e3"), "invalid_field", "decimal"),
            ("amount", json!("0"), "invalid_field", "above zero"),
            ("amount", json!("-1"), "invalid_field", "above zero"),
            ("amount", json!("0.000000001"), "invalid_field", "decimals"),
            ("note", json!(" "), "invalid_field", "note"),
            ("notes", json!("x"), "invalid_body", "notes"),
        ];
        for (field, value, code, words) in rows {
            let mut body = good.clone();
            body[field] = value;
            let answer = system.post(POSTINGS, &body).send().await.refused(code);
            assert!(answer.message().contains(words), "{body}: {}", answer.message());
        }
        let reason = json!({ "account": merchant(&shop), "reason": "" });
        system.post("/admin/v1/accounts/freeze", &reason).send().await.refused("invalid_field");
        let nobody = json!({ "account": { "binanceId": "1" }, "reason": "x" });
        system.post("/admin/v1/accounts/freeze", &nobody).send().await.refused("unknown_account");
        system.post("/admin/v1/accounts/balance", &json!({ "account": { "binanceId": "1" } })).send().await.refused("unknown_account");
        let last = chain(&app, PLATFORM_OWNER).await.pop().expect("a row");
        assert_eq!((last.0.as_str(), &last.2["outcome"]["refused"]), ("account_freeze", &json!("there is no such account")));
    }
}
