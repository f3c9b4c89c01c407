//! One valid body per endpoint, and what else generated tests must know of each. A new endpoint does not compile until it
//! has its arms here.

use countersign_domain::id::MerchantId;
use countersign_domain::ledger::Wallet;
use countersign_domain::payer_identity::{Fact, Facts as PayerFacts, KycState, PayerKind};
use countersign_domain::{Currency, Scope, ScopeSet};
use countersign_testkit::{Merchant, Payer, Provider, TestApp};
use countersign_wire::{Endpoint, EndpointId, ScopeName};
use serde_json::{Value, json};

/// What a valid body may have to name.
pub(crate) struct Facts {
    /// A merchant that the provider may ask for authority and has asked before.
    pub(crate) asked: MerchantId,
    /// The `merchantTradeNo` of an order that the acting merchant has.
    pub(crate) existing: String,
    /// A `merchantTradeNo` that the acting merchant has not used.
    pub(crate) fresh: String,
    /// The `merchantTradeNo` of an order that the acting merchant has and that nobody has begun to pay or closed.
    pub(crate) open: String,
    /// The Binance ID of somebody who is [`person`].
    pub(crate) payer: String,
    /// The id of a sub-merchant that the acting merchant has, where it is a channel partner.
    pub(crate) sub_merchant: Option<String>,
    /// What the acting merchant can refund, where the endpoint is about refunds.
    pub(crate) refundable: Option<Refundable>,
}

/// A paid order of which a little has been refunded.
#[derive(Debug, Clone)]
pub(crate) struct Refundable {
    /// The order.
    pub(crate) prepay_id: String,
    /// The merchant's number for the refund that there was.
    pub(crate) request_id: String,
}

/// A body that the endpoint accepts.
pub(crate) fn body(id: EndpointId, facts: &Facts) -> Value {
    match id {
        EndpointId::Certificates | EndpointId::ProviderConfigQuery => json!({}),
        EndpointId::ProviderCreate => {
            json!({"merchantId": facts.asked.get().to_string(), "scopes": ["CHECKOUT"], "ipWhitelist": ["203.0.113.7"]})
        }
        EndpointId::ProviderRecordGet => json!({"merchantId": facts.asked.get().to_string()}),
        EndpointId::ProviderRecord => json!({"page": 1, "rows": 10}),
        EndpointId::OrderCreateV1 => order_v1(&facts.fresh),
        EndpointId::OrderCreateV2 => order_v2(&facts.fresh),
        EndpointId::OrderCreateV3 => order_v3(&facts.fresh),
        // Another body than the other version's: signatures do not cover the path.
        EndpointId::OrderQueryV1 => json!({"merchantTradeNo": facts.existing, "prepayId": null}),
        EndpointId::OrderQueryV2 => json!({"merchantTradeNo": facts.existing}),
        EndpointId::OrderRefund => refund(&facts.refundable().prepay_id, &facts.fresh, "0.01"),
        EndpointId::OrderRefundQuery => json!({"refundRequestId": facts.refundable().request_id}),
        EndpointId::OrderClose => json!({"merchantTradeNo": facts.open}),
        EndpointId::PayerVerification => payer_verification(&facts.payer),
        EndpointId::BalanceV1 => json!({"wallet": "FUNDING_WALLET", "currency": "USDT"}),
        EndpointId::BalanceV2 => json!({"wallet": "FUNDING_WALLET"}),
        EndpointId::WalletTransfer => wallet_transfer(&facts.fresh),
        EndpointId::WalletTransferQuery => json!({"tranId": facts.existing}),
        EndpointId::SubMerchantAdd => sub_merchant(&facts.fresh),
        EndpointId::SubMerchantModify => {
            let mut body = sub_merchant(&facts.fresh);
            body["subMerchantId"] = json!(facts.sub_merchant);
            body
        }
        EndpointId::SubMerchantQuery => json!({"subMerchantId": facts.sub_merchant}),
    }
}

impl Facts {
    fn refundable(&self) -> &Refundable {
        self.refundable.as_ref().expect("whoever asks for a refund's body has something to refund")
    }
}

/// Whether an endpoint's body names something refundable.
pub(crate) fn is_about_refunds(id: EndpointId) -> bool {
    matches!(id, EndpointId::OrderRefund | EndpointId::OrderRefundQuery)
}

/// A refund of so much.
pub(crate) fn refund(prepay_id: &str, request_id: &str, amount: &str) -> Value {
    json!({"refundRequestId": request_id, "prepayId": prepay_id, "refundAmount": amount})
}

/// An order of the merchant that `payer` has paid, and of which 0.01 USDT was refunded.
pub(crate) async fn refundable_of(app: &TestApp, merchant: &Merchant, payer: &Payer) -> Refundable {
    let (prepay_id, request_id) = (order_of(merchant, &fresh(app)).await, fresh(app));
    payer.pay(&prepay_id).await;
    merchant.call("/order/refund", refund(&prepay_id, &request_id, "0.01")).await.data();
    Refundable { prepay_id, request_id }
}

