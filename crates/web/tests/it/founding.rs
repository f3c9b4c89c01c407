//! The founding flow by hand: ask, approve less, reveal, narrow, freeze, disable; and what each page says on the way.

use countersign_service::audit::Actor;
use countersign_store::queries::audit;
use countersign_testkit::{Merchant, Provider};
use http::StatusCode;
use serde_json::json;

use super::browser::{Browser, Seen, Site};

pub(crate) const ADD: &str = "/portal/technical-vendor/add";
pub(crate) const APPROVE: &str = "/portal/review-authorization/approve";
pub(crate) const REJECT: &str = "/portal/review-authorization/reject";

/// Asks by the form and answers the path of the link to share.
pub(crate) async fn ask(browser: &mut Browser<'_>, merchant: &Merchant, scopes: &[&str]) -> String {
    let form = browser.get(ADD).await.expect(StatusCode::OK);
    let id = merchant.id.to_string();
    let typed: &[(&str, &[&str])] =
        &[("merchant_id", &[&id]), ("scope", scopes), ("addresses", &["127.0.0.1\r\n2001:db8::/48"])];
    let created = browser.submit_and_follow(&form, ADD, typed).await.expect(StatusCode::OK);
    assert_eq!(created.title(), format!("Share this link with {}", merchant.name));
    let url = created.attribute("#review_url", "value").expect("the link is shown");
    url.strip_prefix("https://pay.test").expect("the link is ours").to_owned()
}

pub(crate) fn id_in(link: &str) -> String {
    link.rsplit('=').next().expect("the link has a parameter").to_owned()
}

fn order() -> serde_json::Value {
    json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": "order1", "orderAmount": 0.01, "currency": "USDT",
        "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "a", "goodsName": "Green Apple"},
    })
}

async fn actions(site: &Site, owner: i64) -> Vec<(String, String)> {
    let rows = site.app.platform().read("audit", move |tx, _| audit::rows_after(tx, owner, 0, 100)).await;
    let rows: Result<_, countersign_store::StoreError> = rows;
    let rows = rows.expect("the chain can be read").into_iter().filter(|row| row.owner == owner);
    rows.map(|row| (row.action, row.actor)).collect()
}

struct Parties<'s> {
    site: &'s Site,
    provider: Provider,
    merchant: Merchant,
    asking: Browser<'s>,
    deciding: Browser<'s>,
}

impl<'s> Parties<'s> {
    async fn meet(site: &'s Site) -> Self {
        let (provider, merchant) = (site.app.provider("Acme Checkout").await, site.app.merchant("Corner Bakery").await);
        let asking = site.visitor(provider.owner).await;
        let deciding = site.visitor(merchant.owner).await;
        Self { site, provider, merchant, asking, deciding }
    }

    async fn try_order(&self, token: &str, number: &str) -> countersign_testkit::Answer {
        let mut body = order();
        body["merchantTradeNo"] = number.into();
        self.provider.call("/v2/order", body).on_behalf(token).from_address("127.0.0.1").send().await
    }
}

async fn approve_without_refunds(parties: &mut Parties<'_>, link: &str) -> Seen {
    let home = parties.deciding.get("/portal").await;
    assert!(home.says().contains("Acme Checkout asks for authority"), "{}", home.says());
    let page = parties.deciding.get(link).await.expect(StatusCode::OK);
    assert_eq!(page.title(), "Acme Checkout asks to act for Corner Bakery");
    for shown in ["127.0.0.1", "2001:db8::/48", &parties.provider.id.to_string(), "It has never acted for you before."]
    {
        assert!(page.says().contains(shown), "{shown}");
    }
    let wakes = parties.site.wakes();
    let decided =
        parties.deciding.submit(&page, APPROVE, &[("scope", &["CHECKOUT", "BALANCE"])]).await.expect(StatusCode::OK);
    assert_eq!(decided.title(), "You authorized Acme Checkout");
    assert!(!decided.says().contains("Give refunds"));
    assert_eq!(parties.site.wakes(), wakes + 1, "the dispatcher is nudged");
    decided
}

async fn reveal(parties: &mut Parties<'_>, id: &str) -> String {
    let details = format!("/portal/technical-vendor/{id}");
    let page = parties.asking.get(&details).await.expect(StatusCode::OK);
    assert_eq!(page.title(), "Corner Bakery Authorized");
    let masked = page.texts(".secret").join("");
    assert!(masked.len() < 16 && masked.contains('…'), "{masked}");
    let shown = parties.asking.submit(&page, &format!("{details}/reveal"), &[]).await.expect(StatusCode::OK);
    let token = shown.attribute("#token_value", "value").expect("the token is shown");
    assert!(token.len() == 32 && token.starts_with(&masked[..4]));
    assert!(!page.html.contains(&token));
    token
}

