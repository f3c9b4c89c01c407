//! Movements between a merchant's own wallets on both engines: their life, what is refused, races for one `requestId` and for
//! one balance; and `balance` v1, which shows them.

use std::collections::BTreeMap;

use countersign_domain::ledger::Wallet;
use countersign_domain::{AddressList, Currency, Scope};
use countersign_testkit::{Answer, Merchant, Ordered, TestApp, on_both_engines};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::samples;

const TRANSFER: &str = "/wallet/transfer";
const QUERY: &str = "/wallet/transfer/query";

/// How many callers race.
const RACERS: usize = 100;

fn transfer(request_id: &str, amount: &str, transfer_type: &str) -> Value {
    json!({"requestId": request_id, "currency": "USDT", "amount": amount, "transferType": transfer_type})
}

async fn rich(app: &TestApp, amount: &str) -> Merchant {
    let merchant = app.merchant("Shop").await;
    app.operator().await.credit(&merchant, Wallet::Funding, (amount, Currency::USDT)).await;
    merchant
}

/// What is free in the funding and in the spot wallet, in USDT.
async fn held(app: &TestApp, merchant: &Merchant) -> (String, String) {
    let of = async |wallet| app.balance(merchant, wallet, Currency::USDT).await.to_string();
    (of(Wallet::Funding).await, of(Wallet::Spot).await)
}

#[track_caller]
fn assert_repeat(answer: &Answer, first: &Answer) {
    assert_eq!(answer.code, "000001", "{}", answer.text);
    assert_eq!(
        answer.text,
        first.text.replace("SUCCESS\",\"code\":\"000000", "REPEAT_REQ_SUCCESS\",\"code\":\"000001")
    );
}

/// Sends the bodies at once and counts the codes.
async fn race(merchant: &Merchant, bodies: impl IntoIterator<Item = Value>) -> BTreeMap<String, usize> {
    let mut racers = JoinSet::new();
    for body in bodies {
        racers.spawn(merchant.call(TRANSFER, body).send());
    }
    let mut codes = BTreeMap::new();
    for answer in racers.join_all().await {
        *codes.entry(answer.code).or_insert(0) += 1;
    }
    codes
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected.into_iter().filter(|(_, count)| *count > 0).map(|(code, count)| (code.to_owned(), count)).collect()
}

