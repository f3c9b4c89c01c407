//! Telling of a refund that its payer has the money.

use countersign_domain::Timestamp;
use countersign_domain::event::{Event, RefundEvent};
use countersign_domain::order::Order;
use countersign_domain::refund::Refund;
use countersign_store::{StoreError, WriteTx};

use crate::outbox;
use crate::platform::Platform;

/// Writes the messages about `refund` of `order`, which arrived now.
pub(super) fn arrived(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (refund, order): (&Refund, &Order),
    now: Timestamp,
) -> Result<(), StoreError> {
    let payment = order.state.payment().expect("an order that was refunded was paid");
    let event = Event::OrderRefunded(RefundEvent {
        order_id: order.id,
        merchant_trade_no: order.merchant_trade_no.clone(),
        product_type: order.texts.product_type.clone(),
        product_name: order.texts.product_name.clone(),
        terminal: order.terminal,
        order_amount: order.amount,
        commission: payment.commission,
        open_user_id: payment.open_user_id.clone(),
        refund_id: refund.id,
        request_id: refund.request_id.clone(),
        payer_open_id: refund.payer_open_id.clone(),
        ended_at: now,
        amount: refund.figures.amount,
        refunded: refund.figures.refunded,
        attempts_left: refund.figures.attempts_left,
    });
    let receivers = outbox::refund_receivers(tx, (order, refund), &event, now)?;
    outbox::notify(tx, platform, &event, &receivers, now)
}