#[tokio::test]
async fn authority_is_asked_for_given_used_narrowed_and_withdrawn() {
    let site = Site::start();
    let mut parties = Parties::meet(&site).await;
    let link = ask(&mut parties.asking, &parties.merchant, &["CHECKOUT", "REFUND", "BALANCE"]).await;
    let id = id_in(&link);
    let list = parties.asking.get("/portal/technical-vendor").await;
    assert!(list.texts("tbody tr").join("").contains("Pending"));
    let pending = parties.asking.get(&format!("/portal/technical-vendor/{id}")).await;
    assert!(pending.says().contains("There is no token to show."), "inert until the merchant agrees");

    approve_without_refunds(&mut parties, &link).await;
    let token = reveal(&mut parties, &id).await;
    let revealed = ("authorization_token_reveal".to_owned(), Actor::User(parties.provider.owner).to_string());
    assert!(actions(&site, parties.provider.id.get()).await.contains(&revealed));
    parties.try_order(&token, "order1").await.data();

    let vendor = format!("/portal/vendors/{id}");
    let page = parties.deciding.get(&vendor).await.expect(StatusCode::OK);
    assert_eq!(page.title(), "Acme Checkout Authorized");
    assert!(!page.html.contains(&token), "the token is the provider's alone");
    let typed: &[(&str, &[&str])] =
        &[("scope", &["CHECKOUT"]), ("limit_amount", &["0.01"]), ("ends_on", &["2026-01-20"])];
    let saved = parties.deciding.submit_and_follow(&page, &vendor, typed).await.expect(StatusCode::OK);
    assert!(saved.texts("[role=status]").join("").contains("Saved."), "{}", saved.says());
    let granted = saved.texts("section").remove(0);
    assert!(granted.contains("Take payments") && !granted.contains("See balances"), "{granted}");
    assert!(granted.contains("At most 0.01 USDT per order") && granted.contains("Ends after 20 Jan 2026"), "{granted}");
    let quiet = parties.deciding.get(&vendor).await;
    assert!(quiet.texts("[role=status]").is_empty(), "a notice is said once");

    let frozen = parties.deciding.submit_and_follow(&quiet, &format!("{vendor}/freeze"), &[]).await;
    assert_eq!(frozen.title(), "Acme Checkout Frozen");
    parties.try_order(&token, "order2").await.refused("400203");
    let back = parties.deciding.submit_and_follow(&frozen, &format!("{vendor}/unfreeze"), &[]).await;
    assert_eq!(back.title(), "Acme Checkout Authorized");
    parties.try_order(&token, "order3").await.data();

    let sure = parties.deciding.get(&format!("{vendor}/disable")).await.expect(StatusCode::OK);
    let typed: &[(&str, &[&str])] = &[("block", &["yes"])];
    let gone = parties.deciding.submit_and_follow(&sure, &format!("{vendor}/disable"), typed).await;
    assert_eq!(gone.title(), "Acme Checkout Disabled");
    parties.try_order(&token, "order4").await.refused("400203");
    // A page that stood open for too long.
    let late = parties.deciding.submit_and_follow(&back, &format!("{vendor}/freeze"), &[]).await;
    assert!(late.says().contains("it has moved on meanwhile"), "{}", late.says());

    blocked_until_unblocked(&mut parties).await;
}

async fn blocked_until_unblocked(parties: &mut Parties<'_>) {
    let form = parties.asking.get(ADD).await;
    let id = parties.merchant.id.to_string();
    let typed: &[(&str, &[&str])] = &[("merchant_id", &[&id]), ("scope", &["CHECKOUT"])];
    let refused = parties.asking.submit(&form, ADD, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.texts(".field .error").join("").contains("does not take requests from you"), "{}", refused.says());
    let list = parties.deciding.get("/portal/blocked-providers").await;
    assert!(list.says().contains("Acme Checkout"));
    let unblock = "/portal/blocked-providers/unblock";
    let empty = parties.deciding.submit_and_follow(&list, unblock, &[]).await;
    assert!(empty.says().contains("Nobody is blocked."), "{}", empty.says());
    let link = ask(&mut parties.asking, &parties.merchant, &["CHECKOUT"]).await;
    let again = parties.deciding.get(&link).await;
    assert!(again.says().contains("Acted for you before"), "{}", again.says());
}