on_both_engines! {
    // money.md 4: there, again, back, and asked after.
    async fn money_moves_between_wallets_once_per_request(app: TestApp) {
        let merchant = rich(&app, "10").await;
        let first = merchant.call(TRANSFER, transfer("there", "2.50", "TO_MAIN")).await;
        let expected = r#"{"status":"SUCCESS","code":"000000","data":{"tranId":"there","status":"SUCCESS","currency":"USDT","amount":"2.50","transferType":"TO_MAIN"}}"#;
        assert_eq!(first.text, expected);
        assert_eq!(held(&app, &merchant).await, ("7.5".to_owned(), "2.5".to_owned()));

        // The same parameters: digits, strings and numbers differ, the amount does not; the original digits are answered.
        let before = app.footprint().await;
        app.advance_ms(1_000);
        for amount in [json!("2.50"), json!("2.5"), json!(2.5), json!("2.50000000")] {
            let mut again = transfer("there", "2.50", "TO_MAIN");
            again["amount"] = amount;
            assert_repeat(&merchant.call(TRANSFER, again).await, &first);
        }
        // Another currency, amount or direction under the same id.
        for (key, value) in [("amount", "2.51"), ("transferType", "TO_PAY"), ("currency", "BUSD")] {
            let mut other = transfer("there", "2.50", "TO_MAIN");
            other[key] = json!(value);
            let refused = merchant.call(TRANSFER, other).await.refused("400001");
            assert!(refused.explanation().contains("requestId"), "{key}: {}", refused.explanation());
        }
        let after = app.footprint().await;
        for table in ["wallet_transfers", "ledger_transfers", "ledger_postings"] {
            assert_eq!(before.rows(table), after.rows(table), "{table}: a repeat writes nothing");
        }
        // Ids are told apart by case.
        merchant.call(TRANSFER, transfer("There", "2.5", "TO_PAY")).await.data();
        assert_eq!(held(&app, &merchant).await, ("10".to_owned(), "0".to_owned()));

        let found = merchant.call(QUERY, json!({"tranId": "there"})).await;
        assert_eq!(found.data(), &json!({"tranId": "there", "status": "SUCCESS", "currency": "USDT", "amount": "2.50"}));
        for unknown in ["THERE", "elsewhere", "1"] {
            merchant.call(QUERY, json!({"tranId": unknown})).await.refused("400202");
        }
    }

    // Rows 10, 35 and 55. A refusal leaves nothing, the id neither.
    async fn what_is_refused_moves_nothing(app: TestApp) {
        let merchant = rich(&app, "1").await;
        let before = app.footprint().await;
        let rows = [
            (json!({"amount": "1.00000001"}), "400611"), (json!({"transferType": "TO_PAY"}), "400611"),
            (json!({"currency": "BTC"}), "400611"), (json!({"currency": "XYZ"}), "400102"), (json!({"amount": "0"}), "400102"),
            (json!({"amount": "92233720368.54775807"}), "400611"), (json!({"amount": "92233720368.54775808"}), "400102"),
            (json!({"amount": "999999999999999.99999999"}), "400102"), (json!({"amount": "0.000000001"}), "400101"),
            (json!({"currency": "XRP", "amount": "0.0000001"}), "400101"), (json!({"transferType": "TO_SPOT"}), "400102"),
        ];
        for (change, code) in rows {
            let mut body = transfer("r1", "1", "TO_MAIN");
            for (key, value) in change.as_object().expect("an object") {
                body[key] = value.clone();
            }
            let answer = merchant.call(TRANSFER, body).await;
            assert_eq!(answer.code, code, "{change}: {}", answer.text);
        }
        before.assert_same(&app.footprint().await, "a refused transfer");
        merchant.call(TRANSFER, transfer("r1", "1", "TO_MAIN")).await.data();
        assert_eq!(held(&app, &merchant).await, ("0".to_owned(), "1".to_owned()));
        // A wallet that is full takes no more.
        let operator = app.operator().await;
        operator.credit(&merchant, Wallet::Funding, ("92233720368.54775807", Currency::USDT)).await;
        merchant.call(TRANSFER, transfer("r2", "1", "TO_PAY")).await.refused("400102");
        assert_eq!(app.balance(&merchant, Wallet::Spot, Currency::USDT).await.to_string(), "1");
    }

    // An id is one merchant's; with a token it is the merchant's behind it, and so are the wallets.
    async fn each_merchant_has_its_own_transfers(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, rich(&app, "10").await);
        let other = rich(&app, "10").await;
        let grant = app.grant(&provider, &merchant, &[Scope::InternalTransfer, Scope::Balance]).await;
        let acting = |path: &str, body: Value| provider.call(path, body).on_behalf(grant.token.as_str());
        let first = acting(TRANSFER, transfer("t1", "4", "TO_MAIN")).await;
        first.data();
        assert_eq!(held(&app, &merchant).await, ("6".to_owned(), "4".to_owned()));
        assert_eq!(held(&app, &provider).await, ("0".to_owned(), "0".to_owned()));
        // Whoever asks for the merchant, it is the same transfer.
        assert_repeat(&merchant.call(TRANSFER, transfer("t1", "4", "TO_MAIN")).await, &first);
        merchant.call(QUERY, json!({"tranId": "t1"})).await.data();
        acting(QUERY, json!({"tranId": "t1"})).await.data();
        for stranger in [&other, &*provider] {
            stranger.call(QUERY, json!({"tranId": "t1"})).await.refused("400202");
        }
        other.call(TRANSFER, transfer("t1", "3", "TO_MAIN")).await.data();
        assert_eq!(held(&app, &other).await, ("7".to_owned(), "3".to_owned()));
        let spot = acting("/balance", json!({"wallet": "SPOT_WALLET", "currency": "USDT"})).await;
        assert_eq!(spot.data()["balance"], 4.0);
        // A repeat needs authority as well.
        merchant.disable(grant.id).await.expect("it is in force");
        acting(TRANSFER, transfer("t1", "4", "TO_MAIN")).await.refused("400203");
    }

    async fn of_many_equal_requests_one_moves_money(app: TestApp) {
        let merchant = rich(&app, "100").await;
        let codes = race(&merchant, (0..RACERS).map(|_| transfer("race", "1", "TO_MAIN"))).await;
        assert_eq!(codes, counts([("000000", 1), ("000001", RACERS - 1)]));
        assert_eq!(held(&app, &merchant).await, ("99".to_owned(), "1".to_owned()));
        assert_eq!(app.footprint().await.rows("wallet_transfers"), 1);
    }

    async fn of_many_different_requests_under_one_id_one_moves_money(app: TestApp) {
        let merchant = rich(&app, "100").await;
        let amounts = ["1", "2", "3", "4"];
        let bodies = (0..RACERS).map(|racer| transfer("race", amounts[racer % amounts.len()], "TO_MAIN"));
        let codes = race(&merchant, bodies).await;
        let equal = RACERS / amounts.len();
        assert_eq!(codes, counts([("000000", 1), ("000001", equal - 1), ("400001", RACERS - equal)]));
        let made = merchant.call(QUERY, json!({"tranId": "race"})).await.text_of("amount");
        assert_eq!(app.balance(&merchant, Wallet::Spot, Currency::USDT).await.to_string(), made);
        assert_eq!(app.footprint().await.rows("ledger_transfers"), 2, "the deposit and one transfer");
    }

    // What is there is moved to the last unit and no further, whoever comes first.
    async fn many_transfers_share_one_balance(app: TestApp) {
        let merchant = rich(&app, "10").await;
        let codes = race(&merchant, (0..RACERS).map(|racer| transfer(&format!("r{racer}"), "0.25", "TO_MAIN"))).await;
        assert_eq!(codes, counts([("000000", 40), ("400611", RACERS - 40)]));
        assert_eq!(held(&app, &merchant).await, ("0".to_owned(), "10".to_owned()));
        // Both ways at once: nothing is lost, and no two wait for each other.
        let both = (0..RACERS).map(|racer| {
            transfer(&format!("b{racer}"), "0.1", if racer % 2 == 0 { "TO_PAY" } else { "TO_MAIN" })
        });
        let codes = race(&merchant, both).await;
        assert!(codes.keys().all(|code| matches!(code.as_str(), "000000" | "400611")), "{codes:?}");
        let (funding, spot) = (app.balance(&merchant, Wallet::Funding, Currency::USDT).await, app.balance(&merchant, Wallet::Spot, Currency::USDT).await);
        assert_eq!(funding.plus(spot).expect("one currency").to_string(), "10");
    }

    // money.md 5.1, clients.md A8: flat, numbers of eight decimals; valued by the rates of the test's table.
    async fn balance_v1_is_flat_and_says_zero(app: TestApp) {
        let merchant = rich(&app, "1.5").await;
        let of = |wallet: &str, currency: &str| merchant.call("/balance", json!({"wallet": wallet, "currency": currency}));
        let answer = of("FUNDING_WALLET", "USDT").await;
        let v2 = merchant.call("/v2/balance", json!({"wallet": "FUNDING_WALLET", "currency": "USDT"})).await;
        let (shown, second) = (answer.ordered(), v2.ordered());
        let data = shown.get("data").expect("a success has data");
        assert_eq!(data.keys(), ["balance", "asset", "fiat", "availableFiatValuation", "availableBtcValuation"]);
        assert_eq!(data.get("balance").map(Ordered::text), Some("1.50000000"));
        assert_eq!((&answer.data()["asset"], &answer.data()["fiat"]), (&json!("USDT"), &json!("USD")));
        let Some(Ordered::List(rows)) = second.get("data").and_then(|data| data.get("balance")) else {
            panic!("{}", v2.text)
        };
        for valuation in ["availableFiatValuation", "availableBtcValuation"] {
            assert_eq!(data.get(valuation), rows[0].get(valuation), "{valuation}");
        }
        for (wallet, currency) in [("SPOT_WALLET", "USDT"), ("FUNDING_WALLET", "BTC")] {
            let zero = of(wallet, currency).await;
            let zero = zero.ordered();
            let data = zero.get("data").expect("a success has data");
            for number in ["balance", "availableFiatValuation", "availableBtcValuation"] {
                assert_eq!(data.get(number).map(Ordered::text), Some("0.00000000"), "{wallet} {currency} {number}");
            }
            assert_eq!(data.get("asset").map(|asset| asset.text().to_owned()), Some(format!("\"{currency}\"")));
        }
        merchant.call("/balance", json!({"wallet": "FUNDING_WALLET"})).await.refused("400100");
        of("SAVINGS", "USDT").await.refused("400102");
        of("FUNDING_WALLET", "XYZ").await.refused("400102");
        let ticked = merchant.with_key([Scope::InternalTransfer].into_iter().collect(), AddressList::any()).await;
        ticked.call("/balance", json!({"wallet": "FUNDING_WALLET", "currency": "USDT"})).await.refused("400606");
        ticked.call(TRANSFER, samples::wallet_transfer("t1")).await.data();
    }
}
