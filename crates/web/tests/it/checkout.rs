//! The hosted checkout: seen by anybody, paid by a payer, once.

use countersign_testkit::Merchant;
use http::{StatusCode, header};
use serde_json::json;

use super::browser::{Browser, Seen, Site};

/// An order of 25 USDT; answers the path of its checkout and its prepay id.
async fn order(merchant: &Merchant, number: &str) -> (String, String) {
    let body = json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": number, "orderAmount": 25, "currency": "USDT",
        "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "a", "goodsName": "Green <b>Apple</b>"},
        "returnUrl": "https://shop.example/thanks",
    });
    let answer = merchant.call("/v2/order", body).send().await;
    let path = answer.text_of("checkoutUrl").replace("https://pay.test", "");
    (path, answer.text_of("prepayId"))
}

async fn confirm(browser: &mut Browser<'_>, path: &str) -> Seen {
    let page = browser.get(path).await.expect(StatusCode::OK);
    browser.submit(&page, &format!("{path}/confirm"), &[]).await.expect(StatusCode::OK)
}

#[tokio::test]
async fn an_order_is_paid_once() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Harbour Books").await, site.app.payer_with("100").await);
    let (path, prepay_id) = order(&merchant, "order1").await;
    let seen = site.stranger().get(&path).await.expect(StatusCode::OK);
    assert_eq!(seen.title(), "Harbour Books");
    assert!(seen.says().contains("Green <b>Apple</b>") && !seen.html.contains("<b>Apple"), "what others wrote is text");
    assert_eq!(
        seen.attribute(".button-wide", "href"),
        Some(format!("/portal/sign-in?next={}", path.replace('/', "%2F")))
    );
    assert!(!seen.html.contains("shop.example"), "the way back comes after paying");

    let mut paying = site.visitor(payer.user).await;
    let mut twice = site.visitor(payer.user).await;
    let (page, stale) = (confirm(&mut paying, &path).await, confirm(&mut twice, &path).await);
    assert!(page.says().contains("25") && page.says().contains("USDT"));
    let wakes = site.wakes();
    let paid = paying.submit_and_follow(&page, &format!("{path}/pay"), &[]).await.expect(StatusCode::OK);
    assert!(paid.says().contains("You paid"), "{}", paid.says());
    assert_eq!(paid.attribute("a[rel~=external]", "href").as_deref(), Some("https://shop.example/thanks"));
    assert_eq!(site.wakes(), wakes + 1);
    let again = twice.submit_and_follow(&stale, &format!("{path}/pay"), &[]).await.expect(StatusCode::OK);
    assert!(again.says().contains("You paid"));
    assert_eq!(site.app.usdt(&payer).await, "75");
    assert_eq!(site.app.usdt(&merchant).await, "25");
    assert!(site.stranger().get(&path).await.says().contains("Paid"));

    let wallet = paying.get("/portal/wallet").await.expect(StatusCode::OK);
    assert!(wallet.says().contains("Payment to Harbour Books") && wallet.says().contains("-25"), "{}", wallet.says());
    let mut selling = site.visitor(merchant.owner).await;
    let detail = selling.get(&format!("/portal/orders/{prepay_id}")).await.expect(StatusCode::OK);
    assert!(
        detail.title().ends_with("Paid") && detail.says().contains("Payment, less commission"),
        "{}",
        detail.says()
    );
    let other = site.app.merchant("Other").await;
    site.visitor(other.owner).await.get(&format!("/portal/orders/{prepay_id}")).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_cannot_pay_is_told_why() {
    let site = Site::start();
    let (merchant, poor) = (site.app.merchant("Shop").await, site.app.payer_with("24.99999999").await);
    let (path, _) = order(&merchant, "order1").await;
    let mut selling = site.visitor(merchant.owner).await;
    assert!(selling.get(&path).await.says().contains("which cannot pay orders"));
    let mut paying = site.visitor(poor.user).await;
    let seen = paying.get(&path).await;
    assert!(seen.says().contains("not enough in your funding wallet"), "{}", seen.says());
    let page = paying.submit(&seen, &format!("{path}/confirm"), &[]).await.expect(StatusCode::OK);
    let refused = paying.submit(&page, &format!("{path}/pay"), &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.texts("[role=alert]").join("").contains("There is not enough USDT"), "{}", refused.says());
    let typed: &[(&str, &[&str])] = &[("currency", &["BTC"])];
    let other = paying.submit(&seen, &format!("{path}/confirm"), typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.says().contains("This order is paid in USDT."));
    let typed: &[(&str, &[&str])] = &[("quote", &["USDC"])];
    paying.submit(&page, &format!("{path}/pay"), typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.app.usdt(&poor).await, "24.99999999");

    site.app.advance_ms(60 * 60 * 1_000);
    assert!(site.stranger().get(&path).await.says().contains("This order has expired"));
    let late = site.visitor(poor.user).await.get(&path).await;
    assert!(late.says().contains("This order has expired"));
    let orders = site.visitor(merchant.owner).await.get("/portal/orders?state=EXPIRED").await;
    assert_eq!(orders.texts("tbody tr").len(), 1);
    let open = site.visitor(merchant.owner).await.get("/portal/orders?state=INITIAL").await;
    assert!(open.texts("tbody tr").is_empty());
}

#[tokio::test]
async fn the_other_links_lead_to_the_checkout() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let (path, _) = order(&merchant, "order1").await;
    let token = path.rsplit('/').next().expect("a token").to_owned();
    let mut stranger = site.stranger();
    let links = [
        format!("/qr/{token}"),
        format!("/payment/secpay?linkToken={token}"),
        format!("/payment/secpay?tempToken={token}&_dp=x"),
    ];
    for link in links {
        assert_eq!(stranger.get(&link).await.location().as_deref(), Some(path.as_str()), "{link}");
    }
    let foreign = stranger.get("/payment/secpay?linkToken=%2F%2Fevil.example").await;
    assert_eq!(foreign.location().as_deref(), Some("/checkout/%2F%2Fevil.example"));
    stranger.get("/payment/secpay").await.expect(StatusCode::NOT_FOUND);
    stranger.get("/checkout/nobodys").await.expect(StatusCode::NOT_FOUND);
    stranger.get("/checkout/nobodys/qr.png").await.expect(StatusCode::NOT_FOUND);

    let image = stranger.get(&format!("{path}/qr.png")).await.expect(StatusCode::OK);
    assert_eq!(image.headers[header::CONTENT_TYPE], "image/png");
    assert!(image.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
}
