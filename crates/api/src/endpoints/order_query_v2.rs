//! `v2/order/query`: an order of the acting merchant.

use countersign_domain::order::{Order, Payment};
use countersign_service::orders::{self, Lookup};
use countersign_wire::answers::{OrderState, PaidInfo, PaidInstruction};
use countersign_wire::decimal::padded;
use countersign_wire::requests::OrderQueryV2;
use countersign_wire::{Refusal, WireNumber};

use crate::answer::{Answer, Outcome};
use crate::convert::order_status;
use crate::refusals;
use crate::signed::Signed;

/// By our id or by the merchant's own; ours wins.
pub(crate) async fn query(signed: Signed) -> Outcome<OrderState> {
    let (asked, call) = signed.read(OrderQueryV2::from_body)?;
    let lookup = lookup(&asked)?;
    let now = call.now;
    let order = signed.state.platform.read("order_query", move |tx, _| orders::query(tx, &call, &lookup)).await;
    let order = order.map_err(refusals::order_query)?;
    let status = order_status(order.status_at(now));
    Ok(Answer(answer(order, status)))
}

fn lookup(asked: &OrderQueryV2<'_>) -> Result<Lookup, Refusal> {
    if let Some(id) = asked.prepay_id.as_deref() {
        return Ok(id.parse().map_or(Lookup::Impossible, Lookup::Id));
    }
    let number = asked.merchant_trade_no.as_deref().ok_or_else(|| {
        Refusal::missing("merchantTradeNo", "either prepayId or merchantTradeNo is required", "money.md 1.7")
    })?;
    Ok(Lookup::TradeNo(number.to_owned()))
}

fn answer(order: Order, status: &str) -> OrderState {
    let payment = order.state.payment();
    OrderState {
        merchant_id: order.merchant_id.get(),
        prepay_id: order.id.to_string(),
        transaction_id: payment.map(|payment| countersign_wire::payment_transaction_id(payment.transfer_id.get())),
        merchant_trade_no: order.merchant_trade_no,
        status: status.to_owned(),
        currency: order.amount.currency().code().to_owned(),
        open_user_id: payment.map(|payment| payment.open_user_id.clone()),
        pass_through_info: order.texts.pass_through_info,
        transact_time: payment.map(|payment| payment.paid_at.ms()),
        create_time: order.created_at.ms(),
        order_amount: padded(order.amount.minor(), order.amount.currency().scale()),
        commission: payment.map(|payment| padded(payment.commission.minor(), payment.commission.currency().scale())),
        payment_info: payment.map(paid_info),
    }
}

/// Orders are paid from the funding wallet in their own currency, so the rate is one.
fn paid_info(payment: &Payment) -> PaidInfo {
    let paid = payment.paid;
    PaidInfo {
        payer_id: payment.payer_id.to_string(),
        pay_method: "funding".to_owned(),
        payment_instructions: vec![PaidInstruction {
            currency: paid.currency().code().to_owned(),
            amount: padded(paid.minor(), paid.currency().scale()),
            price: Some(WireNumber::plain(1, 0)),
        }],
        channel: Some("DEFAULT".to_owned()),
        sub_channel: None,
        payer_detail: None,
    }
}