#[tokio::test]
async fn a_change_is_compared_with_today_and_leaves_the_token() {
    let site = Site::start();
    let mut parties = Parties::meet(&site).await;
    let link = ask(&mut parties.asking, &parties.merchant, &["CHECKOUT"]).await;
    let page = parties.deciding.get(&link).await;
    parties.deciding.submit(&page, APPROVE, &[]).await.expect(StatusCode::OK);
    let token = reveal(&mut parties, &id_in(&link)).await;

    let change = ask(&mut parties.asking, &parties.merchant, &["CHECKOUT", "BALANCE"]).await;
    let home = parties.deciding.get("/portal").await;
    assert!(home.says().contains("a change: 1 permission more"), "{}", home.says());
    let page = parties.deciding.get(&change).await;
    assert_eq!(page.title(), "Acme Checkout asks to change what it may do for Corner Bakery");
    assert!(page.says().contains("Has acted for you since 15 Jan 2026."), "{}", page.says());
    let decided = parties.deciding.submit(&page, APPROVE, &[]).await.expect(StatusCode::OK);
    assert_eq!(decided.title(), "You approved the change of Acme Checkout");
    assert_eq!(reveal(&mut parties, &id_in(&link)).await, token);
    let record = parties.asking.get(&format!("/portal/technical-vendor/{}", id_in(&change))).await;
    assert_eq!(record.title(), "Corner Bakery Approved");
}

#[tokio::test]
async fn a_wrong_form_comes_back_as_it_was_typed() {
    let site = Site::start();
    let provider = site.app.provider("Acme").await;
    let mut asking = site.visitor(provider.owner).await;
    let form = asking.get(ADD).await;
    let own = provider.id.to_string();
    let cases: &[(&str, &[&str], &str, &str)] = &[
        ("12x", &["CHECKOUT"], "", "A merchant ID has digits only."),
        ("999999999", &["CHECKOUT"], "", "No merchant has this ID."),
        (&own, &["CHECKOUT"], "", "This is your own ID."),
        ("999999999", &[], "", "Choose at least one permission."),
        ("999999999", &["CHECKOUT"], "10.0.0.1/8", "write 10.0.0.0/8"),
    ];
    for (merchant, scopes, addresses, said) in cases {
        let typed: &[(&str, &[&str])] = &[("merchant_id", &[merchant]), ("scope", scopes), ("addresses", &[addresses])];
        let back = asking.submit(&form, ADD, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.texts(".error").join(" ").contains(said), "{said}: {:?}", back.texts(".error"));
        assert_eq!(back.attribute("#merchant_id", "value").as_deref(), Some(*merchant));
    }
    let forged: &[(&str, &[&str])] = &[("merchant_id", &["999999999"]), ("scope", &["EVERYTHING"])];
    asking.submit(&form, ADD, forged).await.expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_request_can_be_taken_back_and_lists_are_paged() {
    let site = Site::start();
    let provider = site.app.provider("Acme").await;
    let mut asking = site.visitor(provider.owner).await;
    let mut last = String::new();
    for number in 0..27 {
        let merchant = site.app.merchant(&format!("Shop {number}")).await;
        last = ask(&mut asking, &merchant, &["CHECKOUT"]).await;
    }
    let first = asking.get("/portal/technical-vendor").await;
    assert_eq!(first.texts("tbody tr").len(), 25);
    assert!(first.texts("tbody tr")[0].starts_with("Shop 26"), "newest first");
    let older = first.attribute("a[rel=next]", "href").expect("there is more");
    let second = asking.get(&older).await;
    assert_eq!(second.texts("tbody tr").len(), 2);
    let newer = second.attribute("a[rel=prev]", "href").expect("there is a way back");
    assert_eq!(asking.get(&newer).await.texts("tbody tr"), first.texts("tbody tr"));

    let path = format!("/portal/technical-vendor/{}/cancel", id_in(&last));
    let sure = asking.get(&path).await.expect(StatusCode::OK);
    let list = asking.submit_and_follow(&sure, &path, &[]).await;
    assert!(list.texts("tbody tr")[0].contains("Cancelled"), "{:?}", list.texts("tbody tr")[0]);
    assert!(asking.get(&path).await.location().is_some(), "asked once more it leads to the details");
    let late = asking.submit_and_follow(&sure, &path, &[]).await;
    assert!(late.says().contains("it has moved on meanwhile"));
}
