//! A new password by a mailed link: one answer for every address, one use for every link, and what ends with it.

use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::event::{AccessChange, AccessEvent};
use countersign_domain::id::UserId;
use countersign_service::password_resets::{self, LINK_LIFETIME_MS, LINKS_MAX};
use countersign_service::sign_in::{FAILURES_MAX, SignInError};
use countersign_store::StoreError;
use countersign_store::queries::audit;
use countersign_testkit::{Engine, TestApp};
use http::StatusCode;
use secrecy::ExposeSecret as _;

use super::browser::{Browser, Seen, Site};
use super::devices::told;
use super::sign_in::{PASSWORD, set_password, try_to_enter};
use super::welcome;

const FORGOT: &str = "/portal/forgot-password";
const RESET: &str = "/portal/reset-password";
const NEW: &str = "another four plain words";

async fn ask(browser: &mut Browser<'_>, email: &str) -> Seen {
    let page = browser.get(FORGOT).await.expect(StatusCode::OK);
    browser.submit(&page, FORGOT, &[("email", &[email])]).await
}

/// The secrets in the links that were mailed, oldest first.
async fn tokens(site: &Site) -> Vec<String> {
    let platform = site.app.platform();
    let token = |(_, event): (String, AccessEvent)| match event.change {
        AccessChange::ResetAsked { token_sealed, .. } => {
            let opened = password_resets::open_token(platform, event.user_id, &token_sealed).expect("it opens");
            Some(opened.expose_secret().to_owned())
        }
        _ => None,
    };
    told(site).await.into_iter().filter_map(token).collect()
}

async fn set(browser: &mut Browser<'_>, token: &str, password: &str) -> Seen {
    let page = browser.get(&format!("{RESET}?token={token}")).await.expect(StatusCode::OK);
    browser.submit(&page, RESET, &[("password", &[password]), ("repeat", &[password])]).await
}

async fn audited(site: &Site) -> Vec<(String, String)> {
    let rows = site.app.platform().read("audit", |tx, _| audit::rows_after(tx, PLATFORM_OWNER, 0, 100)).await;
    let rows: Result<Vec<audit::AuditRow>, StoreError> = rows;
    let rows = rows.expect("the chain can be read").into_iter();
    rows.filter(|row| row.action.starts_with("password_reset")).map(|row| (row.action, row.actor)).collect()
}

#[tokio::test]
async fn a_mailed_link_sets_a_password_and_ends_what_was() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let site = Site::over(TestApp::start(engine));
        let ann = site.app.merchant("Harbour Books").await;
        set_password(&site, ann.owner).await;
        let invitation = welcome::link(&site, ann.owner).await;
        let mut elsewhere = site.visitor(ann.owner).await;
        let mut browser = site.stranger();
        for _ in 0..2 {
            let answer = ask(&mut browser, &format!(" {} ", ann.email.to_uppercase())).await;
            assert_eq!(answer.location().as_deref(), Some("/portal/forgot-password/sent"), "on {engine:?}");
        }
        assert_eq!(browser.open("/portal/forgot-password/sent").await.title(), "Look into your mail");
        let [first, second] = tokens(&site).await.try_into().expect("a link for each time");

        let page = browser.get(&format!("{RESET}?token={second}")).await.expect(StatusCode::OK);
        assert!(page.says().contains("Harbour Books") && page.says().contains(&ann.email), "{}", page.says());
        let wrong: &[(&str, &[&str])] = &[("password", &["too short"]), ("repeat", &["another"])];
        let again = browser.submit(&page, RESET, wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(again.texts(".field .error").len(), 2);
        elsewhere.get("/portal").await.expect(StatusCode::OK);

        let done = set(&mut browser, &second, NEW).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(done.location().as_deref(), Some("/portal/sign-in"));
        assert!(browser.get("/portal/sign-in").await.says().contains("The new password is set"), "it is said once");
        elsewhere.get("/portal").await.expect(StatusCode::SEE_OTHER);
        for dead in [format!("{RESET}?token={first}"), format!("{RESET}?token={second}"), invitation] {
            assert_eq!(site.stranger().get(&dead).await.expect(StatusCode::GONE).title(), "This link cannot be used");
        }
        try_to_enter(&mut site.stranger(), &ann.email, PASSWORD).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        // The browser in which it was set is known; the mail of the change told of it.
        try_to_enter(&mut browser, &ann.email, NEW).await.expect(StatusCode::SEE_OTHER);
        let events = told(&site).await;
        assert!(events.iter().all(|(to, event)| *to == ann.email && event.account == "Harbour Books"));
        let kinds: Vec<_> = events.iter().map(|(_, event)| std::mem::discriminant(&event.change)).collect();
        assert!(kinds[0] == kinds[1] && kinds.len() == 3, "two links and one change: {events:?}");
        assert!(matches!(events[2].1.change, AccessChange::PasswordChanged { .. }));
        let by = |action: &str, actor: &str| (action.to_owned(), actor.to_owned());
        let asked = by("password_reset_ask", "system");
        assert_eq!(audited(&site).await, [asked.clone(), asked, by("password_reset", &format!("user:{}", ann.owner))]);
    }
}

