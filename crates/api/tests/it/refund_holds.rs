//! Refunds to frozen payers on both engines: held when they are accepted, brought once the payer is free, and in between counted
//! as if they had arrived.

use countersign_domain::admin_key::Capability;
use countersign_domain::ledger::Wallet;
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::payer::PayerStatus;
use countersign_domain::{Currency, Scope};
use countersign_service::refunds::RELEASE_RETRY_MS;
use countersign_store::queries::outbox::Channel;
use countersign_testkit::{Merchant, Operator, Payer, SystemRights, TestApp, on_both_engines};
use serde_json::json;

use crate::refund_races::drain;
use crate::refunds::{asked, charged, figured, figures, paid, paid_through, status};

async fn freeze(app: &TestApp, payer: &Payer) -> Operator {
    let operator = app.operator().await;
    operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
    operator
}

async fn unfreeze(operator: &Operator, payer: &Payer) {
    operator.set_payer_status(payer.id, PayerStatus::Active).await;
}

async fn held(app: &TestApp, merchant: &Merchant) -> String {
    app.held(merchant, Currency::USDT).await.to_string()
}

/// How the merchant is told that a refund stands.
async fn refund_status(merchant: &Merchant, request_id: &str) -> String {
    asked(merchant, request_id).await.text_of("refundStatus")
}

/// How many messages about refunds are in the merchant's log.
async fn told(app: &TestApp, merchant: &Merchant) -> usize {
    let messages = app.messages(Channel::Webhook, merchant.id).await;
    messages.iter().filter(|message| message.event_kind == "REFUND").count()
}

