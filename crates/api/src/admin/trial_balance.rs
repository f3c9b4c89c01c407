//! The trial balance.

use std::sync::Arc;

use countersign_service::Platform;
use countersign_service::operator::{self, Caller, CurrencyBalance, Parts};
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::named::platform_name;

/// There is nothing to say.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialBalanceRequest {}

/// What all accounts come to, per currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrialBalanceAnswer {
    /// Business time, Unix ms.
    pub at: i64,
    /// Whether every total is nothing. It must be.
    pub balanced: bool,
    /// Every currency that was ever in an account, by its code.
    pub currencies: Vec<CurrencyAnswer>,
}

/// One currency. Amounts are plain decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrencyAnswer {
    /// Its code.
    pub currency: String,
    /// Each account of the platform; `DEPOSITS` is the mirror of custody, below zero by what custody should hold.
    pub platform: Vec<PlatformAnswer>,
    /// All wallets of merchants.
    pub merchants: PartsAnswer,
    /// All wallets of payers.
    pub payers: PartsAnswer,
    /// What providers owe the platform, below zero.
    pub provider_debts: String,
    /// All of it together: `0`.
    pub total: String,
}

/// One account of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlatformAnswer {
    /// `DEPOSITS`, `COMMISSION` and so on.
    pub account: String,
    /// Its balance.
    pub balance: String,
}

/// What many wallets hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartsAnswer {
    /// Free.
    pub available: String,
    /// Held.
    pub frozen: String,
}

impl From<Parts> for PartsAnswer {
    fn from(parts: Parts) -> Self {
        Self { available: parts.available.to_string(), frozen: parts.frozen.to_string() }
    }
}

impl From<CurrencyBalance> for CurrencyAnswer {
    fn from(balance: CurrencyBalance) -> Self {
        let total = balance.total().to_string();
        let platform = balance.platform.into_iter().map(|(account, balance)| PlatformAnswer {
            account: platform_name(account).to_owned(),
            balance: balance.to_string(),
        });
        Self {
            currency: balance.currency.code().to_owned(),
            platform: platform.collect(),
            merchants: balance.merchants.into(),
            payers: balance.payers.into(),
            provider_debts: balance.provider_debts.to_string(),
            total,
        }
    }
}

/// Shows the trial balance.
pub async fn trial_balance(
    platform: &Arc<Platform>,
    caller: Caller,
    _: TrialBalanceRequest,
) -> Result<TrialBalanceAnswer, AdminError> {
    let at = platform.business_now().ms();
    let found = platform.read("trial_balance", move |tx, _| operator::trial_balance(tx, caller)).await?;
    let balanced = found.is_balanced();
    Ok(TrialBalanceAnswer { at, balanced, currencies: found.0.into_iter().map(CurrencyAnswer::from).collect() })
}
