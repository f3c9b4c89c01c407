//! `countersign check` finds what does not fit between refunds, their orders, the ledger and what providers owe.

use countersign_domain::payer::PayerStatus;
use countersign_testkit::on_both_engines;

use crate::damage::{damages, hold};
use crate::refund_races::drain;
use crate::refunds::{charged, paid_through};

damages! {
    DAMAGES:
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

// r1 has waited and arrived, r2 waits. Its merchant holds 20 for it.
damages! {
    DAMAGES_OF_HOLDS:
    "UPDATE ledger_accounts SET frozen_minor = frozen_minor + 1 WHERE frozen_minor > 0",
    "UPDATE ledger_accounts SET frozen_minor = frozen_minor - 1 WHERE frozen_minor > 0"
    => "are waited for";
    "UPDATE ledger_accounts SET frozen_minor = 5 WHERE owner_kind = 'PAYER'",
    "UPDATE ledger_accounts SET frozen_minor = 0 WHERE owner_kind = 'PAYER'"
    => "are held in it, and 0 USDT are waited for";
    "UPDATE refunds SET amount_minor = amount_minor + 1 WHERE state = 'PENDING'",
    "UPDATE refunds SET amount_minor = amount_minor - 1 WHERE state = 'PENDING'"
    => "are waited for";
    "UPDATE refunds SET currency = 'BTC' WHERE state = 'PENDING'",
    "UPDATE refunds SET currency = 'USDT' WHERE state = 'PENDING'"
    => "are held in it, and 0 USDT are waited for";
    "UPDATE refunds SET state = 'SUCCEEDED', transfer_id = hold_id, arrived_at = accepted_at WHERE request_id = 'r2'",
    "UPDATE refunds SET state = 'PENDING', transfer_id = NULL, arrived_at = NULL WHERE request_id = 'r2'"
    => "no OrderRefund is booked";
    "UPDATE orders SET refunds_under_way = 0 WHERE refunds_accepted = 2",
    "UPDATE orders SET refunds_under_way = 1 WHERE refunds_accepted = 2"
    => "what it says went back is not what its refunds come to";
    "UPDATE refunds SET hold_id = hold_id + 1 WHERE request_id = 'r1'",
    "UPDATE refunds SET hold_id = hold_id - 1 WHERE request_id = 'r1'"
    => "no OrderRefundHold is booked";
    "UPDATE refunds SET hold_id = NULL WHERE request_id = 'r1'",
    "UPDATE refunds SET hold_id = (SELECT id FROM ledger_transfers WHERE kind = 'ORDER_REFUND_HOLD' AND reference = refunds.id) WHERE request_id = 'r1'"
    => "it knows of no OrderRefundHold";
    "UPDATE ledger_postings SET part = 'AVAILABLE' WHERE part = 'FROZEN' AND transfer_id IN (SELECT hold_id FROM refunds)",
    "UPDATE ledger_postings SET part = 'FROZEN' WHERE amount_minor = 5000000000 AND transfer_id IN (SELECT hold_id FROM refunds)
     OR amount_minor = 2000000000 AND transfer_id IN (SELECT hold_id FROM refunds)"
    => "does not move what it says";
    "UPDATE ledger_transfers SET reference = -reference WHERE kind = 'ORDER_REFUND_HOLD'",
    "UPDATE ledger_transfers SET reference = -reference WHERE kind = 'ORDER_REFUND_HOLD'"
    => "it moves a refund, and there is none";
    "UPDATE payers SET status = 'ACTIVE'",
    "UPDATE payers SET status = 'FROZEN'"
    => "it is held though its payer is not frozen";
}

on_both_engines! {
    async fn damage_is_found_and_named(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let prepay_id = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        // The first refund finds half of the share that it takes back, the second one nothing.
        drain(&app, &provider, "0.3").await.data();
        for (request_id, amount) in [("r1", "50"), ("r2", "20")] {
            app.advance_ms(1_000);
            merchant.refund(&prepay_id, request_id, amount).await.data();
        }
        let report = app.check().await;
        assert_eq!((report.findings.as_slice(), report.examined.refunds), ([].as_slice(), 2));
        hold(&app, DAMAGES).await;
    }

    async fn damage_of_held_money_is_found_and_named(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let prepay_id = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        let operator = app.operator().await;
        for (request_id, amount) in [("r1", "50"), ("r2", "20")] {
            operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
            app.advance_ms(1_000);
            merchant.refund(&prepay_id, request_id, amount).await.data();
            if request_id == "r1" {
                operator.set_payer_status(payer.id, PayerStatus::Active).await;
                app.advance_ms(1_000);
                assert_eq!(app.release_refunds().await, 1);
            }
        }
        let report = app.check().await;
        assert_eq!((report.findings.as_slice(), report.examined.refunds), ([].as_slice(), 2));
        hold(&app, DAMAGES_OF_HOLDS).await;
    }
}
