//! One order's page: what happened and who did it, what was booked, what was told.

use countersign_domain::ledger::Wallet;
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::order::OFFER_LIFETIME_MS;
use countersign_domain::payer::PayerStatus;
use countersign_domain::time::{HOUR_MS, MINUTE_MS};
use countersign_domain::{AddressList, Currency, ScopeSet};
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::refund::{agree, check};
use super::{Shop, created, order, order_body, page_of, refund_of};
use crate::browser::{Seen, Site};

/// The time line, oldest first: what happened, and when and by whom.
fn history(seen: &Seen) -> Vec<String> {
    let mut entries = seen.texts(".timeline li");
    entries.reverse();
    entries
}

/// The rows of the card with this heading.
fn table(seen: &Seen, position: usize) -> Vec<String> {
    seen.texts(&format!(".stack-cards > section:nth-of-type({position}) tbody tr"))
}

const BOOKED: usize = 2;
const WEBHOOKS: usize = 3;

fn facts(seen: &Seen) -> Vec<String> {
    seen.texts(".facts > div")
}

on_both_engines! {
    async fn it_says_what_happened_when_and_who_did_it(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (acme, app) = (format!("Acme ({}), on your behalf", shop.provider.id), &site.app);
        let payer = app.payer("Ann").await;
        app.operator().await.credit(&payer, Wallet::Funding, ("1", Currency::BNB)).await;
        let prepay_id = shop.through("t1", "60").await;
        app.advance_ms(MINUTE_MS);
        let offer = payer.confirm(&prepay_id, Some(Currency::BNB)).await.expect("it is open");
        app.advance_ms(MINUTE_MS / 2);
        payer.pay_offer(&prepay_id, offer).await.expect("the price holds");
        app.advance_ms(MINUTE_MS);
        shop.provider.refund(&prepay_id, "r1", "6").on_behalf(shop.token.as_str()).await.data();
        app.advance_ms(MINUTE_MS);
        let reason = serde_json::json!({
            "refundRequestId": "r2", "prepayId": prepay_id, "refundAmount": "54", "refundReason": "the <b>box</b> was damp",
        });
        shop.merchant.call("/order/refund", reason).await.data();

        let seen = shop.see(&page_of(&prepay_id)).await;
        assert_eq!(seen.title(), "60 USDT Refunded");
        assert_eq!(history(&seen), [
            format!("Created through the API Open 15 Jan 2026, 12:00 UTC · {acme}"),
            "Price confirmed Confirming 15 Jan 2026, 12:01 UTC · the payer".to_owned(),
            "Paid: 0.1 BNB, at 1 BNB = 600 USDT Paid 15 Jan 2026, 12:01 UTC · the payer".to_owned(),
            format!("Refund of 6 USDT 15 Jan 2026, 12:02 UTC · {acme}"),
            "The payer has the 6 USDT Refunded in part 15 Jan 2026, 12:02 UTC · the platform".to_owned(),
            "Refund of 54 USDT: the <b>box</b> was damp 15 Jan 2026, 12:03 UTC · your API key “a test's key”".to_owned(),
            "The payer has the 54 USDT Refunded 15 Jan 2026, 12:03 UTC · the platform".to_owned(),
        ]);
        let transaction = shop.merchant.query(&prepay_id).await.text_of("transactionId");
        let open_user_id = shop.merchant.query(&prepay_id).await.text_of("openUserId");
        assert_eq!(facts(&seen), [
            format!("Prepay ID{prepay_id}"), "Your numbert1".to_owned(), format!("Transaction{transaction}"),
            format!("Payer{open_user_id}"), "Payer gave0.1 BNB, at 1 BNB = 600 USDT".to_owned(),
            "Commission0.6 USDT".to_owned(), "Of it to the provider0.24 USDT".to_owned(),
            format!("ProviderAcme ({})", shop.provider.id), "TerminalBrowser on a computer".to_owned(),
        ]);
        assert_eq!(seen.texts(".totals > div"), ["Paid60 USDT", "Refunded60 USDT", "Left0 USDT"]);
        assert!(seen.says().contains("All that was paid has gone back already."), "{}", seen.says());
        assert_eq!(seen.attribute(".actions a", "href"), None, "nothing can be done any more");
        let acme = format!("Acme ({})", shop.provider.id);
        assert_eq!(table(&seen, BOOKED), [
            "PaymentFunding wallet15 Jan 2026, 12:01 UTC59.4 USDT".to_owned(),
            "CommissionThe platform15 Jan 2026, 12:01 UTC0.36 USDT".to_owned(),
            format!("Fee share{acme}15 Jan 2026, 12:01 UTC0.24 USDT"),
            "RefundFunding wallet15 Jan 2026, 12:02 UTC-5.94 USDT".to_owned(),
            "Commission backThe platform15 Jan 2026, 12:02 UTC-0.036 USDT".to_owned(),
            format!("Fee share back{acme}15 Jan 2026, 12:02 UTC-0.024 USDT"),
            "RefundFunding wallet15 Jan 2026, 12:03 UTC-53.46 USDT".to_owned(),
            "Commission backThe platform15 Jan 2026, 12:03 UTC-0.324 USDT".to_owned(),
            format!("Fee share back{acme}15 Jan 2026, 12:03 UTC-0.216 USDT"),
        ]);
        assert_eq!(app.usdt(&shop.merchant).await, "0", "the lines on its own account come to what it has");
    }

    // A refund to a frozen payer is held: the page says that it waits, and not why.
    async fn a_refund_that_is_held_is_shown_as_waiting(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (app, operator) = (&site.app, site.app.operator().await);
        let payer = app.payer_with("100").await;
        let prepay_id = shop.through("t1", "100").await;
        payer.pay(&prepay_id).await;
        operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
        let shown = check(&mut shop.browser, &prepay_id, "10", "").await.expect(StatusCode::OK);
        let seen = agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert!(seen.says().contains("Accepted. The money is held until the payer can take it."), "{}", seen.says());
        assert_eq!(seen.title(), "100 USDT Refunding");
        assert!(seen.says().contains("One refund waits until its payer can take it."), "{}", seen.says());
        assert!(!seen.says().to_lowercase().contains("frozen"), "{}", seen.says());
        assert_eq!(seen.texts(".totals > div"), ["Paid100 USDT", "Refunded10 USDT", "Left90 USDT"]);
        let (at, asked) = ("15 Jan 2026, 12:00 UTC", format!("{}, in the portal", shop.merchant.email));
        assert_eq!(history(&seen)[3..], [
            format!("Refund of 10 USDT {at} · {asked}"),
            format!("The 10 USDT are held until the payer can take them Refunding {at} · the platform"),
        ]);
        let acme = format!("Acme ({})", shop.provider.id);
        let held = [
            format!("RefundFunding wallet{at}-9.9 USDT"),
            format!("Commission backThe platform{at}-0.06 USDT"),
            format!("Held for the payerFunding wallet, on hold{at}10 USDT"),
            format!("Fee share back{acme}{at}-0.04 USDT"),
        ];
        assert_eq!(table(&seen, BOOKED)[3..], held);
        shop.merchant.refund(&prepay_id, "r2", "1").await.data();
        let seen = shop.see(&page_of(&prepay_id)).await;
        assert!(seen.says().contains("2 refunds wait until their payer can take them."), "{}", seen.says());

        operator.set_payer_status(payer.id, PayerStatus::Active).await;
        app.advance_ms(MINUTE_MS);
        assert_eq!(app.release_refunds().await, 2);
        let seen = shop.see(&page_of(&prepay_id)).await;
        assert_eq!(seen.title(), "100 USDT Refunded in part");
        let arrived = "The payer has the 1 USDT Refunded in part 15 Jan 2026, 12:01 UTC · the platform";
        assert_eq!(history(&seen).last().map(String::as_str), Some(arrived));
        assert!(!history(&seen).iter().any(|entry| entry.contains("held")), "{:?}", history(&seen));
        let booked = table(&seen, BOOKED);
        let brought = "Brought to the payerFunding wallet, on hold15 Jan 2026, 12:01 UTC";
        assert_eq!(booked[11..], [format!("{brought}-10 USDT"), format!("{brought}-1 USDT")]);
    }

    // What a provider gives back and does not have is its debt, and the next share pays it off: its share stays its share.
    async fn a_provider_in_debt_is_no_business_of_the_merchants(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let first = shop.paid_through("t1", "100").await;
        let drain = serde_json::json!({"requestId": "d1", "currency": "USDT", "amount": "0.3", "transferType": "TO_MAIN"});
        shop.provider.call("/wallet/transfer", drain).await.data();
        shop.merchant.refund(&first, "r1", "100").await.data();
        let second = shop.paid_through("t2", "100").await;
        let (acme, at) = (format!("Acme ({})", shop.provider.id), "15 Jan 2026, 12:00 UTC");
        let seen = shop.see(&page_of(&first)).await;
        assert_eq!(table(&seen, BOOKED)[5], format!("Fee share back{acme}{at}-0.4 USDT"));
        let seen = shop.see(&page_of(&second)).await;
        assert_eq!(table(&seen, BOOKED)[2], format!("Fee share{acme}{at}0.4 USDT"));
    }

    async fn every_end_is_told_with_who_brought_it(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (app, acme) = (&site.app, format!("Acme ({}), on your behalf", shop.provider.id));
        let second_key = shop.merchant.with_key(ScopeSet::ALL, AddressList::any()).await;
        let at = "15 Jan 2026, 12:00 UTC";

        let by_key = order(&shop.merchant, "t1", "1").await;
        second_key.close(&by_key).await.data();
        second_key.revoke_key().await;
        let by_provider = order(&shop.merchant, "t2", "1").await;
        shop.provider.close(&by_provider).on_behalf(shop.token.as_str()).await.data();
        for (prepay_id, who) in [(&by_key, "your API key “a test's key”"), (&by_provider, acme.as_str())] {
            let seen = shop.see(&page_of(prepay_id)).await;
            assert_eq!(history(&seen).last(), Some(&format!("Closed Closed {at} · {who}")));
            assert!(seen.says().contains("Nothing was booked."), "{}", seen.says());
        }

        let payer = app.payer_with("10").await;
        let failed = order(&shop.merchant, "t3", "1").await;
        let offer = payer.confirm(&failed, None).await.expect("it is open");
        let operator = app.operator().await;
        operator.set_status(shop.merchant.id, MerchantStatus::Frozen).await;
        payer.pay_offer(&failed, offer).await.expect("it ends");
        operator.set_status(shop.merchant.id, MerchantStatus::Active).await;
        let seen = shop.see(&page_of(&failed)).await;
        let expected = format!("Not paid, because your account was frozen Failed {at} · the platform");
        assert_eq!(history(&seen).last(), Some(&expected));

        let lapsed = order(&shop.merchant, "t4", "1").await;
        payer.confirm(&lapsed, None).await.expect("it is open");
        let seen = shop.see(&page_of(&lapsed)).await;
        assert_eq!(history(&seen).last(), Some(&format!("Price confirmed: 1 USDT Confirming {at} · the payer")));
        assert_eq!(seen.texts(".actions a"), ["Open checkout"], "nobody closes what is being paid");
        app.advance_ms(OFFER_LIFETIME_MS);
        let seen = shop.see(&page_of(&lapsed)).await;
        let expected = "The confirmed price lapsed 15 Jan 2026, 12:01 UTC · the platform";
        assert_eq!(history(&seen).last().map(String::as_str), Some(expected));
        assert_eq!(seen.texts(".actions a"), ["Open checkout", "Close order"]);
        assert!(facts(&seen).contains(&"Open until15 Jan 2026, 13:00 UTC".to_owned()), "{:?}", facts(&seen));
        app.advance_ms(HOUR_MS);
        let overdue = shop.see(&page_of(&lapsed)).await;
        let expected = "Nobody paid in time Expired 15 Jan 2026, 13:00 UTC · the platform";
        assert_eq!(history(&overdue).last().map(String::as_str), Some(expected), "whether it was recorded or not");
        app.expire_due().await;
        let recorded = shop.see(&page_of(&lapsed)).await;
        assert_eq!(history(&recorded).last().map(String::as_str), Some(expected));
        assert!(recorded.texts(".actions a").is_empty());
    }

    async fn what_was_told_is_linked_to_its_delivery(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let silent = shop.paid_through("t0", "1").await;
        let seen = shop.see(&page_of(&silent)).await;
        assert!(seen.says().contains("Nothing about this order was sent to you."), "{}", seen.says());
        shop.merchant.set_endpoint("https://shop.test/hook").await;
        shop.provider.set_endpoint("https://acme.test/hook").await;
        let prepay_id = shop.paid_through("t1", "10").await;
        shop.merchant.refund(&prepay_id, "r1", "4").await.data();
        let closed = order(&shop.merchant, "t2", "1").await;
        shop.merchant.close(&closed).await.data();

        let seen = shop.see(&page_of(&prepay_id)).await;
        let rows = table(&seen, WEBHOOKS);
        assert_eq!(rows, [
            "REFUND_SUCCESS https://shop.test/hook Pending 15 Jan 2026, 12:00 UTC",
            "PAY_SUCCESS https://shop.test/hook Pending 15 Jan 2026, 12:00 UTC",
        ], "what goes to the provider stands in the provider's log");
        let link = seen.attribute(".stack-cards > section:nth-of-type(3) a", "href").expect("a link to the delivery");
        let delivery = shop.see(&link).await;
        assert_eq!(delivery.title(), "REFUND_SUCCESS Pending");
        assert_eq!(delivery.attribute(".facts a", "href"), Some(page_of(&prepay_id)), "which leads back");
        let seen = shop.see(&page_of(&closed)).await;
        assert_eq!(table(&seen, WEBHOOKS), ["PAY_CLOSED https://shop.test/hook Pending 15 Jan 2026, 12:00 UTC"]);
    }

    async fn prices_in_fiat_and_the_goods_are_shown(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let mut priced = order_body("t1", "1");
        let fields = priced.as_object_mut().expect("an object");
        fields.remove("orderAmount");
        fields.remove("currency");
        fields.insert("fiatAmount".to_owned(), "25".into());
        fields.insert("fiatCurrency".to_owned(), "EUR".into());
        let prepay_id = created(shop.merchant.call("/v2/order", priced)).await;
        let seen = shop.see(&page_of(&prepay_id)).await;
        assert_eq!(seen.title(), "27 USDT Open");
        assert!(facts(&seen).contains(&"Price25 EUR".to_owned()), "{:?}", facts(&seen));
        assert_eq!(seen.texts(".goods li"), ["Green <b>Apple</b>"]);
        assert!(!seen.html.contains("<b>Apple"), "what others wrote is text");
        shop.browser.get(&refund_of(&prepay_id)).await.expect(StatusCode::OK);
    }
}
