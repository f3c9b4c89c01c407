//! The hosted checkout: whoever has the link sees it, a signed-in payer confirms a price and pays it once, and open pages
//! are told what happens.

use axum::body::Body;
use countersign_domain::Currency;
use countersign_domain::ledger::Wallet;
use countersign_domain::merchant::MerchantStatus;
use countersign_domain::order::OFFER_LIFETIME_MS;
use countersign_domain::payer::PayerStatus;
use countersign_service::Rates;
use countersign_testkit::{Engine, Merchant, TestApp, rate_table};
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::json;

use super::browser::{Browser, Seen, Site};

/// An order of 25 USDT; its checkout path and prepay id.
pub(crate) async fn order(merchant: &Merchant, number: &str) -> (String, String) {
    let body = json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": number, "orderAmount": "25.00", "currency": "USDT",
        "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "1", "goodsName": "Green <b>Apple</b>"},
        "returnUrl": "https://shop.example/thanks?a=1&b=2", "cancelUrl": "https://shop.example/basket",
    });
    let answer = merchant.call("/v2/order", body).send().await;
    let path = answer.text_of("checkoutUrl").replace("https://pay.test", "");
    (path, answer.text_of("prepayId"))
}

/// Confirms the price that stands first, and sees the page with the button that pays.
async fn confirm(browser: &mut Browser<'_>, path: &str) -> Seen {
    let page = browser.get(path).await.expect(StatusCode::OK);
    let locked = browser.submit_and_follow(&page, &format!("{path}/confirm"), &[]).await.expect(StatusCode::OK);
    assert!(locked.says().contains("This price is yours for 1 minute"), "{}", locked.says());
    locked
}

async fn pay(browser: &mut Browser<'_>, page: &Seen, path: &str) -> Seen {
    browser.submit_and_follow(page, &format!("{path}/pay"), &[]).await
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
    assert!(!seen.html.contains("shop.example/thanks"), "the way back comes after paying");
    assert_eq!(seen.attribute("a[rel~=external]", "href").as_deref(), Some("https://shop.example/basket"));

    let mut paying = site.visitor(payer.user).await;
    let mut twice = site.visitor(payer.user).await;
    let page = confirm(&mut paying, &path).await;
    let stale = twice.get(&path).await.expect(StatusCode::OK);
    assert_eq!(stale.texts(".button-seal"), ["Pay 25 USDT"], "the price is locked for the payer, not for a browser");
    let wakes = site.wakes();
    let paid = pay(&mut paying, &page, &path).await.expect(StatusCode::OK);
    assert!(paid.says().contains("You paid 25 USDT"), "{}", paid.says());
    assert_eq!(paid.attribute("a#way-out", "href").as_deref(), Some("https://shop.example/thanks?a=1&b=2"));
    let leaving =
        "<noscript><meta http-equiv=\"refresh\" content=\"5; url=https://shop.example/thanks?a=1&#38;b=2\"></noscript>";
    assert!(paid.html.contains(leaving), "{}", paid.html);
    assert_eq!(site.wakes(), wakes + 1);
    let again = pay(&mut twice, &stale, &path).await.expect(StatusCode::OK);
    assert!(again.says().contains("You paid"));
    assert_eq!((site.app.usdt(&payer).await.as_str(), site.app.usdt(&merchant).await.as_str()), ("75", "25"));
    let other = site.stranger().get(&path).await;
    assert!(other.says().contains("Paid") && !other.says().contains("M_P_"), "{}", other.says());

    site.app.advance_ms(11 * 60 * 1_000);
    let later = paying.get(&path).await;
    assert!(later.attribute("[data-leave-s]", "data-leave-s").is_none(), "whoever comes back later stays");
    assert!(later.says().contains("Back to Harbour Books"));

    let mut selling = site.visitor(merchant.owner).await;
    let detail = selling.get(&format!("/portal/orders/{prepay_id}")).await.expect(StatusCode::OK);
    assert!(detail.title().ends_with("Paid") && detail.says().contains("Funding wallet"), "{}", detail.says());
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
    assert!(seen.says().contains("There is not enough in your funding wallet."), "{}", seen.says());
    assert!(
        seen.texts("button[type=submit]").iter().all(|text| text != "Continue"),
        "there is nothing to continue with"
    );
    let (action, typed): (_, &[(&str, &[&str])]) = (format!("{path}/confirm"), &[("currency", &["USDT"])]);
    let refused = paying.submit(&seen, &action, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.texts("[role=alert]").join("").contains("There is not enough USDT"), "{}", refused.says());
    for nothing in ["NOPE", ""] {
        let typed: &[(&str, &[&str])] = &[("currency", &[nothing])];
        let other = paying.submit(&seen, &action, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.says().contains("Please choose what to pay with."));
    }
    assert_eq!(site.app.usdt(&poor).await, "24.99999999");

    let (rich, operator) = (site.app.payer_with("100").await, site.app.operator().await);
    let mut frozen = site.visitor(rich.user).await;
    let page = confirm(&mut frozen, &path).await;
    operator.set_payer_status(rich.id, PayerStatus::Frozen).await;
    let refused = frozen.submit(&page, &format!("{path}/pay"), &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.texts("[role=alert]").join("").contains("Your account is frozen"), "{}", refused.says());

    site.app.advance_ms(60 * 60 * 1_000);
    let expired = site.stranger().get(&path).await;
    assert!(expired.says().contains("This order has expired"));
    assert_eq!(expired.attribute("a[rel~=external]", "href").as_deref(), Some("https://shop.example/basket"));
    let late = site.visitor(poor.user).await.get(&path).await;
    assert!(late.says().contains("This order has expired"));
    let orders = site.visitor(merchant.owner).await.get("/portal/orders?state=EXPIRED").await;
    assert_eq!(orders.texts("tbody tr").len(), 1);
    let open = site.visitor(merchant.owner).await.get("/portal/orders?state=INITIAL").await;
    assert!(open.texts("tbody tr").is_empty());
}

