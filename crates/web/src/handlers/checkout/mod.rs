//! The hosted checkout: whoever has the link sees the order; a signed-in payer confirms the price and pays, once.

mod links;
mod page;
mod pay;
mod show;

pub(crate) use links::{from_app, from_qr, qr_image};
pub(crate) use pay::{confirm, pay};
pub(crate) use show::show;

use countersign_domain::order::Order;
use countersign_service::orders;
use countersign_store::StoreError;
use countersign_store::queries::merchants;

use super::helpers::not_found;
use crate::failure::Failure;
use crate::state::WebState;

/// An order as its checkout shows it.
struct Bill {
    order: Order,
    merchant_name: String,
    via: String,
}

async fn find(state: &WebState, token: String) -> Result<Bill, Failure> {
    let read = state.platform().read("checkout", move |tx, _| {
        let Some(order) = orders::by_checkout_token(tx, &token)? else { return Ok(None) };
        let mut name = |id| Ok::<_, StoreError>(merchants::get(tx, id)?.map(|found| found.name).unwrap_or_default());
        let merchant_name = name(order.merchant_id)?;
        let via = order.on_behalf.map(|by| name(by.provider_id)).transpose()?.unwrap_or_default();
        Ok::<_, StoreError>(Some(Bill { order, merchant_name, via }))
    });
    read.await?.ok_or_else(not_found)
}
