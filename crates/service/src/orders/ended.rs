//! What is told of an order that ended without a payment, whether it was closed, expired or failed.

use countersign_domain::Timestamp;
use countersign_domain::event::{Event, OrderClosedEvent};
use countersign_domain::order::Order;
use countersign_store::{StoreError, WriteTx};

use crate::outbox;
use crate::platform::Platform;

/// Writes the notification for every receiver of the order.
pub(super) fn announce(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    order: &Order,
    now: Timestamp,
) -> Result<(), StoreError> {
    let event = Event::OrderClosed(OrderClosedEvent {
        order_id: order.id,
        merchant_trade_no: order.merchant_trade_no.clone(),
        product_type: order.texts.product_type.clone(),
        product_name: order.texts.product_name.clone(),
        terminal: order.terminal,
        closed_at: now,
        amount: order.amount,
        pass_through_info: order.texts.pass_through_info.clone(),
    });
    let receivers = outbox::order_receivers(tx, order, &event, now)?;
    outbox::notify(tx, platform, &event, &receivers, now)
}
