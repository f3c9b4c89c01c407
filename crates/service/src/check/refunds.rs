//! Refunds: each from the transfers that moved it, what an order says went back from its refunds, and what each refund was
//! answered with from those before it.

use std::collections::BTreeMap;

use countersign_domain::Amount;
use countersign_domain::id::{OrderId, TransferId};
use countersign_domain::ledger::{self as rules, GivenBack, TransferKind};
use countersign_domain::order::{Order, OrderState, Payment, REFUND_ATTEMPTS_MAX, Returned};
use countersign_domain::refund::{Figures, Refund, RefundState};
use countersign_store::queries::refunds;
use countersign_store::{ReadTx, StoreError};

use super::transfers::{self, Expected};
use super::{PAGE, Report, holds};

const PROOF: &str = "refunds";

/// Proves the refunds of a page of orders, the first of which comes after `after`.
pub(super) fn prove(
    tx: &mut dyn ReadTx,
    after: OrderId,
    orders: &[Order],
    report: &mut Report,
) -> Result<(), StoreError> {
    let Some(last) = orders.last() else { return Ok(()) };
    let mut of_orders: BTreeMap<OrderId, Vec<Refund>> = BTreeMap::new();
    for refund in refunds::of_orders(tx, (after, last.id))? {
        of_orders.entry(refund.terms.order_id).or_default().push(refund);
    }
    for order in orders {
        let refunds = of_orders.remove(&order.id).unwrap_or_default();
        if let Some(what) = totals_fault(order, &refunds) {
            report.find(PROOF, format!("order {}: {what}", order.id));
        }
        for refund in &refunds {
            report.examined.refunds += 1;
            for what in refund_fault(tx, order, refund)?.into_iter().chain(holds::waiting_fault(tx, refund)?) {
                report.find(PROOF, format!("refund {}: {what}", refund.id));
            }
        }
    }
    for refund in of_orders.into_values().flatten() {
        report.find(PROOF, format!("refund {}: there is no order {}", refund.id, refund.terms.order_id));
    }
    Ok(())
}

/// Proves that some refund knows every transfer above `after` up to `last` that names one.
pub(super) fn prove_told(
    tx: &mut dyn ReadTx,
    (after, last): (TransferId, TransferId),
    report: &mut Report,
) -> Result<(), StoreError> {
    for id in refunds::untold(tx, (after, last), PAGE)? {
        report.find(PROOF, format!("transfer {id}: it moves a refund, and there is none"));
    }
    Ok(())
}

/// What is wrong between an order and its refunds, which come in the order in which they were accepted.
fn totals_fault(order: &Order, refunds: &[Refund]) -> Option<String> {
    let OrderState::Paid(payment, returned) = &order.state else {
        return (!refunds.is_empty()).then(|| "it has refunds and is not paid".to_owned());
    };
    let mut so_far = Returned::nothing_of(order.amount);
    for refund in refunds {
        let Some(next) = after(order, payment, &so_far, refund) else {
            return Some(format!("with refund {} more went back than was paid", refund.id));
        };
        let expected = Figures {
            commission: next.commission.minus(so_far.commission).ok()?,
            share: next.share.minus(so_far.share).ok()?,
            refunded: next.refunded,
            refunded_commission: next.commission,
            attempts_left: REFUND_ATTEMPTS_MAX.saturating_sub(next.accepted),
            ..refund.figures
        };
        if refund.figures != expected {
            return Some(format!("refund {} was answered with other figures than its order makes of it", refund.id));
        }
        so_far = next;
    }
    (so_far != *returned).then(|| "what it says went back is not what its refunds come to".to_owned())
}

/// The totals with one refund more; `None` where they leave what was paid.
fn after(order: &Order, payment: &Payment, before: &Returned, refund: &Refund) -> Option<Returned> {
    let refunded = before.refunded.plus(refund.figures.amount).ok()?;
    if refunded.minor() > order.amount.minor() {
        return None;
    }
    let (commission, share) = payment.given_back(refunded, order.amount);
    let under_way = before.under_way + u32::from(!refund.has_arrived());
    Some(Returned { refunded, commission, share, accepted: before.accepted + 1, under_way })
}

/// What is wrong between a refund and the ledger, if anything.
fn refund_fault(tx: &mut dyn ReadTx, order: &Order, refund: &Refund) -> Result<Option<String>, StoreError> {
    let payer = order.state.payment().map(|payment| payment.payer_id);
    if refund.merchant_id != order.merchant_id || payer != Some(refund.payer_id) {
        return Ok(Some("its merchant or payer is not its order's".to_owned()));
    }
    let Figures { amount, commission, share, .. } = refund.figures;
    let share = order.on_behalf.map(|on_behalf| (on_behalf.provider_id, share));
    let back = GivenBack { amount, commission, share };
    let (hold, arrival) = match refund.state {
        RefundState::Pending { hold_id } => (Some(hold_id), None),
        RefundState::Succeeded { at, transfer_id, hold_id } => (hold_id, Some((transfer_id, at))),
    };
    // The step that takes the share takes it from the provider's wallet, or lends what that lacks.
    let taken = share.map(|(provider, share)| (provider, Amount::from_minor(-share.minor(), share.currency())));
    let is_held = hold.is_some();
    let hold = hold.map(|id| {
        let legs = rules::order_refund_hold(refund.merchant_id, back);
        Expected { id, at: refund.accepted_at, legs, share: taken }
    });
    let arrival = arrival.map(|(id, at)| {
        if is_held {
            let legs = rules::order_refund_release(refund.payer_id, refund.merchant_id, amount).to_vec();
            return Expected { id, at, legs, share: None };
        }
        Expected { id, at, legs: rules::order_refund(refund.payer_id, refund.merchant_id, back), share: taken }
    });
    for (kind, expected) in [(TransferKind::OrderRefundHold, hold), (TransferKind::OrderRefund, arrival)] {
        if let Some(what) = transfers::fault(tx, (kind, refund.id.get()), expected)? {
            return Ok(Some(what));
        }
    }
    Ok(None)
}
