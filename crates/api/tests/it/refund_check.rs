//! `countersign check` finds what does not fit between refunds, their orders, the ledger and what providers owe.

use countersign_domain::Scope;
use countersign_service::check::Finding;
use countersign_store::{Statement, StoreError};
use countersign_testkit::{TestApp, on_both_engines};

use crate::refund_races::drain;
use crate::refunds::order;

/// What is planted, how it is taken back, and what must be said of it.
struct Damage {
    plant: Statement,
    mend: Statement,
    found: &'static str,
}

macro_rules! damages {
    ($($plant:literal, $mend:literal => $found:literal;)+) => {
        static DAMAGES: &[Damage] = &[$(Damage {
            plant: Statement { name: "plant", sql: $plant },
            mend: Statement { name: "mend", sql: $mend },
            found: $found,
        }),+];
    };
}

damages! {
    "UPDATE refunds SET amount_minor = amount_minor + 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET amount_minor = amount_minor - 1 WHERE request_id = 'r2'"
    => "other figures than its order makes of it";
    "UPDATE refunds SET refunded_minor = refunded_minor + 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET refunded_minor = refunded_minor - 1 WHERE request_id = 'r2'"
    => "other figures than its order makes of it";
    "UPDATE refunds SET refunded_commission_minor = refunded_commission_minor + 1 WHERE request_id = 'r1'",
    "UPDATE refunds SET refunded_commission_minor = refunded_commission_minor - 1 WHERE request_id = 'r1'"
    => "other figures than its order makes of it";
    "UPDATE refunds SET commission_minor = commission_minor - 1 WHERE request_id = 'r1'",
    "UPDATE refunds SET commission_minor = commission_minor + 1 WHERE request_id = 'r1'"
    => "does not move what it says";
    "UPDATE refunds SET share_minor = share_minor - 1 WHERE request_id = 'r1'",
    "UPDATE refunds SET share_minor = share_minor + 1 WHERE request_id = 'r1'"
    => "does not move what it says";
    "UPDATE refunds SET attempts_left = attempts_left - 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET attempts_left = attempts_left + 1 WHERE request_id = 'r2'"
    => "other figures than its order makes of it";
    "UPDATE refunds SET payer_id = payer_id + 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET payer_id = payer_id - 1 WHERE request_id = 'r2'"
    => "its merchant or payer is not its order's";
    "UPDATE refunds SET arrived_at = arrived_at + 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET arrived_at = arrived_at - 1 WHERE request_id = 'r2'"
    => "no OrderRefund is booked";
    "UPDATE refunds SET transfer_id = transfer_id + 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET transfer_id = transfer_id - 1 WHERE request_id = 'r2'"
    => "no OrderRefund is booked";
    "UPDATE refunds SET hold_id = 1 WHERE request_id = 'r2'",
    "UPDATE refunds SET hold_id = NULL WHERE request_id = 'r2'"
    => "no OrderRefundHold is booked";
    "UPDATE orders SET refunded_minor = refunded_minor - 1 WHERE refunds_accepted = 2",
    "UPDATE orders SET refunded_minor = refunded_minor + 1 WHERE refunds_accepted = 2"
    => "what it says went back is not what its refunds come to";
    "UPDATE orders SET refunded_share_minor = refunded_share_minor - 1 WHERE refunds_accepted = 2",
    "UPDATE orders SET refunded_share_minor = refunded_share_minor + 1 WHERE refunds_accepted = 2"
    => "what it says went back is not what its refunds come to";
    "UPDATE orders SET refunds_under_way = 1 WHERE refunds_accepted = 2",
    "UPDATE orders SET refunds_under_way = 0 WHERE refunds_accepted = 2"
    => "what it says went back is not what its refunds come to";
    "UPDATE orders SET refunds_accepted = 3 WHERE refunds_accepted = 2",
    "UPDATE orders SET refunds_accepted = 2 WHERE refunds_accepted = 3"
    => "what it says went back is not what its refunds come to";
    "UPDATE ledger_transfers SET reference = -reference WHERE kind = 'ORDER_REFUND'",
    "UPDATE ledger_transfers SET reference = -reference WHERE kind = 'ORDER_REFUND'"
    => "it moves a refund, and there is none";
    "UPDATE ledger_transfers SET kind = 'ORDER_REFUND_HOLD' WHERE kind = 'ORDER_REFUND'",
    "UPDATE ledger_transfers SET kind = 'ORDER_REFUND' WHERE kind = 'ORDER_REFUND_HOLD'"
    => "it knows of no OrderRefundHold";
    "UPDATE ledger_postings SET part = 'FROZEN' WHERE transfer_id IN (SELECT transfer_id FROM refunds) AND amount_minor > 0",
    "UPDATE ledger_postings SET part = 'AVAILABLE' WHERE transfer_id IN (SELECT transfer_id FROM refunds) AND amount_minor > 0"
    => "does not move what it says";
    "UPDATE ledger_accounts SET available_minor = available_minor + 1 WHERE wallet = 'PROVIDER_DEBT'",
    "UPDATE ledger_accounts SET available_minor = available_minor - 1 WHERE wallet = 'PROVIDER_DEBT'"
    => "its postings sum to";
}

async fn run(app: &TestApp, statement: &'static Statement) {
    let done =
        app.platform().store.write("test", app.platform().command_id(), move |tx| tx.execute(statement, &[])).await;
    let done: Result<u64, StoreError> = done;
    assert!(done.expect("the damage can be done") > 0, "{} changes nothing", statement.sql);
}

on_both_engines! {
    async fn damage_is_found_and_named(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        let operator = app.operator().await;
        operator.set_commission(merchant.id, 10_000).await;
        operator.set_fee_share(provider.id, 400_000).await;
        let token = app.grant(&provider, &merchant, &[Scope::Checkout]).await.token;
        let payer = app.payer_with("100").await;
        let created = provider.call("/v2/order", order("t1", "100")).on_behalf(token.as_str()).await;
        let prepay_id = created.text_of("prepayId");
        payer.pay(&prepay_id).await;
        // The first refund finds half of the share that it takes back, the second one nothing.
        drain(&app, &provider, "0.3").await.data();
        for (request_id, amount) in [("r1", "50"), ("r2", "20")] {
            app.advance_ms(1_000);
            merchant.refund(&prepay_id, request_id, amount).await.data();
        }
        let report = app.check().await;
        assert_eq!((report.findings.as_slice(), report.examined.refunds), ([].as_slice(), 2));
        for damage in DAMAGES {
            run(&app, &damage.plant).await;
            let findings = app.check().await.findings;
            let named = |finding: &Finding| finding.what.contains(damage.found);
            assert!(findings.iter().any(named), "{}: '{}' is not in {findings:?}", damage.plant.sql, damage.found);
            run(&app, &damage.mend).await;
            assert_eq!(app.check().await.findings, [], "{} mends", damage.mend.sql);
        }
    }
}
