//! `order/refund` and `order/refund/query`: what goes back of an order of the acting merchant.

use std::sync::Arc;

use countersign_domain::Amount;
use countersign_service::Platform;
use countersign_service::authority::By;
use countersign_service::refunds::{self, Accepted, NewRefund, RefundView};
use countersign_store::WriteTx;
use countersign_wire::answers::RefundState;
use countersign_wire::decimal::padded;
use countersign_wire::requests::{OrderRefund, OrderRefundQuery};

use crate::answer::{Answer, Outcome};
use crate::convert;
use crate::refusals;
use crate::signed::Signed;

/// `order/refund`. What was asked before is answered as it was then.
pub(crate) async fn refund(signed: Signed) -> Outcome<RefundState> {
    let (asked, call) = signed.read(OrderRefund::from_body)?;
    convert::webhook_url(asked.webhook_url.as_deref(), signed.state.outbound.as_ref())?;
    let new = NewRefund {
        request_id: asked.refund_request_id.into_owned(),
        // A text that is no number is nobody's order.
        order_id: asked.prepay_id.parse().ok(),
        amount: asked.refund_amount.echo().into_owned(),
        reason: asked.refund_reason.map(std::borrow::Cow::into_owned),
        webhook_url: asked.webhook_url.map(std::borrow::Cow::into_owned),
        told: None,
    };
    // Shared, for the closure is cloned in case it must run again.
    let asked = Arc::new((By::Call(call), new));
    let refund = move |tx: &mut dyn WriteTx, platform: &Platform| refunds::refund(tx, platform, &asked.0, &asked.1);
    let Accepted { refund, is_repeat } =
        signed.state.platform.write("order_refund", refund).await.map_err(refusals::order_refund)?;
    let duplicate = if is_repeat { "Y" } else { "N" };
    Ok(Answer(RefundState { duplicate_request: Some(duplicate.to_owned()), ..answer(refund) }))
}

/// `order/refund/query`.
pub(crate) async fn query(signed: Signed) -> Outcome<RefundState> {
    let (asked, call) = signed.read(OrderRefundQuery::from_body)?;
    let request_id = asked.refund_request_id.into_owned();
    let found = signed.state.platform.read("refund_query", move |tx, _| refunds::query(tx, &call, &request_id));
    Ok(Answer(answer(found.await.map_err(refusals::refund_query)?)))
}

fn answer(refund: RefundView) -> RefundState {
    let text = |amount: Amount| padded(amount.minor(), amount.currency().scale());
    let figures = refund.figures;
    RefundState {
        refund_id: Some(refund.id.get()),
        refund_request_id: refund.request_id,
        prepay_id: refund.order_id.to_string(),
        order_amount: text(refund.order_amount),
        refunded_amount: text(figures.refunded),
        refund_amount: text(figures.amount),
        remaining_attempts: figures.attempts_left,
        payer_open_id: refund.payer_open_id,
        duplicate_request: None,
        refund_status: Some(convert::refund_status(refund.has_arrived).to_owned()),
        refund_commission: Some(text(figures.commission)),
        refunded_commission: Some(text(figures.refunded_commission)),
    }
}