on_both_engines! {
    // Commission and share go back when the refund is accepted; the amount waits in the merchant's held part.
    async fn a_refund_waits_until_its_payer_is_free(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        merchant.set_endpoint("https://shop.test/").await;
        let prepay_id = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        let all = async || {
            [app.usdt(&payer).await, app.usdt(&merchant).await, held(&app, &merchant).await, app.usdt(&provider).await]
        };
        assert_eq!(all().await, ["900", "99", "0", "0.4"]);
        let operator = freeze(&app, &payer).await;

        let accepted = merchant.refund(&prepay_id, "r1", "25").await;
        assert_eq!(figures(&accepted), figured("25", "0.25", "25", "0.25", 9, "N"));
        assert_eq!(accepted.text_of("refundStatus"), "REFUND_PENDING");
        assert_eq!(all().await, ["900", "74.25", "25", "0.3"]);
        let again = merchant.refund(&prepay_id, "r1", "25").await;
        assert_eq!(figures(&again), figured("25", "0.25", "25", "0.25", 9, "Y"));
        assert_eq!(again.text_of("refundStatus"), "REFUND_PENDING");
        merchant.refund(&prepay_id, "r1", "24").await.refused("400001");
        assert_eq!(refund_status(&merchant, "r1").await, "REFUND_PENDING");
        assert_eq!(status(&merchant, &prepay_id).await, "REFUNDING");
        let v1 = provider.call("/order/query", json!({ "prepayId": prepay_id })).on_behalf(token.as_str()).await;
        assert_eq!(v1.text_of("status"), "REFUNDING");
        let balance = merchant.call("/v2/balance", json!({ "wallet": "FUNDING_WALLET", "currency": "USDT" })).await;
        assert!(balance.text.contains(r#""available":74.25000000,"freeze":25.00000000"#), "{}", balance.text);
        // However long: nobody but the operator ends it.
        app.advance_ms(86_400_000);
        assert_eq!((app.release_refunds().await, told(&app, &merchant).await), (0, 0));
        assert_eq!(all().await, ["900", "74.25", "25", "0.3"]);

        unfreeze(&operator, &payer).await;
        assert_eq!(refund_status(&merchant, "r1").await, "REFUND_PENDING", "until the job has come by");
        assert_eq!((app.release_refunds().await, told(&app, &merchant).await), (1, 1));
        assert_eq!(all().await, ["925", "74.25", "0", "0.3"]);
        assert_eq!(refund_status(&merchant, "r1").await, "REFUND_SUCCESS");
        assert_eq!(merchant.refund(&prepay_id, "r1", "25").await.text_of("refundStatus"), "REFUND_SUCCESS");
        assert_eq!(status(&merchant, &prepay_id).await, "REFUNDED");
        let before = app.footprint().await;
        assert_eq!(app.release_refunds().await, 0);
        before.assert_same(&app.footprint().await, "a job with nothing to do");
        assert_eq!(before.rows("refund_releases"), 0, "the note is taken back");
    }

    // Row 21: what the provider lacks is its debt from the acceptance on; the payer's coming back changes nothing of it.
    async fn what_the_provider_lacks_is_owed_at_once(app: TestApp) {
        let (provider, merchant, payer, token) = charged(&app).await;
        let debt = async || app.debt(&provider, Currency::USDT).await.to_string();
        let prepay_id = paid_through(&provider, &payer, (&token, "t1"), "100").await;
        drain(&app, &provider, "0.3").await.data();
        let operator = freeze(&app, &payer).await;
        merchant.refund(&prepay_id, "r1", "50").await.data();
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0", "0.1"));
        // The share of another payer's order pays it off while the refund waits.
        let other = app.payer_with("50").await;
        paid_through(&provider, &other, (&token, "t2"), "50").await;
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0.1", "0"));
        unfreeze(&operator, &payer).await;
        assert_eq!(app.release_refunds().await, 1);
        assert_eq!((app.usdt(&provider).await.as_str(), debt().await.as_str()), ("0.1", "0"));
        assert_eq!((app.usdt(&payer).await.as_str(), held(&app, &merchant).await.as_str()), ("950", "0"));
    }

    // While one waits the order takes more, by its own rules: held, or at once where the payer is free and the job yet to come.
    async fn further_refunds_follow_while_one_waits(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let operator = freeze(&app, &payer).await;
        merchant.refund(&prepay_id, "r1", "40").await.data();
        merchant.refund(&prepay_id, "r2", "60.00000001").await.refused("400303");
        let second = merchant.refund(&prepay_id, "r2", "20").await;
        assert_eq!(figures(&second), figured("20", "0", "60", "0", 8, "N"));
        assert_eq!((held(&app, &merchant).await.as_str(), app.usdt(&payer).await.as_str()), ("60", "0"));
        unfreeze(&operator, &payer).await;
        let third = merchant.refund(&prepay_id, "r3", "30").await;
        assert_eq!(third.text_of("refundStatus"), "REFUND_SUCCESS");
        assert_eq!((held(&app, &merchant).await.as_str(), app.usdt(&payer).await.as_str()), ("60", "30"));
        assert_eq!(status(&merchant, &prepay_id).await, "REFUNDING", "two are on their way");
        assert_eq!(app.release_refunds().await, 2);
        assert_eq!((held(&app, &merchant).await.as_str(), app.usdt(&payer).await.as_str()), ("0", "90"));
        assert_eq!(status(&merchant, &prepay_id).await, "REFUNDED");
        merchant.refund(&prepay_id, "r4", "10").await.data();
        assert_eq!(status(&merchant, &prepay_id).await, "FULL_REFUNDED");
    }

    // Row 32: the tenth takes what is left, whatever it asks, and none comes after it; held ones are attempts as well.
    async fn the_last_attempt_takes_the_rest_and_waits_with_it(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let operator = freeze(&app, &payer).await;
        for attempt in 1..=9 {
            merchant.refund(&prepay_id, &format!("r{attempt}"), "1").await.data();
        }
        let last = merchant.refund(&prepay_id, "r10", "1").await;
        assert_eq!(figures(&last), figured("91", "0", "100", "0", 0, "N"));
        merchant.refund(&prepay_id, "r11", "1").await.refused("400302");
        assert_eq!((held(&app, &merchant).await.as_str(), app.usdt(&merchant).await.as_str()), ("100", "0"));
        unfreeze(&operator, &payer).await;
        assert_eq!(app.release_refunds().await, 10);
        assert_eq!((app.usdt(&payer).await.as_str(), status(&merchant, &prepay_id).await.as_str()), ("100", "FULL_REFUNDED"));
        merchant.refund(&prepay_id, "r11", "1").await.refused("400302");
    }

    // Frozen again before the job has come by: what waits keeps waiting, and the next unfreezing brings it.
    async fn a_payer_frozen_again_keeps_waiting(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let operator = freeze(&app, &payer).await;
        merchant.refund(&prepay_id, "r1", "40").await.data();
        unfreeze(&operator, &payer).await;
        assert_eq!(app.footprint().await.rows("refund_releases"), 1);
        // Said twice it is the same.
        unfreeze(&operator, &payer).await;
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        assert_eq!(app.release_refunds().await, 0);
        assert_eq!((held(&app, &merchant).await.as_str(), app.usdt(&payer).await.as_str()), ("40", "0"));
        assert_eq!(refund_status(&merchant, "r1").await, "REFUND_PENDING");
        assert_eq!(app.check().await.findings, []);
        unfreeze(&operator, &payer).await;
        assert_eq!(app.release_refunds().await, 1);
        assert_eq!((held(&app, &merchant).await.as_str(), app.usdt(&payer).await.as_str()), ("0", "40"));
    }

    // The held part is nobody's to spend, and only what is free can be refunded (row 32).
    async fn what_is_held_cannot_be_spent(app: TestApp) {
        let merchant = app.merchant("Shop").await;
        let (payer, other) = (app.payer_with("100").await, app.payer_with("50").await);
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        freeze(&app, &payer).await;
        merchant.refund(&prepay_id, "r1", "80").await.data();
        let before = app.footprint().await;
        drain(&app, &merchant, "20.00000001").await.refused("400611");
        before.assert_same(&app.footprint().await, "a transfer of held money");
        drain(&app, &merchant, "15").await.data();
        merchant.refund(&prepay_id, "r2", "10").await.refused("400304");
        let second = paid(&merchant, &other, "t2", "50").await;
        merchant.refund(&second, "r3", "50").await.data();
        assert_eq!((app.usdt(&merchant).await.as_str(), held(&app, &merchant).await.as_str()), ("5", "80"));
    }

    // What was accepted completes: the merchant may be frozen, the token withdrawn and the year over by then.
    async fn a_held_refund_arrives_whatever_became_of_its_merchant(app: TestApp) {
        let (provider, merchant) = (app.provider("Acme").await, app.merchant("Shop").await);
        for (actor, url) in [(&*provider, "https://acme.test/"), (&merchant, "https://shop.test/")] {
            actor.set_endpoint(url).await;
        }
        let authority = app.grant(&provider, &merchant, &[Scope::Refund]).await;
        let payer = app.payer_with("100").await;
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let operator = freeze(&app, &payer).await;
        provider.refund(&prepay_id, "r1", "100").on_behalf(authority.token.as_str()).await.data();
        merchant.disable(authority.id).await.expect("it is in force");
        operator.set_status(merchant.id, MerchantStatus::Frozen).await;
        app.advance_ms(400 * 86_400_000);
        unfreeze(&operator, &payer).await;
        assert_eq!((app.release_refunds().await, app.usdt(&payer).await.as_str()), (1, "100"));
        assert_eq!((told(&app, &provider).await, told(&app, &merchant).await), (1, 1));
    }

    // The operator's systems do it over their API, and see what waits.
    async fn the_operators_systems_freeze_and_unfreeze(app: TestApp) {
        let system = app.system(SystemRights::of(&[Capability::AccountFreeze, Capability::AccountRead])).await;
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let prepay_id = paid(&merchant, &payer, "t1", "100").await;
        let account = json!({ "binanceId": payer.id.to_string() });
        let body = json!({ "account": account, "reason": "Court order 7" });
        system.post("/admin/v1/accounts/freeze", &body).send().await.data();
        for request in ["r1", "r2"] {
            merchant.refund(&prepay_id, request, "10").await.data();
        }
        let of = async |account: &serde_json::Value| {
            system.post("/admin/v1/accounts/balance", &json!({ "account": account })).send().await.data()["heldRefunds"].clone()
        };
        let shop = json!({ "merchantId": merchant.id.to_string() });
        assert_eq!((of(&account).await, of(&shop).await), (json!(2), json!(2)));
        system.post("/admin/v1/accounts/unfreeze", &body).send().await.data();
        assert_eq!((app.release_refunds().await, app.usdt(&payer).await.as_str()), (2, "20"));
        assert_eq!((of(&account).await, of(&shop).await), (json!(0), json!(0)));
        // Where nothing waits there is nothing to note.
        for path in ["freeze", "unfreeze"] {
            system.post(&format!("/admin/v1/accounts/{path}"), &body).send().await.data();
        }
        assert_eq!(app.footprint().await.rows("refund_releases"), 0);
    }

    // A wallet that is as full as it can be takes no refund: the others arrive, and this one is tried again.
    async fn one_that_cannot_be_brought_holds_up_no_other(app: TestApp) {
        let (merchant, payer) = (app.merchant("Shop").await, app.payer_with("100").await);
        let operator = app.operator().await;
        operator.credit(&payer, Wallet::Funding, ("1", Currency::BTC)).await;
        let first = paid(&merchant, &payer, "t1", "100").await;
        let mut body = crate::refunds::order("t2", "1");
        body["currency"] = json!("BTC");
        let second = merchant.call("/v2/order", body).await.text_of("prepayId");
        payer.pay(&second).await;
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        merchant.refund(&first, "r1", "100").await.data();
        merchant.refund(&second, "r2", "1").await.data();
        operator.credit(&payer, Wallet::Funding, ("92233720268.54775808", Currency::USDT)).await;
        unfreeze(&operator, &payer).await;
        assert_eq!(app.release_refunds().await, 1);
        assert_eq!(app.balance(&payer, Wallet::Funding, Currency::BTC).await.to_string(), "1");
        assert_eq!((refund_status(&merchant, "r1").await.as_str(), held(&app, &merchant).await.as_str()), ("REFUND_PENDING", "100"));
        assert_eq!(app.check().await.findings, [], "it is still to be brought");

        let custody = app.system(SystemRights::all()).await;
        let withdrawal = json!({ "reference": "w1", "kind": "withdrawal", "account": { "binanceId": payer.id.to_string() },
            "wallet": "FUNDING_WALLET", "currency": "USDT", "amount": "0.00000001" });
        custody.post("/admin/v1/postings", &withdrawal).send().await.data();
        app.advance_ms(RELEASE_RETRY_MS - 1);
        assert_eq!(app.release_refunds().await, 0, "it is left alone for a while");
        app.advance_ms(1);
        assert_eq!(app.release_refunds().await, 1);
        assert_eq!(app.usdt(&payer).await, "92233720368.54775807");
        assert_eq!(app.footprint().await.rows("refund_releases"), 0);
    }
}
