//! `order/query`: the form of 2021, without what the payer gave.

use countersign_domain::order::Order;
use countersign_wire::answers::OrderStateV1;
use countersign_wire::decimal::padded;
use countersign_wire::requests::OrderLookup;

use super::find;
use crate::answer::{Answer, Outcome};
use crate::convert::{order_status_v1, terminal_name};
use crate::signed::Signed;

/// By our id or by the merchant's own; ours wins.
pub(crate) async fn query(signed: Signed) -> Outcome<OrderStateV1> {
    let (asked, call) = signed.read(OrderLookup::from_query_v1)?;
    let now = call.now;
    let order = find(&signed, &asked, call).await?;
    let status = order_status_v1(order.status_at(now));
    Ok(Answer(answer(order, status)))
}

fn answer(order: Order, status: &str) -> OrderStateV1 {
    let payment = order.state.payment();
    let first = order.texts.goods.first();
    OrderStateV1 {
        merchant_id: order.merchant_id.get(),
        prepay_id: order.id.to_string(),
        transaction_id: payment.map(|payment| countersign_wire::payment_transaction_id(payment.transfer_id.get())),
        trade_type: terminal_name(order.terminal).as_str().to_owned(),
        status: status.to_owned(),
        currency: order.amount.currency().code().to_owned(),
        total_fee: padded(order.amount.minor(), order.amount.currency().scale()),
        product_name: first.map(|goods| goods.name.clone()).filter(|name| !name.is_empty()),
        product_detail: first.and_then(|goods| goods.detail.clone()),
        open_user_id: payment.map(|payment| payment.open_user_id.clone()),
        transact_time: payment.map(|payment| payment.paid_at.ms()),
        create_time: order.created_at.ms(),
        merchant_trade_no: order.merchant_trade_no,
        pass_through_info: order.texts.pass_through_info,
    }
}
