//! `order/query` and `v2/order/query`: an order of the acting merchant.

pub(crate) mod v1;
pub(crate) mod v2;

use countersign_domain::order::Order;
use countersign_service::authority::Call;
use countersign_service::orders;
use countersign_wire::requests::OrderLookup;

use crate::answer::Rejection;
use crate::convert;
use crate::refusals;
use crate::signed::Signed;

async fn find(signed: &Signed, asked: &OrderLookup<'_>, call: Call) -> Result<Order, Rejection> {
    let lookup = convert::order_lookup(asked)?;
    let found = signed.state.platform.read("order_query", move |tx, _| orders::query(tx, &call, &lookup)).await;
    found.map_err(refusals::order_query)
}
