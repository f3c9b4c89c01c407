//! Calls that exclude each other, sent at the same moment: exactly as many get through as there is room for, and each answer
//! agrees with what the database holds after.
//!
//! A race takes its application and a number of rounds; when the application goes, every proof of `countersign check` is
//! held over all that the race left.

mod endings;
mod holds;
mod idempotency;
mod refunds;
mod transfers;
mod withdrawal;

use std::collections::BTreeMap;
use std::pin::Pin;

use countersign_testkit::{Answer, Call, TestApp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::stage::Stage;
use crate::step::{Coin, Holder, UNIT};

/// A race, ready to run for a number of rounds.
pub type Race = fn(TestApp, u32) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! races {
    ($($module:ident::$name:ident,)+) => {
        /// Every race with its name.
        pub const ALL: &[(&str, Race)] = &[$((stringify!($name), |app, rounds| Box::pin($module::$name(app, rounds)))),+];
    };
}

races! {
    refunds::refunds_that_together_exceed_the_order,
    refunds::a_refund_against_a_transfer_of_the_same_money,
    endings::a_payment_against_a_close_an_expiry_and_another_payment,
    holds::a_refund_against_the_freezing_of_its_payer,
    holds::a_refund_against_the_unfreezing_of_its_payer,
    holds::unfreezings_and_jobs_at_once,
    transfers::transfers_of_the_same_balance,
    idempotency::one_order_number_many_times_at_once,
    idempotency::one_refund_number_many_times_at_once,
    idempotency::one_transfer_number_many_times_at_once,
    withdrawal::a_token_disabled_while_its_orders_are_created,
}

/// Sends all calls at once and counts the answers by code.
async fn storm(calls: Vec<Call>) -> Vec<Answer> {
    let mut racers = JoinSet::new();
    for call in calls {
        racers.spawn(call.send());
    }
    racers.join_all().await
}

fn by_code(answers: &[Answer]) -> BTreeMap<&str, usize> {
    let mut codes = BTreeMap::new();
    for answer in answers {
        *codes.entry(answer.code.as_str()).or_insert(0) += 1;
    }
    codes
}

/// An order of `units` USDT with the merchant's `number`.
fn order(number: &str, units: i64) -> Value {
    json!({
        "env": { "terminalType": "WEB" }, "merchantTradeNo": number, "orderAmount": units, "currency": "USDT",
        "description": "ice cream",
        "goodsDetails": [{ "goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "1", "goodsName": "Ice Cream" }],
    })
}

/// Creates an order of `units` USDT and has the first payer pay it; answers its prepay id.
async fn paid_order(stage: &Stage, number: &str, units: i64) -> String {
    stage.deposit(Holder::Payer(false), Coin::Usdt, units * UNIT).await;
    let prepay_id = stage.merchant.call("/v3/order", order(number, units)).await.text_of("prepayId");
    stage.payer(false).pay(&prepay_id).await;
    prepay_id
}

fn refund(prepay_id: &str, request: &str, units: i64) -> Value {
    json!({ "refundRequestId": request, "prepayId": prepay_id, "refundAmount": units })
}

fn transfer(request: &str, units: i64, direction: &str) -> Value {
    json!({ "requestId": request, "currency": "USDT", "amount": units.to_string(), "transferType": direction })
}
