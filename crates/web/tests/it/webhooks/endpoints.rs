//! Endpoints: added, edited, removed, and what is wrong with what was typed.

use countersign_domain::webhook_endpoint::{ENDPOINTS_MAX, EndpointTerms, EventKind};
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{ADD, Desk, HOOK, LIST, LOG, SPARE, facts};
use crate::browser::{Browser, Seen, Site};

type Typed<'a> = &'a [(&'a str, &'a [&'a str])];

async fn refused(browser: &mut Browser<'_>, page: &Seen, action: &str, typed: Typed<'_>) -> Seen {
    browser.submit(page, action, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY)
}

on_both_engines! {
    async fn an_endpoint_is_added_edited_and_removed(app: TestApp) {
        let site = Site::over(app);
        let merchant = site.app.merchant("Shop").await;
        let mut desk = Desk { site: &site, browser: site.visitor(merchant.owner).await, merchant, hook: String::new() };
        let empty = desk.see(LIST).await;
        assert!(empty.says().contains("Nobody is told yet."), "{}", empty.says());
        assert_eq!(empty.attribute("#certificate_sn", "value").as_deref(), Some(site.app.platform().webhook_key.serial()));
        assert!(empty.says().contains("countersign verify-webhook --request"), "{}", empty.says());

        let form = desk.see(ADD).await;
        let typed: Typed<'_> = &[("url", &[HOOK]), ("description", &["Web shop"])];
        let added = desk.send(&form, ADD, typed).await.expect(StatusCode::OK);
        assert!(added.says().contains("Added. What happens from now on is sent there."), "{}", added.says());
        assert_eq!(added.texts(".endpoint h2"), ["Web shop"]);
        assert_eq!(added.texts(".endpoint .pill"), ["Enabled"]);
        assert_eq!(facts(&added)[..2], ["Told ofEverything", "Unpaid ordersTold when they close or run out (PAY_CLOSED)"]);
        let known = desk.merchant.endpoints().await.remove(0);
        assert_eq!(known.terms, EndpointTerms::of_everything(HOOK, "Web shop"));

        let edit = format!("{LIST}/{}/edit", known.id);
        assert_eq!(added.attribute(".endpoint-acts a", "href").as_ref(), Some(&edit));
        let form = desk.see(&edit).await;
        assert_eq!(form.attribute("#url", "value").as_deref(), Some(HOOK));
        assert_eq!(form.attribute("#told-all", "checked").as_deref(), Some(""));
        let typed: Typed<'_> = &[
            ("url", &[SPARE]), ("description", &[""]), ("told", &["some"]), ("event", &["PAY_REFUND", "PAY", "nonsense"]),
            ("tells_closed", &[]),
        ];
        let saved = desk.send(&form, &edit, typed).await.expect(StatusCode::OK);
        assert_eq!(saved.texts(".endpoint h2"), ["spare.example"], "without a description it goes by its host");
        assert_eq!(facts(&saved)[..2], ["Told ofOrders, Refunds", "Unpaid ordersNot told (no PAY_CLOSED)"]);
        let known = desk.merchant.endpoints().await.remove(0);
        let events = [EventKind::Order, EventKind::Refund].into_iter().collect();
        let terms = EndpointTerms { events, tells_closed: false, ..EndpointTerms::of_everything(SPARE, "") };
        assert_eq!(known.terms, terms);

        // What it is stands in the form again, and saving that changes nothing.
        let form = desk.see(&edit).await;
        assert_eq!(form.attribute("#told-some", "checked").as_deref(), Some(""));
        let saved = desk.send(&form, &edit, &[]).await.expect(StatusCode::OK);
        assert!(saved.says().contains("Saved."), "{}", saved.says());
        assert_eq!(desk.merchant.endpoints().await.remove(0).terms, terms);
        let typed: Typed<'_> = &[("told", &["some"]), ("event", &["PAY_REFUND"])];
        let saved = desk.send(&form, &edit, typed).await.expect(StatusCode::OK);
        assert_eq!(facts(&saved)[0], "Told ofRefunds");
        assert!(!facts(&saved).join("").contains("Unpaid orders"), "where no orders are told there is nothing to say of them");

        let remove = format!("{LIST}/{}/remove", known.id);
        let asked = desk.see(&remove).await;
        assert_eq!(asked.title(), "Remove spare.example?");
        assert!(asked.says().contains(SPARE), "{}", asked.says());
        assert_eq!(desk.merchant.endpoints().await.len(), 1, "asking does nothing");
        let removed = desk.send(&asked, &remove, &[]).await.expect(StatusCode::OK);
        assert!(removed.says().contains("Removed. Nothing is sent there any more.") && desk.merchant.endpoints().await.is_empty());
        for path in [&edit, &remove] {
            desk.browser.get(path).await.expect(StatusCode::NOT_FOUND);
        }
        desk.browser.submit(&asked, &remove, &[]).await.expect(StatusCode::NOT_FOUND);
    }

    async fn what_is_wrong_stands_beside_its_field(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let long = format!("https://shop.example/{}", "x".repeat(300));
        let wordy = "d".repeat(129);
        let rows: [(Typed<'_>, &str, &str); 9] = [
            (&[("url", &[" "])], "url", "Write where your receiver is, such as https://shop.example/binance-pay."),
            (&[("url", &["https://metadata.example/"])], "url", "This address is never called."),
            (&[("url", &[&long])], "url", "A URL has at most 256 bytes."),
            (&[("url", &[HOOK])], "url", "Another endpoint of yours has this URL."),
            (&[("url", &[SPARE]), ("description", &[&wordy])], "description",
                "Use at most 128 characters, all of which can be seen."),
            (&[("url", &[SPARE]), ("told", &["some"]), ("event", &["nonsense"])], "events",
                "Tick what it is to be told of, or choose everything."),
            (&[("url", &[SPARE]), ("told", &[])], "events", "Tick what it is to be told of, or choose everything."),
            (&[("url", &[SPARE]), ("told", &["nonsense"])], "events", "Tick what it is to be told of, or choose everything."),
            (&[("url", &[SPARE]), ("told", &["some", "all"])], "events", "Tick what it is to be told of, or choose everything."),
        ];
        let form = desk.see(ADD).await;
        for (typed, field, words) in rows {
            let seen = refused(&mut desk.browser, &form, ADD, typed).await;
            assert_eq!(seen.texts(&format!("#{field}-error")), [words]);
            assert_eq!(seen.texts("#problems li"), [words], "told on top as well");
            assert_eq!(seen.attribute("#problems a", "href").as_deref(), Some(format!("#{field}").as_str()));
            let url = typed.iter().find(|(name, _)| *name == "url").map_or("", |(_, values)| values[0].trim());
            assert_eq!(seen.attribute("#url", "value").as_deref(), Some(url), "what was typed stays");
        }
        let both: Typed<'_> = &[("url", &[""]), ("told", &["some"]), ("event", &[]), ("tells_closed", &[])];
        let seen = refused(&mut desk.browser, &form, ADD, both).await;
        assert_eq!(seen.texts("#problems li").len(), 2, "everything at once");
        assert_eq!((seen.attribute("#told-some", "checked"), seen.attribute("#tells_closed", "checked")), (Some(String::new()), None));
        assert_eq!(desk.merchant.endpoints().await.len(), 1);

        // A URL that stands is not judged again, by whatever policy it came there; another is.
        let old = EndpointTerms::of_everything("https://metadata.example/old", "");
        let id = desk.merchant.add_endpoint(&old).await.expect("the policy is the portal's to ask");
        let edit = format!("{LIST}/{id}/edit");
        let form = desk.see(&edit).await;
        let named: Typed<'_> = &[("description", &["Old"])];
        desk.browser.submit(&form, &edit, named).await.expect(StatusCode::SEE_OTHER);
        refused(&mut desk.browser, &form, &edit, &[("url", &["https://metadata.example/new"])]).await;
        refused(&mut desk.browser, &form, &edit, &[("url", &[HOOK])]).await;
    }

    async fn there_are_so_many_and_that_is_told_before_one_is_typed(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let form = desk.see(ADD).await;
        for number in 1..ENDPOINTS_MAX {
            desk.merchant.listen_at(&format!("https://shop.example/{number}")).await;
        }
        let full = desk.see(LIST).await;
        assert_eq!(full.texts(".endpoint").len(), 16);
        assert!(full.says().contains("You have 16 endpoints, which is as many as there may be."), "{}", full.says());
        assert_eq!(full.attribute(&format!("a[href=\"{ADD}\"]"), "href"), None);
        assert_eq!(desk.browser.get(ADD).await.location().as_deref(), Some(LIST), "there is nothing to fill in");
        let late = refused(&mut desk.browser, &form, ADD, &[("url", &[SPARE])]).await;
        assert_eq!(late.texts("#problems li"), ["You have 16 endpoints, which is as many as there may be. Remove one first."]);
        assert_eq!(desk.merchant.endpoints().await.len(), 16);
    }

    async fn each_leads_to_its_own_deliveries_and_shows_its_last(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let events = [EventKind::Refund].into_iter().collect();
        let terms = EndpointTerms { events, ..EndpointTerms::of_everything(SPARE, "Spare <b>") };
        let spare = desk.merchant.add_endpoint(&terms).await.expect("it can be added");
        desk.closed("t1").await;
        let list = desk.see(LIST).await;
        assert_eq!(list.texts(".endpoint h2"), ["shop.example", "Spare <b>"]);
        assert!(!list.html.contains("Spare <b>"), "what somebody wrote is text");
        let last: Vec<String> = facts(&list).into_iter().filter(|fact| fact.starts_with("Last message")).collect();
        assert_eq!(last, ["Last messagePending 15 Jan 2026, 12:00 UTC (just now)"], "the other was told of nothing");
        let of = |id: &str| format!("{LOG}?endpoint={id}");
        assert!(list.html.contains(&of(&desk.hook)) && list.html.contains(&of(&spare.to_string())));
        assert_eq!(desk.see(&of(&desk.hook.clone())).await.texts("tbody tr").len(), 1);
        let none = desk.see(&of(&spare.to_string())).await;
        assert!(none.says().contains("None of your deliveries is like this."), "{}", none.says());
    }
}
