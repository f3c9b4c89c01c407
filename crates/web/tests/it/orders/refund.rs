//! Refunding from the page: what it comes to is shown first, and however often it is sent, one refund is made.

use countersign_domain::Currency;
use countersign_domain::ledger::Wallet;
use countersign_domain::merchant::MerchantStatus;
use countersign_service::audit::Actor;
use countersign_testkit::{Payer, on_both_engines};
use http::StatusCode;
use serde_json::json;

use super::{Shop, close_of, order, page_of, refund_of};
use crate::browser::{Browser, Seen, Site, fields_of};

type Typed<'t> = &'t [(&'t str, &'t [&'t str])];

/// The page that shows what the typed refund comes to.
pub(super) async fn check(browser: &mut Browser<'_>, prepay_id: &str, amount: &str, reason: &str) -> Seen {
    let form = browser.get(&refund_of(prepay_id)).await.expect(StatusCode::OK);
    let typed: Typed<'_> = &[("amount", &[amount]), ("reason", &[reason]), ("step", &["check"])];
    browser.submit(&form, &refund_of(prepay_id), typed).await
}

/// Agrees to what that page shows.
pub(super) async fn agree(browser: &mut Browser<'_>, shown: &Seen, prepay_id: &str) -> Seen {
    let typed: Typed<'_> = &[("step", &["refund"])];
    browser.submit_and_follow(shown, &refund_of(prepay_id), typed).await
}

/// An order of 100 that the provider brought, paid by somebody who keeps 900.
async fn paid(shop: &Shop<'_>) -> (String, Payer) {
    let prepay_id = shop.through("t1", "100").await;
    let payer = shop.site.app.payer_with("1000").await;
    payer.pay(&prepay_id).await;
    (prepay_id, payer)
}

on_both_engines! {
    async fn a_part_and_then_the_rest_go_back(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (prepay_id, payer) = paid(&shop).await;
        let before = site.app.footprint().await;
        let page = shop.see(&page_of(&prepay_id)).await;
        assert_eq!(page.attribute(".actions a", "href"), Some(refund_of(&prepay_id)));
        let form = shop.see(&refund_of(&prepay_id)).await;
        assert_eq!(form.attribute("#amount", "value").as_deref(), Some("100"), "all that is left");
        assert_eq!(form.texts(".totals > div"), ["Order amount100 USDT", "Refunded0 USDT", "Left100 USDT"]);

        let shown = check(&mut shop.browser, &prepay_id, "25", "the <b>box</b> was damp").await.expect(StatusCode::OK);
        assert_eq!(shown.title(), "Refund 25 USDT?");
        assert_eq!(shown.texts(".facts > div"), [
            "Ordert1 · Green <b>Apple</b>", "Your customer gets25 USDT", "Commission back to you0.25 USDT",
            "From your funding wallet24.75 USDT", "Left afterwards75 USDT in at most 9 more refunds",
            "Reasonthe <b>box</b> was damp",
        ]);
        before.assert_same(&site.app.footprint().await, "a refund that was looked at");

        let wakes = site.wakes();
        let page = agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert_eq!(site.wakes(), wakes + 1, "what it causes goes out at once");
        assert!(page.says().contains("Refunded. The payer has the money."), "{}", page.says());
        assert_eq!(page.title(), "100 USDT Refunded in part");
        assert_eq!(page.texts(".totals > div"), ["Paid100 USDT", "Refunded25 USDT", "Left75 USDT"]);
        let asked = format!("Refund of 25 USDT: the <b>box</b> was damp 15 Jan 2026, 12:00 UTC · {}, in the portal", shop.merchant.email);
        assert!(page.texts(".timeline li").contains(&asked), "{:?}", page.texts(".timeline li"));
        let balances = [site.app.usdt(&payer).await, site.app.usdt(&shop.merchant).await, site.app.usdt(&shop.provider).await];
        assert_eq!(balances, ["925", "74.25", "0.3"]);
        let receipt = site.visitor(payer.user).await.get(&format!("/portal/wallet/payments/{prepay_id}")).await;
        assert!(receipt.says().contains("Came back: the <b>box</b> was damp"), "{}", receipt.says());

        let rest = shop.see(&refund_of(&prepay_id)).await;
        assert_eq!(rest.attribute("#amount", "value").as_deref(), Some("75"));
        let shown = check(&mut shop.browser, &prepay_id, "75", "").await.expect(StatusCode::OK);
        assert!(shown.texts(".facts > div").contains(&"ReasonNone".to_owned()), "{}", shown.says());
        let page = agree(&mut shop.browser, &shown, &prepay_id).await;
        assert_eq!((page.title().as_str(), site.app.usdt(&payer).await.as_str()), ("100 USDT Refunded", "1000"));
        let over = shop.see(&refund_of(&prepay_id)).await;
        assert!(over.says().contains("All that was paid has gone back already."), "{}", over.says());
        assert!(over.texts("#amount").is_empty() && !over.html.contains("request_id"), "there is nothing to fill in");
        let user = Actor::User(shop.merchant.owner).to_string();
        assert_eq!(shop.acts(&["order_refund"]).await, vec![("order_refund".to_owned(), user); 2]);
    }

    // Sent twice, reloaded, sent from two windows at once: one refund.
    async fn however_often_it_is_sent_one_refund_is_made(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (prepay_id, payer) = paid(&shop).await;
        let shown = check(&mut shop.browser, &prepay_id, "10", "twice").await.expect(StatusCode::OK);
        let mut windows = Vec::new();
        for _ in 0..4 {
            windows.push(site.visitor(shop.merchant.owner).await);
        }
        let mut fields = fields_of(&shown.html, &refund_of(&prepay_id));
        fields.push(("step".to_owned(), "refund".to_owned()));
        let csrf = |seen: &Seen| seen.attribute("input[name=csrf]", "value").expect("a form has one");
        let mut racing = Vec::new();
        for window in &mut windows {
            let own = csrf(&window.get(&refund_of(&prepay_id)).await);
            let sent = fields.iter().map(|(name, value)| {
                (name.clone(), if name == "csrf" { own.clone() } else { value.clone() })
            });
            racing.push((window, sent.collect::<Vec<_>>()));
        }
        let path = refund_of(&prepay_id);
        let answers = futures_util::future::join_all(racing.iter_mut().map(|(window, sent)| window.post(&path, sent))).await;
        for answer in &answers {
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, Some(page_of(&prepay_id))));
        }
        let again = agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert!(again.says().contains("This refund was made already. Nothing more was refunded."), "{}", again.says());
        assert_eq!(site.app.usdt(&payer).await, "910");
        assert_eq!(shop.acts(&["order_refund"]).await.len(), 1);
        // The API knows it too, under a number that nobody takes for the shop's own.
        let number = fields.iter().find(|(name, _)| name == "request_id").expect("it has a number").1.clone();
        assert!(number.starts_with("portal-"), "{number}");
        let told = shop.merchant.call("/order/refund/query", json!({"refundRequestId": number})).await;
        assert_eq!(told.text_of("refundAmount"), "10.00000000");
    }

    // The confirming page can be left for the form and keeps what was typed.
    async fn what_was_typed_can_be_changed(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (prepay_id, payer) = paid(&shop).await;
        let shown = check(&mut shop.browser, &prepay_id, "10", "damp").await.expect(StatusCode::OK);
        let edit: Typed<'_> = &[("step", &["edit"])];
        let form = shop.browser.submit(&shown, &refund_of(&prepay_id), edit).await.expect(StatusCode::OK);
        assert_eq!(form.attribute("#amount", "value").as_deref(), Some("10"));
        assert_eq!(form.attribute("#reason", "value").as_deref(), Some("damp"));
        let typed: Typed<'_> = &[("amount", &["20"]), ("step", &["check"])];
        let shown = shop.browser.submit(&form, &refund_of(&prepay_id), typed).await.expect(StatusCode::OK);
        assert_eq!(shown.title(), "Refund 20 USDT?");
        agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert_eq!(site.app.usdt(&payer).await, "920");
    }

    // money.md 3.1: the last of ten returns all that is left; both pages say so before it is done.
    async fn the_last_refund_is_told_to_return_the_rest(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (prepay_id, payer) = paid(&shop).await;
        for index in 1..10 {
            shop.merchant.refund(&prepay_id, &format!("r{index}"), "1").await.data();
        }
        let form = shop.see(&refund_of(&prepay_id)).await;
        assert!(form.texts(".notice-warn").join("").contains("This is the last refund that the order takes."), "{}", form.says());
        let shown = check(&mut shop.browser, &prepay_id, "5", "").await.expect(StatusCode::OK);
        assert_eq!(shown.title(), "Refund 91 USDT?");
        assert!(shown.says().contains("You wrote 5. This is the last refund that the order takes"), "{}", shown.says());
        let page = agree(&mut shop.browser, &shown, &prepay_id).await;
        assert_eq!((page.title().as_str(), site.app.usdt(&payer).await.as_str()), ("100 USDT Refunded", "1000"));
    }

    // What is agreed to is what was shown: where another refund came first, the page is shown again.
    async fn nothing_is_done_but_what_was_shown(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (prepay_id, payer) = paid(&shop).await;
        for index in 1..9 {
            shop.merchant.refund(&prepay_id, &format!("r{index}"), "1").await.data();
        }
        let shown = check(&mut shop.browser, &prepay_id, "5", "").await.expect(StatusCode::OK);
        assert_eq!(shown.title(), "Refund 5 USDT?");
        // The ninth; so what was shown would be the tenth, and return everything.
        shop.merchant.refund(&prepay_id, "r9", "1").await.data();
        let again = agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.says().contains("Another refund was accepted meanwhile. Nothing was refunded yet"), "{}", again.says());
        assert_eq!((again.title().as_str(), site.app.usdt(&payer).await.as_str()), ("Refund 91 USDT?", "909"));
        agree(&mut shop.browser, &again, &prepay_id).await.expect(StatusCode::OK);
        assert_eq!(site.app.usdt(&payer).await, "1000");
    }

    // decisions.md row 32: in the order's currency, whatever the payer gave.
    async fn it_goes_back_in_the_orders_currency(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let prepay_id = order(&shop.merchant, "t1", "60").await;
        let payer = site.app.payer("Ann").await;
        site.app.operator().await.credit(&payer, Wallet::Funding, ("1", Currency::BNB)).await;
        payer.try_pay(&prepay_id, Some(Currency::BNB)).await.expect("it has a price");
        let shown = check(&mut shop.browser, &prepay_id, "60", "").await.expect(StatusCode::OK);
        assert!(shown.says().contains("and not in the BNB that your customer gave."), "{}", shown.says());
        agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::OK);
        assert_eq!(site.app.usdt(&payer).await, "60");
    }

    async fn a_frozen_merchant_neither_refunds_nor_closes(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let (prepay_id, _) = paid(&shop).await;
        let open = order(&shop.merchant, "open", "1").await;
        let shown = check(&mut shop.browser, &prepay_id, "10", "").await.expect(StatusCode::OK);
        let asked = shop.see(&close_of(&open)).await;
        site.app.operator().await.set_status(shop.merchant.id, MerchantStatus::Frozen).await;
        let before = site.app.footprint().await;
        let words = "Your account is frozen. Nothing was done; ask the operator.";
        let refused = agree(&mut shop.browser, &shown, &prepay_id).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.texts("#problems li"), [words]);
        let refused = shop.browser.submit(&asked, &close_of(&open), &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.texts("#problems li"), [words]);
        before.assert_same(&site.app.footprint().await, "what a frozen merchant tried");
    }
}
