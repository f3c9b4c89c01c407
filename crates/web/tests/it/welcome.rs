//! The first password, by a link that works once.

use countersign_domain::audit::PLATFORM_OWNER;
use countersign_service::accounts::{self, AccountError, WELCOME_LINK_LIFETIME_MS};
use countersign_service::audit::Actor;
use countersign_service::sign_in;
use countersign_store::StoreError;
use countersign_store::queries::audit;
use http::StatusCode;

use super::browser::Site;

pub(crate) async fn link(site: &Site, user: countersign_domain::id::UserId) -> String {
    let platform = site.app.platform();
    let token = platform.draw_secret();
    let (hash, wall, now) = (sign_in::welcome_hash(platform, &token), platform.wall_now(), platform.business_now());
    let made: Result<(), AccountError> = platform
        .write("welcome_link", move |tx, _| {
            accounts::create_welcome_link(tx, user, &hash, wall, (Actor::Operator, now))
        })
        .await;
    made.expect("a link is made");
    format!("/portal/welcome?token={token}")
}

#[tokio::test]
async fn a_link_sets_the_password_once_and_signs_in() {
    let site = Site::start();
    let merchant = site.app.merchant("Harbour Books").await;
    let path = link(&site, merchant.owner).await;
    let mut browser = site.stranger();
    let page = browser.get(&path).await.expect(StatusCode::OK);
    assert!(page.says().contains("Harbour Books") && page.says().contains(&merchant.email), "{}", page.says());

    let wrong: &[(&str, &[&str])] = &[("password", &["too short"]), ("repeat", &["another"])];
    let again = browser.submit(&page, "/portal/welcome", wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.texts(".field .error").len(), 2);
    assert!(!again.html.contains("too short"), "a password is never sent back");

    let good: &[(&str, &[&str])] = &[("password", &[" a long enough one "]), ("repeat", &[" a long enough one "])];
    let home = browser.submit_and_follow(&again, "/portal/welcome", good).await.expect(StatusCode::OK);
    assert_eq!(home.title(), "Harbour Books");

    let used = site.stranger().get(&path).await.expect(StatusCode::GONE);
    assert_eq!(used.title(), "This link cannot be used");
    let replayed = browser.submit(&page, "/portal/welcome", good).await.expect(StatusCode::GONE);
    assert_eq!(replayed.title(), "This link cannot be used");

    let mut later = site.stranger();
    let form = later.get("/portal/sign-in").await;
    let typed: &[(&str, &[&str])] = &[("email", &[merchant.email.as_str()]), ("password", &[" a long enough one "])];
    later.submit(&form, "/portal/sign-in", typed).await.expect(StatusCode::SEE_OTHER);

    let rows = site.app.platform().read("audit", |tx, _| audit::rows_after(tx, PLATFORM_OWNER, 0, 100)).await;
    let rows: Result<Vec<audit::AuditRow>, StoreError> = rows;
    let rows = rows.expect("the chain can be read");
    let by =
        |action: &str| rows.iter().filter(|row| row.action == action).map(|row| row.actor.as_str()).collect::<Vec<_>>();
    assert_eq!(by("welcome_link_create"), ["operator"]);
    assert_eq!(by("first_password_set"), [format!("user:{}", merchant.owner)]);
}

#[tokio::test]
async fn an_old_and_an_invented_link_are_one_page() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let path = link(&site, merchant.owner).await;
    site.app.advance_ms(WELCOME_LINK_LIFETIME_MS);
    let old = site.stranger().get(&path).await.expect(StatusCode::GONE);
    let invented = site.stranger().get("/portal/welcome?token=nonsense").await.expect(StatusCode::GONE);
    assert_eq!(old.says(), invented.says());
}
