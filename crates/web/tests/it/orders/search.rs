//! Finding an order by any id that a merchant is ever told.

use countersign_testkit::on_both_engines;
use http::StatusCode;
use serde_json::json;

use super::{LIST, Shop, created, order, order_body};
use crate::browser::Site;

on_both_engines! {
    async fn an_order_is_found_by_every_id_that_it_has(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        // Neighbours of the same shop, and an order of another with the same numbers.
        order(&shop.merchant, "before", "10").await;
        let prepay_id = shop.paid_through("Order00000001", "10").await;
        let refunded = shop.provider.refund(&prepay_id, "refund/№ 1", "4").on_behalf(shop.token.as_str()).await;
        order(&shop.merchant, "after", "10").await;
        let other = site.app.merchant("Other").await;
        let foreign = order(&other, "Order00000001", "10").await;

        let transaction = shop.merchant.query(&prepay_id).await.text_of("transactionId");
        let digits = transaction.trim_start_matches("M_P_").to_owned();
        let refund_id = refunded.data()["refundId"].to_string();
        let provider_id = shop.provider.id.to_string();
        for id in [
            &prepay_id, "Order00000001", &transaction, &digits, "refund/№ 1", &refund_id, &provider_id,
            &format!("  {prepay_id} "),
        ] {
            let found = shop.listed(&format!("?q={}", countersign_web::paths::segment(id))).await;
            assert_eq!(found, ["Order00000001"], "{id}");
        }
        let longer = format!("{prepay_id}0");
        for nothing in [
            foreign.as_str(), "order00000001", "Order0000000", "Order00000001 x", "M_P_1", "M_P_", "1", "0", "-1",
            &prepay_id[1..], &longer, "99999999999999999999", "refund", "' OR 1=1 --", "%", "*", "\u{202e}x",
        ] {
            let seen = shop.see(&format!("{LIST}?q={}", countersign_web::paths::segment(nothing))).await;
            let kept = seen.attribute("#q", "value").unwrap_or_default();
            assert_eq!(kept, nothing, "what was looked for stays in its field");
            assert!(seen.texts("tbody tr").is_empty(), "{nothing}");
            assert!(seen.says().contains("An ID is found by all of its characters."), "{}", seen.says());
        }
    }

    async fn a_search_goes_together_with_the_filter(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let prepay_id = shop.paid_through("t1", "10").await;
        shop.through("t2", "10").await;
        order(&shop.merchant, "own", "10").await;
        let provider = shop.provider.id;
        assert_eq!(shop.listed(&format!("?q={provider}")).await, ["t2", "t1"]);
        assert_eq!(shop.listed(&format!("?q={provider}&state=PAID")).await, ["t1"]);
        assert_eq!(shop.listed(&format!("?q={provider}&state=INITIAL&from=2026-01-15")).await, ["t2"]);
        assert!(shop.listed(&format!("?q={provider}&from=2026-01-16")).await.is_empty());
        assert_eq!(shop.listed(&format!("?q={prepay_id}&state=PAID&to=2026-01-15")).await, ["t1"]);
        assert!(shop.listed(&format!("?q={prepay_id}&state=INITIAL")).await.is_empty());
        assert!(shop.listed(&format!("?q={prepay_id}&to=2026-01-14")).await.is_empty());
        assert!(shop.listed(&format!("?q={prepay_id}&before=5")).await.is_empty(), "a page of one has no older page");
    }

    // An id may be two things at once: a merchant's own number that reads like a provider's.
    async fn a_number_that_is_two_things_finds_both(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let number = shop.provider.id.to_string();
        shop.through("t1", "1").await;
        order(&shop.merchant, &number, "1").await;
        for index in 2..60 {
            shop.through(&format!("t{index}"), "1").await;
        }
        let mut found = Vec::new();
        let mut next = Some(format!("{LIST}?q={number}"));
        let mut last = String::new();
        while let Some(path) = next {
            let seen = shop.see(&path).await;
            assert!(path.contains(&format!("q={number}")), "the search stays: {path}");
            found.extend(seen.texts("tbody th a"));
            next = seen.attribute("a[rel=next]", "href");
            last = path;
        }
        let expected: Vec<String> = (2..60).rev().map(|index| format!("t{index}")).chain([number, "t1".to_owned()]).collect();
        assert_eq!(found, expected);
        let newer = shop.see(&last).await.attribute("a[rel=prev]", "href").expect("there are newer ones");
        assert_eq!(shop.see(&newer).await.texts("tbody th a"), expected[25..50]);
    }

    async fn a_partner_finds_what_its_sub_merchants_sold(app: TestApp) {
        let site = Site::over(app);
        let partner = site.app.partner("Channel").await;
        let tea = json!({
            "merchantName": "Tea House", "merchantType": 4, "merchantMcc": "1001", "storeType": 1, "country": "SG",
            "address": "1 Example Rd", "registrationNumber": "R-1", "registrationCountry": "SG",
        });
        let mut coffee = tea.clone();
        coffee["merchantName"] = json!("Coffee House");
        let mut ids = Vec::new();
        for details in [tea, coffee] {
            ids.push(partner.call("/submerchant/add", details).await.data()["subMerchantId"].to_string());
        }
        for (number, seller) in [("t1", Some(&ids[0])), ("t2", Some(&ids[1])), ("t3", None), ("t4", Some(&ids[0]))] {
            let mut body = order_body(number, "1");
            if let Some(seller) = seller {
                body["merchant"] = json!({"subMerchantId": seller});
            }
            created(partner.call("/v2/order", body)).await;
        }
        let mut browser = site.visitor(partner.owner).await;
        let mut found = async |id: &str| {
            let seen = browser.get(&format!("{LIST}?q={id}")).await.expect(StatusCode::OK);
            seen.texts("tbody th a").join(" ")
        };
        assert_eq!(found(&ids[0]).await, "t4 t1");
        assert_eq!(found(&ids[1]).await, "t2");
        let other = site.app.partner("Other").await;
        let theirs = site.visitor(other.owner).await.get(&format!("{LIST}?q={}", ids[0])).await;
        assert!(theirs.texts("tbody tr").is_empty(), "another partner's sub-merchant is nobody");
    }

    async fn what_is_looked_for_is_bounded(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let longest = "\u{e9}".repeat(64);
        assert!(shop.listed(&format!("?q={}", countersign_web::paths::segment(&longest))).await.is_empty());
        let longer = format!("{LIST}?q={}e", countersign_web::paths::segment(&longest));
        let seen = shop.browser.get(&longer).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts("#q-error"), ["No ID has more than 64 characters."]);
        assert_eq!(seen.attribute("#q", "maxlength").as_deref(), Some("64"));
    }
}
