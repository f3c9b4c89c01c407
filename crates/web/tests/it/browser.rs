//! A site in process and a browser for it: it keeps cookies, sends what forms hold, and looks at pages with selectors.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use countersign_domain::AddressList;
use countersign_domain::id::UserId;
use countersign_service::webhook_endpoints::UrlPolicy;
use countersign_testkit::{Engine, TestApp};
use countersign_web::{WebSettings, WebState, session};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use scraper::{ElementRef, Html, Selector};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(crate) const HOST: &str = "pay.test";
pub(crate) const ORIGIN: &str = "https://pay.test";
/// From where browsers call.
pub(crate) const ADDRESS: &str = "203.0.113.7";

/// Refuses one host.
struct Policy;

impl UrlPolicy for Policy {
    fn check(&self, url: &str) -> Result<(), String> {
        if url.contains("metadata") { Err("This address is never called.".to_owned()) } else { Ok(()) }
    }
}

/// The pages over an application of their own.
pub(crate) struct Site {
    pub(crate) state: WebState,
    router: Router,
    wakes: Arc<AtomicU32>,
    pub(crate) app: TestApp,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::over(TestApp::start(Engine::Sqlite))
    }

    pub(crate) fn over(app: TestApp) -> Self {
        Self::configured(app, |_| ())
    }

    /// The same with what `change` makes of the usual settings.
    pub(crate) fn configured(app: TestApp, change: impl FnOnce(&mut WebSettings)) -> Self {
        let wakes = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&wakes);
        let mut settings = WebSettings {
            sandbox: true,
            secure_cookies: true,
            api_key_prefix: "csbx",
            api_base_url: ORIGIN.to_owned(),
            url_policy: Arc::new(Policy),
            trusted_proxies: AddressList::any(),
            body_timeout: Duration::from_secs(10),
            mails_leave: true,
            wake: Arc::new(move || {
                counter.fetch_add(1, Ordering::SeqCst);
            }),
            stop: CancellationToken::new(),
        };
        change(&mut settings);
        let state = WebState::new(Arc::clone(app.platform()), settings);
        let router = countersign_web::router(state.clone());
        Self { state, router, wakes, app }
    }

    /// How often the dispatcher was nudged.
    pub(crate) fn wakes(&self) -> u32 {
        self.wakes.load(Ordering::SeqCst)
    }

    /// The answer to a stranger before its body is read.
    pub(crate) async fn answer(&self, path: &str) -> Response<Body> {
        self.answer_to(ADDRESS, path).await
    }

    /// The same as it comes to somebody who calls from this address.
    pub(crate) async fn answer_to(&self, address: &str, path: &str) -> Response<Body> {
        let peer = ConnectInfo(SocketAddr::new(address.parse().expect("an address"), 40_000));
        let request = Request::get(path).header(header::HOST, HOST).extension(peer);
        let request = request.body(Body::empty()).expect("a valid request");
        self.router.clone().oneshot(request).await.expect("the router answers")
    }

    /// Somebody who has not signed in.
    pub(crate) fn stranger(&self) -> Browser<'_> {
        let address = ADDRESS.parse().expect("an address");
        Browser { site: self, cookies: BTreeMap::new(), agent: "", address, forwarded: None }
    }

    /// Somebody whose session has begun.
    pub(crate) async fn visitor(&self, user: UserId) -> Browser<'_> {
        let cookie = session::begin(&self.state, user).await.expect("a session begins");
        let mut browser = self.stranger();
        browser.keep(cookie.to_str().expect("a cookie is text"));
        browser
    }
}

/// One browser with its cookies.
pub(crate) struct Browser<'s> {
    pub(crate) site: &'s Site,
    pub(crate) cookies: BTreeMap<String, String>,
    /// What it says of itself; nothing where empty.
    pub(crate) agent: &'static str,
    /// From where it calls.
    pub(crate) address: IpAddr,
    /// What a proxy says of its way.
    pub(crate) forwarded: Option<&'static str>,
}

