//! The trial balance: per currency, what every account comes to, and that all of it together is nothing.

use std::collections::BTreeMap;

use countersign_domain::Currency;
use countersign_domain::admin_key::Capability;
use countersign_domain::ledger::PlatformAccount;
use countersign_domain::money::Total;
use countersign_store::queries::trial_balance::{self as rows, OwnerKind, PlatformSum, WalletsSum};
use countersign_store::{ReadTx, StoreError};

use super::authority::{Caller, ReadError, authorize};

/// The two parts of many balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Free.
    pub available: Total,
    /// Held.
    pub frozen: Total,
}

/// One currency of the trial balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencyBalance {
    /// Which.
    pub currency: Currency,
    /// Each account of the platform. What users hold, the deposits account owes: it is below zero.
    pub platform: Vec<(PlatformAccount, Total)>,
    /// All wallets of merchants.
    pub merchants: Parts,
    /// All wallets of payers.
    pub payers: Parts,
    /// What providers owe the platform, below zero: it takes from what the platform owes.
    pub provider_debts: Total,
}

impl CurrencyBalance {
    /// What everything comes to: nothing, or the ledger is damaged.
    pub fn total(&self) -> Total {
        let platform = self.platform.iter().map(|(_, balance)| balance.minor());
        let parts = [self.merchants, self.payers].into_iter().map(|of| of.available.minor() + of.frozen.minor());
        let debts = std::iter::once(self.provider_debts.minor());
        Total::from_minor(platform.chain(parts).chain(debts).sum(), self.currency)
    }
}

/// Every currency that was ever in an account, by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance(pub Vec<CurrencyBalance>);

impl TrialBalance {
    /// Whether every total is nothing.
    pub fn is_balanced(&self) -> bool {
        self.0.iter().all(|balance| balance.total().minor() == 0)
    }

    /// Adds everything up, on one snapshot. It reads every balance and every posting of the platform's own accounts.
    pub(crate) fn compute(tx: &mut dyn ReadTx) -> Result<Self, StoreError> {
        let mut currencies: BTreeMap<&'static str, CurrencyBalance> = BTreeMap::new();
        let mut of = |currency: Currency, change: &dyn Fn(&mut CurrencyBalance)| {
            change(currencies.entry(currency.code()).or_insert_with(|| empty(currency)));
        };
        for PlatformSum { account, currency, balance } in rows::platform(tx)? {
            of(currency, &|entry| {
                let row = entry.platform.iter_mut().find(|(of, _)| *of == account);
                row.expect("every account of the platform has a row").1 = Total::from_minor(balance, currency);
            });
        }
        for WalletsSum { owners, currency, available, frozen } in rows::wallets(tx)? {
            let total = |minor| Total::from_minor(minor, currency);
            let parts = Parts { available: total(available), frozen: total(frozen) };
            of(currency, &|entry| match owners {
                OwnerKind::Merchant => entry.merchants = parts,
                OwnerKind::Payer => entry.payers = parts,
            });
        }
        for (currency, owed) in rows::provider_debts(tx)? {
            of(currency, &|entry| entry.provider_debts = Total::from_minor(-owed, currency));
        }
        Ok(Self(currencies.into_values().collect()))
    }
}

fn empty(currency: Currency) -> CurrencyBalance {
    let nothing = Total::from_minor(0, currency);
    let parts = Parts { available: nothing, frozen: nothing };
    let platform = PlatformAccount::ALL.into_iter().map(|account| (account, nothing)).collect();
    CurrencyBalance { currency, platform, merchants: parts, payers: parts, provider_debts: nothing }
}

/// Shows the trial balance.
pub fn trial_balance(tx: &mut dyn ReadTx, caller: Caller) -> Result<TrialBalance, ReadError> {
    authorize::<ReadError>(tx, caller, Capability::LedgerRead)?;
    Ok(TrialBalance::compute(tx)?)
}
