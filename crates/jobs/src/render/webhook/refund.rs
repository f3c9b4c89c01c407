//! The data of `PAY_REFUND`.

use countersign_domain::Amount;
use countersign_domain::event::RefundEvent;
use countersign_wire::decimal::padded as padded_text;
use countersign_wire::webhooks::{RefundData, RefundInfo};

use super::{commission, padded, trade_type};

/// clients.md W5. A repeat of the call is told to nobody, so what is told is never one.
pub(super) fn data(event: &RefundEvent) -> RefundData {
    let text = |amount: Amount| padded_text(amount.minor(), amount.currency().scale());
    RefundData {
        merchant_trade_no: event.merchant_trade_no.clone(),
        total_fee: padded(event.order_amount),
        transact_time: event.ended_at.ms(),
        refund_info: RefundInfo {
            order_amount: text(event.order_amount),
            duplicate_request: "N".to_owned(),
            payer_open_id: event.payer_open_id.clone(),
            prepay_id: event.order_id.to_string(),
            refund_request_id: event.request_id.clone(),
            refunded_amount: text(event.refunded),
            remaining_attempts: event.attempts_left,
            refund_amount: text(event.amount),
        },
        currency: event.order_amount.currency().code().to_owned(),
        commission: commission(event.commission),
        open_user_id: Some(event.open_user_id.clone()),
        product_type: event.product_type.clone(),
        product_name: event.product_name.clone(),
        trade_type: trade_type(event.terminal),
    }
}
