//! Payers.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::payer::{Payer, PayerStatus};

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

statements! {
    INSERT = "payer_insert":
        "INSERT INTO payers (id, name, status, created_at) VALUES ($1, $2, 'ACTIVE', $3) ON CONFLICT (id) DO NOTHING";
    NAME = "payer_name": "SELECT name FROM payers WHERE id = $1";
    GET = "payer_get": "SELECT id, name, status FROM payers WHERE id = $1";
    LOCK = "payer_lock": "SELECT id, name, status FROM payers WHERE id = $1 {for_update}";
    UPDATE = "payer_update": "UPDATE payers SET status = $1 WHERE id = $2";
}

const STATUSES: &[(&str, PayerStatus)] = &[("ACTIVE", PayerStatus::Active), ("FROZEN", PayerStatus::Frozen)];

fn decode(row: &Row) -> Result<Payer, StoreError> {
    let id = PayerId::new(row.int(0)?);
    Ok(Payer { id, name: row.text(1)?.to_owned(), status: decode::named(row, 2, STATUSES)? })
}

/// Inserts a payer; false where the number is taken.
pub fn insert(tx: &mut dyn WriteTx, id: PayerId, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&INSERT, &[id.get().into(), name.into(), now.ms().into()])? == 1)
}

/// The name of the payer with this number.
pub fn name(tx: &mut dyn ReadTx, id: PayerId) -> Result<Option<String>, StoreError> {
    tx.query_opt(&NAME, &[id.get().into()])?.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// The payer with this number.
pub fn get(tx: &mut dyn ReadTx, id: PayerId) -> Result<Option<Payer>, StoreError> {
    tx.query_opt(&GET, &[id.get().into()])?.as_ref().map(decode).transpose()
}

/// The payer with this number, locked. What changes the payer takes this lock, and a refund, which must know whether the payer
/// may have money: it comes after the locks of order and refund and before those of ledger accounts.
pub fn lock(tx: &mut dyn WriteTx, id: PayerId) -> Result<Option<Locked<Payer>>, StoreError> {
    tx.query_opt(&LOCK, &[id.get().into()])?.as_ref().map(|row| decode(row).map(Locked::new)).transpose()
}

/// Writes what can change of a payer.
pub fn update(tx: &mut dyn WriteTx, payer: &Locked<Payer>) -> Result<(), StoreError> {
    tx.execute_one(&UPDATE, &[decode::name_of(payer.status, STATUSES).into(), payer.id.get().into()])
}
