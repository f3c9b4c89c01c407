//! Why no price was confirmed or no payment made.

use countersign_domain::Currency;
use countersign_domain::order::PayError as NotPayable;
use countersign_store::StoreError;
use thiserror::Error;

use super::price::PriceError;
use crate::booking::BookingError;
use crate::platform::Collides;

/// Why a price was not confirmed, or an order not paid. Nothing was written.
#[derive(Debug, Error)]
pub enum PayError {
    /// There is no such order.
    #[error("there is no such order")]
    UnknownOrder,
    /// There is no such payer.
    #[error("there is no such payer")]
    UnknownPayer,
    /// The payer may not pay at present.
    #[error("the payer's account is frozen")]
    PayerFrozen,
    /// The merchant may not take payments at present.
    #[error("the merchant's account is frozen")]
    MerchantFrozen,
    /// Paid already, or too late.
    #[error(transparent)]
    NotPayable(#[from] NotPayable),
    /// The order has no price in that currency.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// The price that the payer means is not the one that was confirmed and still holds.
    #[error("that price does not hold any more; confirm it again")]
    NoSuchOffer,
    /// The wallet holds less than the price.
    #[error("there is not enough {0} in the funding wallet")]
    InsufficientFunds(Currency),
    /// The ledger refused.
    #[error(transparent)]
    Booking(BookingError),
}

impl From<StoreError> for PayError {
    fn from(error: StoreError) -> Self {
        Self::Booking(error.into())
    }
}

impl From<BookingError> for PayError {
    fn from(error: BookingError) -> Self {
        match error {
            // The payer's wallet is the only one that is debited.
            BookingError::InsufficientFunds(currency) => Self::InsufficientFunds(currency),
            error => Self::Booking(error),
        }
    }
}

impl Collides for PayError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Booking(BookingError::Collision | BookingError::AlreadyBooked))
    }
}
