//! The console's gate and the mailbox.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use countersign_domain::Scope;
use countersign_domain::id::OutboxId;
use countersign_jobs::Mail;
use countersign_sandbox::console::{self, ConsoleState, mailbox};
use countersign_sandbox::world::{self, World};
use countersign_service::authorizations::DecideError;
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_store::queries::outbox::{self, Channel};
use countersign_testkit::{BASE_URL, Engine, Terms, TestApp};
use countersign_web::{WebSettings, WebState};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const TOKEN: &str = "the console's one-time token";

struct Anywhere;

impl UrlPolicy for Anywhere {
    fn check(&self, _: &str) -> Result<(), String> {
        Ok(())
    }
}

struct Sandbox {
    router: Router,
    world: Arc<World>,
    app: TestApp,
}

struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Seen {
    fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().expect("a cookie is text");
        set.split(';').next().map(str::to_owned)
    }

    fn csrf(&self) -> &str {
        let (_, rest) = self.html.split_once("name=\"csrf\" value=\"").expect("the page has a form");
        rest.split('"').next().expect("the value ends")
    }
}

impl Sandbox {
    async fn start() -> Self {
        let app = TestApp::start(Engine::Sqlite);
        let platform = Arc::clone(app.platform());
        let world = Arc::new(world::ensure(&platform).await.expect("the actors are enrolled"));
        let settings = WebSettings {
            sandbox: true,
            secure_cookies: false,
            api_key_prefix: world::KEY_PREFIX,
            api_base_url: BASE_URL.to_owned(),
            url_policy: Arc::new(Anywhere),
            wake: Arc::new(|| ()),
            stop: CancellationToken::new(),
        };
        let router = console::router(ConsoleState {
            web: WebState::new(Arc::clone(&platform), settings),
            platform,
            world: Arc::clone(&world),
            control_token: Arc::new(SecretString::from("the control token")),
            base_url: BASE_URL.to_owned(),
            console_token: Arc::new(SecretString::from(TOKEN)),
        });
        Self { router, world, app }
    }

    async fn send(&self, request: Request<Body>) -> Seen {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body arrives").to_bytes();
        Seen { status: parts.status, headers: parts.headers, html: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&self, path: &str, cookie: &str) -> Seen {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    async fn sign_in(&self, cookie: &str, csrf: &str, actor: &str) -> Seen {
        let request = Request::post("/sandbox/sign-in")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={csrf}&actor={actor}")));
        self.send(request.expect("a request")).await
    }

    fn secrets(&self) -> [&str; 4] {
        let World { provider, merchant, payer, .. } = self.world.as_ref();
        [&provider.api_secret, &merchant.password, &payer.password, "the control token"]
    }
}

#[tokio::test]
async fn the_link_opens_the_console_once_for_one_browser() {
    let sandbox = Sandbox::start().await;
    let closed = sandbox.get("/", "").await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(closed.html.contains(BASE_URL) && closed.html.contains("Next steps"));
    for (path, cookie) in [("/?token=wrong", ""), ("/?token=", ""), ("/", "countersign_console=wrong")] {
        let seen = sandbox.get(path, cookie).await;
        assert_eq!(seen.cookie(), None, "{path}");
        assert!(sandbox.secrets().iter().all(|secret| !seen.html.contains(secret)), "{path}");
    }
    let link = "/?token=the%20console%27s%20one-time%20token";
    let opened = sandbox.get(link, "").await;
    assert_eq!(
        (opened.status, &opened.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/".parse().expect("a path"))
    );
    let pass = opened.cookie().expect("the browser is let in");
    assert!(!pass.contains(TOKEN));
    let open = sandbox.get("/", &pass).await;
    assert!(sandbox.secrets().iter().all(|secret| open.html.contains(secret)));
    assert_eq!(sandbox.get(link, "").await.cookie(), None, "the link is used up");
}

#[tokio::test]
async fn signing_in_as_an_actor_takes_the_pass_and_the_forms_token() {
    let sandbox = Sandbox::start().await;
    let pass = sandbox.get("/?token=the%20console%27s%20one-time%20token", "").await.cookie().expect("let in");
    let open = sandbox.get("/", &pass).await;
    for (cookie, csrf, actor, expected) in [
        ("", open.csrf(), "merchant", StatusCode::FORBIDDEN),
        (pass.as_str(), "", "merchant", StatusCode::FORBIDDEN),
        (pass.as_str(), open.csrf(), "nobody", StatusCode::BAD_REQUEST),
        (pass.as_str(), open.csrf(), "operator", StatusCode::SEE_OTHER),
        (pass.as_str(), open.csrf(), "merchant", StatusCode::SEE_OTHER),
    ] {
        let seen = sandbox.sign_in(cookie, csrf, actor).await;
        assert_eq!(seen.status, expected, "{actor} with {cookie:?}");
        assert_eq!(seen.cookie().is_some(), expected == StatusCode::SEE_OTHER);
    }
    // Signed in, the page carries the session's token, and that is good for the next actor.
    let session = sandbox.sign_in(&pass, open.csrf(), "merchant").await.cookie().expect("a session");
    let both = format!("{pass}; {session}");
    let page = sandbox.get("/", &both).await;
    assert!(page.html.contains(&sandbox.world.merchant.email) && page.csrf() != open.csrf());
    assert_eq!(sandbox.sign_in(&both, page.csrf(), "payer").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_mailbox_shows_what_was_rendered_newest_first() {
    let sandbox = Sandbox::start().await;
    let platform = sandbox.app.platform();
    assert!(sandbox.get("/mail", "").await.html.contains("No mail yet."));
    let (provider, merchant) = (sandbox.app.provider("Acme").await, sandbox.app.merchant("Shop").await);
    sandbox.app.grant_on(&provider, &merchant, &Terms::of(&[Scope::Checkout])).await;
    assert!(mailbox(platform).await.expect("it can be read").is_empty(), "nothing is rendered yet");

    let page = platform.read("mails", |tx, _| outbox::page(tx, Channel::Mail, None, OutboxId::new(i64::MAX), 10)).await;
    let messages: Result<Vec<outbox::Message>, countersign_store::StoreError> = page;
    let ids: Vec<OutboxId> = messages.expect("it can be read").iter().map(|message| message.id).collect();
    for (number, id) in ids.iter().copied().enumerate() {
        let text = format!("Look here:\nhttps://pay.test/portal/vendors and <b>{number}</b>");
        let mail = Mail { to: "shop@x.example".to_owned(), subject: format!("Mail {number}"), text };
        let kept =
            platform.write("render", move |tx, _| Ok::<_, DecideError>(outbox::set_body(tx, id, &mail.to_body())?));
        kept.await.expect("the body is kept");
    }
    let kept = mailbox(platform).await.expect("it can be read");
    assert_eq!(kept.iter().map(|mail| mail.id).collect::<Vec<_>>(), ids);
    let list = sandbox.get("/mail", "").await;
    assert!(list.html.find("Mail 0") < list.html.find("Mail 1"));
    let older = sandbox.get(&format!("/mail?before={}", ids[0]), "").await;
    assert!(!older.html.contains("Mail 0") && older.html.contains("Mail 1"), "a page goes on below its key");
    let mail = sandbox.get(&format!("/mail/{}", ids[0]), "").await;
    assert!(
        mail.html.contains("href=\"/portal/vendors\"") && !mail.html.contains("<b>0"),
        "links are ours, the rest is text"
    );
    for path in ["/mail/1", "/mail/x"] {
        assert_eq!(sandbox.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
