//! Payers who were unfrozen while refunds were held for them.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::payer::Payer;

use crate::{Locked, ReadTx, StoreError, WriteTx};

statements! {
    PUT = "refund_release_put":
        "INSERT INTO refund_releases (payer_id, due_at) VALUES ($1, $2) ON CONFLICT (payer_id) DO UPDATE SET due_at = excluded.due_at";
    DELETE = "refund_release_delete": "DELETE FROM refund_releases WHERE payer_id = $1";
    GET = "refund_release_get": "SELECT due_at FROM refund_releases WHERE payer_id = $1";
    DUE = "refund_releases_due": "SELECT payer_id FROM refund_releases WHERE due_at <= $1 ORDER BY due_at, payer_id LIMIT $2";
    NEXT_DUE = "refund_releases_next_due": "SELECT MIN(due_at) FROM refund_releases";
}

/// Notes that the job is to look at `due_at` for what is held for the payer; an earlier note gives way.
pub fn put(tx: &mut dyn WriteTx, payer: &Locked<Payer>, due_at: Timestamp) -> Result<(), StoreError> {
    tx.execute_one(&PUT, &[payer.id.get().into(), due_at.ms().into()])
}

/// Takes the note back, where there is one.
pub fn delete(tx: &mut dyn WriteTx, payer: &Locked<Payer>) -> Result<(), StoreError> {
    tx.execute(&DELETE, &[payer.id.get().into()])?;
    Ok(())
}

/// When the job is to look, where something is to be brought to the payer.
pub fn due_at(tx: &mut dyn ReadTx, payer: PayerId) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.query_opt(&GET, &[payer.get().into()])?;
    row.map(|row| row.int(0).map(Timestamp::from_ms)).transpose()
}

/// Payers at whom the job is to look as of `now`, the longest due first.
pub fn due(tx: &mut dyn ReadTx, now: Timestamp, limit: i64) -> Result<Vec<PayerId>, StoreError> {
    let rows = tx.query(&DUE, &[now.ms().into(), limit.into()])?;
    rows.iter().map(|row| row.int(0).map(PayerId::new)).collect()
}

/// When the job is to look next; in the past where it has not looked yet.
pub fn next_due(tx: &mut dyn ReadTx) -> Result<Option<Timestamp>, StoreError> {
    Ok(tx.query_one(&NEXT_DUE, &[])?.opt_int(0)?.map(Timestamp::from_ms))
}
