//! The list: every state, days, pages that stay what they are while orders come in.

use countersign_domain::merchant::MerchantStatus;
use countersign_domain::payer::PayerStatus;
use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{LIST, Shop, close_of, order, page_of, refund_of};
use crate::browser::Site;

/// One order of each state, named by it.
async fn one_of_each(shop: &Shop<'_>) {
    let (app, merchant) = (&shop.site.app, &shop.merchant);
    let payer = app.payer_with("1000").await;
    order(merchant, "expired", "10").await;
    app.advance_ms(HOUR_MS);
    assert_eq!(app.expire_due().await, 1);
    order(merchant, "overdue", "10").await;
    app.advance_ms(HOUR_MS);

    let failed = order(merchant, "failed", "10").await;
    let offer = payer.confirm(&failed, None).await.expect("it is open");
    let operator = app.operator().await;
    operator.set_status(merchant.id, MerchantStatus::Frozen).await;
    payer.pay_offer(&failed, offer).await.expect("it ends");
    operator.set_status(merchant.id, MerchantStatus::Active).await;

    let closed = order(merchant, "closed", "10").await;
    merchant.close(&closed).await.data();
    for (number, refunded) in [("paid", None), ("part", Some("4")), ("whole", Some("10"))] {
        let prepay_id = order(merchant, number, "10").await;
        payer.pay(&prepay_id).await;
        if let Some(amount) = refunded {
            merchant.refund(&prepay_id, number, amount).await.data();
        }
    }
    let held = order(merchant, "held", "10").await;
    let frozen = app.payer_with("10").await;
    frozen.pay(&held).await;
    operator.set_payer_status(frozen.id, PayerStatus::Frozen).await;
    merchant.refund(&held, "held", "4").await.data();
    let lapsed = order(merchant, "lapsed", "10").await;
    payer.confirm(&lapsed, None).await.expect("it is open");
    app.advance_ms(countersign_domain::order::OFFER_LIFETIME_MS);
    let confirming = order(merchant, "confirming", "10").await;
    payer.confirm(&confirming, None).await.expect("it is open");
    order(merchant, "open", "10").await;
}

const NEWEST_FIRST: [&str; 11] =
    ["open", "confirming", "lapsed", "held", "whole", "part", "paid", "closed", "failed", "overdue", "expired"];

/// What the list says where it is filtered by each state.
const BY_STATE: [(&str, &[&str]); 11] = [
    ("", &NEWEST_FIRST),
    ("NO_SUCH_STATE", &NEWEST_FIRST),
    ("INITIAL", &["open", "lapsed"]),
    ("PENDING", &["confirming"]),
    ("PAID", &["paid"]),
    ("REFUNDING", &["held"]),
    ("REFUNDED", &["part"]),
    ("FULL_REFUNDED", &["whole"]),
    ("CANCELED", &["closed"]),
    ("EXPIRED", &["overdue", "expired"]),
    ("ERROR", &["failed"]),
];