#[tokio::test]
async fn a_price_that_lapsed_or_is_anothers_is_shown_again() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let (slow, quick) = (site.app.payer_with("100").await, site.app.payer_with("100").await);
    let (path, _) = order(&merchant, "order1").await;
    let (mut slowly, mut quickly) = (site.visitor(slow.user).await, site.visitor(quick.user).await);
    let open = quickly.get(&path).await;
    let locked = confirm(&mut slowly, &path).await;
    for browser in [&mut quickly, &mut site.stranger()] {
        let seen = browser.get(&path).await;
        assert!(seen.says().contains("Somebody is about to pay"), "{}", seen.says());
        assert!(seen.attribute("a[rel~=external]", "href").is_none() && seen.attribute(".qr", "class").is_none());
    }
    let kept_out = quickly.submit_and_follow(&open, &format!("{path}/confirm"), &[]).await;
    assert!(kept_out.says().contains("Somebody is about to pay"));

    let chosen = slowly.get(&format!("{path}?choose=1")).await.expect(StatusCode::OK);
    assert_eq!(chosen.attribute("input[name=currency][checked]", "value").as_deref(), Some("USDT"));
    site.app.advance_ms(OFFER_LIFETIME_MS);
    let lapsed = pay(&mut slowly, &locked, &path).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(lapsed.texts("[role=alert]").join("").contains("This price does not hold any more"), "{}", lapsed.says());

    let theirs = confirm(&mut quickly, &path).await;
    let offer = theirs.attribute("input[name=offer]", "value").expect("the form names the price");
    let typed: &[(&str, &[&str])] = &[("offer", &[&offer])];
    let foreign = slowly.submit_and_follow(&locked, &format!("{path}/pay"), typed).await;
    assert!(foreign.says().contains("Somebody is about to pay"), "{}", foreign.says());
    for nonsense in ["", "USDT", "-1", "99999999999999999999"] {
        let typed: &[(&str, &[&str])] = &[("offer", &[nonsense])];
        let refused = quickly.submit(&theirs, &format!("{path}/pay"), typed).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(pay(&mut quickly, &theirs, &path).await.says().contains("You paid"));
    assert_eq!((site.app.usdt(&slow).await.as_str(), site.app.usdt(&quick).await.as_str()), ("100", "75"));
}

