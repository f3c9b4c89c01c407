//! The audit chains: every row from the one before, every head from the rows that lead to it.
//!
//! A chain may be longer than a page, and grow between two pages. So it is held against its head in the snapshot in which its end
//! was seen: the one that has a row of the next chain, or no row more than a page holds.

use countersign_crypto::chain_hash;
use countersign_domain::audit::{AuditEntry, CHAIN_START};
use countersign_store::queries::audit;
use countersign_store::{ReadTx, StoreError};

use super::{PAGE, Report};

const PROOF: &str = "audit";

/// Where the proof has come to: the chain whose rows are walked, and what they have led to so far.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    owner: i64,
    sequence: i64,
    hash: [u8; 32],
}

impl Default for Walk {
    fn default() -> Self {
        Self::of(i64::MIN)
    }
}

/// Proves the next page of rows, and the heads of the chains that end in it; `None` once there are no more.
pub(super) fn prove_rows(tx: &mut dyn ReadTx, walk: &Walk, report: &mut Report) -> Result<Option<Walk>, StoreError> {
    let mut walk = walk.clone();
    let rows = audit::rows_after(tx, walk.owner, walk.sequence, PAGE)?;
    // Otherwise a server that writes a row with every step would never let it end.
    let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < PAGE);
    for row in rows {
        report.examined.audit_rows += 1;
        if row.owner != walk.owner {
            walk.prove_end(tx, report)?;
            walk = Walk::of(row.owner);
        }
        if let Some(what) = walk.step(&row) {
            report.find(PROOF, format!("chain {} row {}: {what}", row.owner, row.sequence));
        }
    }
    if is_last {
        walk.prove_end(tx, report)?;
        return Ok(None);
    }
    Ok(Some(walk))
}

/// Proves the next page of heads: none stands over a chain without rows. Those with rows are held against them above.
pub(super) fn prove_heads(tx: &mut dyn ReadTx, after: i64, report: &mut Report) -> Result<Option<i64>, StoreError> {
    let heads = audit::heads_after(tx, after, PAGE)?;
    for head in heads.iter().filter(|head| head.sequence > 0 && !head.has_rows) {
        report.find(PROOF, unled(head.owner, head.sequence));
    }
    Ok(heads.last().map(|head| head.owner))
}

fn unled(owner: i64, sequence: i64) -> String {
    format!("chain {owner}: its head is row {sequence}, which its rows do not lead to")
}

impl Walk {
    /// Takes the next row in; tells what is wrong with it, if anything.
    fn step(&mut self, row: &audit::AuditRow) -> Option<String> {
        let entry = AuditEntry {
            owner: row.owner,
            sequence: row.sequence,
            at: row.at,
            actor: &row.actor,
            action: &row.action,
            detail: &row.detail,
        };
        let expected = chain_hash(&self.hash, &entry.canonical());
        let gap = row.sequence != self.sequence + 1;
        self.sequence = row.sequence;
        self.hash = row.hash;
        if gap {
            Some("a row before it is missing".to_owned())
        } else if expected == row.hash {
            None
        } else {
            Some("its hash does not follow from its content and the row before".to_owned())
        }
    }

    fn of(owner: i64) -> Self {
        Self { owner, sequence: 0, hash: CHAIN_START }
    }

    /// The stored head must be the end that the rows lead to: a chain cut off at its end is found here.
    fn prove_end(&self, tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
        if self.sequence == 0 {
            return Ok(());
        }
        match audit::head(tx, self.owner)? {
            None => report.find(PROOF, format!("chain {}: it has rows but no head", self.owner)),
            Some(head) if (head.sequence, head.hash) != (self.sequence, self.hash) => {
                report.find(PROOF, unled(self.owner, head.sequence));
            }
            Some(_) => {}
        }
        Ok(())
    }
}
