//! One payment as its payer keeps it. Somebody else's is not there.

use axum::extract::{Path, State};
use countersign_domain::Timestamp;
use countersign_domain::id::{OrderId, PayerId};
use countersign_domain::order::{Order, Payment};
use countersign_domain::refund::{Refund, RefundState};
use countersign_store::queries::{orders, refunds};
use countersign_store::{ReadTx, StoreError};

use crate::describe::{goods_lines, money, rate_words, transaction_id};
use crate::handlers::Answer;
use crate::handlers::checkout::seller_of;
use crate::handlers::helpers::{id, not_found, ok};
use crate::pages::{ReceiptPage, RefundLine, Seller};
use crate::paths;
use crate::session::PayerMember;
use crate::state::WebState;
use crate::view::{Moment, Money, Place, StatusPill};

struct Kept {
    order: Order,
    payment: Payment,
    refunds: Vec<Refund>,
    seller: Seller,
}

fn read(tx: &mut dyn ReadTx, id: OrderId, payer: PayerId) -> Result<Option<Kept>, StoreError> {
    let Some(order) = orders::get(tx, id)? else { return Ok(None) };
    let payment = order.state.payment().filter(|payment| payment.payer_id == payer).cloned();
    let Some(payment) = payment else { return Ok(None) };
    let seller = seller_of(tx, &order)?;
    let refunds = refunds::of_orders(tx, (OrderId::new(id.get() - 1), id))?;
    Ok(Some(Kept { order, payment, refunds, seller }))
}

fn refund_line(refund: &Refund, now: Timestamp) -> RefundLine {
    let (at, arrived) = match refund.state {
        RefundState::Pending { .. } => (refund.accepted_at, false),
        RefundState::Succeeded { at, .. } => (at, true),
    };
    RefundLine {
        amount: money(refund.figures.amount),
        at: Moment::at(at.ms(), now.ms()),
        arrived,
        reason: refund.terms.reason.clone().unwrap_or_default(),
    }
}

fn page(kept: Kept, payer: &PayerMember, now: Timestamp) -> ReceiptPage {
    let Kept { order, payment, refunds, seller } = kept;
    let currency = order.amount.currency();
    ReceiptPage {
        chrome: payer.reader.chrome(Some(Place::Home)),
        seller,
        status: StatusPill::order(order.status_at(now)),
        goods: goods_lines(&order),
        amount: money(order.amount),
        fiat: order.fiat.as_ref().map(|price| Money::new(&price.amount, price.currency.clone())),
        paid: money(payment.paid),
        rate: rate_words((payment.paid.currency(), payment.price), currency),
        refunds: refunds.iter().map(|refund| refund_line(refund, now)).collect(),
        at: Moment::at(payment.paid_at.ms(), now.ms()),
        transaction_id: transaction_id(payment.transfer_id),
        trade_no: order.merchant_trade_no.clone(),
        checkout_href: paths::checkout(&order.checkout_token),
    }
}

/// The receipt.
pub(crate) async fn receipt(State(state): State<WebState>, Path(text): Path<String>, payer: PayerMember) -> Answer {
    let (order, of, now) = (id(&text)?, payer.id, state.platform().business_now());
    let kept = state.platform().read("receipt", move |tx, _| read(tx, order, of)).await?;
    ok(&page(kept.ok_or_else(not_found)?, &payer, now))
}
