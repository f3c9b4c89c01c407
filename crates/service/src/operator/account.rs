//! One account: whose it is, how it stands, what it holds, what waits for it.

use countersign_domain::admin_key::Capability;
use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::{MerchantId, PayerId};
use countersign_domain::ledger::{Owner, Wallet};
use countersign_store::queries::ledger::{self, Balance};
use countersign_store::queries::{merchants, payers, refunds};
use countersign_store::{ReadTx, StoreError};

use super::authority::{Caller, ReadError, authorize};
use super::set_status::AccountStatus;

/// What one wallet holds in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletBalance {
    /// Which wallet.
    pub wallet: Wallet,
    /// What is in it.
    pub balance: Balance,
}

/// An account as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// The name of its owner.
    pub name: String,
    /// How it stands.
    pub status: AccountStatus,
    /// Its wallets in every currency that was ever in them.
    pub balances: Vec<WalletBalance>,
    /// How many refunds wait: of a merchant until their payers are unfrozen, of a payer until the account itself is.
    pub held_refunds: i64,
}

/// Merchants and payers share one space of numbers: the owner with this one, if there is one.
pub fn find_owner(tx: &mut dyn ReadTx, number: i64) -> Result<Option<Owner>, StoreError> {
    if merchants::get(tx, MerchantId::new(number))?.is_some() {
        return Ok(Some(Owner::Merchant(MerchantId::new(number))));
    }
    Ok(payers::get(tx, PayerId::new(number))?.map(|payer| Owner::Payer(payer.id)))
}

/// Name and standing of an owner, if there is one.
pub(super) fn standing(tx: &mut dyn ReadTx, owner: Owner) -> Result<Option<(String, AccountStatus)>, StoreError> {
    Ok(match owner {
        Owner::Merchant(id) => merchants::get(tx, id)?.map(|merchant| (merchant.name, merchant.status.into())),
        Owner::Payer(id) => payers::get(tx, id)?.map(|payer| (payer.name, payer.status.into())),
    })
}

/// On whose audit chain an act upon `owner` stands: on the owner's, or the platform's where there is no such owner.
pub(super) fn audit_chain(tx: &mut dyn ReadTx, owner: Owner) -> Result<i64, StoreError> {
    Ok(if standing(tx, owner)?.is_some() { owner.number() } else { PLATFORM_OWNER })
}

/// Shows an account.
pub fn view_account(tx: &mut dyn ReadTx, caller: Caller, owner: Owner) -> Result<AccountView, ReadError> {
    authorize::<ReadError>(tx, caller, Capability::AccountRead)?;
    let (name, status) = standing(tx, owner)?.ok_or(ReadError::UnknownAccount)?;
    let mut balances = Vec::new();
    for wallet in [Wallet::Funding, Wallet::Spot] {
        let held = ledger::balances(tx, owner, wallet)?;
        balances.extend(held.into_iter().map(|balance| WalletBalance { wallet, balance }));
    }
    let held_refunds = match owner {
        Owner::Merchant(id) => refunds::count_held_of_merchant(tx, id)?,
        Owner::Payer(id) => refunds::count_held_for_payer(tx, id)?,
    };
    Ok(AccountView { name, status, balances, held_refunds })
}
