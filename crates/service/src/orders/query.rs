//! Looking an order up.

use countersign_domain::Scope;
use countersign_domain::id::{MerchantId, OrderId};
use countersign_domain::order::Order;
use countersign_store::queries::orders;
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

use crate::authority::{self, AuthorityError, Call, Need};

/// By what an order is looked up. The id wins where both are given (`money.md` §1.7).
#[derive(Debug, Clone)]
pub enum Lookup {
    /// By its id.
    Id(OrderId),
    /// By the merchant's own number.
    TradeNo(String),
    /// By an id that can be none: nothing is found.
    Impossible,
}

impl Lookup {
    /// The order of `merchant`; another merchant's is not found.
    pub(super) fn find(&self, tx: &mut dyn ReadTx, merchant: MerchantId) -> Result<Option<Order>, StoreError> {
        let order = match self {
            Self::Id(id) => orders::get(tx, *id)?,
            Self::TradeNo(number) => orders::by_trade_no(tx, merchant, number)?,
            Self::Impossible => None,
        };
        Ok(order.filter(|order| order.merchant_id == merchant))
    }
}

/// Why an order was not shown.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The acting merchant has no such order; another merchant's is answered alike.
    #[error("there is no such order")]
    NotFound,
}

impl From<StoreError> for QueryError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

/// The order of the acting merchant.
pub fn query(tx: &mut dyn ReadTx, call: &Call, lookup: &Lookup) -> Result<Order, QueryError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::Checkout))?;
    lookup.find(tx, acting.merchant_id)?.ok_or(QueryError::NotFound)
}

/// The order whose checkout link holds this token: whoever has the link may see it.
pub fn by_checkout_token(tx: &mut dyn ReadTx, token: &str) -> Result<Option<Order>, StoreError> {
    orders::by_checkout_token(tx, token)
}
