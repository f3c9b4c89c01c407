//! API keys and the webhook endpoint.

use countersign_domain::Scope;
use countersign_service::Platform;
use countersign_service::platform::Collides;
use countersign_store::StoreError;
use countersign_store::queries::outbox::{self, Attempt, Channel, Message, ParkReason, Settlement};
use countersign_testkit::Terms;
use http::StatusCode;
use serde_json::json;

use super::browser::Site;

const KEYS: &str = "/portal/developers/api-keys";
const HOOK: &str = "/portal/developers/webhook";

#[tokio::test]
async fn a_secret_is_shown_once_and_signs_until_the_key_is_deleted() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let mut browser = site.visitor(merchant.owner).await;
    let form = browser.get(&format!("{KEYS}/add")).await.expect(StatusCode::OK);
    let action = format!("{KEYS}/add");
    let wrong: &[(&str, &[&str])] = &[("name", &[""]), ("access", &["CHECKOUT"])];
    let back = browser.submit(&form, &action, wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.texts(".error").join("").contains("Give it a name"), "{}", back.says());
    let none: &[(&str, &[&str])] = &[("name", &["Till"]), ("access", &[])];
    browser.submit(&form, &action, none).await.expect(StatusCode::UNPROCESSABLE_ENTITY);

    let typed: &[(&str, &[&str])] = &[("name", &["Web shop"]), ("access", &["BALANCE"])];
    let made = browser.submit(&form, &action, typed).await.expect(StatusCode::OK);
    assert_eq!(made.headers[http::header::CACHE_CONTROL], "no-store");
    let value = |id: &str| made.attribute(id, "value").expect("it is shown");
    let (key, secret) = (value("#identity"), value("#secret"));
    assert!(key.starts_with("csbx") && key.len() == 64 && secret.len() == 64, "{key}");
    let list = browser.get(KEYS).await.expect(StatusCode::OK);
    assert!(list.html.contains(&key) && !list.html.contains(&secret));

    let call = || merchant.call("/v2/balance", json!({"wallet": "FUNDING_WALLET"})).api_key(&key).signed_with(&secret);
    call().send().await.data();
    let delete = list.attribute("form[action$=delete]", "action").expect("it can be deleted");
    let other = site.app.merchant("Other").await;
    let mut stranger = site.visitor(other.owner).await;
    let csrf = stranger.get("/portal").await.attribute("input[name=csrf]", "value").expect("a token");
    stranger.post(&delete, &[("csrf".to_owned(), csrf)]).await.expect(StatusCode::SEE_OTHER);
    call().send().await.data();
    let gone = browser.submit_and_follow(&list, &delete, &[]).await;
    assert!(!gone.html.contains(&key));
    call().send().await.refused("400004");
}

/// A failure of the test's own write.
#[derive(Debug)]
struct Failed;

impl From<StoreError> for Failed {
    fn from(_: StoreError) -> Self {
        Self
    }
}

impl Collides for Failed {
    fn is_collision(&self) -> bool {
        false
    }
}

async fn park(platform: &std::sync::Arc<Platform>, message: Message) {
    let now = platform.business_now();
    let attempt = Attempt {
        started_at: now,
        duration_ms: 1,
        status: Some(500),
        error: Some("no SUCCESS".to_owned()),
        signed_with: None,
        answer: None,
    };
    let settlement = Settlement::Parked(now, ParkReason::LastTry);
    let parked =
        platform.write("park", move |tx, _| Ok::<_, Failed>(outbox::settle(tx, &message, &attempt, settlement)?));
    assert!(parked.await.expect("the message is settled"));
}

#[tokio::test]
async fn an_endpoint_is_set_checked_and_taken_away_and_parked_messages_go_again() {
    let site = Site::start();
    let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
    let mut browser = site.visitor(provider.owner).await;
    let page = browser.get(HOOK).await.expect(StatusCode::OK);
    let refused: &[(&str, &[&str])] = &[("url", &["https://metadata.example/"])];
    let back = browser.submit(&page, HOOK, refused).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.texts(".error").join("").contains("never called"));
    assert_eq!(back.attribute("#url", "value").as_deref(), Some("https://metadata.example/"));
    let long = format!("https://acme.example/{}", "x".repeat(300));
    let typed: &[(&str, &[&str])] = &[("url", &[&long])];
    browser.submit(&page, HOOK, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let typed: &[(&str, &[&str])] = &[("url", &["https://acme.example/hook"]), ("description", &["Ours"])];
    let saved = browser.submit_and_follow(&page, HOOK, typed).await.expect(StatusCode::OK);
    assert_eq!(saved.attribute("#url", "value").as_deref(), Some("https://acme.example/hook"));

    site.app.grant_on(&provider, &merchant, &Terms::of(&[Scope::Checkout])).await;
    let waiting = browser.get(HOOK).await;
    assert!(waiting.texts("tbody tr").join("").contains("SUBMIT_AUTH_AGREE"), "{}", waiting.says());
    assert!(waiting.attribute("form[action$=retry]", "action").is_none(), "what waits is not sent by hand");
    let message = site.app.messages(Channel::Webhook, provider.id).await.remove(0);
    park(site.app.platform(), message).await;
    let parked = browser.get(HOOK).await;
    assert!(parked.texts("tbody tr").join("").contains("HTTP 500: no SUCCESS"), "{}", parked.says());
    let retry = parked.attribute("form[action$=retry]", "action").expect("it can be sent again");
    let wakes = site.wakes();
    let again = browser.submit_and_follow(&parked, &retry, &[]).await;
    assert!(again.says().contains("It is sent again now.") && again.texts("tbody tr").join("").contains("Pending"));
    assert_eq!(site.wakes(), wakes + 1);

    let typed: &[(&str, &[&str])] = &[("url", &[""])];
    let removed = browser.submit_and_follow(&again, HOOK, typed).await;
    assert!(removed.says().contains("Nothing is sent from now on."));
}
