//! `countersign check` finds what does not fit between a paid order and its transfer, leg by leg: also what leaves every sum and
//! every balance of a wallet as it was.

use countersign_domain::Currency;
use countersign_domain::ledger::Wallet;
use countersign_testkit::on_both_engines;

use crate::damage::{damages, hold};
use crate::refund_races::drain;
use crate::refunds::{charged, order, paid_through};

// t1 is paid as it costs and through a provider, t2 over a conversion.
damages! {
    DAMAGES:
    "UPDATE orders SET commission_minor = commission_minor + 1 WHERE merchant_trade_no = 't1'",
    "UPDATE orders SET commission_minor = commission_minor - 1 WHERE merchant_trade_no = 't1'"
    => "does not move what it says";
    "UPDATE orders SET share_minor = share_minor - 1 WHERE merchant_trade_no = 't1'",
    "UPDATE orders SET share_minor = share_minor + 1 WHERE merchant_trade_no = 't1'"
    => "does not move what it says";
    "UPDATE orders SET payer_id = payer_id + 1 WHERE merchant_trade_no = 't2'",
    "UPDATE orders SET payer_id = payer_id - 1 WHERE merchant_trade_no = 't2'"
    => "does not move what it says";
    "UPDATE orders SET paid_minor = paid_minor + 1 WHERE merchant_trade_no = 't1'",
    "UPDATE orders SET paid_minor = paid_minor - 1 WHERE merchant_trade_no = 't1'"
    => "is no payment of it";
    "UPDATE orders SET paid_minor = paid_minor + 1 WHERE merchant_trade_no = 't2'",
    "UPDATE orders SET paid_minor = paid_minor - 1 WHERE merchant_trade_no = 't2'"
    => "is no payment of it";
    "UPDATE orders SET paid_price = '60001' WHERE merchant_trade_no = 't2'",
    "UPDATE orders SET paid_price = '60000' WHERE merchant_trade_no = 't2'"
    => "is no payment of it";
    "UPDATE orders SET share_minor = commission_minor + 1 WHERE merchant_trade_no = 't2'",
    "UPDATE orders SET share_minor = 0 WHERE merchant_trade_no = 't2'"
    => "is no payment of it";
    "UPDATE orders SET paid_at = paid_at + 1 WHERE merchant_trade_no = 't1'",
    "UPDATE orders SET paid_at = paid_at - 1 WHERE merchant_trade_no = 't1'"
    => "no OrderPayment is booked";
    "UPDATE orders SET transfer_id = -transfer_id WHERE merchant_trade_no = 't1'",
    "UPDATE orders SET transfer_id = -transfer_id WHERE merchant_trade_no = 't1'"
    => "no OrderPayment is booked";
    // The platform's accounts keep no balance: whatever is booked between them, every sum stays as it is.
    "UPDATE ledger_postings SET account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'DEPOSITS' AND currency = 'USDT')
     WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'COMMISSION' AND currency = 'USDT')",
    "UPDATE ledger_postings SET account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'COMMISSION' AND currency = 'USDT')
     WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'DEPOSITS' AND currency = 'USDT')
     AND transfer_id IN (SELECT transfer_id FROM orders)"
    => "does not move what it says";
    "UPDATE ledger_postings SET account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'ROUNDING' AND currency = 'BTC')
     WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'CONVERSION' AND currency = 'BTC')",
    "UPDATE ledger_postings SET account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'CONVERSION' AND currency = 'BTC')
     WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'ROUNDING' AND currency = 'BTC') AND amount_minor > 1"
    => "does not move what it says";
    "INSERT INTO ledger_postings (transfer_id, sequence, account_id, part, amount_minor)
     SELECT orders.transfer_id, ledger_accounts.id, ledger_accounts.id, 'AVAILABLE', CASE WHEN wallet = 'DEPOSITS' THEN 5 ELSE -5 END
     FROM orders, ledger_accounts
     WHERE merchant_trade_no = 't1' AND ledger_accounts.currency = 'USDT' AND wallet IN ('DEPOSITS', 'COMMISSION')",
    "DELETE FROM ledger_postings WHERE sequence = account_id"
    => "does not move what it says";
}

// t3 is paid while its provider owes a part of what it gets.
damages! {
    DAMAGES_OF_DEBT:
    "UPDATE ledger_postings SET amount_minor = -amount_minor WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'PROVIDER_DEBT')
     AND transfer_id IN (SELECT transfer_id FROM orders)",
    "UPDATE ledger_postings SET amount_minor = -amount_minor WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'PROVIDER_DEBT')
     AND transfer_id IN (SELECT transfer_id FROM orders)"
    => "does not move what it says";
    "UPDATE ledger_postings SET amount_minor = amount_minor * 100 WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'PROVIDER_DEBT')
     AND transfer_id IN (SELECT transfer_id FROM orders)",
    "UPDATE ledger_postings SET amount_minor = amount_minor / 100 WHERE account_id = (SELECT id FROM ledger_accounts WHERE wallet = 'PROVIDER_DEBT')
     AND transfer_id IN (SELECT transfer_id FROM orders)"
    => "does not move what it says";
}

on_both_engines! {
    async fn damage_of_payments_is_found_and_named(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        app.operator().await.credit(&payer, Wallet::Funding, ("1", Currency::BTC)).await;
        paid_through(&provider, &payer, (&token, "t1"), "100").await;
        app.advance_ms(1_000);
        let converted = merchant.call("/v2/order", order("t2", "100")).await.text_of("prepayId");
        payer.try_pay(&converted, Some(Currency::BTC)).await.expect("bitcoin has a price");
        let report = app.check().await;
        assert_eq!((report.findings.as_slice(), report.examined.orders), ([].as_slice(), 2));
        hold(&app, DAMAGES).await;
    }

    async fn damage_of_a_payment_that_paid_debt_off_is_found_and_named(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let first = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        drain(&app, &provider, "0.3").await.data();
        merchant.refund(&first, "r1", "100").await.data();
        app.advance_ms(1_000);
        paid_through(&provider, &payer, (&token, "t3"), "300").await;
        assert_eq!(app.check().await.findings, []);
        hold(&app, DAMAGES_OF_DEBT).await;
    }
}