#[tokio::test]
async fn every_currency_with_a_price_can_be_paid_with() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer_with("5").await);
    let operator = site.app.operator().await;
    let ether = Currency::from_code("ETH").expect("it is listed");
    for (amount, currency) in [("1", Currency::BNB), ("0.0001", Currency::BTC), ("9", ether)] {
        operator.credit(&payer, Wallet::Funding, (amount, currency)).await;
    }
    let (path, prepay_id) = order(&merchant, "order1").await;
    let mut paying = site.visitor(payer.user).await;
    let page = paying.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".pay-choice"),
        [
            "USDT Tether 25 USDT Not enough: you have 5",
            "BNB 0.04166667 BNB You have 1 1 BNB = 600 USDT",
            "BTC Bitcoin 0.00041667 BTC Not enough: you have 0.0001 1 BTC = 60,000 USDT",
        ],
        "what has no price is not offered"
    );
    assert_eq!(page.attribute("input[name=currency][checked]", "value").as_deref(), Some("BNB"));
    let typed: &[(&str, &[&str])] = &[("currency", &["ETH"])];
    let refused =
        paying.submit(&page, &format!("{path}/confirm"), typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.texts("[role=alert]").join("").contains("There is no price of ETH."), "{}", refused.says());
    let locked = confirm(&mut paying, &path).await;
    assert!(locked.says().contains("0.04166667 BNB 1 BNB = 600 USDT"), "{}", locked.says());
    let paid = pay(&mut paying, &locked, &path).await.expect(StatusCode::OK);
    assert!(paid.says().contains("You paid 0.04166667 BNB"), "{}", paid.says());

    let receipt = paying.get(&format!("/portal/wallet/payments/{prepay_id}")).await.expect(StatusCode::OK);
    for said in ["0.04166667 BNB", "25 USDT", "1 BNB = 600 USDT"] {
        assert!(receipt.says().contains(said), "{said}: {}", receipt.says());
    }
    let wallet = paying.get("/portal/wallet").await;
    assert!(wallet.says().contains("0.95833333") && wallet.says().contains("≈ 574.99 USD"), "{}", wallet.says());
    let detail = site.visitor(merchant.owner).await.get(&format!("/portal/orders/{prepay_id}")).await;
    assert!(detail.says().contains("0.04166667 BNB, at 1 BNB = 600 USDT"), "{}", detail.says());
}

#[tokio::test]
async fn without_fresh_rates_a_payer_is_told_so() {
    let site = Site::over(TestApp::start_with(Engine::Sqlite, |setup| setup.rates = Rates::fed(60_000)));
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer("Pay Er").await);
    site.app.operator().await.credit(&payer, Wallet::Funding, ("1", Currency::BNB)).await;
    let (path, _) = order(&merchant, "order1").await;
    let mut paying = site.visitor(payer.user).await;
    let none = "There is not enough in your funding wallet, and your other currencies have no price at present.";
    assert!(paying.get(&path).await.says().contains(none));
    assert!(!paying.get("/portal/wallet").await.says().contains("≈"), "nothing is valued by nothing");
    site.app.platform().rates.put(rate_table());
    let locked = confirm(&mut paying, &path).await;
    site.app.advance_ms(59_000);
    site.app.platform().rates.put(rate_table());
    assert!(pay(&mut paying, &locked, &path).await.says().contains("You paid 0.04166667 BNB"));
    site.app.advance_ms(2_000);
    let (path, _) = order(&merchant, "order2").await;
    assert!(paying.get(&path).await.says().contains(none), "the rates are too old");
}

#[tokio::test]
async fn a_merchant_frozen_meanwhile_is_not_paid() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer_with("100").await);
    let operator = site.app.operator().await;
    let ((path, prepay_id), (other, _)) = (order(&merchant, "order1").await, order(&merchant, "order2").await);
    let mut paying = site.visitor(payer.user).await;
    let (waiting, locked) = (paying.get(&other).await, confirm(&mut paying, &path).await);
    operator.set_status(merchant.id, MerchantStatus::Frozen).await;
    let failed = pay(&mut paying, &locked, &path).await.expect(StatusCode::OK);
    assert!(failed.says().contains("The payment failed") && failed.says().contains("Nothing left any wallet."));
    assert!(failed.attribute("[data-live]", "data-live").is_none(), "nothing more happens");
    assert_eq!(failed.attribute("a[rel~=external]", "href").as_deref(), Some("https://shop.example/basket"));
    let refused = paying.submit(&waiting, &format!("{other}/confirm"), &[]).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.says().contains("cannot take payments at present"), "{}", refused.says());
    assert_eq!(site.app.usdt(&payer).await, "100");
    let mut selling = site.visitor(merchant.owner).await;
    let detail = selling.get(&format!("/portal/orders/{prepay_id}")).await;
    assert!(detail.title().ends_with("Failed"), "{}", detail.title());
}

