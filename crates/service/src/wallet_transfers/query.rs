//! Looking a movement between wallets up.

use countersign_domain::Scope;
use countersign_domain::wallet_transfer::WalletTransfer;
use countersign_store::queries::wallet_transfers;
use countersign_store::{ReadTx, StoreError};
use thiserror::Error;

use crate::authority::{self, AuthorityError, Call, Need};

/// Why a transfer was not shown.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The caller may not.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The acting merchant has none with this id; another merchant's is answered alike.
    #[error("there is no such transfer")]
    NotFound,
}

impl From<StoreError> for QueryError {
    fn from(error: StoreError) -> Self {
        Self::Authority(error.into())
    }
}

/// The transfer that the acting merchant asked for under this id.
pub fn query(tx: &mut dyn ReadTx, call: &Call, request_id: &str) -> Result<WalletTransfer, QueryError> {
    let acting = authority::authorize(tx, call, Need::scope(Scope::InternalTransfer))?;
    wallet_transfers::by_request(tx, acting.merchant_id, request_id)?.ok_or(QueryError::NotFound)
}
