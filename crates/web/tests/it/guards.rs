//! What no route may forget, walked through the route table: whom it answers, form tokens, origins, headers.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use countersign_testkit::{Engine, TestApp};
use countersign_web::{RouteRow, Verb, Who, route_table};
use futures_util::{StreamExt as _, stream};
use http::{Method, Request, StatusCode, header};

use super::browser::{Browser, ORIGIN, Seen, Site};

/// A browser of one of each kind of person.
struct People<'s> {
    provider: Browser<'s>,
    partner: Browser<'s>,
    merchant: Browser<'s>,
    payer: Browser<'s>,
    operator: Browser<'s>,
}

impl<'s> People<'s> {
    async fn enrol(site: &'s Site) -> Self {
        let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
        Self {
            provider: site.visitor(provider.owner).await,
            partner: site.visitor(site.app.partner("Channel").await.owner).await,
            merchant: site.visitor(merchant.owner).await,
            payer: site.visitor(site.app.payer("Robin").await.user).await,
            operator: site.visitor(site.app.operator().await.user).await,
        }
    }

    /// Somebody whom the route answers.
    fn right(&mut self, who: Who) -> &mut Browser<'s> {
        match who {
            Who::Anyone | Who::SignedIn | Who::Member => &mut self.merchant,
            Who::Provider => &mut self.provider,
            Who::Partner => &mut self.partner,
            Who::Payer => &mut self.payer,
            Who::Operator => &mut self.operator,
        }
    }

    /// Somebody whom the route must turn away.
    fn wrong(&mut self, who: Who) -> Option<&mut Browser<'s>> {
        match who {
            Who::Anyone | Who::SignedIn => None,
            Who::Member => Some(&mut self.payer),
            Who::Partner => Some(&mut self.provider),
            Who::Provider | Who::Payer | Who::Operator => Some(&mut self.merchant),
        }
    }
}

/// A path with something in the place of every id; nothing has it.
fn path_of(row: &RouteRow) -> String {
    row.path
        .replace("{id}", "1")
        .replace("{number}", "1")
        .replace("{token}", "nobodys")
        .replace("{name}", "nothing.css")
}

async fn call(browser: &mut Browser<'_>, row: &RouteRow, origin: Option<&str>) -> Seen {
    match row.verb {
        Verb::Get => browser.get(&path_of(row)).await,
        Verb::Post => browser.post_from(origin, &path_of(row), &[]).await,
    }
}

#[tokio::test]
async fn strangers_are_led_to_the_sign_in_page_and_the_wrong_people_are_refused() {
    let site = Site::start();
    let mut people = People::enrol(&site).await;
    let rows = route_table();
    assert!(rows.len() > 40, "{} routes", rows.len());
    for row in &rows {
        let stranger = call(&mut site.stranger(), row, Some(ORIGIN)).await;
        let to_sign_in =
            stranger.location().is_some_and(|to| to == "/portal/sign-in" || to.starts_with("/portal/sign-in?next=%2F"));
        match row.who {
            Who::Anyone => assert!(!to_sign_in, "{row:?} answers strangers"),
            _ => assert!(to_sign_in && stranger.status == StatusCode::SEE_OTHER, "{row:?}: {}", stranger.status),
        }
        if let Some(wrong) = people.wrong(row.who) {
            let refused = call(wrong, row, Some(ORIGIN)).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{row:?}");
            assert_eq!(refused.title(), "You may not do this", "{row:?}");
        }
        if row.verb == Verb::Get {
            let answered = call(people.right(row.who), row, None).await;
            assert_ne!(answered.status, StatusCode::FORBIDDEN, "{row:?}");
            assert!(!answered.status.is_server_error(), "{row:?}: {}", answered.status);
        }
    }
}