#[tokio::test]
async fn a_sub_merchants_order_shows_who_is_paid() {
    let site = Site::start();
    let partner = site.app.partner("Channel Pay").await;
    let details = json!({
        "merchantName": "Pier 7", "merchantType": 2, "merchantMcc": "5511", "country": "CN,US", "companyName": "Sole Proprietor",
        "registrationNumber": "1", "registrationCountry": "US", "registrationAddress": "1 Pier", "siteType": 2, "siteName": "Pier",
        "incorporationDate": 1_588_262_400_000_i64,
    });
    let shop = partner.call("/submerchant/add", details).await;
    let body = json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": "order1", "orderAmount": "25.00", "currency": "USDT",
        "merchant": {"subMerchantId": shop.data()["subMerchantId"].to_string()},
        "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "1", "goodsName": "Tea"},
    });
    let created = partner.call("/v2/order", body).await;
    let path = created.text_of("checkoutUrl").replace("https://pay.test", "");
    let seen = site.stranger().get(&path).await.expect(StatusCode::OK);
    assert_eq!(seen.title(), "Pier 7");
    assert!(seen.says().contains("A shop of Channel Pay"), "{}", seen.says());
}

#[tokio::test]
async fn every_line_of_the_bill_is_shown() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let body = json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": "lines", "orderAmount": "25.00", "currency": "USDT",
        "description": "Tea for two",
        "goodsDetails": [
            {"goodsType": "01", "referenceGoodsId": "1", "goodsName": "Pot", "goodsDetail": "blue",
             "goodsUnitAmount": {"currency": "EUR", "amount": "12.50"}},
            {"goodsType": "02", "referenceGoodsId": "2", "goodsName": "Leaves <i>green</i>"},
        ],
    });
    let v1 = json!({"merchantTradeNo": "bare", "tradeType": "WEB", "totalFee": "1", "currency": "USDT"});
    let lines = async |path: &str, body: serde_json::Value| {
        let checkout = merchant.call(path, body).await.text_of("checkoutUrl").replace("https://pay.test", "");
        site.stranger().get(&checkout).await.expect(StatusCode::OK).texts(".goods li")
    };
    assert_eq!(lines("/v3/order", body).await, ["Potblue · 12.50 EUR each", "Leaves <i>green</i>"]);
    assert_eq!(lines("/order", v1).await, Vec::<String>::new(), "a product of v1 need not be named");
}

#[tokio::test]
async fn a_closed_order_is_shown_as_such() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer_with("100").await);
    let (path, prepay_id) = order(&merchant, "order1").await;
    let mut paying = site.visitor(payer.user).await;
    let page = confirm(&mut paying, &path).await;
    merchant.close(&prepay_id).await.refused("400204");
    site.app.advance_ms(OFFER_LIFETIME_MS);
    merchant.close(&prepay_id).await.data();
    let late = pay(&mut paying, &page, &path).await;
    assert!(late.says().contains("Shop closed this order"), "{}", late.says());
    assert_eq!(site.app.usdt(&payer).await, "100");
    let listed = site.visitor(merchant.owner).await.get("/portal/orders?state=CANCELED").await.expect(StatusCode::OK);
    assert!(listed.says().contains("order1"), "{}", listed.says());
}

/// What a stream says next, or its end. Meanwhile time flies, so that the stream's looks take none.
async fn next_word(body: &mut Body) -> Option<String> {
    tokio::time::pause();
    let frame = body.frame().await;
    tokio::time::resume();
    let bytes = frame?.expect("the stream does not break").into_data().expect("a stream has no trailers");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    assert!(text.contains("event: order\n"), "{text}");
    text.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned)
}

