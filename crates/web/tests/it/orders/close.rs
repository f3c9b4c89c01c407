//! Closing from the page: asked first, done once, and only while nobody has begun to pay.

use countersign_domain::time::HOUR_MS;
use countersign_service::audit::Actor;
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{Shop, close_of, order, page_of};
use crate::browser::Site;

on_both_engines! {
    async fn an_open_order_is_closed_once(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        shop.merchant.set_endpoint("https://shop.test/hook").await;
        let prepay_id = shop.through("t1", "10").await;
        let page = shop.see(&page_of(&prepay_id)).await;
        assert_eq!(page.texts(".actions a"), ["Open checkout", "Close order"]);
        let asked = shop.see(&close_of(&prepay_id)).await;
        assert_eq!(asked.title(), "Close order t1?");
        assert_eq!(shop.merchant.query(&prepay_id).await.text_of("status"), "INITIAL", "asking changes nothing");

        let wakes = site.wakes();
        let page = shop.browser.submit_and_follow(&asked, &close_of(&prepay_id), &[]).await.expect(StatusCode::OK);
        assert_eq!(page.title(), "10 USDT Closed");
        assert!(page.says().contains("Closed. Nobody can pay it any more."), "{}", page.says());
        assert_eq!(site.wakes(), wakes + 1, "its receivers are told at once");
        let closed = format!("Closed Closed 15 Jan 2026, 12:00 UTC · {}, in the portal", shop.merchant.email);
        assert_eq!(page.texts(".timeline li").first(), Some(&closed));
        assert!(page.says().contains("PAY_CLOSED"), "{}", page.says());
        assert_eq!(shop.merchant.query(&prepay_id).await.text_of("status"), "CANCELED");

        // Sent again, it is as it is.
        let again = shop.browser.submit_and_follow(&asked, &close_of(&prepay_id), &[]).await.expect(StatusCode::OK);
        assert!(again.says().contains("Nothing was changed: it has moved on meanwhile."), "{}", again.says());
        assert_eq!(shop.browser.get(&close_of(&prepay_id)).await.location(), Some(page_of(&prepay_id)));
        let user = Actor::User(shop.merchant.owner).to_string();
        assert_eq!(shop.acts(&["order_close"]).await, [("order_close".to_owned(), user)]);
    }

    async fn what_a_payer_has_begun_with_is_not_closed(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let payer = site.app.payer_with("100").await;
        let mut asked = Vec::new();
        for number in ["confirming", "paid", "late"] {
            let prepay_id = order(&shop.merchant, number, "10").await;
            asked.push((shop.see(&close_of(&prepay_id)).await, prepay_id));
        }
        payer.confirm(&asked[0].1, None).await.expect("it is open");
        payer.pay(&asked[1].1).await;
        let before = site.app.footprint().await;
        for (form, prepay_id) in &asked[..2] {
            let page = shop.browser.submit_and_follow(form, &close_of(prepay_id), &[]).await.expect(StatusCode::OK);
            assert!(page.says().contains("Nothing was changed: it has moved on meanwhile."), "{}", page.says());
        }
        site.app.advance_ms(HOUR_MS);
        let (form, prepay_id) = &asked[2];
        let page = shop.browser.submit_and_follow(form, &close_of(prepay_id), &[]).await.expect(StatusCode::OK);
        assert_eq!(page.title(), "10 USDT Expired");
        before.assert_same(&site.app.footprint().await, "closing what cannot be closed");
    }
}
