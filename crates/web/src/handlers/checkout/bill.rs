//! An order as its checkout shows it.

use countersign_domain::order::Order;
use countersign_service::orders;
use countersign_store::queries::{merchants, sub_merchants};
use countersign_store::{ReadTx, StoreError};

use crate::failure::Failure;
use crate::handlers::helpers::not_found;
use crate::pages::Seller;
use crate::state::WebState;

/// An order with the names of those who sell.
pub(super) struct Bill {
    pub(super) order: Order,
    pub(super) seller: Seller,
}

/// Who sells: the sub-merchant that the order names, else the merchant; and the provider that made the order.
pub(crate) fn seller_of(tx: &mut dyn ReadTx, order: &Order) -> Result<Seller, StoreError> {
    let mut name = |id| Ok::<_, StoreError>(merchants::get(tx, id)?.map(|found| found.name).unwrap_or_default());
    let merchant = name(order.merchant_id)?;
    let via = order.on_behalf.map(|by| name(by.provider_id)).transpose()?.unwrap_or_default();
    let shop = match order.sub_merchant_id {
        None => None,
        Some(id) => sub_merchants::get(tx, id)?,
    };
    Ok(match shop {
        Some(shop) => Seller { name: shop.details.name, partner: merchant, via },
        None => Seller { name: merchant, partner: String::new(), via },
    })
}

/// The order behind a checkout link.
pub(super) async fn find(state: &WebState, token: String) -> Result<Bill, Failure> {
    let read = state.platform().read("checkout", move |tx, _| {
        let Some(order) = orders::by_checkout_token(tx, &token)? else { return Ok(None) };
        let seller = seller_of(tx, &order)?;
        Ok::<_, StoreError>(Some(Bill { order, seller }))
    });
    read.await?.ok_or_else(not_found)
}
