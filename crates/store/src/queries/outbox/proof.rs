//! What `countersign check` asks of the outbox.

use countersign_domain::id::OutboxId;

use crate::{ReadTx, StoreError};

statements! {
    // What is finished says when, what is parked says why, every try is in the log under its number, and the last of them
    // agrees with the state.
    ODD = "outbox_odd":
        "SELECT o.id FROM outbox o WHERE (o.state = 'PENDING') = (o.finished_at IS NOT NULL)
         OR (o.state = 'PARKED') = (o.parked_as IS NULL)
         OR o.round_before > o.attempts
         OR o.attempts <> (SELECT COUNT(*) FROM delivery_attempts a WHERE a.outbox_id = o.id)
         OR o.attempts <> (SELECT COALESCE(MAX(a.attempt), 0) FROM delivery_attempts a WHERE a.outbox_id = o.id)
         OR (o.state = 'DELIVERED' AND NOT EXISTS
             (SELECT 1 FROM delivery_attempts a WHERE a.outbox_id = o.id AND a.attempt = o.attempts AND a.error IS NULL))
         OR (o.parked_as IN ('LAST_TRY', 'HOPELESS') AND NOT EXISTS
             (SELECT 1 FROM delivery_attempts a WHERE a.outbox_id = o.id AND a.attempt = o.attempts AND a.error IS NOT NULL))
         ORDER BY o.id LIMIT $1";
    DUPLICATES = "outbox_duplicates":
        "SELECT subject FROM outbox WHERE channel = 'WEBHOOK' AND event_kind = 'ORDER'
         GROUP BY subject, event_status, destination, merchant_id HAVING COUNT(*) > 1 ORDER BY subject LIMIT $1";
}

/// Messages whose state, attempts and log do not agree.
pub fn inconsistent(tx: &mut dyn ReadTx, limit: i64) -> Result<Vec<OutboxId>, StoreError> {
    tx.query(&ODD, &[limit.into()])?.iter().map(|row| row.int(0).map(OutboxId::new)).collect()
}

/// Orders whose payment was told to one receiver in more than one message.
pub fn duplicate_payments(tx: &mut dyn ReadTx, limit: i64) -> Result<Vec<i64>, StoreError> {
    tx.query(&DUPLICATES, &[limit.into()])?.iter().map(|row| row.int(0)).collect()
}