#[tokio::test]
async fn open_pages_are_told_what_happens() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer_with("100").await);
    let (path, _) = order(&merchant, "order1").await;
    let events = format!("{path}/events");
    let shown = |seen: &Seen| seen.attribute("[data-live]", "data-shown");
    let open = site.stranger().get(&path).await;
    assert_eq!(open.attribute("[data-live]", "data-live").as_ref(), Some(&events));

    let answer = site.answer(&events).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let mut told = answer.into_body();
    assert_eq!(next_word(&mut told).await, shown(&open));
    let mut paying = site.visitor(payer.user).await;
    let locked = confirm(&mut paying, &path).await;
    let (first, word) = (shown(&locked), next_word(&mut told).await);
    assert!(word.is_some() && first == word, "{first:?} {word:?}");
    site.app.advance_ms(OFFER_LIFETIME_MS);
    assert_eq!(next_word(&mut told).await, shown(&open), "the price lapsed");
    let locked = confirm(&mut paying, &path).await;
    let second = next_word(&mut told).await;
    assert!(second == shown(&locked) && second != first, "another price is another page");
    pay(&mut paying, &locked, &path).await.expect(StatusCode::OK);
    assert_eq!(next_word(&mut told).await.as_deref(), Some("paid"));
    assert_eq!(next_word(&mut told).await, None, "nothing more happens");

    let late = site.stranger().get(&events).await.expect(StatusCode::OK);
    assert_eq!(late.html.matches("data: paid").count(), 1);
    site.stranger().get("/checkout/nobodys/events").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn streams_end_by_themselves_and_with_the_process() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let (path, _) = order(&merchant, "order1").await;
    let events = format!("{path}/events");
    let mut told = site.answer(&events).await.into_body();
    let mut said = 0;
    while let Some(word) = next_word(&mut told).await {
        assert_eq!(word, "open");
        said += 1;
    }
    assert_eq!(said, 40, "it says so every quarter of a minute, for ten minutes");
    let mut told = site.answer(&events).await.into_body();
    assert_eq!(next_word(&mut told).await.as_deref(), Some("open"));
    site.state.settings().stop.cancel();
    assert_eq!(next_word(&mut told).await, None, "it ends when the process does");
}

#[tokio::test]
async fn an_order_and_an_address_have_only_so_many_streams() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let mut events = Vec::new();
    for number in 0..3 {
        events.push(format!("{}/events", order(&merchant, &format!("order{number}")).await.0));
    }
    let mut kept = Vec::new();
    for _ in 0..8 {
        let answer = site.answer(&events[0]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        kept.push(answer);
    }
    assert_eq!(site.answer_to("198.51.100.1", &events[0]).await.status(), StatusCode::TOO_MANY_REQUESTS, "the order's");
    for _ in 0..8 {
        let answer = site.answer(&events[1]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        kept.push(answer);
    }
    assert_eq!(site.answer(&events[2]).await.status(), StatusCode::TOO_MANY_REQUESTS, "the address'");
    assert_eq!(site.answer_to("198.51.100.1", &events[2]).await.status(), StatusCode::OK, "another one's are free");
    drop(kept.remove(0));
    assert_eq!(site.answer(&events[0]).await.status(), StatusCode::OK, "a place that was given back");
}

#[tokio::test]
async fn streams_of_one_order_share_what_they_see() {
    let site = Site::start();
    let merchant = site.app.merchant("Shop").await;
    let (path, prepay_id) = order(&merchant, "order1").await;
    let events = format!("{path}/events");
    let mut told = site.answer(&events).await.into_body();
    let mut told_too = site.answer(&events).await.into_body();
    for body in [&mut told, &mut told_too] {
        assert_eq!(next_word(body).await.as_deref(), Some("open"));
    }
    merchant.close(&prepay_id).await.data();
    for body in [&mut told, &mut told_too] {
        assert_eq!(next_word(body).await.as_deref(), Some("closed"));
        assert_eq!(next_word(body).await, None);
    }
    let late = site.stranger().get(&events).await.expect(StatusCode::OK);
    assert!(late.html.contains("data: closed"), "whoever comes is told of now: {}", late.html);
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
