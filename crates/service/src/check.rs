//! The proofs behind `countersign check`: nothing is believed that can be computed again.
//!
//! Every balance from its postings, every held part from the refunds it waits for, every transfer from its legs, every external
//! posting, paid order and movement between wallets from its transfer, leg by leg, every refund from its transfers and its order,
//! every audit row from the one before, every message from its attempts. Findings say which row is wrong; nothing is mended.

mod audit;
mod custody;
mod holds;
mod ledger;
mod payments;
mod refunds;
mod transfers;
mod wallet_transfers;

use countersign_domain::id::{LedgerAccountId, OrderId, TransferId, WalletTransferId};
use countersign_store::queries::admin_keys::DayKey;
use countersign_store::queries::{orders, outbox};
use countersign_store::{ReadTx, StoreError};

/// Rows read at a time.
const PAGE: i64 = 1_000;
/// The most findings that a report lists; one is reason enough to stop and look.
pub const FINDINGS_MAX: usize = 100;
/// The most messages that one proof of the outbox lists.
const MESSAGES_MAX: i64 = 100;

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
    /// What entered and left through custody.
    pub external_postings: u64,
    /// Orders.
    pub orders: u64,
    /// Refunds.
    pub refunds: u64,
    /// Movements between wallets.
    pub wallet_transfers: u64,
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
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { proof, what });
        }
    }
}

/// Where the proofs have come to.
#[derive(Debug, Clone)]
enum Stage {
    Transfers(TransferId),
    Balances(LedgerAccountId),
    Totals,
    Postings(TransferId),
    Days(DayKey),
    Orders(OrderId),
    WalletTransfers(WalletTransferId),
    Audit(audit::Walk),
    AuditHeads(i64),
    Outbox,
    Done,
}

/// Walks through every proof, a page at a time, so that no read holds a snapshot of a large database for long.
///
/// What a page proves it proves within one snapshot, so that a server that works meanwhile raises no false alarm.
#[derive(Debug, Clone)]
pub struct Prover {
    stage: Stage,
    report: Report,
}

impl Default for Prover {
    fn default() -> Self {
        Self { stage: Stage::Transfers(TransferId::new(i64::MIN)), report: Report::default() }
    }
}

impl Prover {
    /// Proves the next page.
    pub fn step(&mut self, tx: &mut dyn ReadTx) -> Result<(), StoreError> {
        let report = &mut self.report;
        self.stage = match &self.stage {
            Stage::Transfers(after) => match ledger::prove_transfers(tx, *after, report)? {
                Some(last) => Stage::Transfers(last),
                None => Stage::Balances(LedgerAccountId::new(i64::MIN)),
            },
            Stage::Balances(after) => match ledger::prove_balances(tx, *after, report)? {
                Some(last) => Stage::Balances(last),
                None => Stage::Totals,
            },
            Stage::Totals => {
                ledger::prove_totals(tx, report)?;
                Stage::Postings(TransferId::new(i64::MIN))
            }
            Stage::Postings(after) => match custody::prove_postings(tx, *after, report)? {
                Some(last) => Stage::Postings(last),
                None => Stage::Days((i64::MIN, String::new(), i64::MIN)),
            },
            Stage::Days(after) => match custody::prove_days(tx, after, report)? {
                Some(last) => Stage::Days(last),
                None => Stage::Orders(OrderId::new(i64::MIN)),
            },
            Stage::Orders(after) => match prove_orders(tx, *after, report)? {
                Some(last) => Stage::Orders(last),
                None => Stage::WalletTransfers(WalletTransferId::new(i64::MIN)),
            },
            Stage::WalletTransfers(after) => match wallet_transfers::prove(tx, *after, report)? {
                Some(last) => Stage::WalletTransfers(last),
                None => Stage::Audit(audit::Walk::default()),
            },
            Stage::Audit(walk) => match audit::prove_rows(tx, walk, report)? {
                Some(walk) => Stage::Audit(walk),
                None => Stage::AuditHeads(i64::MIN),
            },
            Stage::AuditHeads(after) => match audit::prove_heads(tx, *after, report)? {
                Some(last) => Stage::AuditHeads(last),
                None => Stage::Outbox,
            },
            Stage::Outbox => {
                prove_outbox(tx, report)?;
                Stage::Done
            }
            Stage::Done => Stage::Done,
        };
        Ok(())
    }

    /// The outcome, once everything is proved.
    pub fn report(&self) -> Option<&Report> {
        matches!(self.stage, Stage::Done).then_some(&self.report)
    }
}

/// Runs every proof on one snapshot.
pub fn run(tx: &mut dyn ReadTx) -> Result<Report, StoreError> {
    let mut prover = Prover::default();
    loop {
        prover.step(tx)?;
        if let Some(report) = prover.report() {
            return Ok(report.clone());
        }
    }
}

fn prove_orders(tx: &mut dyn ReadTx, after: OrderId, report: &mut Report) -> Result<Option<OrderId>, StoreError> {
    let page = orders::page(tx, after, PAGE)?;
    for order in &page {
        report.examined.orders += 1;
        if let Some(what) = payments::fault(tx, order)? {
            report.find("orders", format!("order {}: {what}", order.id));
        }
    }
    refunds::prove(tx, after, &page, report)?;
    Ok(page.last().map(|order| order.id))
}

fn prove_outbox(tx: &mut dyn ReadTx, report: &mut Report) -> Result<(), StoreError> {
    for id in outbox::inconsistent(tx, MESSAGES_MAX)? {
        report.find("outbox", format!("message {id}: its state, its attempts and its log do not agree"));
    }
    for subject in outbox::duplicate_payments(tx, MESSAGES_MAX)? {
        report.find("outbox", format!("order {subject}: one receiver is told of its payment by more than one message"));
    }
    Ok(())
}
