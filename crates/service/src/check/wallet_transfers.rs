//! Every movement between wallets from the transfer that it caused, and every such transfer from its movement.

use countersign_domain::id::WalletTransferId;
use countersign_domain::ledger::TransferKind;
use countersign_domain::wallet_transfer::WalletTransfer;
use countersign_store::queries::{ledger, wallet_transfers};
use countersign_store::{ReadTx, StoreError};

use super::{FINDINGS_MAX, PAGE, Report};

const PROOF: &str = "wallets";

/// Proves the next page; after the last one, that the ledger knows no others.
pub(super) fn prove(
    tx: &mut dyn ReadTx,
    after: WalletTransferId,
    report: &mut Report,
) -> Result<Option<WalletTransferId>, StoreError> {
    let page = wallet_transfers::page(tx, after, PAGE)?;
    for transfer in &page {
        report.examined.wallet_transfers += 1;
        if let Some(what) = fault(tx, transfer)? {
            report.find(PROOF, format!("transfer between wallets {}: {what}", transfer.id));
        }
    }
    if page.is_empty() {
        let limit = i64::try_from(FINDINGS_MAX).expect("a report is short");
        for id in wallet_transfers::uncaused(tx, limit)? {
            report.find(PROOF, format!("transfer {id}: it moves money between wallets, and nobody asked for it"));
        }
    }
    Ok(page.last().map(|transfer| transfer.id))
}

/// What is wrong between a movement and the ledger, if anything.
fn fault(tx: &mut dyn ReadTx, transfer: &WalletTransfer) -> Result<Option<String>, StoreError> {
    let Some((booked, _)) = ledger::find_transfer(tx, TransferKind::WalletTransfer, transfer.id.get())? else {
        return Ok(Some("no transfer of the ledger makes it".to_owned()));
    };
    let moved = ledger::postings_of_transfer(tx, booked)?;
    let expected = transfer.postings().map(|posting| (posting.account, posting.part, posting.amount));
    let (amount, currency) = (transfer.amount, transfer.amount.currency());
    Ok((moved != expected).then(|| {
        format!("transfer {booked} does not move {amount} {currency} between the merchant's wallets as asked")
    }))
}