impl Browser<'_> {
    fn keep(&mut self, set_cookie: &str) {
        let (pair, attributes) = set_cookie.split_once(';').expect("our cookies have attributes");
        let (name, value) = pair.split_once('=').expect("a cookie has a value");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        if !self.agent.is_empty() {
            request = request.header(header::USER_AGENT, self.agent);
        }
        if let Some(forwarded) = self.forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let request = request.extension(ConnectInfo(SocketAddr::new(self.address, 40_000)));
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    /// Sends anything and keeps the cookies that come back.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Seen {
        let response = self.site.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie is text"));
        }
        let bytes = body.collect().await.expect("the body arrives").to_bytes().to_vec();
        Seen { status: parts.status, headers: parts.headers, html: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Seen {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a valid request");
        self.send(request).await
    }

    /// The same, following redirects as a browser does.
    pub(crate) async fn open(&mut self, path: &str) -> Seen {
        let mut seen = self.get(path).await;
        for _ in 0..5 {
            let Some(location) = seen.location() else { return seen };
            assert!(location.starts_with('/') && !location.starts_with("//"), "redirects stay here: {location}");
            seen = self.get(&location).await;
        }
        panic!("redirects without end from {path}");
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Seen {
        self.post_from(Some(ORIGIN), path, fields).await
    }

    pub(crate) async fn post_from(&mut self, origin: Option<&str>, path: &str, fields: &[(String, String)]) -> Seen {
        self.post_body(origin, path, Body::from(encoded(fields))).await
    }

    /// Sends a form with a body of any kind.
    pub(crate) async fn post_body(&mut self, origin: Option<&str>, path: &str, body: Body) -> Seen {
        let mut request =
            self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        self.send(request.body(body).expect("a valid request")).await
    }

    /// Sends the form with that action as it stands on the page, less and plus what is typed.
    pub(crate) async fn submit(&mut self, page: &Seen, action: &str, typed: &[(&str, &[&str])]) -> Seen {
        let mut fields = fields_of(&page.html, action);
        for (name, values) in typed {
            fields.retain(|(field, _)| field != name);
            fields.extend(values.iter().map(|value| ((*name).to_owned(), (*value).to_owned())));
        }
        self.post(action, &fields).await
    }

    /// The same, following where it leads.
    pub(crate) async fn submit_and_follow(&mut self, page: &Seen, action: &str, typed: &[(&str, &[&str])]) -> Seen {
        let answer = self.submit(page, action, typed).await;
        match answer.location() {
            Some(location) => self.open(&location).await,
            None => answer,
        }
    }
}

fn encoded(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        format!("{}={}", countersign_web::paths::segment(name), countersign_web::paths::segment(value))
    };
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// An answer.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) html: String,
    pub(crate) bytes: Vec<u8>,
}

impl Seen {
    pub(crate) fn location(&self) -> Option<String> {
        let location = self.headers.get(header::LOCATION)?;
        Some(location.to_str().expect("a location is text").to_owned())
    }

    /// The text of the only heading.
    pub(crate) fn title(&self) -> String {
        self.texts("h1").join(" | ")
    }

    /// What stands in the elements of a selector, blanks folded.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector of a test");
        let text = |element: ElementRef<'_>| {
            element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        page.select(&selector).map(text).collect()
    }

    /// What the page says, frame aside.
    pub(crate) fn says(&self) -> String {
        self.texts("main").join(" ")
    }

    /// An attribute of the first element of a selector.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).expect("a selector of a test");
        page.select(&selector).next().and_then(|element| element.attr(name)).map(str::to_owned)
    }

    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.title(), self.says());
        self
    }
}

/// What a browser sends when the form with that action is submitted as it stands.
pub(crate) fn fields_of(html: &str, action: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(html);
    let select = |selector: &str| Selector::parse(selector).expect("a selector of this file");
    // Where a question and an act have one address, the act is meant.
    let forms = ["form[method=post]", "form"].map(|form| select(&format!("{form}[action=\"{action}\"]")));
    let form = forms.iter().find_map(|form| page.select(form).next());
    let form = form.unwrap_or_else(|| panic!("the page has no form for {action}"));
    let controls = form.select(&select("input, select, textarea")).collect::<Vec<_>>();
    let named = |control: ElementRef<'_>| Some((control.attr("name")?.to_owned(), value_of(control)?));
    controls.into_iter().filter_map(named).collect()
}

fn value_of(control: ElementRef<'_>) -> Option<String> {
    match control.value().name() {
        "select" => {
            let chosen = Selector::parse("option[selected]").expect("a selector");
            control.select(&chosen).next().and_then(|option| option.attr("value")).map(str::to_owned)
        }
        "textarea" => Some(control.text().collect::<String>()),
        _ if matches!(control.attr("type"), Some("checkbox" | "radio")) => {
            control.attr("checked").and(control.attr("value")).map(str::to_owned)
        }
        _ => Some(control.attr("value").unwrap_or_default().to_owned()),
    }
}