#[tokio::test]
async fn no_form_is_believed_without_its_token_or_from_elsewhere() {
    let site = Site::start();
    let mut people = People::enrol(&site).await;
    for row in route_table().iter().filter(|row| row.verb == Verb::Post) {
        let right = people.right(row.who);
        for origin in [Some(ORIGIN), None] {
            let unsigned = call(right, row, origin).await;
            assert_eq!(
                (unsigned.status, unsigned.title().as_str()),
                (StatusCode::FORBIDDEN, "This form has expired"),
                "{row:?}"
            );
        }
        for origin in ["https://evil.example", "null", "https://pay.test.evil.example", "https://pay.test:444"] {
            let foreign = call(right, row, Some(origin)).await;
            assert_eq!(foreign.status, StatusCode::FORBIDDEN, "{row:?} from {origin}");
            assert_eq!(foreign.title(), "This request makes no sense here", "{row:?} from {origin}");
        }
        let request = Request::post(path_of(row))
            .header(header::HOST, "pay.test")
            .header("sec-fetch-site", "same-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let neighbour = right.send(request.body("".into()).expect("a request")).await;
        assert_eq!(neighbour.title(), "This request makes no sense here", "{row:?} from a neighbour");
    }
}

#[tokio::test]
async fn another_sessions_token_is_refused() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let mut one = site.visitor(merchant.owner).await;
    let mut other = site.visitor(merchant.owner).await;
    let add = "/portal/developers/webhook/add";
    let (page, typed): (_, &[(&str, &[&str])]) = (one.get(add).await, &[("url", &["https://shop.example/hook"])]);
    let answer = other.submit(&page, add, typed).await;
    assert_eq!(answer.title(), "This form has expired");
    one.submit(&page, add, typed).await.expect(StatusCode::SEE_OTHER);
}

