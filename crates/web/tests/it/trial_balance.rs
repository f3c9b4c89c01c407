//! The operator's trial balance.

use countersign_domain::Currency;
use countersign_domain::ledger::Wallet;
use http::StatusCode;

use super::browser::Site;

#[tokio::test]
async fn the_operator_sees_what_all_accounts_come_to() {
    let site = Site::start();
    let operator = site.app.operator().await;
    let mut browser = site.visitor(operator.user).await;
    let empty = browser.open("/portal").await.expect(StatusCode::OK);
    assert_eq!(empty.title(), "Trial balance");
    assert!(empty.says().contains("Nothing was booked yet."));

    let merchant = site.app.merchant("Shop").await;
    site.app.payer_with("1250.5").await;
    operator.credit(&merchant, Wallet::Spot, ("2", Currency::BTC)).await;
    let page = browser.get("/portal/trial-balance").await.expect(StatusCode::OK);
    assert_eq!(page.texts("section.card h2").len(), 2, "{}", page.says());
    assert_eq!(page.texts(".pill-good"), ["Balanced", "Balanced"]);
    let rows: Vec<String> =
        page.texts("tbody tr").iter().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let has = |account: &str, amount: &str| rows.iter().any(|row| row.starts_with(account) && row.ends_with(amount));
    assert!(has("Custody", "-1,250.5 USDT") && has("Payers, available", "1,250.5 USDT"), "{rows:?}");
    assert!(has("Custody", "-2 BTC") && has("Merchants, available", "2 BTC") && has("Total", "0 BTC"), "{rows:?}");
}
