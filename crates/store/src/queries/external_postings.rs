//! External postings. A row is written once; only a claim that came to nothing in its own transaction is taken back.

use countersign_domain::Amount;
use countersign_domain::external_posting::{ExternalPosting, ExternalReference, PostingKind, PostingTerms, Remark};
use countersign_domain::id::{AdminKeyId, TransferId};
use countersign_domain::ledger::AccountRef;

use super::{decode, ledger};
use crate::{ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT e.transfer_id, e.reference, e.kind, e.owner_kind, e.owner_id, e.wallet, e.currency, e.amount_minor, e.note,
             e.admin_key_id, e.available_minor, e.posted_at",
            $rest
        )
    };
}

statements! {
    CLAIM = "external_posting_claim":
        "INSERT INTO external_postings (transfer_id, reference, kind, owner_kind, owner_id, wallet, currency, amount_minor, note,
         admin_key_id, available_minor, posted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    RELEASE = "external_posting_release": "DELETE FROM external_postings WHERE transfer_id = $1";
    SETTLE = "external_posting_settle": "UPDATE external_postings SET available_minor = $1 WHERE transfer_id = $2";
    BY_REFERENCE = "external_posting_by_reference": select!(" FROM external_postings e WHERE e.reference = $1");
    PAGE = "external_postings_page": select!(
        ", CASE WHEN k.limits <> '' AND d.day IS NULL THEN 1 ELSE 0 END FROM external_postings e
         LEFT JOIN admin_keys k ON k.id = e.admin_key_id
         LEFT JOIN admin_key_days d ON d.admin_key_id = e.admin_key_id AND d.currency = e.currency AND d.day = e.posted_at / 86400000
         WHERE e.transfer_id > $1 ORDER BY e.transfer_id LIMIT $2"
    );
    UNTOLD = "external_postings_untold":
        "SELECT t.id FROM ledger_transfers t LEFT JOIN external_postings e ON e.transfer_id = t.id
         WHERE t.id > $1 AND t.id <= $2 AND t.kind IN ('DEPOSIT', 'WITHDRAWAL') AND e.transfer_id IS NULL ORDER BY t.id LIMIT $3";
}

const KINDS: &[(&str, PostingKind)] = &[("DEPOSIT", PostingKind::Deposit), ("WITHDRAWAL", PostingKind::Withdrawal)];

fn decode(row: &Row) -> Result<ExternalPosting, StoreError> {
    let AccountRef::Wallet(owner, wallet) = ledger::account(row, 3)? else {
        return Err(row.corrupt(3, "an owner of wallets", "the platform"));
    };
    let amount = decode::amount(row, 6, 7)?;
    let reference = ExternalReference::new(row.text(1)?).ok_or_else(|| row.corrupt(1, "a reference", "other text"))?;
    let remark = |text: &str| Remark::new(text).ok_or_else(|| row.corrupt(8, "a note", "other text"));
    let note = row.opt_text(8)?.map(remark).transpose()?;
    Ok(ExternalPosting {
        transfer_id: TransferId::new(row.int(0)?),
        reference,
        terms: PostingTerms { kind: decode::named(row, 2, KINDS)?, owner, wallet, amount, note },
        admin_key_id: row.opt_int(9)?.map(AdminKeyId::new),
        available: Amount::from_minor(row.int(10)?, amount.currency()),
        posted_at: decode::timestamp(row, 11)?,
    })
}

/// Claims a posting's reference; false where it, or the transfer's id, is taken. Whoever claims the same one in a transaction
/// under way is waited for.
pub fn claim(tx: &mut dyn WriteTx, posting: &ExternalPosting) -> Result<bool, StoreError> {
    let terms = &posting.terms;
    let (owner_kind, owner_id, wallet) = ledger::columns(AccountRef::Wallet(terms.owner, terms.wallet));
    let changed = tx.execute(
        &CLAIM,
        &[
            posting.transfer_id.get().into(),
            posting.reference.as_str().into(),
            decode::name_of(terms.kind, KINDS).into(),
            owner_kind.into(),
            owner_id.into(),
            wallet.into(),
            terms.amount.currency().code().into(),
            terms.amount.minor().into(),
            terms.note.as_ref().map(Remark::as_str).into(),
            posting.admin_key_id.map(AdminKeyId::get).into(),
            posting.available.minor().into(),
            posting.posted_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// Takes a claim of this transaction back: its posting was refused, and the reference is free as before.
pub fn release(tx: &mut dyn WriteTx, id: TransferId) -> Result<(), StoreError> {
    tx.execute_one(&RELEASE, &[id.get().into()])
}

/// Writes what is free in the wallet once the posting is booked.
pub fn settle(tx: &mut dyn WriteTx, id: TransferId, available: Amount) -> Result<(), StoreError> {
    tx.execute_one(&SETTLE, &[available.minor().into(), id.get().into()])
}

/// The posting with this reference.
pub fn by_reference(tx: &mut dyn ReadTx, reference: &ExternalReference) -> Result<Option<ExternalPosting>, StoreError> {
    tx.query_opt(&BY_REFERENCE, &[reference.as_str().into()])?.as_ref().map(decode).transpose()
}

/// A posting for proofs, and whether the day is missing on which its key's limits should count it.
pub type PostingToProve = (ExternalPosting, bool);

/// Postings after `after`, by id.
pub fn page(tx: &mut dyn ReadTx, after: TransferId, limit: i64) -> Result<Vec<PostingToProve>, StoreError> {
    let rows = tx.query(&PAGE, &[after.get().into(), limit.into()])?;
    rows.iter().map(|row| Ok((decode(row)?, row.boolean(12)?))).collect()
}

/// Transfers above `after` up to `last` that say that money came in or went out, and that no posting tells of; at most `limit`.
pub fn untold(
    tx: &mut dyn ReadTx,
    (after, last): (TransferId, TransferId),
    limit: i64,
) -> Result<Vec<TransferId>, StoreError> {
    let rows = tx.query(&UNTOLD, &[after.get().into(), last.get().into(), limit.into()])?;
    rows.iter().map(|row| row.int(0).map(TransferId::new)).collect()
}
