//! What the owner of a key sees of the calls that were refused.

use std::sync::{Arc, Mutex};

use countersign_crypto::doctor::Mistake;
use countersign_crypto::sign_request;
use countersign_service::refusals::{self, RefusalError, RefusalLog, RefusedCall};
use countersign_testkit::{Engine, Merchant, TestApp};
use http::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::browser::Site;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const BALANCE: &str = "/v2/balance";

/// Holds what is offered until the test writes it.
#[derive(Default)]
struct Held(Mutex<Vec<RefusedCall>>);

impl RefusalLog for Held {
    fn offer(&self, call: RefusedCall) {
        self.0.lock().expect("nobody panicked").push(call);
    }
}

struct Stage {
    site: Site,
    held: Arc<Held>,
    merchant: Merchant,
}

impl Stage {
    async fn set() -> Self {
        let held = Arc::new(Held::default());
        let log = Arc::clone(&held);
        let app = TestApp::start_with(Engine::Sqlite, |setup| {
            setup.settings.explain = false;
            setup.refusals = Some(log);
        });
        let merchant = app.merchant("Shop").await;
        Self { site: Site::over(app), held, merchant }
    }

    async fn keep(&self) {
        let calls = std::mem::take(&mut *self.held.0.lock().expect("nobody panicked"));
        assert!(!calls.is_empty(), "something was refused");
        let write = self.site.app.platform().write("keep", move |tx, platform| {
            calls.iter().try_for_each(|call| refusals::record(tx, platform, call).map(|_| ()))
        });
        write.await.map_err(|error: RefusalError| error).expect("refusals are kept");
    }

    fn list(&self) -> String {
        format!("/portal/developers/api-keys/{}/refused", self.merchant.key_id)
    }
}

#[tokio::test]
async fn the_owner_learns_what_was_wrong_with_a_signature() {
    let stage = Stage::set().await;
    let mut owner = stage.site.visitor(stage.merchant.owner).await;
    let keys = owner.get("/portal/developers/api-keys").await.expect(StatusCode::OK);
    let link = keys.attribute("a[href$=refused]", "href").expect("each key leads to its refused calls");
    assert_eq!(link, stage.list());
    let none = owner.get(&link).await.expect(StatusCode::OK);
    assert!(none.says().contains("Nothing was refused."), "{}", none.says());

    let secret = stage.merchant.credentials.secret.expose_secret().to_owned();
    let now = stage.site.app.world().wall_now().ms().to_string();
    let nonce = stage.site.app.world().next_nonce();
    let body = json!({ "wallet": "FUNDING_WALLET" }).to_string();
    let spaced = body.replace(':', ": ");
    let wrong = sign_request(secret.as_bytes(), &now, &nonce, spaced.as_bytes());
    let right = sign_request(secret.as_bytes(), &now, &nonce, body.as_bytes());
    let call = stage.merchant.call(BALANCE, json!({})).raw_body(body).timestamp(&now).nonce(&nonce);
    let answer = call.signature(move |_| wrong).await.refused("400002");
    stage.keep().await;

    let list = owner.get(&link).await.expect(StatusCode::OK);
    let rows = list.texts("tbody tr").join("");
    assert!(rows.contains("/v2/balance") && rows.contains("400002"), "{rows}");
    let page = list.attribute("tbody a", "href").expect("each refusal has a page");
    let seen = owner.get(&page).await.expect(StatusCode::OK);
    let says = seen.says();
    assert!(says.contains(Mistake::BodySpaced.words()), "{says}");
    for told in [answer.message(), &now, &nonce, "203.0.113.10", "partner.md 1.3", "\"wallet\": \"FUNDING_WALLET\""] {
        assert!(says.contains(told), "{told} is not in: {says}");
    }
    let html = seen.html.to_lowercase();
    assert!(!html.contains(&secret.to_lowercase()) && !html.contains(&right[..16].to_lowercase()), "{says}");
}

#[tokio::test]
async fn tokens_and_secrets_are_not_shown() {
    let stage = Stage::set().await;
    let mut owner = stage.site.visitor(stage.merchant.owner).await;
    let secret = stage.merchant.credentials.secret.expose_secret().to_owned();
    let body = json!({ "remark": format!("{secret}<script>alert(1)</script>") });
    let sent = secret.clone();
    stage.merchant.call(BALANCE, body).on_behalf(TOKEN).signature(move |_| sent).await.refused("400002");
    stage.keep().await;
    let seen = owner.get(&format!("{}/1", stage.list())).await.expect(StatusCode::OK);
    let says = seen.says();
    assert!(says.contains(Mistake::SecretSent.words()), "{says}");
    assert!(says.contains("[your API secret]") && says.contains("0123…"), "{says}");
    for hidden in [secret.as_str(), TOKEN, "<script>alert"] {
        assert!(!seen.html.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn other_refusals_show_their_explanation() {
    let stage = Stage::set().await;
    let mut owner = stage.site.visitor(stage.merchant.owner).await;
    stage.merchant.call(BALANCE, json!({ "wallet": "PURSE" })).await.refused("400102");
    stage.merchant.call(BALANCE, json!({})).header("content-type", "text/plain").await.refused("400007");
    stage.merchant.call(BALANCE, json!({})).raw_body(vec![0xff, 0xfe]).await.refused("400008");
    stage.keep().await;
    let pages =
        [("1", "FUNDING_WALLET"), ("2", "refused before its body was read"), ("3", "2 bytes are no UTF-8 text")];
    for (number, words) in pages {
        let seen = owner.get(&format!("{}/{number}", stage.list())).await.expect(StatusCode::OK);
        assert!(seen.says().contains(words), "{number}: {}", seen.says());
    }
}

#[tokio::test]
async fn nobody_else_finds_them() {
    let stage = Stage::set().await;
    stage.merchant.call(BALANCE, json!({})).raw_body("[]").await.refused("400008");
    stage.keep().await;
    let other = stage.site.app.merchant("Other").await;
    let mut owner = stage.site.visitor(stage.merchant.owner).await;
    let mut stranger = stage.site.visitor(other.owner).await;
    let theirs = format!("/portal/developers/api-keys/{}/refused", other.key_id);
    owner.get(&format!("{}/1", stage.list())).await.expect(StatusCode::OK);
    for path in [stage.list(), format!("{}/1", stage.list()), format!("{theirs}/1")] {
        let seen = stranger.get(&path).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(seen.title(), "There is nothing here", "{path}");
    }
    for number in ["2", "0", "-1", "x", "99999999999999999999"] {
        owner.get(&format!("{}/{number}", stage.list())).await.expect(StatusCode::NOT_FOUND);
    }
    let keys = owner.get("/portal/developers/api-keys").await;
    let delete = keys.attribute("form[action$=delete]", "action").expect("it can be deleted");
    owner.submit(&keys, &delete, &[]).await.expect(StatusCode::SEE_OTHER);
    owner.get(&stage.list()).await.expect(StatusCode::NOT_FOUND);
    owner.get(&format!("{}/1", stage.list())).await.expect(StatusCode::NOT_FOUND);
}
