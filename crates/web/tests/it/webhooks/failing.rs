//! Endpoints that fail, are disabled and are enabled again.

use countersign_domain::id::WebhookEndpointId;
use countersign_domain::time::{DAY_MS, HOUR_MS};
use countersign_store::queries::outbox::Channel;
use countersign_testkit::on_both_engines;
use http::StatusCode;

use super::{Desk, IN_VAIN, LIST, RECOVER, REFUSED, TAKEN, facts, tried};
use crate::browser::Site;

const HOME: &str = "/portal";

on_both_engines! {
    async fn one_that_only_failed_says_so_and_what_it_missed_is_sent_when_it_is_enabled(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        desk.told("t1", REFUSED).await;
        let failing = desk.see(LIST).await;
        assert_eq!(failing.texts(".endpoint .key-head .pill"), ["Failing"]);
        let note = "Every try since 15 Jan 2026, 12:00 UTC has failed. If that goes on for days, it will be disabled.";
        assert_eq!(failing.texts(".endpoint .notice"), [note]);
        assert!(!desk.see(HOME).await.says().contains("webhooks"), "one try is no trouble yet");
        site.app.advance_ms(HOUR_MS);
        let home = desk.see(HOME).await;
        assert!(home.says().contains("shop.example does not take webhooks: every try since 15 Jan 2026, 12:00 UTC has failed."), "{}", home.says());

        site.app.advance_ms(5 * DAY_MS);
        tried(&site, &desk.newest().await, IN_VAIN, "{}").await;
        desk.closed("t2").await;
        desk.closed("t3").await;
        desk.return_to_work().await;
        let home = desk.see(HOME).await;
        assert!(home.says().contains("shop.example gets no webhooks any more: it was disabled"), "{}", home.says());
        let link = format!("{LIST}#endpoint-{}", desk.hook);
        assert_eq!(home.attribute(".notice-bad a", "href"), Some(link.clone()));
        let disabled = desk.see(LIST).await;
        assert_eq!(disabled.texts(".endpoint .key-head .pill"), ["Disabled"]);
        let note = "It was disabled on 20 Jan 2026, 13:00 UTC, because every try since 15 Jan 2026, 12:00 UTC had failed. Mend your \
                    receiver, then enable it: you can send what it missed then.";
        assert_eq!(disabled.texts(".endpoint .notice-bad"), [note]);
        assert!(facts(&disabled).contains(&"Missed3 messages since 15 Jan 2026, 12:00 UTC".to_owned()), "{:?}", facts(&disabled));

        let enable = format!("{LIST}/{}/enable", desk.hook);
        let offered = desk.send(&disabled, &enable, &[]).await.expect(StatusCode::OK);
        assert!(offered.says().contains("Enabled. What happens from now on is sent there."), "{}", offered.says());
        assert_eq!(offered.texts("#failed"), ["3 messages failed or were missed"]);
        assert!(offered.says().contains("Since 15 Jan 2026, 12:00 UTC (5 days ago), for https://shop.example/hook."), "{}", offered.says());
        assert!(desk.messages().await.iter().all(|message| message.finished_at.is_some()), "nothing is sent by that alone");
        let wakes = site.wakes();
        let sent = desk.send(&offered, RECOVER, &[]).await.expect(StatusCode::OK);
        assert_eq!(sent.title(), "3 messages are sent again");
        assert_eq!(site.wakes(), wakes + 1);
        assert!(desk.messages().await.iter().all(|message| message.finished_at.is_none()), "all are in line");
        assert_eq!(desk.see(LIST).await.texts(".endpoint .key-head .pill"), ["Enabled"]);
        assert!(!desk.see(HOME).await.says().contains("webhooks any more"));
    }

    async fn one_that_the_operator_disables_is_the_operators_to_enable(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let id: WebhookEndpointId = desk.hook.parse().expect("an id");
        let before = desk.see(LIST).await;
        desk.merchant.disable_endpoint(id).await.expect("it is enabled");
        let own = desk.see(LIST).await;
        desk.merchant.hold_endpoint(id).await.expect("the operator may");
        desk.merchant.hold_endpoint(id).await.expect("twice is the same as once");
        desk.closed("t1").await;
        let list = desk.see(LIST).await;
        let note = "The operator of this service disabled it; it has got nothing since 15 Jan 2026, 12:00 UTC. Only the operator can \
                    enable it: ask there. You can send what it missed then.";
        assert_eq!(list.texts(".endpoint .notice-bad"), [note]);
        assert!(list.attribute("form[action$=enable]", "action").is_none(), "there is nothing to press");
        let home = desk.see(HOME).await;
        assert!(home.says().contains("shop.example gets no webhooks any more: the operator of this service disabled it."), "{}", home.says());
        let mails = site.app.messages(Channel::Mail, desk.merchant.id).await;
        assert_eq!(mails.iter().filter(|mail| mail.event_kind == "ENDPOINT").count(), 1, "its people are told, once");

        // A page from before, pressed now.
        let refused = desk.send(&own, &format!("{LIST}/{id}/enable"), &[]).await.expect(StatusCode::OK);
        let words = "The operator disabled this endpoint, and only the operator can enable it.";
        assert!(refused.says().contains(words), "{}", refused.says());
        desk.send(&before, &format!("{LIST}/{id}/disable"), &[]).await.expect(StatusCode::OK);
        assert_eq!(desk.see(LIST).await.texts(".endpoint .notice-bad"), [note], "the owner changes nothing of it");
        let missed = desk.merchant.release_endpoint(id).await.expect("the operator may").expect("it missed something");
        assert_eq!((missed.count, missed.is_cut), (1, false));
        assert_eq!(desk.see(LIST).await.texts(".endpoint .key-head .pill"), ["Enabled"]);
    }

    async fn one_that_its_owner_disables_is_silent_until_it_is_enabled(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        desk.told("t1", TAKEN).await;
        let list = desk.see(LIST).await;
        let (disable, enable) = (format!("{LIST}/{}/disable", desk.hook), format!("{LIST}/{}/enable", desk.hook));
        let off = desk.send(&list, &disable, &[]).await.expect(StatusCode::OK);
        assert!(off.says().contains("Disabled. It gets nothing until you enable it."), "{}", off.says());
        let note = "You disabled it on 15 Jan 2026, 12:00 UTC. It gets nothing. What happens in the first 30 days is written down, \
                    and can be sent once you enable it; what comes later is not.";
        assert_eq!(off.texts(".endpoint .notice-neutral"), [note]);
        assert!(!facts(&off).join("").contains("Missed"), "there was nothing to miss yet");
        assert!(!desk.see(HOME).await.says().contains("webhooks any more"), "its owner knows");

        // Nothing was missed: there is nothing to offer.
        let on = desk.send(&off, &enable, &[]).await.expect(StatusCode::OK);
        assert_eq!((on.title().as_str(), on.texts(".endpoint .key-head .pill")), ("Webhooks", vec!["Enabled".to_owned()]));
        let twice = desk.send(&off, &enable, &[]).await.expect(StatusCode::OK);
        assert_eq!(twice.title(), "Webhooks", "enabling twice is the same as once");

        desk.send(&on, &disable, &[]).await.expect(StatusCode::OK);
        desk.closed("t2").await;
        let off = desk.see(LIST).await;
        assert!(facts(&off).contains(&"Missed1 message, of 15 Jan 2026, 12:00 UTC".to_owned()), "{:?}", facts(&off));
        let last = facts(&off).into_iter().find(|fact| fact.starts_with("Last message")).expect("there is one");
        assert!(last.starts_with("Last messageMissed"), "{last}");
        let offered = desk.send(&off, &enable, &[]).await.expect(StatusCode::OK);
        assert_eq!(offered.texts("#failed"), ["1 message failed or was missed"]);
    }
}
