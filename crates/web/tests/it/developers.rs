//! API keys.

use http::StatusCode;
use serde_json::json;

use super::browser::Site;

const KEYS: &str = "/portal/developers/api-keys";

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
