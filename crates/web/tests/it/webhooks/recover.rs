//! Sending everything again that failed.

use countersign_domain::id::{OutboxId, WebhookEndpointId, compose};
use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_store::queries::outbox::{self, Channel, MESSAGES_SCANNED_MAX, NewMessage};
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{Desk, Failed, HOOK, IN_VAIN, LIST, RECOVER, SPARE, TAKEN, facts};
use crate::browser::Site;

/// Fields of a form with what is typed into them.
type Typed<'a> = &'a [(&'a str, &'a [&'a str])];

/// More than one form does: ten steps of 200, and one.
const MANY: i64 = 2_001;

impl Desk<'_> {
    /// Puts as many missed messages of an endpoint into the log as a long silence leaves, without their causes.
    async fn miss(&self, endpoint: &str, count: i64) {
        let (owner, endpoint) = (self.merchant.id, endpoint.parse::<i64>().expect("an id"));
        let now = self.site.app.platform().business_now();
        let write = self.site.app.platform().write("miss", move |tx, _| {
            for number in 0..count {
                let message = NewMessage {
                    id: OutboxId::new(compose(now.plus_ms(number), 0)),
                    channel: Channel::Webhook,
                    merchant_id: owner,
                    destination: HOOK,
                    endpoint_id: Some(WebhookEndpointId::new(endpoint)),
                    is_missed: true,
                    event_kind: "ORDER",
                    event_status: "PAID",
                    subject: now.plus_ms(number).ms(),
                    event: "{}",
                    body_sealed: false,
                    created_at: now.plus_ms(number),
                };
                outbox::insert(tx, &message)?;
            }
            Ok::<_, Failed>(())
        });
        write.await.expect("they are written");
    }

    /// What the page says of this question: how much that is, or that it is nothing.
    async fn asked(&mut self, query: &str) -> String {
        self.see(&format!("{RECOVER}{query}")).await.texts("#failed").join("")
    }
}

on_both_engines! {
    async fn it_is_told_how_much_that_is_and_then_what_was_done(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let spare = desk.merchant.listen_at(SPARE).await;
        desk.told("t0", TAKEN).await;
        for number in 1..=2 {
            desk.told(&format!("t{number}"), IN_VAIN).await;
        }
        site.app.advance_ms(HOUR_MS);
        desk.merchant.disable_endpoint(spare).await.expect("it can be disabled");
        desk.told("t3", IN_VAIN).await;
        desk.return_to_work().await;
        let blank = desk.see(RECOVER).await;
        assert!(blank.texts("#failed").is_empty() && blank.texts("#problems").is_empty(), "{}", blank.says());

        for (query, answer) in [
            ("?since=2026-01-15T12:00", "4 messages failed or were missed"),
            ("?since=2026-01-15", "4 messages failed or were missed"),
            ("?since=2026-01-15T12:01", "2 messages failed or were missed"),
            ("?since=2026-01-15T14:00", "Nothing to send"),
            (&format!("?since=2026-01-15T12:00&endpoint={spare}"), "1 message failed or was missed"),
            (&format!("?since=2026-01-15T12:00&endpoint={}", desk.hook.clone()), "3 messages failed or were missed"),
        ] {
            assert_eq!(desk.asked(query).await, answer, "{query}");
        }
        for (query, field, words) in [
            ("?since=noon", "since", "Write the day and the time, such as 2027-03-31T14:30."),
            ("?since=2026-01-15T12:00&endpoint=77", "endpoint", "You have no such endpoint any more. Choose another."),
        ] {
            let seen = desk.browser.get(&format!("{RECOVER}{query}")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(seen.texts(&format!("#{field}-error")), [words], "{query}");
            assert!(seen.texts("#failed").is_empty(), "{query}: nothing is counted");
        }

        // What was missed by a disabled endpoint is left; where another takes it, it goes there.
        let offered = desk.see(&format!("{RECOVER}?since=2026-01-15T12:00")).await;
        assert_eq!(offered.texts("#to option"), ["Where each was for", HOOK]);
        let done = desk.send(&offered, RECOVER, &[]).await.expect(StatusCode::OK);
        assert_eq!(done.title(), "3 messages are sent again");
        assert!(done.says().contains("1 message was left: its endpoint is disabled or removed"), "{}", done.says());
        let rest = done.attribute("a[href*=recover]", "href").expect("what was left can go elsewhere");
        let offered = desk.see(&rest).await;
        let elsewhere: &[(&str, &[&str])] = &[("to", &[&desk.hook.clone()])];
        let done = desk.send(&offered, RECOVER, elsewhere).await.expect(StatusCode::OK);
        assert_eq!((done.title().as_str(), done.texts(".notice").len()), ("1 message is sent again", 0));
        // Sending the form once more does no more.
        let twice = desk.send(&offered, RECOVER, elsewhere).await.expect(StatusCode::OK);
        assert_eq!(twice.title(), "Nothing was sent again");
        assert!(desk.messages().await.iter().filter(|message| message.finished_at.is_some()).count() == 1, "what arrived stays");
    }

    async fn forms_that_name_what_is_not_there_do_nothing(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let off = desk.merchant.listen_at(SPARE).await;
        desk.merchant.disable_endpoint(off).await.expect("it can be disabled");
        desk.told("t1", IN_VAIN).await;
        let offered = desk.see(&format!("{RECOVER}?since=2026-01-15")).await;
        let rows: [(Typed<'_>, &str); 5] = [
            (&[("since", &[""])], "Write the day and the time"),
            (&[("since", &["x"])], "Write the day and the time"),
            (&[("endpoint", &["77"])], "You have no such endpoint any more."),
            (&[("to", &["77"])], "You have no such endpoint any more."),
            (&[("to", &[&off.to_string()])], "That endpoint is disabled."),
        ];
        for (typed, words) in rows {
            let back = desk.browser.submit(&offered, RECOVER, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert!(back.texts("#problems li").join("").starts_with(words), "{typed:?}: {}", back.says());
        }
        assert!(desk.newest().await.finished_at.is_some(), "nothing was sent");
    }

    async fn what_one_missed_is_offered_however_much_another_did(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let quiet: WebhookEndpointId = desk.hook.parse().expect("an id");
        let noisy = desk.merchant.listen_at(SPARE).await;
        for endpoint in [quiet, noisy] {
            desk.merchant.disable_endpoint(endpoint).await.expect("it can be disabled");
        }
        site.app.advance_ms(HOUR_MS);
        desk.miss(&quiet.to_string(), 1).await;
        site.app.advance_ms(HOUR_MS);
        desk.miss(&noisy.to_string(), MESSAGES_SCANNED_MAX).await;
        desk.return_to_work().await;
        let list = desk.see(LIST).await;
        let told: Vec<String> = facts(&list).into_iter().filter(|fact| fact.starts_with("Missed")).collect();
        // Not all of the second were looked at: it is told from when on it was silent.
        assert_eq!(told, ["Missed1 message, of 15 Jan 2026, 13:00 UTC", "Missedmore than 1000 messages since 15 Jan 2026, 12:00 UTC"]);
        let offered = desk.send(&list, &format!("{LIST}/{quiet}/enable"), &[]).await.expect(StatusCode::OK);
        assert_eq!(offered.texts("#failed"), ["1 message failed or was missed"]);
        let offered = desk.send(&list, &format!("{LIST}/{noisy}/enable"), &[]).await.expect(StatusCode::OK);
        assert_eq!(offered.texts("#failed"), ["more than 10000 messages failed or were missed"]);
        assert!(offered.says().contains("Since 15 Jan 2026, 12:00 UTC"), "{}", offered.says());
    }

    async fn a_long_silence_is_sent_in_bounded_parts(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        desk.miss(&desk.hook, MANY).await;
        site.app.advance_ms(DAY_MS);
        desk.return_to_work().await;
        let offered = desk.see(&format!("{RECOVER}?since=2026-01-15T12:00&endpoint={}", desk.hook.clone())).await;
        assert_eq!(offered.texts("#failed"), ["2001 messages failed or were missed"]);
        let first = desk.send(&offered, RECOVER, &[]).await.expect(StatusCode::OK);
        assert_eq!(first.title(), "2000 messages are sent again");
        assert!(first.says().contains("There is more that failed since then."), "{}", first.says());
        let last = desk.send(&first, RECOVER, &[]).await.expect(StatusCode::OK);
        assert_eq!(last.title(), "1 message is sent again");
        assert!(last.texts("form[action$=recover]").is_empty(), "there is no more");
    }
}
