//! The data of `PAY`.

use countersign_domain::event::{OrderClosedEvent, OrderPaidEvent};
use countersign_domain::rates::Rate;
use countersign_wire::WireNumber;
use countersign_wire::webhooks::{PayData, PaymentInfo, PaymentInstruction};

use super::{commission, padded, trade_type};
use crate::render::RenderError;

/// clients.md W1.
pub(super) fn paid(event: &OrderPaidEvent) -> Result<PayData, RenderError> {
    Ok(PayData {
        merchant_trade_no: event.merchant_trade_no.clone(),
        product_type: event.product_type.clone(),
        product_name: event.product_name.clone(),
        transact_time: event.paid_at.ms(),
        trade_type: trade_type(event.terminal),
        total_fee: padded(event.amount),
        currency: event.currency().code().to_owned(),
        transaction_id: Some(countersign_wire::payment_transaction_id(event.transfer_id.get())),
        open_user_id: Some(event.open_user_id.clone()),
        pass_through_info: event.pass_through_info.clone(),
        commission: commission(event.commission),
        payment_info: Some(PaymentInfo {
            payer_id: Some(event.payer_id.get()),
            pay_method: "funding".to_owned(),
            payment_instructions: vec![PaymentInstruction {
                currency: event.paid.currency().code().to_owned(),
                amount: padded(event.paid),
                price: Some(price(event.price)?),
            }],
            channel: Some("DEFAULT".to_owned()),
            sub_channel: None,
            payer_detail: event.payer_detail.clone(),
        }),
    })
}

/// An order that nobody paid: no payment, and nothing taken (clients.md W2).
pub(super) fn not_paid(event: &OrderClosedEvent) -> PayData {
    PayData {
        merchant_trade_no: event.merchant_trade_no.clone(),
        product_type: event.product_type.clone(),
        product_name: event.product_name.clone(),
        transact_time: event.closed_at.ms(),
        trade_type: trade_type(event.terminal),
        total_fee: padded(event.amount),
        currency: event.amount.currency().code().to_owned(),
        transaction_id: None,
        open_user_id: None,
        pass_through_info: event.pass_through_info.clone(),
        commission: WireNumber::commission(0, 0),
        payment_info: None,
    }
}

fn price(rate: Rate) -> Result<WireNumber, RenderError> {
    WireNumber::price(&rate.to_string()).map_err(RenderError::Price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_has_a_price() {
        for (rate, printed) in [("1", "1"), ("92.52211938", "92.52211938"), ("0.000000000000001", "0.000000000000001")]
        {
            assert_eq!(price(rate.parse().unwrap()).unwrap().text(), printed);
        }
    }
}
