//! One order: what it is, what happened, what was booked and what was told.

use axum::extract::{Path, State};
use countersign_domain::Timestamp;
use countersign_domain::order::OrderStatus;

use crate::describe::{Dossier, goods_lines, money, refund_offer};
use crate::handlers::Answer;
use crate::handlers::helpers::{id, not_found, ok};
use crate::pages::{OrderActs, OrderDetailPage};
use crate::paths;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Moment, Place, StatusPill};

/// What can be done with the order as of `now`.
fn acts(dossier: &Dossier, now: Timestamp) -> OrderActs {
    let (order, status) = (&dossier.order, dossier.order.status_at(now));
    let id = order.id.to_string();
    OrderActs {
        checkout_href: matches!(status, OrderStatus::Initial | OrderStatus::Pending)
            .then(|| paths::checkout(&order.checkout_token)),
        close_href: order.is_closable(now).then(|| paths::order_close(&id)),
        refund_href: refund_offer(order, now).is_ok().then(|| paths::order_refund(&id)),
    }
}

/// The page.
pub(crate) async fn detail(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let (of, now) = ((member.id(), id(&text)?), state.platform().business_now());
    let read = state.platform().read("order_detail", move |tx, _| Dossier::read(tx, of));
    let dossier = read.await?.ok_or_else(not_found)?;
    let order = &dossier.order;
    ok(&OrderDetailPage {
        chrome: member.chrome(Place::Orders),
        trade_no: order.merchant_trade_no.clone(),
        product: order.texts.product_name.clone(),
        amount: money(order.amount),
        status: StatusPill::order(order.status_at(now)),
        created: Moment::at(order.created_at.ms(), now.ms()),
        acts: acts(&dossier, now),
        totals: dossier.totals(now),
        goods: goods_lines(order),
        facts: dossier.facts(now),
        timeline: dossier.history(now),
        postings: dossier.postings(now),
        deliveries: dossier.deliveries(now),
    })
}
