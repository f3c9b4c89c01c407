//! A merchant's orders: found, looked at, refunded, closed.

mod close;
mod detail;
mod list;
mod refund;

pub(crate) use close::{close, close_form};
pub(crate) use detail::detail;
pub(crate) use list::list;
pub(crate) use refund::{refund, refund_form};

use countersign_domain::id::OrderId;
use countersign_domain::order::Order;
use countersign_store::StoreError;
use countersign_store::queries::orders;

use super::helpers::not_found;
use crate::failure::Failure;
use crate::session::Member;
use crate::state::WebState;

/// What a frozen account is told.
const FROZEN: &str = "Your account is frozen. Nothing was done; ask the operator.";

/// The merchant's own order; another's is not there.
async fn find(state: &WebState, member: &Member, id: OrderId) -> Result<Order, Failure> {
    let owner = member.id();
    let read = state
        .platform()
        .read("order_of_merchant", move |tx, _| Ok(orders::get(tx, id)?.filter(|order| order.merchant_id == owner)));
    read.await.map_err(|error: StoreError| Failure::from(error))?.ok_or_else(not_found)
}
