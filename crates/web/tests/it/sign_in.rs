//! Signing in and out: one refusal for everybody, lockout, fixation, expiry, and where it leads.

use countersign_domain::id::UserId;
use countersign_service::sign_in::{FAILURES_MAX, LOCKOUT_MS, SESSION_LIFETIME_MS, SignInError};
use countersign_store::queries::users;
use http::{StatusCode, header};

use super::browser::{Browser, Seen, Site};

pub(crate) const PASSWORD: &str = "four plain words here";
const FORM: &str = "/portal/sign-in";

/// Gives somebody [`PASSWORD`].
pub(crate) async fn set_password(site: &Site, user: UserId) {
    let hash = countersign_crypto::hash_password(PASSWORD, &[7; 16]).expect("a short password").expose_phc().to_owned();
    let set = site.app.platform().write("password_set", move |tx, _| {
        let account = users::lock(tx, user)?.expect("the person exists");
        Ok::<_, SignInError>(users::set_password(tx, &account, &hash)?)
    });
    set.await.expect("a password is set");
}

pub(crate) async fn try_to_enter(browser: &mut Browser<'_>, email: &str, password: &str) -> Seen {
    let page = browser.get(FORM).await.expect(StatusCode::OK);
    browser.submit(&page, FORM, &[("email", &[email]), ("password", &[password])]).await
}

#[tokio::test]
async fn the_right_password_leads_home_with_a_fresh_guarded_cookie() {
    let site = Site::start();
    let merchant = site.app.merchant("Corner Bakery").await;
    set_password(&site, merchant.owner).await;
    let mut browser = site.stranger();
    // A cookie that somebody planted is not taken over.
    browser.cookies.insert("__Host-countersign_session".to_owned(), "a".repeat(64));
    let answer = try_to_enter(&mut browser, &merchant.email, PASSWORD).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.location().as_deref(), Some("/portal"));
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("__Host-countersign_session="), "{cookie}");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert_ne!(browser.cookies["__Host-countersign_session"], "a".repeat(64));
    let home = browser.get("/portal").await.expect(StatusCode::OK);
    assert_eq!(home.title(), "Corner Bakery");
    assert_eq!(browser.get(FORM).await.location().as_deref(), Some("/portal"), "whoever is in goes on");
}

#[tokio::test]
async fn unknown_wrong_and_locked_cost_one_commit_each() {
    let site = Site::start();
    let known = site.app.merchant("Known").await;
    set_password(&site, known.owner).await;
    let mut tries = vec!["nobody@example.com", "no address"];
    // One more than locks the account.
    tries.extend(std::iter::repeat_n(known.email.as_str(), usize::try_from(FAILURES_MAX).expect("few") + 1));
    for email in tries {
        let before = site.app.platform().store.stats().committed_jobs;
        try_to_enter(&mut site.stranger(), email, "not the password").await;
        let after = site.app.platform().store.stats().committed_jobs;
        assert_eq!(after - before, 1, "{email}");
    }
}

