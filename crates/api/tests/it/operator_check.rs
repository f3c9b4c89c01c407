//! `countersign check` finds what does not fit between postings, the ledger and the days of keys, on both engines.

use countersign_domain::admin_key::Capability;
use countersign_testkit::{SystemRights, on_both_engines};

use crate::damage::{damages, hold};
use crate::operator_ledger::{POSTINGS, merchant, posting};

damages! {
    DAMAGES:
    "UPDATE external_postings SET amount_minor = amount_minor + 1 WHERE reference = 'in'",
    "UPDATE external_postings SET amount_minor = amount_minor - 1 WHERE reference = 'in'"
    => "does not move what it says";
    "UPDATE external_postings SET wallet = 'SPOT' WHERE reference = 'in'",
    "UPDATE external_postings SET wallet = 'FUNDING' WHERE reference = 'in'"
    => "does not move what it says";
    "UPDATE external_postings SET kind = 'DEPOSIT' WHERE reference = 'out'",
    "UPDATE external_postings SET kind = 'WITHDRAWAL' WHERE reference = 'out'"
    => "is booked as transfer";
    "UPDATE external_postings SET posted_at = posted_at + 1 WHERE reference = 'out'",
    "UPDATE external_postings SET posted_at = posted_at - 1 WHERE reference = 'out'"
    => "no Withdrawal is booked as transfer";
    "UPDATE external_postings SET transfer_id = -transfer_id WHERE reference = 'in'",
    "UPDATE external_postings SET transfer_id = -transfer_id WHERE reference = 'in'"
    => "no external posting tells of it";
    "UPDATE ledger_transfers SET reference = reference + 1 WHERE kind = 'WITHDRAWAL'",
    "UPDATE ledger_transfers SET reference = reference - 1 WHERE kind = 'WITHDRAWAL'"
    => "is booked as transfer";
    "UPDATE admin_key_days SET posted_minor = posted_minor - 1",
    "UPDATE admin_key_days SET posted_minor = posted_minor + 1"
    => "its postings sum to 1200000000";
    "UPDATE admin_key_days SET day = day - 1",
    "UPDATE admin_key_days SET day = day + 1"
    => "its key has limits";
    "UPDATE ledger_accounts SET available_minor = available_minor + 1 WHERE owner_kind = 'MERCHANT'",
    "UPDATE ledger_accounts SET available_minor = available_minor - 1 WHERE owner_kind = 'MERCHANT'"
    => "USDT: all accounts together come to 0.00000001, not to nothing";
    "UPDATE ledger_postings SET amount_minor = amount_minor - 1 WHERE amount_minor = -1000000000",
    "UPDATE ledger_postings SET amount_minor = amount_minor + 1 WHERE amount_minor = -1000000001"
    => "USDT: all accounts together come to -0.00000001, not to nothing";
}

on_both_engines! {
    async fn damage_is_found_and_named(app: TestApp) {
        let rights = SystemRights::of(&[Capability::LedgerPost]).within(&["USDT:10/50"]);
        let (system, shop) = (app.system(rights).await, app.merchant("Shop").await);
        for (reference, kind, amount) in [("in", "deposit", "10"), ("out", "withdrawal", "2")] {
            system.post(POSTINGS, &posting(reference, kind, &merchant(&shop), amount)).send().await.data();
        }
        let report = app.check().await;
        assert_eq!((report.findings.len(), report.examined.external_postings), (0, 2));
        hold(&app, DAMAGES).await;
        // A sandbox's own deposits are postings as well.
        app.payer_with("5").await;
        assert_eq!(app.check().await.examined.external_postings, 3);
    }
}
