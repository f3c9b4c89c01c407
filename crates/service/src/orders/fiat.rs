//! An order's price: an amount as it was sent, or one that fiat money is turned into (`money.md` §1.1, `decisions.md` row 30).

use countersign_domain::order::FiatPrice;
use countersign_domain::rates::{ConversionError, FiatAmount, Rounding};
use countersign_domain::{Amount, Currency};
use thiserror::Error;

use crate::platform::Platform;
use crate::rates::RateError;

/// In what an order that is priced in fiat money is paid and settled.
pub const FIAT_ORDER_CURRENCY: Currency = Currency::USDT;
/// Up, so that what the merchant is paid is never worth less than the price; it is a hundred-millionth of a dollar at most.
const FIAT_ROUNDING: Rounding = Rounding::Up;

/// What a call says that an order costs.
#[derive(Debug, Clone)]
pub enum OrderPrice {
    /// So much of what wallets hold.
    Exact(Amount),
    /// So much fiat money; the order becomes one in [`FIAT_ORDER_CURRENCY`] at the rate of its creation.
    Fiat {
        /// The amount.
        amount: FiatAmount,
        /// The same as it was sent.
        text: String,
    },
}

/// Why a fiat price could not be turned into an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FiatError {
    /// There are no rates to go by.
    #[error(transparent)]
    Rates(#[from] RateError),
    /// There are rates, but not of this currency, or none by which the amount can be held.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
}

impl OrderPrice {
    /// What is to be paid, and the price in fiat where it was made of one.
    pub(super) fn settle(&self, platform: &Platform) -> Result<(Amount, Option<FiatPrice>), FiatError> {
        match self {
            Self::Exact(amount) => Ok((*amount, None)),
            Self::Fiat { amount, text } => {
                let rates = platform.rates_now()?;
                let settled = rates.convert_fiat(*amount, FIAT_ORDER_CURRENCY, FIAT_ROUNDING)?;
                Ok((settled, Some(FiatPrice { currency: amount.currency().code().to_owned(), amount: text.clone() })))
            }
        }
    }
}
