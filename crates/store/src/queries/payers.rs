//! Payers.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;

use crate::{ReadTx, StoreError, WriteTx};

statements! {
    INSERT = "payer_insert": "INSERT INTO payers (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    NAME = "payer_name": "SELECT name FROM payers WHERE id = $1";
}

/// Inserts a payer; false where the number is taken.
pub fn insert(tx: &mut dyn WriteTx, id: PayerId, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(&INSERT, &[id.get().into(), name.into(), now.ms().into()])? == 1)
}

/// The name of the payer with this number.
pub fn name(tx: &mut dyn ReadTx, id: PayerId) -> Result<Option<String>, StoreError> {
    tx.query_opt(&NAME, &[id.get().into()])?.map(|row| row.text(0).map(str::to_owned)).transpose()
}
