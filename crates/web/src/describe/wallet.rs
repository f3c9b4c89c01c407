//! Amounts and wallets.

use countersign_domain::Amount;
use countersign_domain::ledger::{Owner, Wallet};
use countersign_store::queries::ledger::{self, Balance};
use countersign_store::{ReadTx, StoreError};

use crate::pages::{BalanceLine, BalanceWallet};
use crate::view::Money;

/// An amount ready to be shown.
pub(crate) fn money(amount: Amount) -> Money {
    Money::new(&amount.to_string(), amount.currency().code())
}

/// What people call a wallet.
pub(crate) const fn wallet_name(wallet: Wallet) -> &'static str {
    match wallet {
        Wallet::Funding => "Funding wallet",
        Wallet::Spot => "Spot wallet",
    }
}

fn line(balance: &Balance) -> Option<BalanceLine> {
    let frozen = balance.frozen.is_positive().then(|| money(balance.frozen));
    let something = balance.available.minor() != 0 || frozen.is_some();
    something.then(|| BalanceLine { available: money(balance.available), frozen })
}

/// Both wallets of an owner, without currencies of which nothing is there.
pub(crate) fn balances(tx: &mut dyn ReadTx, owner: Owner) -> Result<Vec<BalanceWallet>, StoreError> {
    [Wallet::Funding, Wallet::Spot]
        .into_iter()
        .map(|wallet| {
            let lines = ledger::balances(tx, owner, wallet)?.iter().filter_map(line).collect();
            Ok(BalanceWallet { name: wallet_name(wallet).to_owned(), lines })
        })
        .collect()
}
