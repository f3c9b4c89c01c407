//! Answers of commands whose commit could be ambiguous. The PostgreSQL engine writes and reads them; this file only ages them out.

use countersign_domain::Timestamp;

use crate::{StoreError, WriteTx};

statements! {
    DELETE_OLD = "command_delete_old":
        "DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
}

/// Deletes at most `limit` answers from before `before`; a retry comes within seconds or never.
pub fn delete_before(tx: &mut dyn WriteTx, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(&DELETE_OLD, &[before.ms().into(), limit.into()])
}
