//! The audit chains: every row from the one before, every head from the rows that lead to it.

use countersign_crypto::chain_hash;
use countersign_domain::audit::{AuditEntry, CHAIN_START};
use countersign_store::queries::audit::{self, AuditHead};
use countersign_store::{ReadTx, StoreError};

use super::{PAGE, Report};

/// Proves every chain and every head.
pub(super) fn prove(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    let mut walk = ChainWalk { owner: i64::MIN, sequence: 0, hash: CHAIN_START };
    let mut ends: Vec<AuditHead> = Vec::new();
    let mut cursor = (i64::MIN, i64::MIN);
    loop {
        let rows = audit::rows_after(tx, cursor.0, cursor.1, PAGE)?;
        let Some(last) = rows.last() else { break };
        cursor = (last.owner, last.sequence);
        for row in rows {
            report.examined.audit_rows += 1;
            if row.owner != walk.owner {
                ends.extend(walk.end());
                walk = ChainWalk { owner: row.owner, sequence: 0, hash: CHAIN_START };
            }
            if let Some(what) = walk.step(&row) {
                report.find("audit", format!("chain {} row {}: {what}", row.owner, row.sequence));
            }
        }
    }
    ends.extend(walk.end());
    prove_heads(tx, report, &ends)
}

/// Walks one owner's chain.
struct ChainWalk {
    owner: i64,
    sequence: i64,
    hash: [u8; 32],
}

impl ChainWalk {
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

    fn end(&self) -> Option<AuditHead> {
        (self.sequence > 0).then_some(AuditHead { owner: self.owner, sequence: self.sequence, hash: self.hash })
    }
}

/// The stored heads must be the ends that the rows lead to: a chain cut off at its end is found here. Both come by owner.
fn prove_heads(tx: &mut dyn ReadTx, report: &mut Report, ends: &[AuditHead]) -> Result<(), StoreError> {
    let mut ends = ends.iter().peekable();
    let mut after = i64::MIN;
    loop {
        let heads = audit::heads_after(tx, after, PAGE)?;
        let Some(last) = heads.last() else { break };
        after = last.owner;
        for head in heads.iter().filter(|head| head.sequence > 0) {
            while let Some(end) = ends.next_if(|end| end.owner < head.owner) {
                report.find("audit", format!("chain {}: it has rows but no head", end.owner));
            }
            if ends.next_if(|end| end.owner == head.owner) != Some(head) {
                let (owner, sequence) = (head.owner, head.sequence);
                report
                    .find("audit", format!("chain {owner}: its head is row {sequence}, which its rows do not lead to"));
            }
        }
    }
    for end in ends {
        report.find("audit", format!("chain {}: it has rows but no head", end.owner));
    }
    Ok(())
}