/// A sole proprietor, as founding document 004 has it.
pub(crate) fn sub_merchant(name: &str) -> Value {
    json!({
        "merchantName": name, "merchantType": 2, "merchantMcc": "5511", "country": "CN,US",
        "companyName": "Sole Proprietor", "registrationNumber": "registration number demo", "registrationCountry": "US",
        "registrationAddress": "registration address demo", "incorporationDate": 1_588_262_400_000_i64, "siteType": 2,
        "siteName": "site name demo",
    })
}

/// Enrols a sub-merchant of the caller itself and answers its id.
pub(crate) async fn sub_merchant_of(partner: &Merchant, name: &str) -> String {
    partner.call("/submerchant/add", sub_merchant(name)).await.data()["subMerchantId"].to_string()
}

/// What is asked about somebody who is [`person`].
pub(crate) fn payer_verification(payer: &str) -> Value {
    json!({
        "binanceId": payer,
        "payerType": "INDIVIDUAL",
        "information": [
            {"category": "FIRST_NAME", "value": "Ann"},
            {"category": "LAST_NAME", "value": "O'Neill"},
            {"category": "DATE_OF_BIRTH", "value": "1980-01-01"},
        ],
    })
}

/// Who pays in the samples.
pub(crate) fn person() -> PayerFacts {
    let facts = [
        (Fact::FirstName, "Ann"),
        (Fact::LastName, "O'Neill"),
        (Fact::DateOfBirth, "1980-01-01"),
        (Fact::DocumentType, "PASSPORT"),
        (Fact::DocumentNumber, "X1234567"),
    ];
    let facts = facts.into_iter().map(|(fact, value)| (fact, value.to_owned()));
    PayerFacts::new(PayerKind::Individual, facts).expect("what is known of a person")
}

/// An order of 25.17 USDT over `order`.
pub(crate) fn order_v1(trade_no: &str) -> Value {
    json!({
        "merchantTradeNo": trade_no, "tradeType": "APP", "totalFee": 25.17, "currency": "USDT",
        "productType": "Food", "productName": "Ice Cream", "productDetail": "Greentea ice cream cone",
    })
}

/// A hundredth of a USDT from the funding wallet into the spot wallet.
pub(crate) fn wallet_transfer(request_id: &str) -> Value {
    json!({"requestId": request_id, "currency": "USDT", "amount": "0.01", "transferType": "TO_MAIN"})
}

/// Whether the endpoint's sample asks for, or asks after, a transfer between wallets: then [`fund`] comes first.
pub(crate) fn moves_money(id: EndpointId) -> bool {
    matches!(id, EndpointId::WalletTransfer | EndpointId::WalletTransferQuery)
}

/// Puts money into the merchant's funding wallet and lets it move some under the `requestId` of [`Facts::existing`].
pub(crate) async fn fund(app: &TestApp, merchant: &Merchant, existing: &str) {
    app.operator().await.credit(merchant, Wallet::Funding, ("1000", Currency::USDT)).await;
    merchant.call("/wallet/transfer", wallet_transfer(existing)).await.data();
}

/// An order of 25.17 USDT over `v2/order`.
pub(crate) fn order_v2(trade_no: &str) -> Value {
    json!({
        "env": {"terminalType": "APP"},
        "merchantTradeNo": trade_no,
        "orderAmount": 25.17,
        "currency": "USDT",
        "goods": {
            "goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "7876763A3B",
            "goodsName": "Ice Cream", "goodsDetail": "Greentea ice cream cone",
        },
    })
}

/// An order of 25.17 USDT over `v3/order`.
pub(crate) fn order_v3(trade_no: &str) -> Value {
    json!({
        "env": {"terminalType": "APP"},
        "merchantTradeNo": trade_no,
        "orderAmount": 25.17,
        "currency": "USDT",
        "description": "very good Ice Cream",
        "goodsDetails": [{
            "goodsType": "01", "goodsCategory": "D000", "referenceGoodsId": "7876763A3B",
            "goodsName": "Ice Cream", "goodsDetail": "Greentea ice cream cone",
        }],
    })
}

