//! Plays a sequence against the model and the application at once.

use std::collections::BTreeMap;
use std::fmt;

use countersign_domain::id::OfferId;
use countersign_domain::ledger::Wallet;
use countersign_domain::{Amount, Currency};
use countersign_testkit::{Answer, Engine, run};
use serde_json::{Value, json};

use crate::model::{Books, Expected, Member, Model, PRICE_MILLIONTHS};
use crate::stage::{self, Stage};
use crate::step::{Holder, Step};

/// A prepay id that no order has.
const UNKNOWN_PREPAY_ID: &str = "1";
/// A number that no offer has.
const UNKNOWN_OFFER: OfferId = OfferId::new(1);

/// Where the application and the model part ways.
#[derive(Debug)]
pub struct Difference {
    step: usize,
    what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}: {}", self.step, self.what)
    }
}

/// Plays `sequence` on `stage` and tells the first difference.
pub async fn play(stage: &Stage, sequence: &[Step]) -> Result<(), Difference> {
    let mut player = Player { stage, prepay_ids: BTreeMap::new(), offers: BTreeMap::new(), drains: 0 };
    stage.set_price(PRICE_MILLIONTHS);
    let mut model = Model::default();
    for (index, step) in sequence.iter().enumerate() {
        let difference = |what| Difference { step: index, what: format!("{step:?}: {what}") };
        let expected = model.step(step);
        player.step(step, &expected).await.map_err(difference)?;
        compare_books(stage, &model.books).await.map_err(difference)?;
    }
    let findings = stage.app.check().await.findings;
    if findings.is_empty() {
        return Ok(());
    }
    Err(Difference { step: sequence.len(), what: format!("the proofs find {findings:?}") })
}

/// Plays `sequence` on an application of its own.
pub fn play_fresh(engine: Engine, sequence: &[Step]) -> Result<(), Difference> {
    run(engine, async |app| play(&Stage::set(app).await, sequence).await)
}

async fn compare_books(stage: &Stage, expected: &Books) -> Result<(), String> {
    let differing = stage.books().await.differences(expected);
    if differing.is_empty() { Ok(()) } else { Err(differing.join("; ")) }
}

struct Player<'s> {
    stage: &'s Stage,
    prepay_ids: BTreeMap<u8, String>,
    /// The price that each payer confirmed last of each order.
    offers: BTreeMap<(u8, bool), OfferId>,
    /// How often the provider's wallet was drained, for numbers of transfers.
    drains: u32,
}

fn decimal(minor: i64) -> String {
    Amount::from_minor(minor, Currency::USDT).to_string()
}