#[tokio::test]
async fn every_address_gets_one_answer_after_one_commit() {
    let site = Site::start();
    let (known, locked) = (site.app.merchant("Known").await, site.app.merchant("Locked").await);
    set_password(&site, locked.owner).await;
    for _ in 0..FAILURES_MAX {
        try_to_enter(&mut site.stranger(), &locked.email, "not the password").await;
    }
    let mut asked = vec![locked.email.as_str(), "nobody@example.com"];
    // One more than are mailed. The account has no password yet: the mailbox proves as much as an invitation.
    asked.extend(std::iter::repeat_n(known.email.as_str(), usize::try_from(LINKS_MAX).expect("few") + 1));
    for (number, email) in (1_u8..).zip(asked) {
        // Each from an address of its own, so that what one address may ask for does not come in between.
        let mut browser = Browser { address: [203, 0, 113, number].into(), ..site.stranger() };
        let before = site.app.platform().store.stats().committed_jobs;
        let answer = ask(&mut browser, email).await.expect(StatusCode::SEE_OTHER);
        let after = site.app.platform().store.stats().committed_jobs;
        let cookies: Vec<&String> = browser.cookies.keys().collect();
        assert_eq!(
            (after - before, answer.location().as_deref()),
            (1, Some("/portal/forgot-password/sent")),
            "{email}"
        );
        assert_eq!(cookies, ["__Host-countersign_entry"], "{email}");
    }
    let to = told(&site).await.into_iter().map(|(to, _)| to).collect::<Vec<_>>();
    let links = usize::try_from(LINKS_MAX).expect("few");
    assert_eq!(to, [&[locked.email][..], &vec![known.email.clone(); links]].concat());

    site.app.advance_ms(LINK_LIFETIME_MS);
    ask(&mut site.stranger(), &known.email).await;
    assert_eq!(told(&site).await.len(), links + 2, "after an hour there is room for another");
}

#[tokio::test]
async fn an_old_and_an_invented_link_are_one_page() {
    let site = Site::start();
    let ann = site.app.merchant("Shop").await;
    ask(&mut site.stranger(), &ann.email).await;
    let [token] = tokens(&site).await.try_into().expect("one link");
    site.app.advance_ms(LINK_LIFETIME_MS - 1);
    let mut browser = site.stranger();
    let page = browser.get(&format!("{RESET}?token={token}")).await.expect(StatusCode::OK);
    site.app.advance_ms(1);
    let typed: &[(&str, &[&str])] = &[("password", &[NEW]), ("repeat", &[NEW])];
    let late = browser.submit(&page, RESET, typed).await.expect(StatusCode::GONE);
    let invented = site.stranger().get(&format!("{RESET}?token=nonsense")).await.expect(StatusCode::GONE);
    assert_eq!(late.says(), invented.says());
    // The link of an invitation is none to reset with, and the other way round.
    let welcome = welcome::link(&site, ann.owner).await.replace("welcome", "reset-password");
    site.stranger().get(&welcome).await.expect(StatusCode::GONE);
}

