//! Freezing, unfreezing and looking at one account.

use std::sync::Arc;

use countersign_domain::external_posting::Remark;
use countersign_service::Platform;
use countersign_service::operator::{self, AccountStatus, Caller, StatusChange, StatusError};
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::named::{AccountName, wallet_name};

/// An account to freeze or to unfreeze.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatusRequest {
    /// Which account.
    pub account: AccountName,
    /// Why; it goes into the audit chain.
    pub reason: String,
}

/// How the account stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusAnswer {
    /// As given.
    pub account: AccountName,
    /// `ACTIVE` or `FROZEN`.
    pub status: String,
    /// Whether it stood otherwise before.
    pub changed: bool,
}

/// An account to show.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BalanceRequest {
    /// Which account.
    pub account: AccountName,
}

/// What an account holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceAnswer {
    /// As given.
    pub account: AccountName,
    /// The owner's name.
    pub name: String,
    /// `ACTIVE` or `FROZEN`.
    pub status: String,
    /// Every currency that was ever in one of its wallets.
    pub balances: Vec<WalletBalance>,
    /// How many refunds wait: of a merchant until their payers are unfrozen, of a payer until the account itself is.
    pub held_refunds: i64,
}

/// One currency in one wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletBalance {
    /// `FUNDING_WALLET` or `SPOT_WALLET`.
    pub wallet: String,
    /// The currency's code.
    pub currency: String,
    /// Free, in plain decimals.
    pub available: String,
    /// Held, in plain decimals.
    pub frozen: String,
}

fn status_name(status: AccountStatus) -> String {
    match status {
        AccountStatus::Active => "ACTIVE",
        AccountStatus::Frozen => "FROZEN",
    }
    .to_owned()
}

/// Freezes an account.
pub async fn freeze_account(
    platform: &Arc<Platform>,
    caller: Caller,
    request: StatusRequest,
) -> Result<StatusAnswer, AdminError> {
    set_status(platform, caller, request, AccountStatus::Frozen).await
}

/// Unfreezes an account.
pub async fn unfreeze_account(
    platform: &Arc<Platform>,
    caller: Caller,
    request: StatusRequest,
) -> Result<StatusAnswer, AdminError> {
    set_status(platform, caller, request, AccountStatus::Active).await
}

async fn set_status(
    platform: &Arc<Platform>,
    caller: Caller,
    StatusRequest { account, reason }: StatusRequest,
    status: AccountStatus,
) -> Result<StatusAnswer, AdminError> {
    let reason = Remark::new(reason).ok_or(AdminError::Remark("reason"))?;
    let (change, now) = (StatusChange { owner: account.owner()?, status, reason }, platform.business_now());
    let set = platform
        .write("account_set_status", move |tx, _| operator::set_status(tx, caller, &change, now))
        .await?
        .map_err(StatusError::from)?;
    Ok(StatusAnswer { account, status: status_name(set.status), changed: set.changed })
}

/// Shows an account.
pub async fn account_balance(
    platform: &Arc<Platform>,
    caller: Caller,
    BalanceRequest { account }: BalanceRequest,
) -> Result<BalanceAnswer, AdminError> {
    let owner = account.owner()?;
    let view = platform.read("account_view", move |tx, _| operator::view_account(tx, caller, owner)).await?;
    let line = |held: operator::WalletBalance| WalletBalance {
        wallet: wallet_name(held.wallet),
        currency: held.balance.available.currency().code().to_owned(),
        available: held.balance.available.to_string(),
        frozen: held.balance.frozen.to_string(),
    };
    let balances = view.balances.into_iter().map(line).collect();
    let (name, status, held_refunds) = (view.name, status_name(view.status), view.held_refunds);
    Ok(BalanceAnswer { account, name, status, balances, held_refunds })
}
