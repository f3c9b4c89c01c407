//! The payer's wallet: what moved, pages of it, payment links that are pasted, and receipts.

use countersign_domain::payer::PayerStatus;
use http::StatusCode;
use serde_json::json;

use super::browser::Site;
use super::checkout::order;

#[tokio::test]
async fn payments_have_receipts_for_their_payer_alone() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Harbour Books").await, site.app.payer_with("100").await);
    let ((path, prepay_id), (_, unpaid)) = (order(&merchant, "order1").await, order(&merchant, "order2").await);
    payer.pay(&prepay_id).await;
    let mut browser = site.visitor(payer.user).await;
    let wallet = browser.get("/portal/wallet").await.expect(StatusCode::OK);
    assert!(wallet.says().contains("Payment to Harbour Books") && wallet.says().contains("-25"), "{}", wallet.says());
    let receipt = format!("/portal/wallet/payments/{prepay_id}");
    assert_eq!(wallet.attribute(".activity a", "href").as_ref(), Some(&receipt));
    let seen = browser.get(&receipt).await.expect(StatusCode::OK);
    assert_eq!(seen.title(), "Harbour Books");
    for said in ["25 USDT", "order1", "M_P_", "Green <b>Apple</b>", "Paid"] {
        assert!(seen.says().contains(said), "{said}: {}", seen.says());
    }
    assert!(!seen.says().contains("Rate") && !seen.says().contains("Came back"), "{}", seen.says());
    assert_eq!(seen.attribute(".facts a", "href"), Some(path));
    browser.get(&format!("/portal/wallet/payments/{unpaid}")).await.expect(StatusCode::NOT_FOUND);
    browser.get("/portal/wallet/payments/x").await.expect(StatusCode::NOT_FOUND);
    let other = site.app.payer_with("100").await;
    site.visitor(other.user).await.get(&receipt).await.expect(StatusCode::NOT_FOUND);
    site.visitor(merchant.owner).await.get(&receipt).await.expect(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn refunds_stand_on_the_receipt() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Harbour Books").await, site.app.payer_with("100").await);
    let (_, prepay_id) = order(&merchant, "order1").await;
    payer.pay(&prepay_id).await;
    let refund = json!({"refundRequestId": "back1", "prepayId": prepay_id, "refundAmount": "4", "refundReason": "A <b>dent</b>"});
    merchant.call("/order/refund", refund).await.data();
    let mut browser = site.visitor(payer.user).await;
    let receipt = browser.get(&format!("/portal/wallet/payments/{prepay_id}")).await.expect(StatusCode::OK);
    assert!(
        receipt.says().contains("Came back: A <b>dent</b>") && receipt.says().contains("4 USDT"),
        "{}",
        receipt.says()
    );
    let wallet = browser.get("/portal/wallet").await;
    assert!(wallet.says().contains("Refund from Harbour Books"), "{}", wallet.says());
    assert_eq!(wallet.texts(".activity a").len(), 2, "both lead to the receipt");
}

// The payer is told that it comes, not what keeps it.
#[tokio::test]
async fn a_held_refund_is_on_its_way() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Harbour Books").await, site.app.payer_with("100").await);
    let (_, prepay_id) = order(&merchant, "order1").await;
    payer.pay(&prepay_id).await;
    let operator = site.app.operator().await;
    operator.set_payer_status(payer.id, PayerStatus::Frozen).await;
    merchant.refund(&prepay_id, "back1", "4").await.data();
    let (mut browser, receipt) = (site.visitor(payer.user).await, format!("/portal/wallet/payments/{prepay_id}"));
    let wallet = browser.get("/portal/wallet").await.expect(StatusCode::OK);
    assert_eq!(wallet.attribute(".coming .activity a", "href").as_ref(), Some(&receipt));
    let coming = wallet.texts(".coming");
    assert!(coming[0].contains("Refund from Harbour Books") && coming[0].contains("4 USDT"), "{coming:?}");
    let seen = browser.get(&receipt).await.expect(StatusCode::OK);
    assert!(seen.says().contains("On its way back") && !seen.says().contains("Came back"), "{}", seen.says());
    for page in [&wallet, &seen] {
        assert!(!page.says().to_lowercase().contains("frozen"), "{}", page.says());
    }
    let home = site.visitor(merchant.owner).await.get("/portal").await.expect(StatusCode::OK);
    assert!(home.says().contains("4 on hold"), "{}", home.says());
    operator.set_payer_status(payer.id, PayerStatus::Active).await;
    site.app.release_refunds().await;
    let wallet = browser.get("/portal/wallet").await.expect(StatusCode::OK);
    assert!(
        wallet.texts(".coming").is_empty() && wallet.says().contains("Refund from Harbour Books"),
        "{}",
        wallet.says()
    );
    let seen = browser.get(&receipt).await.expect(StatusCode::OK);
    assert!(seen.says().contains("Came back") && !seen.says().contains("On its way back"), "{}", seen.says());
}

#[tokio::test]
async fn activity_is_paged_towards_the_past() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer_with("1000").await);
    for number in 0..30 {
        let (_, prepay_id) = order(&merchant, &format!("order{number}")).await;
        payer.pay(&prepay_id).await;
    }
    let mut browser = site.visitor(payer.user).await;
    let first = browser.get("/portal/wallet").await.expect(StatusCode::OK);
    let older = first.attribute("a[rel=next]", "href").expect("there is more");
    let second = browser.get(&older).await.expect(StatusCode::OK);
    assert_eq!((first.texts(".activity li").len(), second.texts(".activity li").len()), (25, 6));
    assert!(
        first.says().contains("order29") && second.says().contains("order0") && second.says().contains("Money came in")
    );
    assert_eq!(second.attribute("a[rel=prev]", "href").as_deref(), Some("/portal/wallet"));
    assert!(second.attribute("a[rel=next]", "href").is_none());
}

#[tokio::test]
async fn a_pasted_link_leads_to_its_payment_or_says_why_not() {
    let site = Site::start();
    let (merchant, payer) = (site.app.merchant("Shop").await, site.app.payer_with("100").await);
    let (path, _) = order(&merchant, "order1").await;
    let token = path.rsplit('/').next().expect("a token");
    let mut browser = site.visitor(payer.user).await;
    let wallet = browser.get("/portal/wallet").await;
    let links = [
        format!("https://pay.test{path}"),
        format!("  https://pay.test/qr/{token} "),
        format!("https://pay.test/payment/secpay?linkToken={token}&_dp=x"),
        format!("csbx://payment/secpay?tempToken={token}"),
    ];
    for link in &links {
        let opened = browser.submit(&wallet, "/portal/wallet/open", &[("link", &[link])]).await;
        assert_eq!(opened.location().as_ref(), Some(&path), "{link}");
    }
    let unknown = format!("https://pay.test/checkout/{}", "0".repeat(32));
    let refused = [
        ("hello", "This is not a payment link."),
        ("", "This is not a payment link."),
        ("https://shop.example/checkout/1", "This link leads to shop.example, which is not us."),
        ("https://pay.test/portal/orders", "This link does not lead to a payment."),
        (unknown.as_str(), "This link does not lead to a payment."),
        ("https://<b>x</b>/", "This link leads to <b>x<, which is not us."),
    ];
    for (link, words) in refused {
        let seen = browser.submit(&wallet, "/portal/wallet/open", &[("link", &[link])]).await;
        let seen = seen.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seen.texts("#link-error"), [words], "{link}");
        assert_eq!(seen.attribute("#link", "value").as_deref(), Some(link));
    }
}
