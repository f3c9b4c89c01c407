//! One delivery: its time line, what was sent and answered, and sending it again.

use countersign_domain::Scope;
use countersign_domain::time::MINUTE_MS;
use countersign_service::deliveries::LogFilter;
use countersign_store::queries::outbox::{self, MessageState};
use countersign_testkit::{Terms, on_both_engines};
use http::StatusCode;

use super::{Desk, Failed, HOOK, IN_VAIN, LIST, SPARE, TAKEN, Then, Try, page_of, resend_of, tried};
use crate::browser::Site;

const BODY: &str =
    r#"{"bizType":"PAY","data":"{\"merchantTradeNo\":\"t1\"}","bizIdStr":"1","bizId":1,"bizStatus":"PAY_CLOSED"}"#;
const HOSTILE: Try = Try {
    status: Some(503),
    error: Some("answered 503"),
    answer: "<script>alert(1)</script>\u{202e}\u{1b}[31m</pre>",
    then: Then::Again(MINUTE_MS),
};
const SILENT: Try =
    Try { status: None, error: Some("no answer within 10 s"), answer: "", then: Then::Again(MINUTE_MS) };

on_both_engines! {
    async fn every_try_is_told_with_what_was_sent_and_answered(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let prepay_id = desk.closed("t1").await;
        let fresh = desk.newest().await;
        let seen = desk.see(&page_of(&fresh)).await;
        assert_eq!((seen.title().as_str(), seen.texts("#tries").join("")), ("PAY_CLOSED Pending", "Not tried yet".to_owned()));
        assert!(seen.says().contains("It is written at the first try"), "{}", seen.says());
        tried(&site, &fresh, HOSTILE, BODY).await;
        site.app.advance_ms(MINUTE_MS);
        tried(&site, &desk.newest().await, SILENT, BODY).await;

        let seen = desk.see(&page_of(&fresh)).await;
        assert_eq!(seen.title(), "PAY_CLOSED Tries again");
        assert_eq!(seen.texts(".lead"), ["An order ended without a payment. Caused 15 Jan 2026, 12:00 UTC (1 minute ago)."]);
        assert_eq!(seen.texts("#tries"), ["2 tries"]);
        assert_eq!(seen.texts(".next-try"), ["Next try 15 Jan 2026, 12:02 UTC (in 1 minute)"]);
        let tries = seen.texts(".tries > li > p");
        assert_eq!(tries, [
            "Try 2 Failed", "no answer within 10 s", "15 Jan 2026, 12:01:00 UTC · took 132 ms", HOOK,
            "Try 1 Failed HTTP 503", "15 Jan 2026, 12:00:00 UTC · took 132 ms", HOOK,
        ]);
        let timestamp = fresh.created_at.ms().to_string();
        let headers = seen.texts(".tries > li:nth-of-type(2) .header-list > div");
        assert_eq!(headers, [
            "Content-Typeapplication/json; charset=utf-8".to_owned(),
            format!("BinancePay-Certificate-SN{}", site.app.platform().webhook_key.serial()),
            format!("BinancePay-Nonce{}", "n".repeat(32)),
            format!("BinancePay-Timestamp{timestamp}"),
            "BinancePay-Signature(made anew for each try; not kept)".to_owned(),
        ]);
        assert_eq!(seen.texts("pre[aria-label=\"Answer to try 1\"]"), ["<script>alert(1)</script>\\u{202e}\\u{1b}[31m</pre>"]);
        assert!(!seen.html.contains("<script>alert"), "a stranger's words are text");
        assert_eq!(seen.texts("pre[aria-label=Body]"), [BODY]);
        let order = format!("/portal/orders/{prepay_id}");
        assert_eq!(seen.attribute(".facts-narrow a", "href").as_ref(), Some(&order), "it leads to its order");
        assert_eq!(seen.texts(".facts-narrow > div")[2..], [format!("Caused for{HOOK}"), "Endpointshop.example".to_owned()]);
        let link = desk.see(&order).await.attribute(".stack-cards > section:nth-of-type(3) a", "href");
        assert_eq!(link, Some(page_of(&fresh)), "and its order to it");

        tried(&site, &desk.newest().await, TAKEN, BODY).await;
        let seen = desk.see(&page_of(&fresh)).await;
        assert_eq!((seen.title().as_str(), seen.texts(".next-try").len()), ("PAY_CLOSED Delivered", 0));
        assert_eq!(seen.texts(".tries > li:first-child .timeline-text"), ["Try 3 Accepted HTTP 200"]);
    }

    // Whoever may see a token sees it where it is shown on purpose, and nowhere else.
    async fn tokens_are_masked_in_what_was_sent_and_in_what_came_back(app: TestApp) {
        let site = Site::over(app);
        let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
        provider.listen_at(HOOK).await;
        let token = site.app.grant_on(&provider, &merchant, &Terms::of(&[Scope::Checkout])).await.token;
        let message = provider.log(LogFilter::default()).await.remove(0);
        let leaked = Box::leak(format!("{{\"you\":\"sent {token}\"}}").into_boxed_str());
        let echo = Try { answer: leaked, ..IN_VAIN };
        tried(&site, &message, echo, &format!("{{\"data\":\"{{\\\"token\\\":\\\"{token}\\\"}}\"}}")).await;
        let mut browser = site.visitor(provider.owner).await;
        let seen = browser.get(&page_of(&message)).await.expect(StatusCode::OK);
        assert!(!seen.html.contains(token.as_str()), "the token is masked");
        let masked = format!("{}…", &token[..4]);
        assert_eq!(seen.texts("pre[aria-label=Body]"), [format!("{{\"data\":\"{{\\\"token\\\":\\\"{masked}\\\"}}\"}}")]);
        assert_eq!(seen.texts("pre[aria-label=\"Answer to try 1\"]"), [format!("{{\"you\":\"sent {masked}\"}}")]);
        assert!(seen.says().contains("The token in it is masked here"), "{}", seen.says());
        assert_eq!(seen.texts(".notice-warn"), ["Every try that is made without being asked for has failed."]);

        // An order of somebody else's is no page of the provider's.
        let order = serde_json::json!({
            "env": {"terminalType": "WEB"}, "merchantTradeNo": "t1", "orderAmount": "1", "currency": "USDT",
            "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "1", "goodsName": "Tea"},
        });
        let prepay_id = provider.call("/v2/order", order).on_behalf(token.as_str()).await.text_of("prepayId");
        provider.close(&prepay_id).on_behalf(token.as_str()).await.data();
        let told = provider.log(LogFilter::default()).await.remove(0);
        let seen = browser.get(&page_of(&told)).await.expect(StatusCode::OK);
        assert_eq!(seen.texts(".facts-narrow > div")[0], format!("About{prepay_id}"));
        assert!(!seen.html.contains("/portal/orders/"), "there is nothing to lead to");
    }

    async fn a_delivery_is_sent_again_to_its_own_place_or_to_another(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let message = desk.told("t1", IN_VAIN).await;
        let (page, resend) = (page_of(&message), resend_of(&message));
        let failed = desk.see(&page).await;
        assert_eq!(failed.texts("#to option"), ["Where it was for"]);
        let wakes = site.wakes();
        let again = desk.send(&failed, &resend, &[]).await.expect(StatusCode::OK);
        assert!(again.says().contains("It is sent again now."), "{}", again.says());
        assert_eq!((site.wakes(), desk.newest().await.state), (wakes + 1, MessageState::Pending));
        assert_eq!(again.texts("form[action$=resend] button"), ["Try now"]);
        tried(&site, &desk.newest().await, TAKEN, "{}").await;

        let spare = desk.merchant.listen_at(SPARE).await.to_string();
        let off = desk.merchant.listen_at("https://off.example/").await;
        desk.merchant.disable_endpoint(off).await.expect("it can be disabled");
        let taken = desk.see(&page).await;
        assert_eq!(taken.texts("#to option"), ["Where it was for", SPARE], "what is disabled takes nothing");
        let elsewhere: &[(&str, &[&str])] = &[("to", &[&spare])];
        desk.send(&taken, &resend, elsewhere).await.expect(StatusCode::OK);
        let moved = desk.newest().await;
        assert_eq!((moved.target(), moved.destination.as_str()), (SPARE, HOOK));
        tried(&site, &moved, TAKEN, "{}").await;
        let seen = desk.see(&page).await;
        assert_eq!(seen.texts(".tries .code.soft"), [SPARE, HOOK, HOOK], "each try says where it went");
        assert_eq!(seen.texts(".facts-narrow > div")[2], format!("Caused for{HOOK}"));

        for (to, words) in [
            (off.to_string(), "That endpoint is disabled. Enable it first, or choose another."),
            ("77".to_owned(), "You have no such endpoint any more. Choose another."),
            ("nonsense".to_owned(), "You have no such endpoint any more. Choose another."),
        ] {
            let typed: &[(&str, &[&str])] = &[("to", &[&to])];
            let back = desk.browser.submit(&seen, &resend, typed).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(back.texts("#to-error"), [words], "{to}");
            assert_eq!(back.attribute("#problems a", "href").as_deref(), Some("#to"));
        }
        // Whose message is in a dispatcher's hands is not sent by two.
        desk.send(&seen, &resend, &[]).await.expect(StatusCode::OK);
        let (lane, now) = (HOOK, site.app.platform().business_now());
        let wall = site.app.platform().wall_now();
        let claim = site.app.platform().write("claim", move |tx, _| {
            let held = outbox::claim_lane(tx, lane, (now, wall), wall.plus_ms(MINUTE_MS), 1)?;
            Ok::<_, Failed>(held.len())
        });
        assert_eq!(claim.await.expect("it can be claimed"), 1);
        let back = desk.browser.submit(&seen, &resend, &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(back.texts("#to-error"), ["It is being sent at this moment. Look again in a little while."]);
    }

    async fn where_no_endpoint_takes_it_that_is_said(app: TestApp) {
        let site = Site::over(app);
        let mut desk = Desk::open(&site).await;
        let message = desk.told("t1", IN_VAIN).await;
        let before = desk.see(&page_of(&message)).await;
        let list = desk.see(LIST).await;
        let disable = format!("{LIST}/{}/disable", desk.hook);
        desk.send(&list, &disable, &[]).await;
        let seen = desk.see(&page_of(&message)).await;
        assert!(seen.says().contains("No endpoint takes it. Enable or add one, then send it there."), "{}", seen.says());
        assert!(seen.texts("form[action$=resend]").is_empty());
        let back = desk.browser.submit(&before, &resend_of(&message), &[]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.says().contains("That endpoint is disabled."), "{}", back.says());
        desk.merchant.remove_endpoint(message.endpoint_id.expect("it was for one")).await.expect("it can be removed");
        let seen = desk.see(&page_of(&message)).await;
        assert_eq!(seen.texts(".facts-narrow > div")[3], "EndpointRemoved");
        desk.merchant.listen_at(SPARE).await;
        let seen = desk.see(&page_of(&message)).await;
        assert_eq!(seen.texts("#to option"), [SPARE], "another can have it");
        // One that has the URL again is where it was for.
        desk.merchant.listen_at(HOOK).await;
        let seen = desk.see(&page_of(&message)).await;
        assert_eq!(seen.texts("#to option")[0], "Where it was for");
    }
}