impl Player<'_> {
    fn prepay_id(&self, number: u8) -> &str {
        self.prepay_ids.get(&number).map_or(UNKNOWN_PREPAY_ID, String::as_str)
    }

    async fn step(&mut self, step: &Step, expected: &Expected) -> Result<(), String> {
        let stage = self.stage;
        match *step {
            Step::Create { number, minor, lifetime_ms, through_token } => {
                let answer = self.create(number, (minor, lifetime_ms), through_token).await;
                compare(&answer, expected)?;
                if answer.code == "000000" {
                    self.prepay_ids.insert(number, answer.text_of("prepayId"));
                }
                Ok(())
            }
            Step::Confirm { number, payer, coin } => {
                let confirm = stage.payer(payer).confirm(self.prepay_id(number), Some(stage::currency(coin)));
                let confirmed = confirm.await;
                if let Ok(offer) = &confirmed {
                    self.offers.insert((number, payer), *offer);
                }
                judge(&confirmed, expected)
            }
            Step::PayOffer { number, payer } => {
                let offer = self.offers.get(&(number, payer)).copied().unwrap_or(UNKNOWN_OFFER);
                judge(&stage.payer(payer).pay_offer(self.prepay_id(number), offer).await, expected)
            }
            Step::Pay { number, payer, coin } => {
                let pay = stage.payer(payer).try_pay(self.prepay_id(number), Some(stage::currency(coin)));
                judge(&pay.await, expected)
            }
            Step::Close { number } => {
                self.call("/order/close", json!({ "prepayId": self.prepay_id(number) }), expected).await
            }
            Step::Query { number } => {
                self.call("/v2/order/query", json!({ "prepayId": self.prepay_id(number) }), expected).await
            }
            Step::Refund { number, request, minor } => {
                let body = json!({ "refundRequestId": format!("r{request}"), "prepayId": self.prepay_id(number),
                    "refundAmount": decimal(minor) });
                self.call("/order/refund", body, expected).await
            }
            Step::QueryRefund { request } => {
                self.call("/order/refund/query", json!({ "refundRequestId": format!("r{request}") }), expected).await
            }
            Step::Transfer { request, minor, to_spot } => {
                let direction = if to_spot { "TO_MAIN" } else { "TO_PAY" };
                let body = json!({ "requestId": format!("t{request}"), "currency": "USDT", "amount": decimal(minor),
                    "transferType": direction });
                self.call("/wallet/transfer", body, expected).await
            }
            _ => {
                self.happen(step).await;
                Ok(())
            }
        }
    }

    /// What nobody asks the merchant API for.
    async fn happen(&mut self, step: &Step) {
        let stage = self.stage;
        match *step {
            Step::Deposit { to, coin, minor } => stage.deposit(to, coin, minor).await,
            Step::SetPrice { millionths } => stage.set_price(millionths),
            Step::SetFrozen { payer, frozen } => stage.set_frozen(payer, frozen).await,
            Step::SetCommission { millionths } => stage.operator.set_commission(stage.merchant.id, millionths).await,
            Step::SetFeeShare { millionths } => stage.operator.set_fee_share(stage.provider.id, millionths).await,
            Step::Drain => self.drain().await,
            // Withdrawing what is withdrawn is refused; either way it is withdrawn after.
            Step::Withdraw => drop(stage.merchant.disable(stage.authority.id).await),
            Step::Advance { ms } => stage.app.advance_ms(ms),
            Step::RunJobs => {
                stage.app.expire_due().await;
                stage.app.release_refunds().await;
            }
            _ => unreachable!("{step:?} is answered"),
        }
    }

    async fn drain(&mut self) {
        let stage = self.stage;
        let free = stage.held(Holder::Provider, Wallet::Funding).await;
        if free > 0 {
            self.drains += 1;
            let body = json!({ "requestId": format!("d{}", self.drains), "currency": "USDT", "amount": decimal(free),
                "transferType": "TO_MAIN" });
            stage.provider.call("/wallet/transfer", body).await.data();
        }
    }

    async fn create(&self, number: u8, (minor, lifetime_ms): (i64, Option<i64>), through_token: bool) -> Answer {
        let stage = self.stage;
        let mut body = json!({
            "env": { "terminalType": "WEB" }, "merchantTradeNo": format!("o{number}"), "orderAmount": decimal(minor),
            "currency": "USDT", "description": "ice cream",
            "goodsDetails": [{ "goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "7876763A3B",
                "goodsName": "Ice Cream" }],
        });
        if let Some(ms) = lifetime_ms {
            body["orderExpireTime"] = json!(stage.app.now().plus_ms(ms).ms());
        }
        if through_token {
            stage.provider.call("/v3/order", body).on_behalf(stage.authority.token.as_str()).await
        } else {
            stage.merchant.call("/v3/order", body).await
        }
    }

    async fn call(&self, path: &str, body: Value, expected: &Expected) -> Result<(), String> {
        compare(&self.stage.merchant.call(path, body).await, expected)
    }
}

fn judge<T: fmt::Debug, E: fmt::Debug>(paid: &Result<T, E>, expected: &Expected) -> Result<(), String> {
    if Expected::Payment(paid.is_ok()) == *expected { Ok(()) } else { Err(format!("{paid:?}")) }
}

fn compare(answer: &Answer, expected: &Expected) -> Result<(), String> {
    let Expected::Call(code, members) = expected else { return Err(format!("answered {}", answer.text)) };
    if answer.code != *code {
        return Err(format!("answered {}, the model says {code}", answer.text));
    }
    let data = &answer.body["data"];
    match members.iter().find(|(key, member)| !is_as_expected(data.pointer(&format!("/{key}")), member)) {
        None => Ok(()),
        Some((key, member)) => Err(format!("answered {}, the model says {key} is {member:?}", answer.text)),
    }
}

fn is_as_expected(value: Option<&Value>, member: &Member) -> bool {
    let Some(value) = value else { return false };
    match member {
        Member::Text(text) => value.as_str() == Some(text),
        Member::Count(count) => value.as_u64() == Some(u64::from(*count)),
        Member::Amount(minor) => {
            // USDT has as many decimals as the wire.
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Amount::parse(&text, Currency::USDT) == Ok(Amount::from_minor(*minor, Currency::USDT))
        }
    }
}