#[tokio::test]
async fn unknown_wrong_and_locked_are_one_answer() {
    let site = Site::start();
    let (known, other) = (site.app.merchant("Known").await, site.app.merchant("Other").await);
    set_password(&site, known.owner).await;
    let mut said = Vec::new();
    for _ in 0..FAILURES_MAX {
        said.push(try_to_enter(&mut site.stranger(), &known.email, "not the password").await);
    }
    // Locked by now: the right password is no better, and neither is an account without one or none at all.
    for (email, password) in [
        (known.email.as_str(), PASSWORD),
        (other.email.as_str(), PASSWORD),
        ("nobody@merchants.example", PASSWORD),
        ("no address", ""),
    ] {
        said.push(try_to_enter(&mut site.stranger(), email, password).await);
    }
    let alerts: Vec<_> = said.into_iter().map(|seen| (seen.status, seen.texts("[role=alert]"))).collect();
    assert_eq!(alerts[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alerts[0].1.join(" ").contains("do not belong together"), "{:?}", alerts[0]);
    assert!(alerts.iter().all(|one| *one == alerts[0]), "{alerts:?}");

    site.app.advance_ms(LOCKOUT_MS);
    try_to_enter(&mut site.stranger(), &known.email, PASSWORD).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_form_itself_has_a_token() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    set_password(&site, merchant.owner).await;
    let fields = [("email".to_owned(), merchant.email.clone()), ("password".to_owned(), PASSWORD.to_owned())];
    let unsigned = site.stranger().post(FORM, &fields).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(unsigned.title(), "This form has expired");
    // The token of one browser is of no use in another.
    let page = site.stranger().get(FORM).await;
    let mut other = site.stranger();
    other.get(FORM).await;
    let typed: &[(&str, &[&str])] = &[("email", &[merchant.email.as_str()]), ("password", &[PASSWORD])];
    assert_eq!(other.submit(&page, FORM, typed).await.title(), "This form has expired");
}

#[tokio::test]
async fn signing_in_leads_back_and_never_away() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    set_password(&site, merchant.owner).await;
    let cases = [
        ("/portal/orders?state=PAID", "/portal/orders?state=PAID"),
        ("//evil.example", "/portal"),
        ("https://evil.example", "/portal"),
        ("/\\evil.example", "/portal"),
        ("", "/portal"),
    ];
    for (next, expected) in cases {
        let mut browser = site.stranger();
        let page = browser.get(&format!("{FORM}?next={}", countersign_web::paths::segment(next))).await;
        let typed: &[(&str, &[&str])] = &[("email", &[merchant.email.as_str()]), ("password", &[PASSWORD])];
        let answer = browser.submit(&page, FORM, typed).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.location().as_deref(), Some(expected), "{next}");
        // The hidden field is the visitor's to write.
        let page = site.stranger().get(FORM).await;
        assert_eq!(page.attribute("input[name=next]", "value").as_deref(), Some(""));
        let mut liar = site.stranger();
        let page = liar.get(FORM).await;
        let typed: &[(&str, &[&str])] =
            &[("email", &[merchant.email.as_str()]), ("password", &[PASSWORD]), ("next", &[next])];
        assert_eq!(liar.submit(&page, FORM, typed).await.location().as_deref(), Some(expected), "{next}");
    }
    let mut stranger = site.stranger();
    let sent = stranger.get("/portal/review-authorization?authId=1").await;
    assert_eq!(sent.location().as_deref(), Some("/portal/sign-in?next=%2Fportal%2Freview-authorization%3FauthId%3D1"));
}

#[tokio::test]
async fn a_session_ends_by_time_and_by_hand() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let mut browser = site.visitor(merchant.owner).await;
    let mut forgotten = site.visitor(merchant.owner).await;
    let page = browser.get("/portal").await.expect(StatusCode::OK);
    let stolen = browser.cookies.clone();
    let out = browser.submit(&page, "/portal/sign-out", &[]).await;
    assert_eq!(out.location().as_deref(), Some("/portal/signed-out"));
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    assert_eq!(browser.get("/portal/signed-out").await.title(), "You are signed out");
    browser.cookies = stolen;
    browser.get("/portal").await.expect(StatusCode::SEE_OTHER);

    forgotten.get("/portal").await.expect(StatusCode::OK);
    site.app.advance_ms(SESSION_LIFETIME_MS);
    forgotten.get("/portal").await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn everybody_is_led_to_what_is_theirs() {
    let site = Site::start();
    let (payer, operator) = (site.app.payer("Robin Reader").await, site.app.operator().await);
    let wallet = site.visitor(payer.user).await.open("/portal").await.expect(StatusCode::OK);
    assert_eq!(wallet.title(), "Robin Reader");
    let balance = site.visitor(operator.user).await.open("/portal").await.expect(StatusCode::OK);
    assert_eq!(balance.title(), "Trial balance");
}
