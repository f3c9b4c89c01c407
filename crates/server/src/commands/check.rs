//! `countersign check`: the proofs over a database, beside a running server.

use std::fmt::Write as _;

use countersign_service::check::{Prover, Report};
use countersign_store::{Mode, StoreError};

use crate::cli::DatabaseArg;
use crate::database;
use crate::failure::Failure;

use super::print;

pub(crate) fn run(args: &DatabaseArg) -> Result<(), Failure> {
    let store = database::open(&database::parse_url(&args.database)?, &database::options(Mode::ReadOnly))?;
    let mut prover = Prover::default();
    let report = loop {
        let page = store.read_blocking("check", move |tx| {
            let mut prover = prover.clone();
            prover.step(tx).map(|()| prover)
        });
        prover = page.map_err(|error: StoreError| Failure::work(error))?;
        if let Some(report) = prover.report() {
            break report.clone();
        }
    };
    store.close_blocking();
    print(&text(&report))?;
    match report.findings.len() {
        0 => Ok(()),
        1 => Err(Failure::work("1 row is not as it must be")),
        count => Err(Failure::work(format!("{count} rows are not as they must be"))),
    }
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        writeln!(text, "{}: {}", finding.proof, finding.what).expect("writing to a string cannot fail");
    }
    let seen = report.examined;
    let verdict = if report.findings.is_empty() { "all is as it must be" } else { "NOT all is as it must be" };
    let (accounts, external, orders, refunds) = (seen.accounts, seen.external_postings, seen.orders, seen.refunds);
    let counts = format!(
        "{accounts} ledger accounts, {external} external postings, {orders} orders, {refunds} refunds, {} transfers between wallets, {} audit rows",
        seen.wallet_transfers, seen.audit_rows
    );
    writeln!(text, "examined {counts}, and the outbox: {verdict}").expect("writing to a string cannot fail");
    text
}
