//! Orders: in lists, and one with everything around it.

mod booked;
mod dossier;
mod facts;
mod history;
mod refund;
mod who;

pub(crate) use dossier::Dossier;
pub(crate) use refund::{RefundFaults, read_refund, refund_facts, refund_fields, refund_offer, refused_words};

use countersign_domain::id::TransferId;
use countersign_domain::order::{Goods, Order};
use countersign_domain::{Amount, Timestamp};
use countersign_service::orders::TRANSACTION_PREFIX;
use countersign_store::queries::merchants;
use countersign_store::{ReadTx, StoreError};

use super::wallet::money;
use crate::pages::{GoodsLine, OrderLine};
use crate::paths;
use crate::view::{Moment, StatusPill};

/// What an order is for, as its merchant says. The price of one unit is no part of the sum, for nobody says how many there are.
pub(crate) fn goods_lines(order: &Order) -> Vec<GoodsLine> {
    let line = |goods: &Goods| {
        let price = goods.unit_price.as_ref().map(|price| format!("{} {} each", price.amount, price.currency));
        let detail: Vec<String> = goods.detail.clone().into_iter().chain(price).collect();
        GoodsLine { name: goods.name.clone(), detail: detail.join(" · ") }
    };
    order.texts.goods.iter().map(line).filter(|line| !line.name.is_empty() || !line.detail.is_empty()).collect()
}

/// A payment's id as the wire shows it.
pub(crate) fn transaction_id(id: TransferId) -> String {
    format!("{TRANSACTION_PREFIX}{id}")
}

/// An amount in a sentence.
pub(crate) fn amount_words(amount: Amount) -> String {
    let money = money(amount);
    format!("{} {}", money.amount, money.currency)
}

/// One order in a list.
pub(crate) fn order_line(tx: &mut dyn ReadTx, order: &Order, now: Timestamp) -> Result<OrderLine, StoreError> {
    let via = match order.on_behalf {
        None => String::new(),
        Some(by) => merchants::get(tx, by.provider_id)?.map(|provider| provider.name).unwrap_or_default(),
    };
    Ok(OrderLine {
        href: paths::order(&order.id.to_string()),
        trade_no: order.merchant_trade_no.clone(),
        goods: order.texts.product_name.clone(),
        amount: money(order.amount),
        status: StatusPill::order(order.status_at(now)),
        created: Moment::at(order.created_at.ms(), now.ms()),
        via,
    })
}
