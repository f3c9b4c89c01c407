//! The ledger by itself: every transfer balances, every balance is what its postings sum to, and per currency everything
//! together is nothing.

use countersign_domain::id::{LedgerAccountId, TransferId};
use countersign_store::queries::ledger::{self, TransferSum};
use countersign_store::{ReadTx, StoreError};

use super::{PAGE, Report, custody, holds, refunds};
use crate::operator::TrialBalance;

/// The next page of transfers.
pub(super) fn prove_transfers(
    tx: &mut dyn ReadTx,
    after: TransferId,
    report: &mut Report,
) -> Result<Option<TransferId>, StoreError> {
    let sums = ledger::transfer_sums(tx, after, PAGE)?;
    for TransferSum { id, sum } in &sums {
        match sum {
            None => report.find("ledger", format!("transfer {id}: it has no postings")),
            Some((_, 0)) => {}
            Some((currency, _)) => {
                report.find("ledger", format!("transfer {id}: its postings in {currency} do not sum to zero"));
            }
        }
    }
    let Some(last) = sums.last().map(|sum| sum.id) else { return Ok(None) };
    custody::prove_told(tx, (after, last), report)?;
    refunds::prove_told(tx, (after, last), report)?;
    Ok(Some(last))
}

/// The next page of balances, each against its postings and what is held in it against what it is held for.
pub(super) fn prove_balances(
    tx: &mut dyn ReadTx,
    after: LedgerAccountId,
    report: &mut Report,
) -> Result<Option<LedgerAccountId>, StoreError> {
    let accounts = ledger::accounts_page(tx, after, PAGE)?;
    for account in &accounts {
        report.examined.accounts += 1;
        let expected = match account.account.normal_side() {
            Some(side) => {
                let (available, frozen) = ledger::sums(tx, account.id)?;
                side.balance(available).zip(side.balance(frozen))
            }
            None => Some((0, 0)),
        };
        let stored = (account.available.minor(), account.frozen.minor());
        if Some(stored) != expected {
            let id = account.id;
            report.find(
                "ledger",
                format!("account {id}: it holds {stored:?} minor units, its postings sum to {expected:?}"),
            );
        }
        holds::prove(tx, account, report)?;
    }
    Ok(accounts.last().map(|account| account.id))
}

/// Everything in one currency together is nothing.
pub(super) fn prove_totals(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    for balance in TrialBalance::compute(tx)?.0 {
        let total = balance.total();
        if total.minor() != 0 {
            let currency = balance.currency;
            report.find("ledger", format!("{currency}: all accounts together come to {total}, not to nothing"));
        }
    }
    Ok(())
}
