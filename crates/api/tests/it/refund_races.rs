//! Refunds under contention, on both engines: of an order never more goes back than was paid, a number is one refund, and no
//! money is spent twice. Random splits lose nothing.

use std::collections::BTreeMap;

use countersign_domain::ledger::Wallet;
use countersign_domain::{Amount, Currency};
use countersign_testkit::{Answer, Call, Merchant, TestApp, on_both_engines};
use serde_json::json;
use tokio::task::JoinSet;

use crate::refunds::paid;
use crate::samples;

/// Rounds of a race.
const ROUNDS: usize = 20;
/// How many refund one order at once.
const REFUNDS: usize = 8;
/// How many send the same number at once.
const REPEATS: usize = 100;

/// A call that moves `amount` USDT out of a merchant's funding wallet.
pub(crate) fn drain(app: &TestApp, merchant: &Merchant, amount: &str) -> Call {
    let request_id = samples::fresh(app);
    let body = json!({"requestId": request_id, "currency": "USDT", "amount": amount, "transferType": "TO_MAIN"});
    merchant.call("/wallet/transfer", body)
}

/// How many of the answers have which code.
fn codes(answers: &[Answer]) -> BTreeMap<&str, usize> {
    let mut codes = BTreeMap::new();
    for answer in answers {
        *codes.entry(answer.code.as_str()).or_insert(0) += 1;
    }
    codes
}

