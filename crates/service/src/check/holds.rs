//! Held money: the held part of every account is what waits for frozen payers and nothing else, and whatever waits has
//! something to wait for.

use countersign_domain::Amount;
use countersign_domain::ledger::{AccountRef, Owner, Wallet};
use countersign_domain::payer::PayerStatus;
use countersign_domain::refund::Refund;
use countersign_store::queries::ledger::StoredAccount;
use countersign_store::queries::{payers, refund_releases, refunds};
use countersign_store::{ReadTx, StoreError};

use super::Report;

const PROOF: &str = "holds";

/// Proves the held part of one account. Only refunds hold anything, in the funding wallets of the merchants who refund.
pub(super) fn prove(tx: &mut dyn ReadTx, account: &StoredAccount, report: &mut Report) -> Result<(), StoreError> {
    let currency = account.frozen.currency();
    let waiting = match account.account {
        AccountRef::Wallet(Owner::Merchant(id), Wallet::Funding) => refunds::sum_held_of_merchant(tx, id, currency)?,
        AccountRef::Wallet(..) | AccountRef::ProviderDebt(_) | AccountRef::Platform(_) => Amount::zero(currency),
    };
    if account.frozen != waiting {
        let (id, held) = (account.id, account.frozen);
        report.find(
            PROOF,
            format!("account {id}: {held} {currency} are held in it, and {waiting} {currency} are waited for"),
        );
    }
    Ok(())
}

/// What is wrong with a refund that waits: that nothing keeps it from its payer, and no job will bring it.
pub(super) fn waiting_fault(tx: &mut dyn ReadTx, refund: &Refund) -> Result<Option<String>, StoreError> {
    if refund.has_arrived() {
        return Ok(None);
    }
    let is_frozen = payers::get(tx, refund.payer_id)?.is_some_and(|payer| payer.status == PayerStatus::Frozen);
    let is_waited_for = is_frozen || refund_releases::due_at(tx, refund.payer_id)?.is_some();
    Ok((!is_waited_for).then(|| "it is held though its payer is not frozen, and no job is to bring it".to_owned()))
}
