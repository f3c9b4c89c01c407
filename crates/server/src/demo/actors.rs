//! The people of the walk: a provider, a merchant, a payer and a channel partner, made for this run through the control API.

use anyhow::Context;
use countersign_client::{AuthorizationToken, Client};

use super::control::{Control, MerchantAccount, MerchantKind, PayerAccount};
use super::outcome::Target;
use super::receiver::Receiver;
use super::walk::Walk;

/// The currency of every amount here, as in the founding document's order.
pub(super) const CURRENCY: &str = "USDT";
/// What provider and merchant begin with: not zero, so that a wrong account would show.
const STARTING_BALANCE: &str = "10";
const PAYER_BALANCE: &str = "100";

/// The scopes of the founding document's first answer, in its order.
pub(super) const ALLOWED_SCOPES: [&str; 7] =
    ["CONVERT", "REFUND", "CHECKOUT", "PAYOUT", "REPORT", "INTERNAL_TRANSFER", "BALANCE"];

/// Everybody.
pub(super) struct Actors {
    /// Asks for authority and acts with it.
    pub(super) provider: MerchantAccount,
    /// The provider's client.
    pub(super) client: Client,
    /// Countersigns.
    pub(super) merchant: MerchantAccount,
    /// Pays.
    pub(super) payer: PayerAccount,
    /// The client of a channel partner.
    pub(super) partner_client: Client,
}

/// What the merchant's approval brought.
pub(super) struct Authority {
    /// The authorization's id.
    pub(super) authorization_id: String,
    /// The token that acts for the merchant.
    pub(super) token: AuthorizationToken,
}

/// Sets the stage: accounts, money, and where the provider's webhooks go.
pub(super) async fn enter(
    walk: &mut Walk<'_>,
    target: &Target,
    control: &Control,
    receiver: &Receiver,
) -> anyhow::Result<Actors> {
    walk.page.step(0, "The stage, set through the sandbox's control API")?;
    let provider = control.merchant(MerchantKind::Provider, "Orchard Payments").await;
    let provider = walk.succeeded("a provider is enrolled", provider)?;
    let merchant = control.merchant(MerchantKind::Merchant, "Green Grocer").await;
    let merchant = walk.succeeded("a merchant is enrolled", merchant)?;
    let payer = walk.succeeded("a payer is enrolled", control.payer("Paula Payer").await)?;
    let partner = control.merchant(MerchantKind::Partner, "Market Hall").await;
    let partner = walk.succeeded("a channel partner is enrolled", partner)?;
    let allowed = control.allow_scopes(&provider.merchant_id, &ALLOWED_SCOPES).await;
    walk.succeeded("the provider's scopes are set", allowed)?;
    let rows = [
        ("provider", &provider.name, &provider.merchant_id, STARTING_BALANCE),
        ("merchant", &merchant.name, &merchant.merchant_id, STARTING_BALANCE),
        ("payer", &payer.name, &payer.binance_id, PAYER_BALANCE),
    ];
    for (role, name, id, balance) in rows {
        let available = control.credit(id, CURRENCY, balance).await;
        let available = walk.succeeded("money is put into the funding wallet", available)?;
        walk.page.note(&format!("{role:8}  {name}, {id}, has {available} {CURRENCY}"))?;
    }
    walk.page.note(&format!("{:8}  {}, {}", "partner", partner.name, partner.merchant_id))?;
    let url = receiver.url();
    let registered = control.webhook_endpoint(&provider.merchant_id, &url).await;
    let registered = walk.succeeded("the receiver is registered", registered)?;
    walk.equal("the provider's webhooks go to the receiver started here", &url, &registered)?;

    let provider_client = client(walk, target, &provider, "provider")?;
    let partner_client = client(walk, target, &partner, "partner")?;
    Ok(Actors { provider, client: provider_client, merchant, payer, partner_client })
}

fn client(walk: &Walk<'_>, target: &Target, account: &MerchantAccount, role: &'static str) -> anyhow::Result<Client> {
    let config = account.config(&target.base_url);
    let client = Client::builder(config).observer(walk.transcript.observer(role)).build();
    client.with_context(|| format!("the {role}'s client could not be made"))
}