#[tokio::test]
async fn one_address_may_ask_so_often() {
    let site = Site::start();
    let mut browser = site.stranger();
    let mut other = Browser { address: "198.51.100.1".parse().expect("an address"), ..site.stranger() };
    for _ in 0..10 {
        ask(&mut browser, "nobody@example.com").await.expect(StatusCode::SEE_OTHER);
    }
    let before = site.app.footprint().await;
    ask(&mut browser, "nobody@example.com").await.expect(StatusCode::TOO_MANY_REQUESTS);
    before.assert_same(&site.app.footprint().await, "a request too many");
    ask(&mut other, "nobody@example.com").await.expect(StatusCode::SEE_OTHER);
    site.app.advance_ms(3_600_000);
    ask(&mut browser, "nobody@example.com").await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_no_address_is_said_and_counts_for_nothing() {
    let site = Site::start();
    let mut browser = site.stranger();
    let wrong = ask(&mut browser, "no address").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.texts("[role=alert]").join(" ").contains("not an e-mail address"));
    assert_eq!(wrong.attribute("input[name=email]", "value").as_deref(), Some("no address"));
}

#[tokio::test]
async fn where_no_mail_leaves_nobody_is_promised_one() {
    let site = Site::configured(TestApp::start(Engine::Sqlite), |settings| settings.mails_leave = false);
    let ann = site.app.merchant("Shop").await;
    let mut browser = site.stranger();
    let page = browser.get(FORGOT).await.expect(StatusCode::OK);
    assert!(page.says().contains("Ask its operator") && page.texts("form input[name=email]").is_empty());
    let before = site.app.footprint().await;
    let entry = browser.get("/portal/sign-in").await;
    let csrf = entry.attribute("input[name=csrf]", "value").expect("a form has a token");
    let fields = [("csrf".to_owned(), csrf), ("email".to_owned(), ann.email.clone())];
    browser.post(FORGOT, &fields).await.expect(StatusCode::OK);
    before.assert_same(&site.app.footprint().await, "a request where no mail leaves");
}

#[tokio::test]
async fn of_two_links_used_at_once_one_sets_the_password() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let site = Site::over(TestApp::start(engine));
        let ann = site.app.merchant("Shop").await;
        for round in 0..20 {
            ask(&mut site.stranger(), &ann.email).await;
            ask(&mut site.stranger(), &ann.email).await;
            let all = tokens(&site).await;
            let [one, other] = [&all[2 * round], &all[2 * round + 1]];
            let (one, other) = tokio::join!(use_link(&site, one), use_link(&site, other));
            let both = [one.is_ok(), other.is_ok()];
            assert!(both == [true, false] || both == [false, true], "{both:?} on {engine:?}");
            site.app.advance_ms(LINK_LIFETIME_MS);
        }
    }
}

async fn use_link(site: &Site, token: &str) -> Result<UserId, SignInError> {
    let token = token.to_owned();
    let visit = countersign_service::sign_in_devices::Visit {
        device: "d".repeat(64),
        whereabouts: countersign_domain::event::Whereabouts { device: "a test".to_owned(), address: None },
    };
    let platform = site.app.platform();
    platform
        .write("password_set", move |tx, platform| {
            let link = password_resets::link_hash(platform, &token);
            let now = (platform.wall_now(), platform.business_now());
            password_resets::set_password(tx, platform, &link, ("$argon2id$none", &visit), now)
        })
        .await
}