on_both_engines! {
    async fn every_state_can_be_asked_for(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let empty = shop.see(LIST).await;
        assert!(empty.says().contains("No orders yet."), "{}", empty.says());
        one_of_each(&shop).await;
        for (state, numbers) in BY_STATE {
            assert_eq!(shop.listed(&format!("?state={state}")).await, numbers, "{state}");
        }
        let pills = shop.see(LIST).await.texts("tbody .pill").join(" ");
        assert_eq!(
            pills,
            "Open Confirming Open Refunding Refunded Refunded in part Paid Closed Failed Expired Expired",
            "each says its state, which is what the filter finds"
        );
        let offered = shop.see(LIST).await.texts("#state option");
        let words =
            ["All", "Open", "Confirming", "Paid", "Refunding", "Refunded in part", "Refunded", "Closed", "Expired", "Failed"];
        assert_eq!(offered, words);
        let none = shop.see("/portal/orders?state=REFUNDING&to=2026-01-14").await;
        assert!(none.says().contains("None of your orders is like this."), "{}", none.says());
        assert_eq!(none.attribute(".filter-fields a", "href").as_deref(), Some(LIST));
        assert_eq!(none.attribute("#state option[selected]", "value").as_deref(), Some("REFUNDING"), "the filter stays");
        assert_eq!(none.attribute("#to", "value").as_deref(), Some("2026-01-14"));
    }

    async fn days_are_whole_and_both_are_meant(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        // 12:00 of the 15th; then the last and the first millisecond of days.
        order(&shop.merchant, "a15", "1").await;
        site.app.advance_ms(12 * HOUR_MS - 1);
        order(&shop.merchant, "b15", "1").await;
        site.app.advance_ms(1);
        order(&shop.merchant, "c16", "1").await;
        site.app.advance_ms(2 * DAY_MS);
        order(&shop.merchant, "d18", "1").await;
        // No session lasts as long.
        shop.browser = site.visitor(shop.merchant.owner).await;
        for (query, numbers) in [
            ("?from=2026-01-15&to=2026-01-15", &["b15", "a15"][..]),
            ("?from=2026-01-16&to=2026-01-17", &["c16"]),
            ("?from=2026-01-16", &["d18", "c16"]),
            ("?to=2026-01-15", &["b15", "a15"]),
            ("?from=2026-01-17&to=2026-01-17", &[]),
            ("?from=2026-01-15&to=2026-01-16&state=EXPIRED", &["c16", "b15", "a15"]),
            ("?from=2026-01-18&state=EXPIRED", &[]),
            ("?from=&to=", &["d18", "c16", "b15", "a15"]),
            ("?from=0001-01-01&to=9999-12-01", &["d18", "c16", "b15", "a15"]),
        ] {
            assert_eq!(shop.listed(query).await, numbers, "{query}");
        }
        for (query, field, words) in [
            ("?from=2026-02-30", "from", "Write the day as year-month-day, such as 2027-03-31."),
            ("?to=yesterday", "to", "Write the day as year-month-day, such as 2027-03-31."),
            ("?from=2026-01-16&to=2026-01-15", "to", "Choose the same day as the first or a later one."),
        ] {
            let seen = shop.browser.get(&format!("{LIST}{query}")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(seen.texts(&format!("#{field}-error")), [words], "{query}");
            assert_eq!(seen.texts("#problems li"), [words], "{query}: told on top as well");
            assert!(seen.texts("tbody tr").is_empty(), "{query}: nothing is listed");
        }
    }

    // Sixty orders, and more while somebody reads: no page repeats or leaves out one.
    async fn pages_stay_what_they_are_while_orders_come_in(app: TestApp) {
        let site = Site::over(app);
        let mut shop = Shop::open(&site).await;
        let number = |index: usize| format!("t{index:02}");
        for index in 0..60 {
            order(&shop.merchant, &number(index), "1").await;
            // Other states and other merchants in between are no part of it.
            if index % 20 == 0 {
                let closed = order(&shop.merchant, &format!("closed{index}"), "1").await;
                shop.merchant.close(&closed).await.data();
                order(&shop.provider, &number(index), "1").await;
            }
        }
        let expected = |range: std::ops::Range<usize>| range.rev().map(number).collect::<Vec<_>>();
        let first = shop.see("/portal/orders?state=INITIAL").await;
        assert_eq!(first.texts("tbody th a"), expected(35..60));
        assert_eq!(first.attribute("a[rel=prev]", "href"), None, "there is nothing newer");
        for late in ["late1", "late2"] {
            order(&shop.merchant, late, "1").await;
        }
        let older = first.attribute("a[rel=next]", "href").expect("there are older ones");
        assert!(older.starts_with("/portal/orders?state=INITIAL&before="), "the filter stays: {older}");
        let second = shop.see(&older).await;
        assert_eq!(second.texts("tbody th a"), expected(10..35));
        let third = shop.see(&second.attribute("a[rel=next]", "href").expect("there are older ones")).await;
        assert_eq!(third.texts("tbody th a"), expected(0..10));
        assert_eq!(third.attribute("a[rel=next]", "href"), None, "there is nothing older");
        let back = shop.see(&third.attribute("a[rel=prev]", "href").expect("there are newer ones")).await;
        assert_eq!(back.texts("tbody th a"), expected(10..35), "the same as on the way there");
        let front = shop.see(&back.attribute("a[rel=prev]", "href").expect("there are newer ones")).await;
        assert_eq!(front.texts("tbody th a"), expected(35..60));
        let newest = shop.see(&front.attribute("a[rel=prev]", "href").expect("two came in")).await;
        assert_eq!(newest.texts("tbody th a"), ["late2", "late1"]);
        // An order that leaves the state leaves the list, and no neighbour with it.
        let closed = shop.see("/portal/orders?q=t34").await.attribute("tbody th a", "href").expect("it is there");
        shop.merchant.close(closed.trim_start_matches("/portal/orders/")).await.data();
        let again = shop.see(&older).await;
        assert_eq!(again.texts("tbody th a"), expected(9..34));
    }

    async fn everybody_sees_their_own(app: TestApp) {
        let site = Site::over(app);
        let shop = Shop::open(&site).await;
        let theirs = shop.paid_through("t1", "10").await;
        let open = order(&shop.merchant, "t2", "10").await;
        // Another merchant, and the provider that brought the order: neither is the one who was paid.
        let other = site.app.merchant("Other").await;
        for stranger in [other.owner, shop.provider.owner] {
            let mut browser = site.visitor(stranger).await;
            assert!(browser.get(LIST).await.expect(StatusCode::OK).says().contains("No orders yet."));
            for id in [&theirs, &open] {
                for path in [page_of(id), refund_of(id), close_of(id)] {
                    browser.get(&path).await.expect(StatusCode::NOT_FOUND);
                }
                for query in [id.as_str(), "t1", "t2"] {
                    let found = browser.get(&format!("{LIST}?q={query}")).await.expect(StatusCode::OK);
                    assert!(found.texts("tbody tr").is_empty(), "{query}");
                }
            }
            let csrf = browser.get("/portal").await.attribute("input[name=csrf]", "value");
            let csrf = ("csrf".to_owned(), csrf.expect("a form has one"));
            for path in [refund_of(&theirs), close_of(&open)] {
                browser.post(&path, std::slice::from_ref(&csrf)).await.expect(StatusCode::NOT_FOUND);
            }
        }
        assert_eq!(shop.merchant.query(&open).await.text_of("status"), "INITIAL");
        assert_eq!(shop.merchant.query(&theirs).await.text_of("status"), "PAID");
    }
}
