//! One payment as its payer keeps it. Somebody else's is not there.

use axum::extract::{Path, State};
use countersign_domain::Timestamp;
use countersign_domain::id::{OrderId, PayerId};
use countersign_domain::order::{Order, OrderState, Payment, Returned};
use countersign_store::queries::orders;
use countersign_store::{ReadTx, StoreError};

use crate::describe::{money, order_pill, rate_words, transaction_id};
use crate::handlers::Answer;
use crate::handlers::checkout::seller_of;
use crate::handlers::helpers::{id, not_found, ok};
use crate::pages::{GoodsLine, ReceiptPage, Seller};
use crate::paths;
use crate::session::PayerMember;
use crate::state::WebState;
use crate::view::{Moment, Money, Place};

struct Kept {
    order: Order,
    payment: Payment,
    returned: Returned,
    seller: Seller,
}

fn read(tx: &mut dyn ReadTx, order: OrderId, payer: PayerId) -> Result<Option<Kept>, StoreError> {
    let Some(order) = orders::get(tx, order)? else { return Ok(None) };
    let OrderState::Paid(payment, returned) = order.state.clone() else { return Ok(None) };
    if payment.payer_id != payer {
        return Ok(None);
    }
    let seller = seller_of(tx, &order)?;
    Ok(Some(Kept { order, payment, returned, seller }))
}

fn page(kept: Kept, payer: &PayerMember, now: Timestamp) -> ReceiptPage {
    let Kept { order, payment, returned, seller } = kept;
    let currency = order.amount.currency();
    ReceiptPage {
        chrome: payer.reader.chrome(Some(Place::Home)),
        seller,
        status: order_pill(order.status_at(now)),
        goods: vec![GoodsLine { name: order.texts.product_name.clone(), detail: String::new(), amount: None }],
        amount: money(order.amount),
        fiat: order.fiat.as_ref().map(|price| Money::new(&price.amount, price.currency.clone())),
        paid: money(payment.paid),
        rate: rate_words((payment.paid.currency(), payment.price), currency),
        refunded: returned.refunded.is_positive().then(|| money(returned.refunded)),
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