on_both_engines! {
    // Eight refunds of 30 on an order of 100: three are accepted, whoever comes first, and the rest is still there.
    async fn refunds_together_never_exceed_the_order(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        for round in 0..ROUNDS {
            let prepay_id = paid(&merchant, &payer, &format!("t{round}"), "100").await;
            let mut racers = JoinSet::new();
            for racer in 0..REFUNDS {
                racers.spawn(merchant.refund(&prepay_id, &format!("r{round}x{racer}"), "30").send());
            }
            let answers = racers.join_all().await;
            assert_eq!(codes(&answers), BTreeMap::from([("000000", 3), ("400303", REFUNDS - 3)]), "round {round}");
            let mut left: Vec<_> = answers.iter().filter_map(|answer| answer.body["data"]["remainingAttempts"].as_i64()).collect();
            left.sort_unstable();
            assert_eq!(left, [7, 8, 9], "round {round}");
            assert_eq!((app.usdt(&payer).await.as_str(), app.usdt(&merchant).await.as_str()), ("90", "10"), "round {round}");
            merchant.refund(&prepay_id, &format!("r{round}last"), "10").await.data();
        }
    }

    // The merchant's money goes to the payer or elsewhere, never to both.
    async fn a_refund_races_another_debit(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("1000").await;
        let (mut refunds, mut debits) = (0, 0);
        for round in 0..ROUNDS {
            let prepay_id = paid(&merchant, &payer, &format!("t{round}"), "10").await;
            let mut racers = JoinSet::new();
            let mut calls = [merchant.refund(&prepay_id, &format!("r{round}"), "10"), drain(&app, &merchant, "10")];
            // Each begins first every second time.
            if round % 2 == 1 {
                calls.reverse();
            }
            for call in calls {
                racers.spawn(call.send());
            }
            let mut codes: Vec<String> = racers.join_all().await.into_iter().map(|answer| answer.code).collect();
            codes.sort();
            match codes.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["000000", "400611"] => refunds += 1,
                ["000000", "400304"] => debits += 1,
                _ => panic!("round {round}: {codes:?}"),
            }
            assert_eq!(app.usdt(&merchant).await, "0", "round {round}");
        }
        assert_eq!(refunds + debits, ROUNDS);
    }

    // One number a hundred times at once: one refund, and everybody is told the same.
    async fn equal_calls_at_once_are_one_refund(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let mut racers = JoinSet::new();
        for _ in 0..REPEATS {
            racers.spawn(merchant.refund(&prepay_id, "r1", "60").send());
        }
        let answers = racers.join_all().await;
        assert_eq!(codes(&answers), BTreeMap::from([("000000", REPEATS)]));
        let first = answers.iter().filter(|answer| answer.data()["duplicateRequest"] == "N").count();
        assert_eq!(first, 1, "one refunded, the others were told of it");
        assert!(answers.iter().all(|answer| answer.data()["refundId"] == answers[0].data()["refundId"]));
        assert_eq!(app.usdt(&payer).await, "60");
        assert_eq!(app.footprint().await.rows("refunds"), 1);
    }

    // The same number with many bodies, of two orders: one of them is the refund, its repeats are told so, all others are wrong.
    async fn different_calls_under_one_number_are_one_refund(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("200").await;
        let orders = [paid(&merchant, &payer, "t1", "100").await, paid(&merchant, &payer, "t2", "100").await];
        let mut racers = JoinSet::new();
        for racer in 0..REPEATS {
            let (order, amount) = (&orders[racer % 2], (1 + racer % 5).to_string());
            racers.spawn(merchant.refund(order, "r1", &amount).send());
        }
        let answers = racers.join_all().await;
        // Ten different bodies, each sent ten times.
        assert_eq!(codes(&answers), BTreeMap::from([("000000", 10), ("400001", REPEATS - 10)]));
        let done: Vec<_> = answers.iter().filter(|answer| answer.code == "000000").collect();
        assert_eq!(done.iter().filter(|answer| answer.data()["duplicateRequest"] == "N").count(), 1);
        let refunded = done[0].text_of("refundAmount");
        let amount = Amount::parse(&refunded, Currency::USDT).expect("an amount");
        assert_eq!(app.balance(&payer, Wallet::Funding, Currency::USDT).await, amount);
        assert_eq!(app.footprint().await.rows("refunds"), 1);
    }

    // However an order is split, and however many splits race, what was paid comes back to the last unit: payer, merchant,
    // platform and provider stand as before. The seeds are fixed, the splits are not chosen.
    async fn random_splits_lose_nothing(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let operator = app.operator().await;
        let token = app.grant(&provider, &merchant, &[countersign_domain::Scope::Checkout]).await.token;
        let payer = app.payer_with("1000").await;
        let mut random = Xorshift(0x2545_F491_4F6C_DD1D);
        for round in 0..8 {
            operator.set_commission(merchant.id, random.below(200_000)).await;
            operator.set_fee_share(provider.id, random.below(1_000_000)).await;
            let whole = 1 + random.below(1_000_000_000);
            let amount = Amount::from_minor(whole, Currency::USDT).to_string();
            let body = crate::refunds::order(&format!("t{round}"), &amount);
            let prepay_id = provider.call("/v2/order", body).on_behalf(token.as_str()).await.text_of("prepayId");
            payer.pay(&prepay_id).await;
            let mut racers = JoinSet::new();
            for part in 0..9 {
                let amount = Amount::from_minor(1 + random.below(whole / 4 + 1), Currency::USDT).to_string();
                racers.spawn(merchant.refund(&prepay_id, &format!("r{round}x{part}"), &amount).send());
            }
            let answers = racers.join_all().await;
            let codes = codes(&answers);
            assert!(codes.keys().all(|code| ["000000", "400303"].contains(code)), "round {round}: {codes:?}");
            let back: i64 = answers.iter().filter(|answer| answer.code == "000000").map(|answer| {
                Amount::parse(&answer.text_of("refundAmount"), Currency::USDT).expect("an amount").minor()
            }).sum();
            if back < whole {
                let rest = Amount::from_minor(whole - back, Currency::USDT).to_string();
                merchant.refund(&prepay_id, &format!("r{round}rest"), &rest).await.data();
            }
            for (holder, left) in [(app.usdt(&payer).await, "1000"), (app.usdt(&merchant).await, "0"), (app.usdt(&provider).await, "0")] {
                assert_eq!(holder, left, "round {round}: {whole} in {codes:?}");
            }
            assert_eq!(app.debt(&provider, Currency::USDT).await.minor(), 0);
        }
    }
}

/// Marsaglia's xorshift64*: splits that nobody chose, the same in every run.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 1;
        i64::try_from(bits).expect("63 bits") % bound
    }
}
