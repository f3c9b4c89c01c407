//! A merchant takes an order back before anybody has begun to pay it.

use countersign_domain::Scope;
use countersign_domain::order::{CloseError as NotClosable, Order};
use countersign_store::queries::orders;
use countersign_store::{Locked, StoreError, WriteTx};
use serde_json::json;
use thiserror::Error;

use super::ended::announce;
use super::query::Lookup;
use crate::authority::{AuthorityError, By, Need};
use crate::platform::{Collides, Platform};

/// Why an order was not closed.
#[derive(Debug, Error)]
pub enum CloseError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The acting merchant has no such order; another merchant's is answered alike.
    #[error("there is no such order")]
    NotFound,
    /// A payer has begun, or it has ended already (`decisions.md` row 31).
    #[error(transparent)]
    NotClosable(#[from] NotClosable),
}

impl From<StoreError> for CloseError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

impl Collides for CloseError {
    fn is_collision(&self) -> bool {
        false
    }
}

/// Closes the order of the acting merchant and tells its receivers.
pub fn close(tx: &mut dyn WriteTx, platform: &Platform, by: &By, lookup: &Lookup) -> Result<(), CloseError> {
    let acting = by.authorize(tx, Need::scope(Scope::Checkout))?;
    let found = lookup.find(tx, acting.merchant_id)?.ok_or(CloseError::NotFound)?;
    // Its merchant does not change, but where it stands may have while the lock was waited for.
    let order: Locked<Order> = orders::lock(tx, found.id)?.ok_or(CloseError::NotFound)?;
    let closed = order.try_map(|order| order.close(by.initiator(), by.now()))?;
    orders::update(tx, &closed)?;
    announce(tx, platform, &closed, by.now())?;
    Ok(by.audit_person(tx, acting.merchant_id, ("order_close", &json!({ "order": closed.id.get() })))?)
}
