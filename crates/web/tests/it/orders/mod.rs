//! A merchant's orders by hand, on both engines: found by what one has at hand, looked at, refunded, closed.

mod close;
mod list;
mod page;
mod refund;
mod refund_refused;
mod search;

use countersign_domain::Scope;
use countersign_store::queries::audit;
use countersign_testkit::{Call, Merchant, Provider};
use http::StatusCode;
use serde_json::{Value, json};

use super::browser::{Browser, Seen, Site};

const LIST: &str = "/portal/orders";

fn page_of(prepay_id: &str) -> String {
    format!("{LIST}/{prepay_id}")
}

fn refund_of(prepay_id: &str) -> String {
    format!("{LIST}/{prepay_id}/refund")
}

fn close_of(prepay_id: &str) -> String {
    format!("{LIST}/{prepay_id}/close")
}

fn order_body(number: &str, amount: &str) -> Value {
    json!({
        "env": {"terminalType": "WEB"}, "merchantTradeNo": number, "orderAmount": amount, "currency": "USDT",
        "goods": {"goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "1", "goodsName": "Green <b>Apple</b>"},
    })
}

/// An order; its prepay id.
async fn order(merchant: &Merchant, number: &str, amount: &str) -> String {
    created(merchant.call("/v2/order", order_body(number, amount))).await
}

async fn created(call: Call) -> String {
    call.await.text_of("prepayId")
}

/// A merchant with a provider that acts for it, and whoever looks at its pages.
struct Shop<'s> {
    site: &'s Site,
    merchant: Merchant,
    provider: Provider,
    token: String,
    browser: Browser<'s>,
}

impl<'s> Shop<'s> {
    /// The merchant is charged 1 %, of which the provider gets 40 %.
    async fn open(site: &'s Site) -> Self {
        let (provider, merchant) = (site.app.provider("Acme").await, site.app.merchant("Shop").await);
        let operator = site.app.operator().await;
        operator.set_commission(merchant.id, 10_000).await;
        operator.set_fee_share(provider.id, 400_000).await;
        let token = site.app.grant(&provider, &merchant, &[Scope::Checkout, Scope::Refund]).await.token;
        let browser = site.visitor(merchant.owner).await;
        Self { site, merchant, provider, token, browser }
    }

    /// An order that the provider creates.
    async fn through(&self, number: &str, amount: &str) -> String {
        created(self.provider.call("/v2/order", order_body(number, amount)).on_behalf(self.token.as_str())).await
    }

    /// The same, paid by somebody who has just as much.
    async fn paid_through(&self, number: &str, amount: &str) -> String {
        let prepay_id = self.through(number, amount).await;
        self.site.app.payer_with(amount).await.pay(&prepay_id).await;
        prepay_id
    }

    async fn see(&mut self, path: &str) -> Seen {
        self.browser.get(path).await.expect(StatusCode::OK)
    }

    /// The merchant's own numbers of the orders on a page of the list, in its order.
    async fn listed(&mut self, query: &str) -> Vec<String> {
        self.see(&format!("{LIST}{query}")).await.texts("tbody th a")
    }

    /// The merchant's audit rows with these actions, with who acted.
    async fn acts(&self, actions: &[&str]) -> Vec<(String, String)> {
        let owner = self.merchant.id.get();
        let rows = self.site.app.platform().read("audit", move |tx, _| audit::rows_after(tx, owner, 0, 100)).await;
        let rows: Result<_, countersign_store::StoreError> = rows;
        let own = rows.expect("the chain can be read").into_iter().filter(|row| row.owner == owner);
        own.filter(|row| actions.contains(&row.action.as_str())).map(|row| (row.action, row.actor)).collect()
    }
}
