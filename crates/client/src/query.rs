//! What queries ask for, as types.

use std::borrow::Cow;

use countersign_wire::requests::{BalanceV2, OrderLookup};

/// Which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderReference<'a> {
    /// By the API's id of the order, from the answer to its creation.
    PrepayId(&'a str),
    /// By the merchant's own id of the order.
    MerchantTradeNo(&'a str),
}

impl<'a> OrderReference<'a> {
    pub(crate) const fn question(self) -> OrderLookup<'a> {
        match self {
            Self::PrepayId(id) => OrderLookup { prepay_id: Some(Cow::Borrowed(id)), merchant_trade_no: None },
            Self::MerchantTradeNo(no) => OrderLookup { prepay_id: None, merchant_trade_no: Some(Cow::Borrowed(no)) },
        }
    }
}

/// One of an account's two wallets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wallet {
    /// `FUNDING_WALLET`: payments settle here.
    Funding,
    /// `SPOT_WALLET`.
    Spot,
}

impl Wallet {
    /// The wire's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Funding => "FUNDING_WALLET",
            Self::Spot => "SPOT_WALLET",
        }
    }
}

pub(crate) fn balance_query(wallet: Wallet, currency: Option<&str>) -> BalanceV2<'_> {
    BalanceV2 { wallet: Cow::Borrowed(wallet.as_str()), currency: currency.map(Cow::Borrowed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wallets_are_spelled_as_the_wire_does() {
        let spellings = [Wallet::Funding, Wallet::Spot].map(Wallet::as_str);
        assert_eq!(spellings.as_slice(), countersign_wire::requests::WALLETS);
    }
}
