//! The proofs behind `countersign check`: nothing is believed that can be computed again.
//!
//! Every balance from its postings, every transfer from its legs, every paid order from its transfer, every audit row from
//! the one before, every message from its attempts. Findings say which row is wrong; nothing is mended.

use countersign_crypto::chain_hash;
use countersign_domain::audit::{AuditEntry, CHAIN_START};
use countersign_domain::id::{LedgerAccountId, OrderId};
use countersign_domain::ledger::{AccountRef, Owner, Part, TransferKind, Wallet};
use countersign_domain::order::{Order, OrderState};
use countersign_store::queries::audit::{self, AuditHead};
use countersign_store::queries::{ledger, orders, outbox};
use countersign_store::{ReadTx, StoreError};

/// Rows read at a time.
const PAGE: i64 = 1_000;
/// The most findings that one proof lists; one is reason enough to stop and look.
pub const FINDINGS_MAX: i64 = 100;

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which proof found it.
    pub proof: &'static str,
    /// Which row, and what is wrong with it.
    pub what: String,
}

/// What was looked at, for a report that says more than "fine".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Examined {
    /// Ledger accounts.
    pub accounts: u64,
    /// Orders.
    pub orders: u64,
    /// Audit rows.
    pub audit_rows: u64,
}

/// The outcome of every proof.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// What was looked at.
    pub examined: Examined,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Report {
    fn find(&mut self, proof: &'static str, what: String) {
        self.findings.push(Finding { proof, what });
    }
}

/// Runs every proof on one snapshot.
pub fn run(tx: &mut dyn ReadTx) -> Result<Report, StoreError> {
    let mut report = Report::default();
    prove_transfers(tx, &mut report)?;
    prove_balances(tx, &mut report)?;
    prove_orders(tx, &mut report)?;
    prove_audit(tx, &mut report)?;
    prove_outbox(tx, &mut report)?;
    Ok(report)
}

fn prove_transfers(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    for (transfer, currency) in ledger::unbalanced(tx, FINDINGS_MAX)? {
        report.find("ledger", format!("transfer {transfer}: its postings in {currency} do not sum to zero"));
    }
    for transfer in ledger::empty_transfers(tx, FINDINGS_MAX)? {
        report.find("ledger", format!("transfer {transfer}: it has no postings"));
    }
    Ok(())
}

fn prove_balances(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    let mut after = LedgerAccountId::new(i64::MIN);
    loop {
        let accounts = ledger::accounts_page(tx, after, PAGE)?;
        let Some(last) = accounts.last() else { return Ok(()) };
        after = last.id;
        for account in accounts {
            report.examined.accounts += 1;
            let (available, frozen) = ledger::sums(tx, account.id)?;
            let expected = match account.account {
                AccountRef::Wallet(..) => (available, frozen),
                AccountRef::Platform(_) => (0, 0),
            };
            let stored = (account.available.minor(), account.frozen.minor());
            if stored != expected {
                let what = format!(
                    "account {}: it holds {stored:?} minor units, its postings sum to {expected:?}",
                    account.id
                );
                report.find("ledger", what);
            }
        }
    }
}

fn prove_orders(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    let mut after = OrderId::new(i64::MIN);
    loop {
        let page = orders::page(tx, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        for order in page {
            report.examined.orders += 1;
            if let Some(what) = order_fault(tx, &order)? {
                report.find("orders", format!("order {}: {what}", order.id));
            }
        }
    }
}

/// What is wrong between an order and the ledger, if anything.
fn order_fault(tx: &mut dyn ReadTx, order: &Order) -> Result<Option<String>, StoreError> {
    let booked = ledger::find_transfer(tx, TransferKind::OrderPayment, order.id.get())?;
    let OrderState::Paid(payment) = &order.state else {
        return Ok(booked.map(|(transfer, _)| format!("it is not paid, but transfer {transfer} pays it")));
    };
    let Some((transfer, _)) = booked else { return Ok(Some("it is paid, but no transfer pays it".to_owned())) };
    if transfer != payment.transfer_id {
        return Ok(Some(format!("it names transfer {}, but transfer {transfer} pays it", payment.transfer_id)));
    }
    let postings = ledger::postings_of_transfer(tx, transfer)?;
    let moved = |owner: Owner| {
        let account = AccountRef::Wallet(owner, Wallet::Funding);
        let legs = postings.iter().filter(|(of, part, _)| *of == account && *part == Part::Available);
        legs.map(|(_, _, amount)| amount.minor()).sum::<i64>()
    };
    let net = order.amount.minor() - payment.commission.minor();
    if moved(Owner::Payer(payment.payer_id)) != -order.amount.minor() {
        return Ok(Some(format!(
            "transfer {transfer} does not take {} {} from its payer",
            order.amount,
            order.amount.currency()
        )));
    }
    if moved(Owner::Merchant(order.merchant_id)) != net {
        return Ok(Some(format!("transfer {transfer} does not credit its merchant with {net} minor units")));
    }
    Ok(None)
}

fn prove_audit(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
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

/// The stored heads must be the ends that the rows lead to: a chain cut off at its end is found here.
fn prove_heads(tx: &mut dyn ReadTx, report: &mut Report, ends: &[AuditHead]) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    let mut heads = Vec::new();
    loop {
        let page = audit::heads_after(tx, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.owner;
        heads.extend(page);
    }
    for head in &heads {
        if head.sequence > 0 && !ends.contains(head) {
            report.find(
                "audit",
                format!("chain {}: its head is row {}, which its rows do not lead to", head.owner, head.sequence),
            );
        }
    }
    for end in ends {
        if heads.iter().all(|head| head.owner != end.owner) {
            report.find("audit", format!("chain {}: it has rows but no head", end.owner));
        }
    }
    Ok(())
}

fn prove_outbox(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    for id in outbox::inconsistent(tx, FINDINGS_MAX)? {
        report.find("outbox", format!("message {id}: its state, its attempts and its log do not agree"));
    }
    for subject in outbox::duplicate_payments(tx, FINDINGS_MAX)? {
        report.find("outbox", format!("order {subject}: one receiver is told of its payment by more than one message"));
    }
    Ok(())
}