fn assert_guarded(seen: &Seen, what: &str) {
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(seen.headers.get(name).map(http::HeaderValue::as_bytes), Some(value.as_bytes()), "{what}: {name}");
    }
    let policy = seen.headers.get(header::CONTENT_SECURITY_POLICY).expect("a policy").to_str().expect("text");
    assert!(policy.starts_with("default-src 'self'") && !policy.contains("unsafe"), "{what}: {policy}");
    assert!(seen.headers.contains_key(header::CACHE_CONTROL), "{what}: caching");
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let site = Site::start();
    let mut people = People::enrol(&site).await;
    for row in route_table() {
        let seen = call(people.right(row.who), &row, Some(ORIGIN)).await;
        assert_guarded(&seen, row.path);
        let kept = seen.headers[header::CACHE_CONTROL].to_str().expect("text");
        assert_eq!(kept, "no-store", "{row:?}");
    }
    let asset = countersign_web::assets::url("countersign.css");
    let seen = site.stranger().get(&asset).await.expect(StatusCode::OK);
    assert_guarded(&seen, "an asset");
    assert!(seen.headers[header::CACHE_CONTROL].to_str().expect("text").contains("immutable"));
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_get_pages() {
    let site = Site::start();
    let mut stranger = site.stranger();
    for path in
        ["/portal/nothing", "/portal/vendors/1/nothing", "/checkout/a/b/c", "/portal/technical-vendor/1/nothing"]
    {
        let seen = stranger.get(path).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(seen.title(), "There is nothing here", "{path}");
        assert_guarded(&seen, path);
    }
    let wrong = stranger.get("/portal/sign-out").await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.title(), "This request makes no sense here");
    let twice = stranger.get("/portal/sign-in?next=a&next=b").await;
    assert_eq!((twice.status, twice.title().as_str()), (StatusCode::BAD_REQUEST, "This request makes no sense here"));
    let head = Request::builder().method(Method::HEAD).uri("/portal/sign-in").header(header::HOST, "pay.test");
    let head = stranger.send(head.body(Body::empty()).expect("a request")).await;
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_form_too_large_or_not_a_form_is_refused() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let mut browser = site.visitor(merchant.owner).await;
    let huge = vec![("url".to_owned(), "x".repeat(70_000))];
    let answer = browser.post("/portal/developers/webhook/add", &huge).await;
    assert_eq!((answer.status, answer.title().as_str()), (StatusCode::BAD_REQUEST, "This request makes no sense here"));
    let page = browser.get("/portal/developers/webhook/add").await;
    let nul = browser.submit(&page, "/portal/developers/webhook/add", &[("description", &["a\0b"])]).await;
    assert_eq!(nul.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_form_that_does_not_arrive_in_time_is_given_up() {
    let app = TestApp::start(Engine::Sqlite);
    let site = Site::configured(app, |settings| settings.body_timeout = Duration::from_millis(20));
    let merchant = site.app.merchant("Shop").await;
    let mut browser = site.visitor(merchant.owner).await;
    for path in ["/portal/developers/webhook/add", "/portal/sign-in"] {
        // Its first bytes came, and then nothing more.
        let first = stream::iter([Ok::<_, Infallible>("url=a")]);
        let body = Body::from_stream(first.chain(stream::pending()));
        let seen = browser.post_body(Some(ORIGIN), path, body).await.expect(StatusCode::REQUEST_TIMEOUT);
        assert_eq!(seen.title(), "This request makes no sense here", "{path}");
    }
}

/// What is no text that a database holds, and what is longer than anything of ours.
fn odd_texts() -> [(&'static str, String); 3] {
    [("NUL", "a%00b".to_owned()), ("no UTF-8", "a%ffb".to_owned()), ("long", "a".repeat(9_000))]
}

#[tokio::test]
async fn an_odd_text_in_a_path_is_a_page_that_is_not_there() {
    let site = Site::start();
    let mut people = People::enrol(&site).await;
    let mut tried = 0;
    for row in route_table() {
        let holes: Vec<_> = row.path.split('/').filter(|part| part.starts_with('{')).collect();
        for hole in holes {
            for (what, text) in odd_texts() {
                let path =
                    path_of(&RouteRow { path: Box::leak(row.path.replace(hole, &text).into_boxed_str()), ..row });
                let browser = people.right(row.who);
                let seen = match row.verb {
                    Verb::Get => browser.get(&path).await,
                    Verb::Post => browser.post(&path, &[]).await,
                };
                assert_eq!(
                    (seen.status, seen.title().as_str()),
                    (StatusCode::NOT_FOUND, "There is nothing here"),
                    "{row:?} {what}"
                );
                assert_guarded(&seen, row.path);
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "the table has paths with ids: {tried}");
}

/// Every parameter that a page reads from its address.
const PARAMETERS: [(&str, &str); 17] = [
    ("/portal/sign-in", "next"),
    ("/portal/welcome", "token"),
    ("/portal/reset-password", "token"),
    ("/portal/orders", "q"),
    ("/portal/orders", "state"),
    ("/portal/orders", "from"),
    ("/portal/orders", "to"),
    ("/portal/orders", "before"),
    ("/portal/orders", "after"),
    ("/portal/developers/webhook", "before"),
    ("/portal/sub-merchants", "q"),
    ("/portal/sub-merchants/add", "business"),
    ("/portal/review-authorization", "authId"),
    ("/en/dashboard/review-authorization", "authId"),
    ("/portal/technical-vendor/1", "created"),
    ("/payment/secpay", "linkToken"),
    ("/payment/secpay", "tempToken"),
];

#[tokio::test]
async fn an_odd_text_in_a_query_makes_no_sense() {
    let site = Site::start();
    let mut people = People::enrol(&site).await;
    for (path, name) in PARAMETERS {
        for who in [Who::Member, Who::Provider, Who::Partner, Who::Payer] {
            for (what, text) in odd_texts() {
                let seen = people.right(who).get(&format!("{path}?{name}={text}")).await;
                let expected = if what == "long" { StatusCode::URI_TOO_LONG } else { StatusCode::BAD_REQUEST };
                assert_eq!(
                    (seen.status, seen.title().as_str()),
                    (expected, "This request makes no sense here"),
                    "{path} {name} {what}"
                );
            }
            let broken = people.right(who).get(&format!("{path}?{name}=100%25+%zz%")).await;
            assert!(!broken.status.is_server_error(), "{path} {name}: {}", broken.status);
        }
    }
}
