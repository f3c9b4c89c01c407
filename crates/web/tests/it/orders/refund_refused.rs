//! Every refusal of a refund in plain words, beside its field where it has one; nothing typed is lost and nothing is written.

use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_testkit::on_both_engines;
use http::StatusCode;
use serde_json::json;

use super::refund::{agree, check};
use super::{Shop, order, page_of, refund_of};
use crate::browser::{Seen, Site, fields_of};

const MALFORMED: &str = "Write the amount in digits with a point, such as 12.5.";
const REASON: &str = "Use at most 256 characters, and no line breaks.";

/// What there is to be said beside a field, and on top as well.
#[track_caller]
fn beside(seen: &Seen, field: &str, words: &str) {
    assert_eq!(seen.texts(&format!("#{field}-error")), [words]);
    assert_eq!(seen.texts("#problems li"), [words], "{field}: told on top as well, and nothing else is");
}

on_both_engines! {
    async fn what_is_typed_wrong_is_told_beside_its_field(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let prepay_id = shop.paid_through("t1", "100").await;
        shop.merchant.refund(&prepay_id, "r1", "25").await.data();
        let before = site.app.footprint().await;
        let most = "Choose more than 0 and at most the 75 USDT that are left.";
        for (amount, words) in [
            ("75.00000001", most), ("100", most), ("0", most), ("-1", most), ("", MALFORMED), ("ten", MALFORMED),
            ("1e1", MALFORMED), ("1,5", MALFORMED), ("0x10", MALFORMED), ("0.000000001", "USDT has at most 8 decimals."),
            ("92233720369", "This amount is too large."),
        ] {
            let seen = check(&mut shop.browser, &prepay_id, amount, "damp").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            beside(&seen, "amount", words);
            let back = fields_of(&seen.html, &refund_of(&prepay_id));
            for (name, value) in [("amount", amount), ("reason", "damp")] {
                assert!(back.contains(&(name.to_owned(), value.to_owned())), "{name} of {amount} is lost: {back:?}");
            }
        }
        let long = "\u{e9}".repeat(257);
        for reason in [long.as_str(), "a\u{7}b", "a\nb"] {
            let seen = check(&mut shop.browser, &prepay_id, "5", reason).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            beside(&seen, "reason", REASON);
        }
        let seen = check(&mut shop.browser, &prepay_id, "0", &long).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts("#problems li"), [most, REASON], "both at once");
        before.assert_same(&site.app.footprint().await, "a refused form");
        check(&mut shop.browser, &prepay_id, "75", &long[..512]).await.expect(StatusCode::OK);
    }

    async fn the_wallet_must_hold_what_it_takes(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let prepay_id = shop.paid_through("t1", "100").await;
        let drain = json!({"requestId": "d1", "currency": "USDT", "amount": "49.50000001", "transferType": "TO_MAIN"});
        shop.merchant.call("/wallet/transfer", drain).await.data();
        let before = site.app.footprint().await;
        let shown = check(&mut shop.browser, &prepay_id, "50", "damp").await.expect(StatusCode::OK);
        let seen = agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        beside(
            &seen,
            "amount",
            "This takes 49.5 USDT from your funding wallet, which holds less. Refund less, or wait for payments.",
        );
        before.assert_same(&site.app.footprint().await, "a refund without funds");
        // The same form goes on: refused, it has used nothing up.
        let typed: &[(&str, &[&str])] = &[("amount", &["49.99999998"]), ("step", &["check"])];
        let shown = shop.browser.submit(&seen, &refund_of(&prepay_id), typed).await.expect(StatusCode::OK);
        agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert_eq!(site.app.usdt(&shop.merchant).await, "0");
    }

    // The order may have moved on between the form and what is done: each time the page says why there is no refund.
    async fn an_order_that_takes_none_says_why(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let open = order(&shop.merchant, "t1", "10").await;
        let closed = order(&shop.merchant, "t2", "10").await;
        shop.merchant.close(&closed).await.data();
        let used_up = shop.paid_through("t3", "100").await;
        let late = shop.paid_through("t4", "100").await;
        let whole = shop.paid_through("t5", "100").await;
        let shown = [
            check(&mut shop.browser, &used_up, "5", "").await.expect(StatusCode::OK),
            check(&mut shop.browser, &whole, "5", "").await.expect(StatusCode::OK),
            check(&mut shop.browser, &late, "5", "").await.expect(StatusCode::OK),
        ];
        for index in 1..=10 {
            shop.merchant.refund(&used_up, &format!("r{index}"), "1").await.data();
        }
        shop.merchant.refund(&whole, "whole", "100").await.data();
        let used_words = "An order takes 10 refunds, and this one has had them all.";
        let open_words = "Only a paid order can be refunded, and this one is open.";
        let closed_words = "Only a paid order can be refunded, and this one is closed.";
        let whole_words = "All that was paid has gone back already.";
        let late_words = "It was paid more than 365 days ago, which is too long for a refund.";
        for (id, words) in [(&open, open_words), (&closed, closed_words), (&used_up, used_words), (&whole, whole_words)] {
            let seen = shop.see(&refund_of(id)).await;
            assert_eq!(seen.texts(".form .lead"), [words]);
            assert!(!seen.html.contains("request_id"), "there is nothing to fill in");
        }
        for (id, shown, words) in [(&used_up, &shown[0], used_words), (&whole, &shown[1], whole_words)] {
            let seen = agree(&mut shop.browser, shown, id).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(seen.texts(".form .lead"), [words]);
        }
        // A form of another order, sent to one that is not paid.
        let mut fields = fields_of(&shown[2].html, &refund_of(&late));
        fields.push(("step".to_owned(), "refund".to_owned()));
        let seen = shop.browser.post(&refund_of(&open), &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts(".form .lead"), [open_words]);
        // A year and not a millisecond longer; sessions do not last as long.
        site.app.advance_ms(365 * DAY_MS);
        shop.browser = site.visitor(shop.merchant.owner).await;
        let shown = check(&mut shop.browser, &late, "5", "").await.expect(StatusCode::OK);
        site.app.advance_ms(1);
        let seen = agree(&mut shop.browser, &shown, &late).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts(".form .lead"), [late_words]);
        let page = shop.see(&page_of(&late)).await;
        assert!(page.says().contains(late_words) && page.texts(".actions a").is_empty(), "{}", page.says());
        site.app.advance_ms(HOUR_MS);
    }

    // A number names one refund for ever: the form that has made one cannot make another.
    async fn a_form_that_was_used_makes_no_other_refund(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let prepay_id = shop.paid_through("t1", "100").await;
        let form = shop.see(&refund_of(&prepay_id)).await;
        let send = async |shop: &mut Shop<'_>, amount: &str| {
            let typed: &[(&str, &[&str])] = &[("amount", &[amount]), ("step", &["check"])];
            let shown = shop.browser.submit(&form, &refund_of(&prepay_id), typed).await.expect(StatusCode::OK);
            agree(&mut shop.browser, &shown, &prepay_id).await
        };
        send(&mut shop, "5").await.expect(StatusCode::OK);
        // Back in the browser's history, and another amount.
        let refused = send(&mut shop, "7").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let words = "With this form something else was refunded already; nothing was refunded now. This is a fresh form.";
        assert_eq!(refused.texts("#problems li"), [words]);
        assert_eq!(site.app.usdt(&shop.merchant).await, "94.05");
        let typed: &[(&str, &[&str])] = &[("step", &["check"])];
        let shown = shop.browser.submit(&refused, &refund_of(&prepay_id), typed).await.expect(StatusCode::OK);
        assert_eq!(shown.title(), "Refund 7 USDT?", "what was typed is still there");
        agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert_eq!(site.app.usdt(&shop.merchant).await, "87.12");
    }

    // A form that nobody drew here is no form of ours, and nobody agrees to what was not shown.
    async fn forms_that_were_not_drawn_here_are_refused(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let prepay_id = shop.paid_through("t1", "100").await;
        let shown = check(&mut shop.browser, &prepay_id, "5", "").await.expect(StatusCode::OK);
        let before = site.app.footprint().await;
        for (name, value) in [
            ("request_id", ""), ("request_id", "r1"), ("request_id", "portal-1"), ("told_amount", ""), ("told_commission", "x"),
        ] {
            let typed: &[(&str, &[&str])] = &[("step", &["refund"]), (name, &[value])];
            shop.browser.submit(&shown, &refund_of(&prepay_id), typed).await.expect(StatusCode::BAD_REQUEST);
        }
        for (name, value) in [("told_amount", "4"), ("told_commission", "0"), ("amount", "6")] {
            let typed: &[(&str, &[&str])] = &[("step", &["refund"]), (name, &[value])];
            let again = shop.browser.submit(&shown, &refund_of(&prepay_id), typed).await;
            again.expect(StatusCode::UNPROCESSABLE_ENTITY);
        }
        before.assert_same(&site.app.footprint().await, "a forged form");
    }
}
