//! Sign-ins on devices that were not seen before.

use countersign_domain::audit::PLATFORM_OWNER;
use countersign_domain::event::{AccessChange, AccessEvent, Event};
use countersign_domain::id::{MerchantId, UserId};
use countersign_domain::time::HOUR_MS;
use countersign_service::sign_in_devices::TOLD_PER_HOUR_MAX;
use countersign_store::StoreError;
use countersign_store::queries::outbox::Channel;
use countersign_store::queries::sign_in_devices::{self, DEVICES_MAX};
use countersign_testkit::{Engine, TestApp};
use http::StatusCode;

use super::browser::{Browser, Site};
use super::sign_in::{PASSWORD, set_password, try_to_enter};
use super::welcome;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// What people were told about their own accounts, oldest first.
pub(crate) async fn told(site: &Site) -> Vec<(String, AccessEvent)> {
    let messages = site.app.messages(Channel::Mail, MerchantId::new(PLATFORM_OWNER)).await;
    let event = |event: &str| match serde_json::from_str(event).expect("an event") {
        Event::Access(event) => event,
        other => panic!("not about an account: {other:?}"),
    };
    messages.into_iter().map(|message| (message.destination, event(&message.event))).collect()
}

/// Who was told of a new device, with what stands in the mail.
async fn new_devices(site: &Site) -> Vec<(String, String)> {
    let line = |(to, event): (String, AccessEvent)| match event.change {
        AccessChange::NewDevice { whereabouts, at } => {
            assert_eq!(at, site.app.now());
            let address = whereabouts.address.map(|address| address.to_string()).unwrap_or_default();
            (to, format!("{} at {address}", whereabouts.device))
        }
        other => panic!("not a device: {other:?}"),
    };
    told(site).await.into_iter().map(line).collect()
}

async fn known(site: &Site, user: UserId) -> i64 {
    let count: Result<i64, StoreError> =
        site.app.platform().read("devices", move |tx, _| sign_in_devices::count(tx, user)).await;
    count.expect("it can be read")
}

async fn enter(browser: &mut Browser<'_>, email: &str) {
    try_to_enter(browser, email, PASSWORD).await.expect(StatusCode::SEE_OTHER);
    // The session goes, the device stays.
    browser.cookies.retain(|name, _| name.ends_with("_device"));
    assert_eq!(browser.cookies.len(), 1);
}

#[tokio::test]
async fn a_person_is_told_of_each_new_device_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let site = Site::over(TestApp::start(engine));
        let (ann, bob) = (site.app.merchant("Ann's Shop").await, site.app.payer("Bob").await);
        set_password(&site, ann.owner).await;
        set_password(&site, bob.user).await;
        let mut shared = Browser { agent: FIREFOX, ..site.stranger() };
        enter(&mut shared, &ann.email).await;
        enter(&mut shared, &ann.email).await;
        let first = (ann.email.clone(), "Firefox on Linux at 203.0.113.7".to_owned());
        assert_eq!(new_devices(&site).await, std::slice::from_ref(&first), "on {engine:?}");
        assert!(site.wakes() >= 2, "mails do not wait for a poll");

        // One browser that two people use is new to each, and stays known to both.
        enter(&mut shared, &bob.email).await;
        enter(&mut shared, &ann.email).await;
        enter(&mut shared, &bob.email).await;
        let mut phone = Browser { address: "2001:db8::7".parse().expect("an address"), ..site.stranger() };
        enter(&mut phone, &ann.email).await;
        let told = new_devices(&site).await;
        let second = (bob.email.clone(), first.1.clone());
        assert_eq!(told, [first, second, (ann.email.clone(), "An unknown device at 2001:db8::7".to_owned())]);
        assert_eq!((known(&site, ann.owner).await, known(&site, bob.user).await), (2, 1));
    }
}

#[tokio::test]
async fn wrong_passwords_and_invitations_tell_of_no_device() {
    let site = Site::start();
    let ann = site.app.merchant("Shop").await;
    let mut browser = site.stranger();
    let page = browser.get(&welcome::link(&site, ann.owner).await).await.expect(StatusCode::OK);
    let typed: &[(&str, &[&str])] = &[("password", &[PASSWORD]), ("repeat", &[PASSWORD])];
    browser.submit(&page, "/portal/welcome", typed).await.expect(StatusCode::SEE_OTHER);
    browser.cookies.retain(|name, _| name.ends_with("_device"));
    enter(&mut browser, &ann.email).await;
    try_to_enter(&mut site.stranger(), &ann.email, "not the password").await;
    assert_eq!(new_devices(&site).await, []);
    assert_eq!(known(&site, ann.owner).await, 1);
}

#[tokio::test]
async fn devices_are_bounded_and_the_longest_unseen_goes() {
    let site = Site::start();
    let ann = site.app.merchant("Shop").await;
    set_password(&site, ann.owner).await;
    let mut first = site.stranger();
    enter(&mut first, &ann.email).await;
    for _ in 0..DEVICES_MAX {
        site.app.advance_ms(1);
        enter(&mut site.stranger(), &ann.email).await;
    }
    assert_eq!(known(&site, ann.owner).await, DEVICES_MAX);
    let before = told(&site).await.len();
    assert_eq!(i64::try_from(before), Ok(TOLD_PER_HOUR_MAX), "one mail more would say nothing new");
    site.app.advance_ms(HOUR_MS);
    enter(&mut first, &ann.email).await;
    assert_eq!(told(&site).await.len(), before + 1, "the first device was forgotten");
}

#[tokio::test]
async fn only_proxies_of_ours_are_believed() {
    for (trusted, expected) in [("", "10.0.0.1"), ("10.0.0.0/8", "198.51.100.9")] {
        let site = Site::configured(TestApp::start(Engine::Sqlite), |settings| {
            settings.trusted_proxies = countersign_domain::AddressList::parse([trusted]).expect("a list");
        });
        let ann = site.app.merchant("Shop").await;
        set_password(&site, ann.owner).await;
        let mut browser = Browser { address: "10.0.0.1".parse().expect("an address"), ..site.stranger() };
        browser.forwarded = Some("198.51.100.9");
        enter(&mut browser, &ann.email).await;
        assert_eq!(new_devices(&site).await, [(ann.email.clone(), format!("An unknown device at {expected}"))]);
    }
}
