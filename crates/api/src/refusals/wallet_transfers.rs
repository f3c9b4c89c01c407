//! Movements between wallets that were not made or not shown.

use countersign_service::wallet_transfers::{QueryError, TransferError};
use countersign_wire::{Refusal, ResultCode};

use super::{LEFT_OPEN, authority};
use crate::answer::Rejection;

/// Nothing was moved.
pub(crate) fn wallet_transfer(error: TransferError) -> Rejection {
    match error {
        TransferError::Authority(error) => authority(error),
        TransferError::NotPositive => {
            let rule = "amount: a transfer must move more than nothing";
            Refusal::out_of_range("amount", rule, "money.md 4.1").into()
        }
        TransferError::OtherParameters => {
            let rule = "requestId was used before by this merchant for a transfer of another currency, amount or \
                direction; each transfer needs a new one";
            Refusal::invalid_request(rule, LEFT_OPEN).into()
        }
        TransferError::InsufficientFunds(currency) => {
            let rule = format!("the wallet holds less {currency} than is to be moved");
            Refusal::new(ResultCode::InsufficientBalance, rule, "decisions.md row 35").into()
        }
        TransferError::OutOfRange => {
            let rule = "amount: the other wallet cannot hold as much";
            Refusal::out_of_range("amount", rule, "decisions.md row 55").into()
        }
        TransferError::Collision => Rejection::internal(error),
    }
}

/// A transfer was not shown.
pub(crate) fn wallet_transfer_query(error: QueryError) -> Rejection {
    match error {
        QueryError::Authority(error) => authority(error),
        QueryError::NotFound => {
            let rule = "tranId: the acting merchant has made no transfer under this requestId";
            Refusal::new(ResultCode::OrderNotFound, rule, LEFT_OPEN).into()
        }
    }
}
