//! The audit chains: rows are appended, never changed.

use crate::{Locked, ReadTx, Row, StoreError, WriteTx};
use countersign_domain::Timestamp;
use countersign_domain::audit::{AuditEntry, CHAIN_START};

use super::decode;

statements! {
    OPEN = "audit_open": "INSERT INTO audit_heads (owner_id, sequence, hash) VALUES ($1, 0, $2) ON CONFLICT (owner_id) DO NOTHING";
    LOCK_HEAD = "audit_lock_head": "SELECT sequence, hash FROM audit_heads WHERE owner_id = $1 {for_update}";
    MOVE_HEAD = "audit_move_head": "UPDATE audit_heads SET sequence = $1, hash = $2 WHERE owner_id = $3";
    APPEND = "audit_append":
        "INSERT INTO audit (owner_id, sequence, at, actor, action, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    HEAD = "audit_head": "SELECT sequence, hash FROM audit_heads WHERE owner_id = $1";
    HEADS = "audit_heads":
        "SELECT owner_id, sequence,
         CASE WHEN EXISTS (SELECT 1 FROM audit WHERE audit.owner_id = audit_heads.owner_id) THEN 1 ELSE 0 END
         FROM audit_heads WHERE owner_id > $1 ORDER BY owner_id LIMIT $2";
    PAGE = "audit_page":
        "SELECT owner_id, sequence, at, actor, action, detail, hash FROM audit
         WHERE (owner_id, sequence) > ($1, $2) ORDER BY owner_id, sequence LIMIT $3";
}

/// The end of one owner's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// Whose chain.
    pub owner: i64,
    /// How many rows it has.
    pub sequence: i64,
    /// The hash of its last row.
    pub hash: [u8; 32],
}

/// One stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Whose chain.
    pub owner: i64,
    /// Position in it.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// Facts as JSON.
    pub detail: String,
    /// The stored hash.
    pub hash: [u8; 32],
}

/// The end of `owner`'s chain, locked; the chain is begun where there is none.
pub fn lock_head(tx: &mut dyn WriteTx, owner: i64) -> Result<Locked<AuditHead>, StoreError> {
    tx.execute(&OPEN, &[owner.into(), (&CHAIN_START).into()])?;
    let row = tx.query_one(&LOCK_HEAD, &[owner.into()])?;
    Ok(Locked::new(AuditHead { owner, sequence: row.int(0)?, hash: decode::hash(&row, 1)? }))
}

/// Appends `entry` with its hash and moves the head.
pub fn append(
    tx: &mut dyn WriteTx,
    head: &Locked<AuditHead>,
    entry: &AuditEntry<'_>,
    hash: &[u8; 32],
) -> Result<(), StoreError> {
    assert!(
        entry.owner == head.owner && entry.sequence == head.sequence + 1,
        "an audit row follows the head of its chain"
    );
    tx.execute_one(
        &APPEND,
        &[
            entry.owner.into(),
            entry.sequence.into(),
            entry.at.ms().into(),
            entry.actor.into(),
            entry.action.into(),
            entry.detail.into(),
            hash.into(),
        ],
    )?;
    tx.execute_one(&MOVE_HEAD, &[entry.sequence.into(), hash.into(), entry.owner.into()])
}

/// Where `owner`'s chain says that it ends.
pub fn head(tx: &mut dyn ReadTx, owner: i64) -> Result<Option<AuditHead>, StoreError> {
    let row = tx.query_opt(&HEAD, &[owner.into()])?;
    row.map(|row| Ok(AuditHead { owner, sequence: row.int(0)?, hash: decode::hash(&row, 1)? })).transpose()
}

/// A head, as a proof of all of them asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadSeen {
    /// Whose chain.
    pub owner: i64,
    /// How many rows it says that it has.
    pub sequence: i64,
    /// Whether it has any.
    pub has_rows: bool,
}

/// Heads of the owners after `owner`, in order.
pub fn heads_after(tx: &mut dyn ReadTx, owner: i64, limit: i64) -> Result<Vec<HeadSeen>, StoreError> {
    let seen = |row: &Row| Ok(HeadSeen { owner: row.int(0)?, sequence: row.int(1)?, has_rows: row.int(2)? == 1 });
    tx.query(&HEADS, &[owner.into(), limit.into()])?.iter().map(seen).collect()
}

/// Rows after `(owner, sequence)`, in order.
pub fn rows_after(tx: &mut dyn ReadTx, owner: i64, sequence: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    let rows = tx.query(&PAGE, &[owner.into(), sequence.into(), limit.into()])?;
    rows.iter()
        .map(|row| {
            Ok(AuditRow {
                owner: row.int(0)?,
                sequence: row.int(1)?,
                at: decode::timestamp(row, 2)?,
                actor: row.text(3)?.to_owned(),
                action: row.text(4)?.to_owned(),
                detail: row.text(5)?.to_owned(),
                hash: decode::hash(row, 6)?,
            })
        })
        .collect()
}
