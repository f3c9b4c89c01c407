//! A refund as the API shows it.

use countersign_domain::Amount;
use countersign_domain::id::{OrderId, RefundId};
use countersign_domain::order::Order;
use countersign_domain::refund::{Figures, Refund};
use serde::{Deserialize, Serialize};

/// A refund with what an answer needs of its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    /// The refund.
    pub id: RefundId,
    /// The merchant's number for it.
    pub request_id: String,
    /// Its order.
    pub order_id: OrderId,
    /// What the order amounted to.
    pub order_amount: Amount,
    /// The merchant's own id as the one that pays the refund.
    pub payer_open_id: String,
    /// What it comes to.
    pub figures: Figures,
    /// Whether the payer has the money; else it is held until the payer's account is free.
    pub has_arrived: bool,
}

impl RefundView {
    /// What `refund`, which is one of `order`, looks like.
    pub(super) fn of(refund: &Refund, order: &Order) -> Self {
        assert!(refund.terms.order_id == order.id, "a refund is shown with its own order");
        Self {
            id: refund.id,
            request_id: refund.request_id.clone(),
            order_id: order.id,
            order_amount: order.amount,
            payer_open_id: refund.payer_open_id.clone(),
            figures: refund.figures,
            has_arrived: refund.has_arrived(),
        }
    }
}
