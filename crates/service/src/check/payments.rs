//! Every paid order from its transfer: what left the payer, what the conversion took and the rounding kept, what reached the
//! merchant, the platform and the provider, leg by leg.

use countersign_domain::ledger::{Commission, Given, TransferKind, order_payment};
use countersign_domain::order::{Order, OrderState, Payment};
use countersign_domain::rates::Rounding;
use countersign_store::{ReadTx, StoreError};

use super::transfers::{self, Expected};

/// What is wrong between an order and the ledger, if anything.
pub(super) fn fault(tx: &mut dyn ReadTx, order: &Order) -> Result<Option<String>, StoreError> {
    let cause = (TransferKind::OrderPayment, order.id.get());
    let OrderState::Paid(payment, _) = &order.state else { return transfers::fault(tx, cause, None) };
    let Some(expected) = expected(order, payment) else {
        return Ok(Some("what it says of its payment is no payment of it".to_owned()));
    };
    transfers::fault(tx, cause, Some(expected))
}

/// The transfer that the payment demands; `None` where it could not have been made.
fn expected(order: &Order, payment: &Payment) -> Option<Expected> {
    let (amount, whole) = (order.amount, payment.commission);
    let fits = amount.is_positive()
        && (0..=amount.minor()).contains(&whole.minor())
        && (0..=whole.minor()).contains(&payment.share.minor())
        // A share is of a provider.
        && (order.on_behalf.is_some() || payment.share.minor() == 0);
    let given = given(order, payment).filter(|_| fits)?;
    let share = order.on_behalf.map(|on_behalf| (on_behalf.provider_id, payment.share));
    let legs = order_payment(payment.payer_id, order.merchant_id, (amount, given), Commission { whole, share });
    Some(Expected { id: payment.transfer_id, at: payment.paid_at, legs, share })
}

/// What the payer gave, from the order's amount and the price that was confirmed.
fn given(order: &Order, payment: &Payment) -> Option<Given> {
    let (amount, paid) = (order.amount, payment.paid);
    if paid.currency() == amount.currency() {
        return (paid == amount).then(|| Given::unconverted(amount));
    }
    Given::checked(paid, payment.price.divide(amount, paid.currency(), Rounding::Down).ok()?)
}
