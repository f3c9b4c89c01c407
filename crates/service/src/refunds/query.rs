//! Looking a refund up.

use countersign_domain::Scope;
use countersign_store::queries::{orders, refunds};
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

use super::view::RefundView;
use crate::authority::{self, AuthorityError, Call, Need};

/// Why a refund was not shown.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The acting merchant has no such refund; another merchant's is answered alike.
    #[error("there is no such refund")]
    NotFound,
}

impl From<StoreError> for QueryError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

/// The refund that the acting merchant knows by this number. Who may refund may see it, and who may see the order as well
/// (`decisions.md` row 15).
pub fn query(tx: &mut dyn ReadTx, call: &Call, request_id: &str) -> Result<RefundView, QueryError> {
    let either = [Scope::Refund, Scope::Checkout].into_iter().collect();
    let acting = authority::authorize(tx, call, Need::Any(either))?;
    let refund = refunds::by_request_id(tx, acting.merchant_id, request_id)?.ok_or(QueryError::NotFound)?;
    let order = orders::get(tx, refund.terms.order_id)?.ok_or(QueryError::NotFound)?;
    Ok(RefundView::of(&refund, &order))
}
