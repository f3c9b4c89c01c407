//! The answers of `balance` and `v2/balance` (money.md 5, clients.md A8): amounts are numbers with eight decimals.

use serde::{Deserialize, Serialize};

use crate::decimal::WireNumber;

/// The balance of one wallet in one currency, as `balance` has it. Use [`WireNumber::padded`] for all three numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceV1Answer {
    /// What can be spent.
    pub balance: WireNumber,
    /// The currency.
    pub asset: String,
    /// Currency of the first valuation, `USD`.
    pub fiat: String,
    /// `balance` in fiat.
    pub available_fiat_valuation: WireNumber,
    /// `balance` in BTC.
    pub available_btc_valuation: WireNumber,
}

/// The balances of one wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceV2Answer {
    /// One element per currency; zero ones are left out when none was asked for (decisions.md row 40).
    #[serde(default)]
    pub balance: Vec<AssetBalance>,
    /// `FUNDING_WALLET` or `SPOT_WALLET`.
    pub wallet: String,
    /// When this was so, Unix ms.
    pub update_time: i64,
    /// Currency of the valuations, `USD`.
    pub fiat: String,
}

/// The balance in one currency. Use [`WireNumber::padded`] for all four numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetBalance {
    /// What can be spent.
    pub available: WireNumber,
    /// What is held.
    pub freeze: WireNumber,
    /// The currency.
    pub asset: String,
    /// `available` in fiat.
    pub available_fiat_valuation: WireNumber,
    /// `available` in BTC.
    pub available_btc_valuation: WireNumber,
}
