//! `countersign check` proves audit chains of any length, page by page, beside a server that works.

use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::id::MerchantId;
use countersign_service::audit::{self, Actor};
use countersign_service::check::{Prover, Report};
use countersign_store::{ReadTx, StoreError};
use countersign_testkit::{TestApp, on_both_engines};
use serde_json::json;

use crate::damage::{damages, hold};

/// More than two pages.
const ROWS: usize = 2_100;

// The first and the second owner's chains, of which the first is longer than a page.
damages! {
    DAMAGES:
    "UPDATE audit SET detail = '{\"n\":-1}' WHERE owner_id = 0 AND sequence = 1500 AND detail = '{}'",
    "UPDATE audit SET detail = '{}' WHERE owner_id = 0 AND sequence = 1500"
    => "chain 0 row 1500: its hash does not follow";
    "UPDATE audit SET sequence = 100000 WHERE owner_id = 0 AND sequence = 1000",
    "UPDATE audit SET sequence = 1000 WHERE owner_id = 0 AND sequence = 100000"
    => "chain 0 row 1001: a row before it is missing";
    "UPDATE audit_heads SET sequence = sequence + 1 WHERE owner_id = 0",
    "UPDATE audit_heads SET sequence = sequence - 1 WHERE owner_id = 0"
    => "which its rows do not lead to";
    "UPDATE audit_heads SET owner_id = -7 WHERE owner_id = 0",
    "UPDATE audit_heads SET owner_id = 0 WHERE owner_id = -7"
    => "chain 0: it has rows but no head";
    "UPDATE audit_heads SET owner_id = -7 WHERE owner_id = 0",
    "UPDATE audit_heads SET owner_id = 0 WHERE owner_id = -7"
    => "chain -7: its head is row";
}

/// Rows for two chains.
async fn grow(app: &TestApp, rows: usize, merchant: MerchantId) {
    let now = app.now();
    let done: Result<(), StoreError> = app
        .platform()
        .write("test", move |tx, _| {
            for _ in 0..rows {
                audit::record(tx, PLATFORM_OWNER, Actor::Operator, ("test", &json!({})), now)?;
            }
            audit::record(tx, merchant.get(), Actor::Operator, ("test", &json!({})), now)
        })
        .await;
    done.expect("audit rows can be written");
}

/// Everything is proved while the chains grow between two pages.
async fn proved_meanwhile(app: &TestApp, merchant: MerchantId) -> Report {
    let mut prover = Prover::default();
    loop {
        if let Some(report) = prover.report() {
            return report.clone();
        }
        let stepped: Result<Prover, StoreError> = app
            .platform()
            .read("check", move |tx: &mut dyn ReadTx, _| {
                let mut prover = prover.clone();
                prover.step(tx).map(|()| prover)
            })
            .await;
        prover = stepped.expect("the database can be read");
        grow(app, 1, merchant).await;
    }
}

on_both_engines! {
    async fn chains_longer_than_a_page_are_proved_while_they_grow(app: TestApp) {
        let merchant = app.merchant("Shop").await.id;
        grow(&app, ROWS, merchant).await;
        let report = proved_meanwhile(&app, merchant).await;
        assert_eq!(report.findings, []);
        assert!(report.examined.audit_rows > 2_000, "{report:?}");
        hold(&app, DAMAGES).await;
    }
}
