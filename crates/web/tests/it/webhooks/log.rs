//! The log: filtered, and paged through while more comes in.

use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{Desk, IN_VAIN, LOG, REFUSED, SPARE, TAKEN, page_of};
use crate::browser::Site;

impl Desk<'_> {
    /// What the deliveries on a page of the log are about, in its order.
    async fn listed(&mut self, query: &str) -> Vec<String> {
        self.see(&format!("{LOG}{query}")).await.texts("tbody th .code.soft")
    }
}

on_both_engines! {
    async fn filters_find_what_they_say(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let empty = desk.see(LOG).await;
        assert!(empty.says().contains("Nothing was sent yet."), "{}", empty.says());
        // 12:00 of the 15th, then the last millisecond of that day, then the 16th.
        let taken = desk.told("t1", TAKEN).await.subject.to_string();
        let again = desk.told("t2", REFUSED).await.subject.to_string();
        site.app.advance_ms(12 * HOUR_MS - 1);
        let failed = desk.told("t3", IN_VAIN).await.subject.to_string();
        site.app.advance_ms(1);
        let fresh = desk.closed("t4").await;
        let spare = desk.merchant.listen_at(SPARE).await;
        let both = desk.closed("t5").await;
        desk.merchant.disable_endpoint(spare).await.expect("it can be disabled");
        let missed = desk.closed("t6").await;
        desk.return_to_work().await;

        let all = desk.see(LOG).await;
        assert_eq!(all.texts("tbody .pill"), ["Missed", "Pending", "Pending", "Pending", "Pending", "Failed", "Tries again", "Delivered"]);
        let rows: [(&str, &[&String]); 12] = [
            ("", &[&missed, &missed, &both, &both, &fresh, &failed, &again, &taken]),
            ("?state=PENDING", &[&missed, &both, &both, &fresh, &again]),
            ("?state=DELIVERED", &[&taken]),
            ("?state=FAILED", &[&missed, &failed]),
            ("?type=PAY&state=FAILED", &[&missed, &failed]),
            ("?type=PAY_REFUND", &[]),
            (&format!("?endpoint={spare}"), &[&missed, &both]),
            (&format!("?endpoint={spare}&state=PENDING"), &[&both]),
            ("?from=2026-01-16", &[&missed, &missed, &both, &both, &fresh]),
            ("?to=2026-01-15", &[&failed, &again, &taken]),
            ("?from=2026-01-15&to=2026-01-15&state=FAILED", &[&failed]),
            ("?from=2026-01-17", &[]),
        ];
        for (query, about) in rows {
            assert_eq!(desk.listed(query).await.iter().collect::<Vec<_>>(), about, "{query}");
        }
        let none = desk.see(&format!("{LOG}?state=DELIVERED&from=2026-01-16")).await;
        assert!(none.says().contains("None of your deliveries is like this."), "{}", none.says());
        assert_eq!(none.attribute("#state option[selected]", "value").as_deref(), Some("DELIVERED"), "the filter stays");
        assert_eq!(none.attribute("#from", "value").as_deref(), Some("2026-01-16"));
        assert_eq!(none.attribute(".filter-fields .hint a", "href").as_deref(), Some(LOG));
        let carried = "/portal/developers/deliveries/recover?since=2026-01-16T00%3A00&endpoint=";
        assert_eq!(none.attribute(".head a", "href").as_deref(), Some(carried), "sending again begins with the filter");
        for (query, field, words) in [
            ("?from=2026-02-30", "from", "Write the day as year-month-day, such as 2027-03-31."),
            ("?to=soon", "to", "Write the day as year-month-day, such as 2027-03-31."),
            ("?from=2026-01-16&to=2026-01-15", "to", "Choose the same day as the first or a later one."),
        ] {
            let seen = desk.browser.get(&format!("{LOG}{query}")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(seen.texts(&format!("#{field}-error")), [words], "{query}");
            assert!(seen.texts("tbody tr").is_empty(), "{query}: nothing is listed");
        }
        for (query, words) in [
            ("?state=NONSENSE", "There is no such state; choose another."),
            ("?type=NONSENSE", "There is no such kind of message; choose another."),
            ("?endpoint=1", "You have no such endpoint any more; choose another."),
        ] {
            let seen = desk.browser.get(&format!("{LOG}{query}")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(seen.texts("#problems li"), [words], "{query}");
            assert!(seen.texts("tbody tr").is_empty(), "{query}: not all there is");
        }
    }

    async fn a_row_says_how_it_stands_and_leads_to_its_page(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let message = desk.told("t1", REFUSED).await;
        let log = desk.see(LOG).await;
        let about = message.subject;
        assert_eq!(log.texts("tbody tr"), [format!(
            "PAY_CLOSED of {about}An order ended without a payment{about} https://shop.example/hook \
             Tries againnext try in 1 minute 15 Jan 2026, 12:00 UTCanswered 500 1"
        )]);
        assert_eq!(log.attribute("tbody th a", "href"), Some(page_of(&message)));
    }

    // Sixty deliveries, and more while somebody reads: no page repeats or leaves out one.
    async fn pages_stay_what_they_are_while_more_is_sent(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let mut told = Vec::new();
        for number in 0..60 {
            told.push(desk.closed(&format!("t{number}")).await);
            // Others, in other states, in between are no part of it.
            if number % 20 == 0 {
                desk.told(&format!("d{number}"), TAKEN).await;
            }
        }
        let expected = |range: std::ops::Range<usize>| told[range].iter().rev().cloned().collect::<Vec<_>>();
        let shown = |seen: &crate::browser::Seen| seen.texts("tbody th .code.soft");
        let first = desk.see(&format!("{LOG}?state=PENDING&type=PAY")).await;
        assert_eq!(shown(&first), expected(35..60));
        assert_eq!(first.attribute("a[rel=prev]", "href"), None, "there is nothing newer");
        let late = [desk.closed("late1").await, desk.closed("late2").await];
        let older = first.attribute("a[rel=next]", "href").expect("there are older ones");
        assert!(older.starts_with("/portal/developers/deliveries?state=PENDING&type=PAY&before="), "the filter stays: {older}");
        let second = desk.see(&older).await;
        assert_eq!(shown(&second), expected(10..35));
        let third = desk.see(&second.attribute("a[rel=next]", "href").expect("there are older ones")).await;
        assert_eq!(shown(&third), expected(0..10));
        assert_eq!(third.attribute("a[rel=next]", "href"), None, "there is nothing older");
        let back = desk.see(&third.attribute("a[rel=prev]", "href").expect("there are newer ones")).await;
        assert_eq!(shown(&back), expected(10..35), "the same as on the way there");
        let front = desk.see(&back.attribute("a[rel=prev]", "href").expect("there are newer ones")).await;
        assert_eq!(shown(&front), expected(35..60));
        let newest = desk.see(&front.attribute("a[rel=prev]", "href").expect("two came in")).await;
        assert_eq!(shown(&newest), [late[1].clone(), late[0].clone()]);
        assert_eq!(newest.attribute("a[rel=prev]", "href"), None);
        // Beyond the ends there is a way back.
        let beyond = desk.see(&format!("{LOG}?state=DELIVERED&before=1")).await;
        assert!(beyond.says().contains("None here."), "{}", beyond.says());
        let way_back = beyond.attribute("a[rel=prev]", "href").expect("there are newer ones");
        assert_eq!(desk.see(&way_back).await.texts("tbody tr").len(), 3);
        let failed = desk.see(&format!("{LOG}?state=FAILED&after=1")).await;
        assert!(failed.texts("tbody tr").is_empty() && failed.attribute("a[rel=next]", "href").is_some());
        site.app.advance_ms(DAY_MS);
    }
}
