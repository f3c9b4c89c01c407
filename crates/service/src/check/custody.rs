//! What entered and left through custody: each posting against its ledger transfer, each day of a key against its postings.

use countersign_domain::external_posting::ExternalPosting;
use countersign_domain::id::TransferId;
use countersign_store::queries::admin_keys::{self, DayKey};
use countersign_store::queries::external_postings;
use countersign_store::{ReadTx, StoreError};

use super::transfers::{self, Expected};
use super::{FINDINGS_MAX, PAGE, Report};

const PROOF: &str = "custody";

/// Transfers of one page that say that money came in or went out, and of which no posting tells.
pub(super) fn prove_told(
    tx: &mut dyn ReadTx,
    range: (TransferId, TransferId),
    report: &mut Report,
) -> Result<(), StoreError> {
    let limit = i64::try_from(FINDINGS_MAX).expect("a small number");
    for id in external_postings::untold(tx, range, limit)? {
        report.find(PROOF, format!("transfer {id}: it moves money in or out, but no external posting tells of it"));
    }
    Ok(())
}

/// The next page of postings.
pub(super) fn prove_postings(
    tx: &mut dyn ReadTx,
    after: TransferId,
    report: &mut Report,
) -> Result<Option<TransferId>, StoreError> {
    let page = external_postings::page(tx, after, PAGE)?;
    for (posting, uncounted) in &page {
        report.examined.external_postings += 1;
        let uncounted = uncounted.then(|| "its key has limits, but no day counts it".to_owned());
        for what in posting_fault(tx, posting)?.into_iter().chain(uncounted) {
            report.find(PROOF, format!("external posting {}: {what}", posting.transfer_id));
        }
    }
    Ok(page.last().map(|(posting, _)| posting.transfer_id))
}

/// What is wrong between a posting and the ledger, if anything.
fn posting_fault(tx: &mut dyn ReadTx, posting: &ExternalPosting) -> Result<Option<String>, StoreError> {
    let (id, at) = (posting.transfer_id, posting.posted_at);
    let legs = posting.terms.legs().to_vec();
    let cause = (posting.terms.kind.transfer_kind(), id.get());
    transfers::fault(tx, cause, Some(Expected { id, at, legs, share: None }))
}

/// The next page of keys' days; `after` is where the page before ended.
pub(super) fn prove_days(
    tx: &mut dyn ReadTx,
    after: &DayKey,
    report: &mut Report,
) -> Result<Option<DayKey>, StoreError> {
    let page = admin_keys::days_page(tx, after, PAGE)?;
    for (day, sum) in &page {
        if day.posted.minor() != *sum {
            let (key, number, currency, counted) =
                (day.admin_key_id, day.day, day.posted.currency(), day.posted.minor());
            report.find(
                PROOF,
                format!("admin key {key}, day {number}: it counts {counted} minor units of {currency}, its postings sum to {sum}"),
            );
        }
    }
    let end = |(day, _): &(admin_keys::KeyDay, i64)| {
        (day.admin_key_id.get(), day.posted.currency().code().to_owned(), day.day)
    };
    Ok(page.last().map(end))
}
