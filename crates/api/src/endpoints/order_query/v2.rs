//! `v2/order/query`: every status, and how the order was paid.

use countersign_domain::order::{Order, Payment};
use countersign_service::orders::key_owner;
use countersign_wire::WireNumber;
use countersign_wire::answers::{OrderState, PaidInfo, PaidInstruction};
use countersign_wire::decimal::padded;
use countersign_wire::requests::OrderLookup;

use super::find;
use crate::answer::{Answer, Outcome, Rejection};
use crate::convert::order_status;
use crate::signed::Signed;

/// By our id or by the merchant's own; ours wins.
pub(crate) async fn query(signed: Signed) -> Outcome<OrderState> {
    let (asked, call) = signed.read(OrderLookup::from_query_v2)?;
    let (caller, now) = (call.caller.merchant_id, call.now);
    let order = find(&signed, &asked, call).await?;
    let status = order_status(order.status_at(now));
    // The other party's copy omits it (`decisions.md` row 45).
    let shows_payer = key_owner(&order) == caller;
    Ok(Answer(answer(order, status, shows_payer)?))
}

fn answer(order: Order, status: &str, shows_payer: bool) -> Result<OrderState, Rejection> {
    let payment = order.state.payment();
    let payment_info = payment.map(|payment| paid_info(payment, shows_payer)).transpose()?;
    Ok(OrderState {
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
        payment_info,
    })
}

/// Orders are paid from the funding wallet, in one currency.
fn paid_info(payment: &Payment, shows_payer: bool) -> Result<PaidInfo, Rejection> {
    let paid = payment.paid;
    Ok(PaidInfo {
        payer_id: payment.payer_id.to_string(),
        pay_method: "funding".to_owned(),
        payment_instructions: vec![PaidInstruction {
            currency: paid.currency().code().to_owned(),
            amount: padded(paid.minor(), paid.currency().scale()),
            price: Some(WireNumber::price(&payment.price.to_string()).map_err(Rejection::internal)?),
        }],
        channel: Some("DEFAULT".to_owned()),
        sub_channel: None,
        payer_detail: payment.payer_detail.clone().filter(|_| shows_payer),
    })
}
