//! The review page's edges: whose it is, when it is over, what was shown, and who comes first.

use countersign_domain::Scope;
use countersign_domain::authorization::REQUEST_LIFETIME_MS;
use countersign_testkit::Terms;
use http::StatusCode;

use super::browser::{Seen, Site};
use super::founding::{APPROVE, REJECT, ask, id_in};

fn link(id: impl std::fmt::Display) -> String {
    format!("/portal/review-authorization?authId={id}")
}

#[tokio::test]
async fn everybody_else_gets_one_and_the_same_page_for_every_id() {
    let site = Site::start();
    let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Night Market").await);
    let strangers = [
        site.app.merchant("Other").await.owner,
        provider.owner,
        site.app.payer("Robin").await.user,
        site.app.operator().await.user,
    ];
    let request = provider.request(&merchant, &Terms::of(&[Scope::Checkout])).await;
    let mut own = site.visitor(merchant.owner).await;
    let page = own.get(&link(request.id)).await.expect(StatusCode::OK);
    for stranger in strangers {
        let mut browser = site.visitor(stranger).await;
        let mut said: Vec<(StatusCode, String)> = Vec::new();
        for id in [
            request.id.to_string(),
            "1".to_owned(),
            "nonsense".to_owned(),
            "-1".to_owned(),
            String::new(),
            "9".repeat(40),
        ] {
            let seen = browser.get(&link(id)).await;
            said.push((seen.status, seen.html));
        }
        assert_eq!(said[0].0, StatusCode::NOT_FOUND);
        assert!(said[0].1.contains("There is no request for you here") && !said[0].1.contains("Night Market"));
        assert!(said.iter().all(|one| *one == said[0]));
        // A form of the merchant's own page, sent with the stranger's token.
        let csrf = browser.get(&link(1)).await.attribute("input[name=csrf]", "value").expect("a token");
        for action in [APPROVE, REJECT] {
            let typed: &[(&str, &[&str])] = &[("csrf", &[&csrf])];
            let answer = browser.submit(&page, action, typed).await.expect(StatusCode::NOT_FOUND);
            assert_eq!(answer.title(), "There is no request for you here");
        }
    }
    own.get(&link(request.id)).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_closed_request_says_why() {
    let site = Site::start();
    let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
    let mut deciding = site.visitor(merchant.owner).await;
    let terms = Terms::of(&[Scope::Checkout]);

    let replaced = provider.request(&merchant, &terms).await;
    let cancelled = provider.request(&merchant, &terms).await;
    let seen = deciding.get(&link(replaced.id)).await.expect(StatusCode::GONE);
    assert_eq!(seen.title(), "There is a newer request");
    assert_eq!(seen.attribute(".lead a", "href"), Some(link(cancelled.id)));

    provider.cancel(cancelled.id).await;
    let seen = deciding.get(&link(cancelled.id)).await.expect(StatusCode::GONE);
    assert_eq!(seen.title(), "This request was cancelled");

    let rejected = provider.request(&merchant, &terms).await;
    merchant.reject(rejected.id).await.expect("it is open");
    let seen = deciding.get(&link(rejected.id)).await.expect(StatusCode::CONFLICT);
    assert_eq!(seen.title(), "This request is decided");
    assert!(seen.says().contains("Rejected") && seen.says().contains(&merchant.email), "{}", seen.says());

    let expired = provider.request(&merchant, &terms).await;
    let page = deciding.get(&link(expired.id)).await.expect(StatusCode::OK);
    site.app.world().business().advance_ms(REQUEST_LIFETIME_MS);
    // Time counts at once, and again after the job has recorded it.
    for _ in 0..2 {
        for seen in [deciding.get(&link(expired.id)).await, deciding.submit(&page, APPROVE, &[]).await] {
            let seen = seen.expect(StatusCode::GONE);
            assert_eq!(seen.title(), "This request has expired");
        }
        site.app.expire_due().await;
    }
}

#[tokio::test]
async fn what_is_wrong_is_shown_beside_what_was_typed() {
    let site = Site::start();
    let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
    let request = provider.request(&merchant, &Terms::of(&[Scope::Checkout, Scope::Refund])).await;
    let mut deciding = site.visitor(merchant.owner).await;
    let page = deciding.get(&link(request.id)).await;
    let typed: &[(&str, &[&str])] = &[("scope", &[]), ("limit_amount", &["12,5"]), ("ends_on", &["2020-01-01"])];
    let back = deciding.submit(&page, APPROVE, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(back.texts("[role=alert] li").len(), 3, "{}", back.says());
    assert_eq!(back.attribute("#limit_amount", "value").as_deref(), Some("12,5"));
    assert!(back.attribute("#scope-REFUND", "checked").is_none(), "what was unticked stays so");

    let unticked: &[(&str, &[&str])] = &[("scope", &[])];
    deciding.submit(&page, APPROVE, unticked).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let beyond: &[(&str, &[&str])] = &[("scope", &["CHECKOUT", "PAYOUT"])];
    let seen = deciding.submit(&page, APPROVE, beyond).await.expect(StatusCode::CONFLICT);
    assert!(seen.says().contains("Nothing was decided."), "{}", seen.says());
    let long: &[(&str, &[&str])] = &[("reason", &[&"x".repeat(201)])];
    deciding.submit(&page, REJECT, long).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let typed: &[(&str, &[&str])] = &[("reason", &["We never spoke."]), ("block", &["yes"])];
    let done = deciding.submit(&page, REJECT, typed).await.expect(StatusCode::OK);
    assert_eq!(done.title(), "You rejected Acme");
    assert!(done.says().contains("cannot ask you again"), "{}", done.says());
}

#[tokio::test]
async fn a_decision_holds_for_what_was_shown_alone() {
    let site = Site::start();
    let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
    let terms = Terms::of(&[Scope::Checkout, Scope::Refund]);
    let grant = site.app.grant_on(&provider, &merchant, &terms).await;
    let change = provider.request(&merchant, &Terms::of(&[Scope::Checkout, Scope::Payout])).await;
    let mut deciding = site.visitor(merchant.owner).await;
    let page = deciding.get(&link(change.id)).await.expect(StatusCode::OK);
    merchant.regrant(grant.id, &Terms::of(&[Scope::Checkout])).await.expect("a narrower grant");

    let unticked: &[(&str, &[&str])] = &[("scope", &["CHECKOUT"])];
    for answer in [deciding.submit(&page, APPROVE, unticked).await, deciding.submit(&page, REJECT, &[]).await] {
        let fresh = answer.expect(StatusCode::CONFLICT);
        assert!(fresh.texts("[role=alert]").join("").contains("The request changed while you were reading"));
    }
    let fresh = deciding.submit(&page, APPROVE, unticked).await;
    assert!(fresh.attribute("#scope-PAYOUT", "checked").is_none(), "what was unticked stays so");
    deciding.submit(&fresh, APPROVE, &[]).await.expect(StatusCode::OK);
    let vendor = deciding.get(&format!("/portal/vendors/{}", grant.id)).await;
    assert!(!vendor.says().contains("Send payouts"), "{}", vendor.says());
}

#[tokio::test]
async fn two_approvals_have_one_winner() {
    let site = Site::start();
    let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
    let (mut one, mut two) = (site.visitor(merchant.owner).await, site.visitor(merchant.owner).await);
    for _ in 0..20 {
        let request = provider.request(&merchant, &Terms::of(&[Scope::Checkout])).await;
        let (first, second) = (one.get(&link(request.id)).await, two.get(&link(request.id)).await);
        let (first, second) = tokio::join!(one.submit(&first, APPROVE, &[]), two.submit(&second, REJECT, &[]));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
        let lost: &Seen = if first.status == StatusCode::CONFLICT { &first } else { &second };
        assert_eq!(lost.title(), "This request is decided");
        if first.status == StatusCode::OK {
            merchant.disable(request.id).await.expect("it is in force");
        }
    }
}

#[tokio::test]
async fn the_recorded_link_leads_here_and_hosts_stay_ours() {
    let site = Site::start();
    let mut stranger = site.stranger();
    for (id, expected) in [("210", "210"), ("//evil.example", "%2F%2Fevil.example"), ("a%0d%0ab", "a%0D%0Ab")] {
        let seen = stranger.get(&format!("/en/dashboard/review-authorization?authId={id}")).await;
        assert_eq!(seen.location(), Some(link(expected)), "{id}");
    }
    let provider = site.app.provider("Acme").await;
    let merchant = site.app.merchant("Shop").await;
    let path = ask(&mut site.visitor(provider.owner).await, &merchant, &["CHECKOUT"]).await;
    assert_eq!(path, link(id_in(&path)));
}
