//! What all accounts come to, per currency.
//!
//! Sums over many accounts need not fit 64 bits, so each is read as two: of the whole [`SPLIT`]s and of the remainders.
//! The balances of wallets and debts are those stored with them, the platform's accounts are summed from their postings: that both
//! together are nothing says more than that postings balance.

use countersign_domain::Currency;
use countersign_domain::ledger::PlatformAccount;

use super::{decode, ledger};
use crate::{ReadTx, Row, StoreError};

/// Ten to the ninth, as it stands in the statements: a billion accounts at the end of their range still sum up.
const SPLIT: i128 = 1_000_000_000;

statements! {
    PLATFORM = "trial_balance_platform":
        "SELECT a.wallet, a.currency, CAST(SUM(p.amount_minor / 1000000000) AS BIGINT), CAST(SUM(p.amount_minor % 1000000000) AS BIGINT)
         FROM ledger_accounts a JOIN ledger_postings p ON p.account_id = a.id
         WHERE a.owner_kind = 'PLATFORM' AND a.owner_id = 0 GROUP BY a.wallet, a.currency";
    PROVIDER_DEBTS = "trial_balance_provider_debts":
        "SELECT currency, CAST(SUM(available_minor / 1000000000) AS BIGINT), CAST(SUM(available_minor % 1000000000) AS BIGINT)
         FROM ledger_accounts WHERE owner_kind = 'PLATFORM' AND owner_id <> 0 GROUP BY currency";
    WALLETS = "trial_balance_wallets":
        "SELECT owner_kind, currency,
         CAST(SUM(available_minor / 1000000000) AS BIGINT), CAST(SUM(available_minor % 1000000000) AS BIGINT),
         CAST(SUM(frozen_minor / 1000000000) AS BIGINT), CAST(SUM(frozen_minor % 1000000000) AS BIGINT)
         FROM ledger_accounts WHERE owner_kind <> 'PLATFORM' GROUP BY owner_kind, currency";
}

/// The two kinds of owners of wallets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// Merchants.
    Merchant,
    /// Payers.
    Payer,
}

const OWNER_KINDS: &[(&str, OwnerKind)] = &[("MERCHANT", OwnerKind::Merchant), ("PAYER", OwnerKind::Payer)];

/// What the wallets of one kind of owner come to in one currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletsSum {
    /// Whose wallets.
    pub owners: OwnerKind,
    /// In which currency.
    pub currency: Currency,
    /// Free.
    pub available: i128,
    /// Held.
    pub frozen: i128,
}

/// What an account of the platform comes to in one currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlatformSum {
    /// Which account.
    pub account: PlatformAccount,
    /// In which currency.
    pub currency: Currency,
    /// Its balance.
    pub balance: i128,
}

fn sum(row: &Row, column: usize) -> Result<i128, StoreError> {
    Ok(i128::from(row.int(column)?) * SPLIT + i128::from(row.int(column + 1)?))
}

/// Every account of the platform with postings.
pub fn platform(tx: &mut dyn ReadTx) -> Result<Vec<PlatformSum>, StoreError> {
    let rows = tx.query(&PLATFORM, &[])?;
    rows.iter()
        .map(|row| {
            let account = decode::named(row, 0, ledger::PLATFORM)?;
            Ok(PlatformSum { account, currency: decode::currency(row, 1)?, balance: sum(row, 2)? })
        })
        .collect()
}

/// What providers owe the platform, in minor units above zero.
pub fn provider_debts(tx: &mut dyn ReadTx) -> Result<Vec<(Currency, i128)>, StoreError> {
    let rows = tx.query(&PROVIDER_DEBTS, &[])?;
    rows.iter().map(|row| Ok((decode::currency(row, 0)?, sum(row, 1)?))).collect()
}

/// All wallets.
pub fn wallets(tx: &mut dyn ReadTx) -> Result<Vec<WalletsSum>, StoreError> {
    let rows = tx.query(&WALLETS, &[])?;
    rows.iter()
        .map(|row| {
            let (owners, currency) = (decode::named(row, 0, OWNER_KINDS)?, decode::currency(row, 1)?);
            Ok(WalletsSum { owners, currency, available: sum(row, 2)?, frozen: sum(row, 4)? })
        })
        .collect()
}