/// What a call that succeeds leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// Nothing: it reads.
    Nothing,
    /// One more row here; on PostgreSQL one in `commands` as well.
    Row(&'static str),
    /// A row of this table changed; on PostgreSQL one more in `commands` as well.
    Change(&'static str),
}

/// What the endpoint's sample leaves behind.
pub(crate) fn leaves(id: EndpointId) -> Leaves {
    match id {
        EndpointId::Certificates
        | EndpointId::ProviderConfigQuery
        | EndpointId::ProviderRecordGet
        | EndpointId::ProviderRecord
        | EndpointId::OrderQueryV1
        | EndpointId::OrderQueryV2
        | EndpointId::OrderRefundQuery
        | EndpointId::PayerVerification
        | EndpointId::BalanceV1
        | EndpointId::BalanceV2
        | EndpointId::WalletTransferQuery
        | EndpointId::SubMerchantQuery => Leaves::Nothing,
        EndpointId::OrderRefund => Leaves::Row("refunds"),
        EndpointId::ProviderCreate => Leaves::Row("authorizations"),
        EndpointId::OrderCreateV1 | EndpointId::OrderCreateV2 | EndpointId::OrderCreateV3 => Leaves::Row("orders"),
        EndpointId::OrderClose => Leaves::Change("orders"),
        EndpointId::WalletTransfer => Leaves::Row("wallet_transfers"),
        EndpointId::SubMerchantAdd => Leaves::Row("sub_merchants"),
        EndpointId::SubMerchantModify => Leaves::Row("audit"),
    }
}

/// Whether a merchant's limit per order bounds what the sample asks for.
pub(crate) fn is_limited(id: EndpointId) -> bool {
    match id {
        EndpointId::OrderCreateV1 | EndpointId::OrderCreateV2 | EndpointId::OrderCreateV3 => true,
        EndpointId::Certificates
        | EndpointId::ProviderConfigQuery
        | EndpointId::ProviderCreate
        | EndpointId::ProviderRecordGet
        | EndpointId::ProviderRecord
        | EndpointId::OrderQueryV1
        | EndpointId::OrderQueryV2
        | EndpointId::OrderRefund
        | EndpointId::OrderRefundQuery
        | EndpointId::OrderClose
        | EndpointId::PayerVerification
        | EndpointId::BalanceV1
        | EndpointId::BalanceV2
        | EndpointId::WalletTransfer
        | EndpointId::WalletTransferQuery
        | EndpointId::SubMerchantAdd
        | EndpointId::SubMerchantModify
        | EndpointId::SubMerchantQuery => false,
    }
}

/// Who may make the call for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Every merchant.
    Anyone,
    /// Technical service providers (`decisions.md` row 53).
    Providers,
    /// Channel partners (`decisions.md` row 52).
    Partners,
}

/// For whom the endpoint is.
pub(crate) fn audience(id: EndpointId) -> Audience {
    match id {
        EndpointId::ProviderConfigQuery
        | EndpointId::ProviderCreate
        | EndpointId::ProviderRecordGet
        | EndpointId::ProviderRecord => Audience::Providers,
        EndpointId::SubMerchantAdd | EndpointId::SubMerchantModify | EndpointId::SubMerchantQuery => Audience::Partners,
        EndpointId::Certificates
        | EndpointId::OrderCreateV1
        | EndpointId::OrderCreateV2
        | EndpointId::OrderCreateV3
        | EndpointId::OrderQueryV1
        | EndpointId::OrderQueryV2
        | EndpointId::OrderRefund
        | EndpointId::OrderRefundQuery
        | EndpointId::OrderClose
        | EndpointId::PayerVerification
        | EndpointId::BalanceV1
        | EndpointId::BalanceV2
        | EndpointId::WalletTransfer
        | EndpointId::WalletTransferQuery => Audience::Anyone,
    }
}

/// The domain's scope behind an endpoint's gate.
pub(crate) fn scope(endpoint: &Endpoint) -> Option<Scope> {
    endpoint.scope.map(domain_scope)
}

/// Every scope that opens the gate by itself.
pub(crate) fn scopes(endpoint: &Endpoint) -> ScopeSet {
    endpoint.scopes().map(domain_scope).collect()
}

fn domain_scope(name: ScopeName) -> Scope {
    Scope::ALL[ScopeName::ALL.iter().position(|known| *known == name).expect("ALL is all")]
}

/// Creates an order of the caller itself and answers its prepay id.
pub(crate) async fn order_of(merchant: &Merchant, trade_no: &str) -> String {
    merchant.call("/v2/order", order_v2(trade_no)).await.text_of("prepayId")
}

/// A `merchantTradeNo` that nobody has used.
pub(crate) fn fresh(app: &TestApp) -> String {
    format!("fresh{}", app.world().next_number())
}

/// A provider, a merchant that it has asked before and that has one order, and one order of the provider's own. Who is a
/// channel partner adds its sub-merchant.
pub(crate) async fn facts(app: &TestApp, provider: &Provider, merchant: &Merchant) -> Facts {
    let existing = fresh(app);
    order_of(merchant, &existing).await;
    order_of(provider, &existing).await;
    let payer = app.payer("Ann O'Neill").await;
    payer.identify(KycState::Complete, person()).await;
    Facts {
        asked: merchant.id,
        open: existing.clone(),
        existing,
        payer: payer.id.to_string(),
        fresh: fresh(app),
        sub_merchant: None,
        refundable: None,
    }
}
