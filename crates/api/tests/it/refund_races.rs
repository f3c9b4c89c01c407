//! Refunds under contention, on both engines: random splits lose nothing. That of an order never more goes back than was paid, that
//! a number is one refund, and that no money is spent twice are races of `crates/sim`.

use std::collections::BTreeMap;

use countersign_domain::{Amount, Currency};
use countersign_testkit::{Answer, Call, Merchant, TestApp, on_both_engines};
use serde_json::json;
use tokio::task::JoinSet;

use crate::samples;

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
