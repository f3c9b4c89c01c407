//! The console's gate and the mailbox.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use countersign_domain::id::OutboxId;
use countersign_domain::{AddressList, Scope};
use countersign_jobs::Mail;
use countersign_sandbox::console::{self, ConsoleState, mailbox};
use countersign_sandbox::world::{self, World};
use countersign_service::Platform;
use countersign_service::authorizations::DecideError;
use countersign_service::password_resets;
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_store::queries::outbox::{self, Channel};
use countersign_store::{ReadTx, StoreError};
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
            trusted_proxies: AddressList::any(),
            body_timeout: Duration::from_secs(10),
            mails_leave: true,
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

/// Renders a message as the dispatcher would.
async fn render(sandbox: &Sandbox, id: OutboxId, mail: Mail, sealed: bool) {
    let kept = sandbox.app.platform().write("render", move |tx, platform| {
        let body = mail.to_body();
        let body = if sealed { platform.seal(&format!("outbox_body:{id}"), &body) } else { body };
        Ok::<_, DecideError>(outbox::set_body(tx, id, &body)?)
    });
    kept.await.expect("the body is kept");
}

/// The ids of all mails, newest first.
async fn mail_ids(sandbox: &Sandbox) -> Vec<OutboxId> {
    let page = |tx: &mut dyn ReadTx, _: &Platform| outbox::page(tx, Channel::Mail, None, OutboxId::new(i64::MAX), 10);
    let messages: Result<Vec<outbox::Message>, StoreError> = sandbox.app.platform().read("mails", page).await;
    messages.expect("it can be read").iter().map(|message| message.id).collect()
}

fn mail(number: usize) -> Mail {
    Mail {
        to: "shop@x.example".to_owned(),
        subject: format!("Mail {number}"),
        text: format!("Look here:\nhttps://pay.test/portal/vendors and <b>{number}</b>"),
        html: format!("<!doctype html><p style=\"color:red\">Look <a href=\"https://pay.test\">{number}</a></p>"),
        useless_from: None,
    }
}

#[tokio::test]
async fn the_mailbox_shows_what_was_rendered_newest_first() {
    let sandbox = Sandbox::start().await;
    let platform = sandbox.app.platform();
    assert!(sandbox.get("/sandbox/mail", "").await.html.contains("No mail yet."));
    let (provider, merchant) = (sandbox.app.provider("Acme").await, sandbox.app.merchant("Shop").await);
    sandbox.app.grant_on(&provider, &merchant, &Terms::of(&[Scope::Checkout])).await;
    assert!(mailbox(platform).await.expect("it can be read").is_empty(), "nothing is rendered yet");

    let ids = mail_ids(&sandbox).await;
    for (number, id) in ids.iter().copied().enumerate() {
        render(&sandbox, id, mail(number), false).await;
    }
    let kept = mailbox(platform).await.expect("it can be read");
    assert_eq!(kept.iter().map(|mail| mail.id).collect::<Vec<_>>(), ids);
    let list = sandbox.get("/sandbox/mail", "").await;
    assert!(list.html.find("Mail 0") < list.html.find("Mail 1"));
    let older = sandbox.get(&format!("/sandbox/mail?before={}", ids[0]), "").await;
    assert!(!older.html.contains("Mail 0") && older.html.contains("Mail 1"), "a page goes on below its key");
    let mail = sandbox.get(&format!("/sandbox/mail/{}", ids[0]), "").await;
    assert!(
        mail.html.contains("href=\"/portal/vendors\"") && !mail.html.contains("<b>0"),
        "links are ours, the rest is text"
    );
    let frame = format!("<iframe class=\"letter-html\" src=\"/sandbox/mail/{}/html\"", ids[0]);
    assert!(mail.html.contains(&frame) && !mail.html.contains("color:red"), "the HTML part is framed, not put in");
    for path in ["/sandbox/mail/1", "/sandbox/mail/x", "/sandbox/mail/1/html", "/sandbox/mail/x/html"] {
        assert_eq!(sandbox.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_html_part_of_a_mail_can_do_nothing() {
    let sandbox = Sandbox::start().await;
    let (provider, merchant) = (sandbox.app.provider("Acme").await, sandbox.app.merchant("Shop").await);
    sandbox.app.grant_on(&provider, &merchant, &Terms::of(&[Scope::Checkout])).await;
    let id = mail_ids(&sandbox).await[0];
    render(&sandbox, id, mail(7), false).await;
    let part = sandbox.get(&format!("/sandbox/mail/{id}/html"), "").await;
    assert_eq!((part.status, part.html.as_str()), (StatusCode::OK, mail(7).html.as_str()));
    let policy = part.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    for rule in ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "sandbox allow-popups"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("script") && !policy.contains("allow-same-origin"), "{policy}");
    assert_eq!(part.headers[header::X_FRAME_OPTIONS], "SAMEORIGIN");
    let page = sandbox.get(&format!("/sandbox/mail/{id}"), "").await;
    assert_eq!(page.headers[header::X_FRAME_OPTIONS], "DENY", "only the part may be framed");
}

#[tokio::test]
async fn a_link_that_grants_is_for_the_consoles_browser() {
    let sandbox = Sandbox::start().await;
    let owner = sandbox.app.merchant("Shop").await.owner;
    let asked = sandbox.app.platform().write("ask", move |tx, platform| {
        let now = (platform.wall_now(), platform.business_now());
        password_resets::ask(tx, platform, owner, "5ec3e7", now)
    });
    asked.await.expect("a link is made");
    let id = mail_ids(&sandbox).await[0];
    render(
        &sandbox,
        id,
        Mail { text: "the link 5ec3e7".to_owned(), html: "<p>5ec3e7</p>".to_owned(), ..mail(0) },
        true,
    )
    .await;

    let (page, part) = (format!("/sandbox/mail/{id}"), format!("/sandbox/mail/{id}/html"));
    for path in ["/sandbox/mail", &page, &part] {
        let seen = sandbox.get(path, "").await;
        assert!(!seen.html.contains("5ec3e7"), "{path}");
    }
    assert!(sandbox.get(&page, "").await.html.contains("Open the console"));
    assert_eq!(sandbox.get(&part, "").await.status, StatusCode::NOT_FOUND);
    let pass = sandbox.get("/?token=the%20console%27s%20one-time%20token", "").await.cookie().expect("let in");
    for path in ["/sandbox/mail", &page, &part] {
        assert!(sandbox.get(path, &pass).await.html.contains("5ec3e7"), "{path}");
    }
    let kept = mailbox(sandbox.app.platform()).await.expect("it can be read");
    assert_eq!(kept[0].mail.text, "the link 5ec3e7", "the control API's caller has a token of its own");
}

#[tokio::test]
async fn old_addresses_lead_to_the_new_ones() {
    let sandbox = Sandbox::start().await;
    for (old, new) in [
        ("/mail", "/sandbox/mail"),
        ("/mail?before=7", "/sandbox/mail?before=7"),
        ("/mail/7", "/sandbox/mail/7"),
        ("/mail/..%2Fx", "/sandbox/mail/..%2Fx"),
    ] {
        let moved = sandbox.get(old, "").await;
        assert_eq!(
            (moved.status, moved.headers[header::LOCATION].as_bytes()),
            (StatusCode::SEE_OTHER, new.as_bytes()),
            "{old}"
        );
    }
}
